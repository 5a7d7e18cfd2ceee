import { byId, show } from './page.ts';

/** What the box needs of its page. */
export interface ConsentPage {
  /** Says a text, by its id, to screen readers. */
  say(textId: string): void;
  /** Puts a line beside the call, perhaps with a button behind it; without an id takes the line away. */
  notice(textId?: string, button?: { textId: string; press(): void }): void;
  /** Puts the keyboard back to where it was, or to the call where that is gone. */
  focusCall(before: Element | null): void;
}

/** The question whether the visitor agrees to be recorded. A page without the box asks nothing and agrees to nothing. */
export class ConsentBox {
  private readonly box = byId('consent');
  private agree: (() => Promise<void>) | undefined;
  private state: 'quiet' | 'asking' | 'sending' | 'refused' = 'quiet';
  private failed = false;
  private before: Element | null = null;

  constructor(private readonly page: ConsentPage) {
    byId('consent-yes')?.addEventListener('click', () => void this.yes());
    byId('consent-no')?.addEventListener('click', () => this.no());
  }

  /** Whether the question is on the screen. */
  get open(): boolean {
    return this.state === 'asking' || this.state === 'sending';
  }

  /** The meeting asks, or no longer does. */
  ask(agree: (() => Promise<void>) | undefined): void {
    if (!this.box) return;
    const noticed = this.state === 'refused' || this.failed;
    this.agree = agree;
    this.failed = false;
    if (noticed) this.page.notice();
    if (agree) this.show();
    else this.close('quiet');
  }

  /** Puts the line about a refusal beside the call again, after another line stood there. */
  remind(): void {
    if (this.state !== 'refused') return;
    this.page.notice('visit.consentRefused', { textId: 'visit.consentReconsider', press: () => this.ask(this.agree) });
  }

  private show(): void {
    this.state = 'asking';
    if (!this.box?.contains(document.activeElement)) this.before = document.activeElement;
    show(this.box, true);
    this.page.say('visit.consentAsked');
    this.box?.focus();
  }

  private async yes(): Promise<void> {
    const { agree } = this;
    if (this.state !== 'asking' || !agree) return;
    this.state = 'sending';
    try {
      await agree();
    } catch {
      if (this.agree !== agree) return;
      this.state = 'asking';
      this.failed = true;
      this.page.notice('visit.consentFailed');
      return;
    }
    // The service's own news may have come first, or with another question.
    if (this.agree && this.agree !== agree) return;
    if (this.failed) this.page.notice();
    this.failed = false;
    this.close('quiet');
    this.page.say('visit.consentGiven');
  }

  private no(): void {
    if (this.state !== 'asking') return;
    this.close('refused');
    this.remind();
  }

  private close(state: 'quiet' | 'refused'): void {
    this.state = state;
    const held = this.box?.contains(document.activeElement) ?? false;
    show(this.box, false);
    if (held) this.page.focusCall(this.before);
  }
}
