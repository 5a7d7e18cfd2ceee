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

  /** Shows the case, and what works all the same; `wait` keeps the keyboard where it is. */
  show(kind: TroubleKind, works: Devices, wait = false): void {
    let title: HTMLElement | null = null;
    for (const words of this.box?.querySelectorAll<HTMLElement>('[data-trouble]') ?? []) {
      words.hidden = words.dataset['trouble'] !== kind;
      if (!words.hidden) title = words.querySelector('h2');
    }
    const id = works.camera ? 'camera' : works.microphone ? 'microphone' : 'neither';
    write(byId('trouble-works'), wait ? '' : (this.texts[`preview.works.${id}`] ?? ''));
    show(byId('trouble-retry'), !wait);
    show(byId('trouble-join'), !wait);
    if (kind === 'blocked' || kind === 'dismissed') this.offerElement();
    show(this.box, true);
    if (!wait) title?.focus();
  }

  close(): void {
    show(this.box, false);
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
