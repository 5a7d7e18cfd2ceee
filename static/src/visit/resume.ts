import { attempt } from './carry.ts';

// What this tab stores about its call in case the page is reloaded. Nothing personal: a key that identifies the visit,
// and a time. Browsers without storage lose only the convenience.
const callKey = 'anteroom.call';
const againKey = 'anteroom.again';

/** The memory of one tab for one visit. */
export class Resume {
  constructor(
    private readonly storage: () => Storage,
    private readonly visit: string,
  ) {}

  /** Records that the visitor waits or is in the call. */
  begin(): void {
    attempt(() => this.storage().setItem(callKey, this.visit));
  }

  /** Records that the call has ended and that the visitor knows it. */
  end(): void {
    attempt(() => this.storage().removeItem(callKey));
  }

  /** Whether the page went away in the middle of this visit's call, as by a reload or a crash. */
  wasCutOff(): boolean {
    return attempt(() => this.storage().getItem(callKey)) === this.visit;
  }

  /** Makes the next page wait again by itself; `since` is the start of the wait in milliseconds since 1970. */
  waitAgain(since: number): void {
    attempt(() => this.storage().setItem(againKey, `${since} ${this.visit}`));
  }

  /** Returns, once, the start of the wait if the page before asked to wait again. */
  takeWaiting(): number | undefined {
    const kept = attempt(() => {
      const value = this.storage().getItem(againKey);
      this.storage().removeItem(againKey);
      return value;
    });
    const [since, visit] = (kept ?? '').split(' ');
    return visit === this.visit && Number(since) > 0 ? Number(since) : undefined;
  }
}
