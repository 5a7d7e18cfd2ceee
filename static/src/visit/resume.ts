// What this tab remembers of its call, should the page be loaded anew. Nothing personal: a key that tells visits apart,
// and a time. Browsers that refuse storage lose the convenience only.
const callKey = 'anteroom.call';
const againKey = 'anteroom.again';

/** The memory of one tab for one visit. */
export class Resume {
  constructor(
    private readonly storage: () => Storage,
    private readonly visit: string,
  ) {}

  /** The visitor waits or is in the call from now on. */
  begin(): void {
    attempt(() => this.storage().setItem(callKey, this.visit));
  }

  /** The call has ended, one way or another, and the visitor was told. */
  end(): void {
    attempt(() => this.storage().removeItem(callKey));
  }

  /** Whether the page went away in the middle of this visit's call, as by a reload or a crash. */
  wasCutOff(): boolean {
    return attempt(() => this.storage().getItem(callKey)) === this.visit;
  }

  /** Has the next page wait again by itself, as one who has waited since then (milliseconds since 1970). */
  waitAgain(since: number): void {
    attempt(() => this.storage().setItem(againKey, `${since} ${this.visit}`));
  }

  /** Since when the visitor has waited, where the page before asked to wait again. Answers once. */
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

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
