import { byId, show, write } from './page.ts';
import type { Devices, TroubleKind } from './trouble.ts';

/** The words for what went wrong with a camera or a microphone, and the ways on from there. */
export class Ladder {
  private readonly box = byId('trouble');

  constructor(
    private readonly texts: Readonly<Record<string, string>>,
    retry: () => void,
  ) {
    byId('trouble-retry')?.addEventListener('click', retry);
  }

  get open(): boolean {
    return this.box?.hidden === false;
  }

  /** Shows the case, and what of the devices asked for works all the same. */
  show(kind: TroubleKind, asked: Devices, works: Devices): void {
    const lacks = { camera: asked.camera && !works.camera, microphone: asked.microphone && !works.microphone };
    const only = lacks.camera === lacks.microphone ? '' : lacks.camera ? 'camera' : 'microphone';
    const title = this.reveal(kind, this.texts[`preview.${kind}.${only}`]);
    const id = works.camera ? 'camera' : works.microphone ? 'microphone' : 'neither';
    write(byId('trouble-works'), this.texts[`preview.works.${id}`] ?? '');
    if (kind === 'blocked' || kind === 'dismissed') this.offerElement();
    title?.focus();
  }

  /** Points at the question that the browser asks; the keyboard stays where it is. */
  point(): void {
    const title = this.reveal('ignored');
    write(byId('trouble-works'), '');
    write(byId('live'), title?.textContent ?? '');
  }

  close(): void {
    show(this.box, false);
  }

  /** Shows the words of a case, with a title of its own where only one of the two is meant. */
  private reveal(kind: TroubleKind, own?: string): HTMLElement | null {
    let title: HTMLElement | null = null;
    for (const words of this.box?.querySelectorAll<HTMLElement>('[data-trouble]') ?? []) {
      words.hidden = words.dataset['trouble'] !== kind;
      if (!words.hidden) title = words.querySelector('h2');
    }
    if (title) {
      title.dataset['both'] ??= title.textContent;
      write(title, own ?? title.dataset['both']);
    }
    // A question that still stands is not asked again.
    for (const id of ['trouble-retry', 'trouble-join', 'trouble-ask']) show(byId(id), kind !== 'ignored');
    show(this.box, true);
    return title;
  }

  /** The browser's own button for asking again, where there is one: it works after a refusal for good, too. */
  private offerElement(): void {
    const place = byId('trouble-ask');
    if (!('HTMLUserMediaElement' in window) || !place || place.childElementCount > 0) return;
    const element = document.createElement('usermedia');
    element.setAttribute('type', 'camera microphone');
    element.addEventListener('stream', () => byId('trouble-retry')?.click());
    place.append(element);
  }
}
