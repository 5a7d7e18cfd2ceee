import { ask, dismiss } from './ask.ts';
import { byId, counted, type PageData, show, write } from './page.ts';
import { showSelf, type Turn } from './selfview.ts';
import { waited } from './waited.ts';

/** What the waiting page needs of the visit. */
export interface WaitingCallbacks {
  /** Announces words to screen readers. */
  say(words: string): void;
  /** The visitor may be looking elsewhere, and the page asks something. */
  call(): void;
  /** The visitor does not want to wait any longer. */
  leave(): void;
  /** Turns a device of the call on or off. */
  turn: Turn;
  /** Nobody let the visitor in within the time that a wait may last. */
  tooLong(): void;
}

/** Our own page over the call while the visitor waits to be let in. */
export class Waiting {
  private timer: number | undefined;
  private limit = 0;
  private words = '';
  private readonly first = byId('waiting-words')?.textContent ?? '';
  private asking = false;
  private since = 0;
  private hideSelf: (() => void) | undefined;
  private readonly look = () => this.tick();

  constructor(
    private readonly data: PageData,
    private readonly page: WaitingCallbacks,
  ) {
    byId('waiting-leave')?.addEventListener('click', () => void this.leave());
  }

  /** When the wait began, in milliseconds since 1970; 0 when nobody waits. */
  get began(): number {
    return this.since;
  }

  /** Shows the page of a wait that began then, with the devices that are on. */
  start(on: Readonly<Record<'camera' | 'microphone', boolean>>, since = Date.now()): void {
    if (this.since) return;
    this.since = since;
    this.limit = this.most;
    this.words = 'early';
    write(byId('waiting-words'), this.first);
    show(byId('waiting'), true);
    this.hideSelf = showSelf(this.page.turn, on);
    // A page in the background wakes late, and a phone that slept not at all.
    document.addEventListener('visibilitychange', this.look);
    this.tick();
  }

  /** Hides the page, with whatever it asks. */
  stop(): void {
    // The call asks whether to leave as well.
    if (this.since) for (const question of ['still', 'leave']) dismiss(question);
    this.since = 0;
    clearTimeout(this.timer);
    this.hideSelf?.();
    document.removeEventListener('visibilitychange', this.look);
    show(byId('waiting'), false);
  }

  private get most(): number {
    return (this.data.waitMinutes || Number.POSITIVE_INFINITY) * 60_000;
  }

  private tick(): void {
    clearTimeout(this.timer);
    const { minutes, words, ask: question, over, next } = waited(Date.now() - this.since, this.limit);
    if (over) {
      this.page.tooLong();
      return;
    }
    const { lang } = document.documentElement;
    write(byId('waited'), minutes ? counted(this.data.texts, 'visit.waited', minutes, lang) : this.text('visit.waitedNone'));
    if (words !== this.words) this.change(words);
    if (question) void this.ask();
    this.timer = window.setTimeout(this.look, next);
  }

  private change(words: 'early' | 'late' | 'long'): void {
    this.words = words;
    const textId = words === 'long' ? 'visit.waitingLong' : 'visit.waitingLate';
    const phone = byId('waiting-phone');
    write(byId('waiting-words'), this.text(textId));
    this.page.say(`${this.text(textId)} ${phone?.textContent?.trim() ?? ''}`.trim());
  }

  private async ask(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    this.page.call();
    const answer = await ask('still');
    this.asking = false;
    if (!this.since) return;
    if (answer === 'leave') {
      this.page.leave();
      return;
    }
    // Whoever presses anything is there.
    this.limit = Date.now() - this.since + this.most;
    this.tick();
  }

  private async leave(): Promise<void> {
    if ((await ask('leave')) === 'leave') this.page.leave();
  }

  private text(id: string): string {
    return this.data.texts[id] ?? '';
  }
}
