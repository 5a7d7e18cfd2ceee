import { byId, show, write } from './page.ts';
import type { Devices, TroubleKind } from './trouble.ts';

// What the browser inside an app reports when the app keeps its devices to itself.
const keptByApp: readonly TroubleKind[] = ['blocked', 'system', 'dismissed', 'unknown'];

/** The panel that explains why a camera or a microphone did not start, and offers two ways on. */
export class Ladder {
  private readonly box = byId('trouble');
  private readonly how = byId('trouble-how');
  private readonly steps = byId('trouble-steps');

  constructor(
    private readonly texts: Readonly<Record<string, string>>,
    retry: () => void,
  ) {
    for (const button of this.box?.querySelectorAll('[data-retry]') ?? []) button.addEventListener('click', retry);
    this.how?.addEventListener('click', () => {
      this.unfold(true);
      this.steps?.focus();
    });
  }

  get open(): boolean {
    return this.box?.hidden === false;
  }

  /** Shows the case, and which of the devices asked for work all the same. */
  show(kind: TroubleKind, asked: Devices, works: Devices): void {
    const lacks = { camera: asked.camera && !works.camera, microphone: asked.microphone && !works.microphone };
    const only = lacks.camera === lacks.microphone ? '' : lacks.camera ? 'camera' : 'microphone';
    const inApp = keptByApp.includes(kind) && this.box?.querySelector('[data-trouble=app]');
    const title = inApp ? this.reveal('app') : this.reveal(kind, this.texts[`preview.${kind}.${only}`]);
    const id = works.camera ? 'camera' : works.microphone ? 'microphone' : 'neither';
    write(byId('trouble-works'), this.texts[`preview.works.${id}`] ?? '');
    if (kind === 'blocked' || kind === 'dismissed') this.offerElement();
    title?.focus();
  }

  /** Points at the browser's question; the focus stays where it is, and so does Join. */
  point(): void {
    const title = this.reveal('ignored');
    write(byId('trouble-works'), '');
    write(byId('live'), title?.textContent ?? '');
  }

  close(): void {
    show(this.box, false);
    show(byId('join'), true);
  }

  /** Shows the words of a case, with a title of its own where only one of the two devices is meant. */
  private reveal(kind: TroubleKind | 'app', own?: string): HTMLElement | null {
    let title: HTMLElement | null = null;
    for (const words of this.box?.querySelectorAll<HTMLElement>('[data-trouble]') ?? []) {
      words.hidden = words.dataset['trouble'] !== kind;
      if (!words.hidden) title = words.querySelector('h2');
    }
    if (title) {
      title.dataset['both'] ??= title.textContent;
      write(title, own ?? title.dataset['both']);
    }
    let found = false;
    for (const list of this.steps?.querySelectorAll<HTMLElement>('[data-steps]') ?? []) {
      list.hidden = list.dataset['steps'] !== kind;
      found ||= !list.hidden;
    }
    this.unfold(false);
    show(this.how, found);
    show(this.box?.querySelector('.choices-row [data-retry]') ?? null, !found && kind !== 'ignored' && kind !== 'app');
    show(this.box, true);
    show(byId('join'), kind === 'ignored');
    return title;
  }

  private unfold(open: boolean): void {
    show(this.steps, open);
    this.how?.setAttribute('aria-expanded', String(open));
  }

  /** The browser's own button for asking again, where it has one: it works after a lasting refusal, too. */
  private offerElement(): void {
    const place = byId('trouble-ask');
    if (!('HTMLUserMediaElement' in window) || !place || place.childElementCount > 0) return;
    const element = document.createElement('usermedia');
    element.setAttribute('type', 'camera microphone');
    element.addEventListener('stream', () => this.box?.querySelector<HTMLElement>('[data-retry]')?.click());
    place.append(element);
  }
}
