// How long a tab may take to hang up for another, in milliseconds.
const hangUpWithin = 5_000;

const claimOf = (visit: string) => `anteroom.${visit}.claim`;

/** Whether a tab is in this visit. */
export async function inVisit(locks: LockManager | undefined, visit: string): Promise<boolean> {
  const state = await locks?.query().catch(() => undefined);
  return state?.held?.some(({ name }) => name === claimOf(visit)) ?? false;
}

/**
 * One tab at a time for a visit. The tab in the call holds two of the browser's locks, which go by themselves when it
 * crashes: `claim`, which another tab may steal, and `line`, which it lets go when the call is over. A browser
 * without locks lets every tab in.
 */
export class OneTab {
  private readonly names: { claim: string; line: string };
  private hold: (() => void) | undefined;

  /** `visit` tells visits apart and is the same in every tab of one. */
  constructor(
    private readonly locks: LockManager | undefined,
    private readonly visit: string,
  ) {
    this.names = { claim: claimOf(visit), line: `anteroom.${visit}.line` };
  }

  /** Whether another tab is in this visit. */
  async taken(): Promise<boolean> {
    return (await inVisit(this.locks, this.visit)) && !this.hold;
  }

  /**
   * Makes this tab the visit's. False when it is another's and `steal` is not set; with it, the other tab is told, and
   * the promise waits until it has hung up. `lost` is called when yet another tab does the same to this one.
   */
  async claim(steal: boolean, lost: () => void): Promise<boolean> {
    const { locks, names } = this;
    if (!locks) return true;
    if (!steal && (await this.taken())) return false;
    const released = new Promise<void>((done) => {
      this.hold = done;
    });
    // Stealing rejects the request of whoever held the lock.
    locks.request(names.claim, { steal: true }, () => released).catch(lost);
    await this.takeLine(released);
    return true;
  }

  /** The call of this tab is over. */
  release(): void {
    this.hold?.();
    this.hold = undefined;
  }

  /** Waits for the other tab to hang up, and no longer than it may take: the claim decides whose the visit is. */
  private async takeLine(released: Promise<void>): Promise<void> {
    const { locks, names } = this;
    const signal = AbortSignal.timeout(hangUpWithin);
    await new Promise<void>((done) => {
      const held = () => {
        done();
        return released;
      };
      const late = () => {
        if (signal.aborted) void locks?.request(names.line, { steal: true }, () => released).catch(() => undefined);
        done();
      };
      locks?.request(names.line, { signal }, held).catch(late);
    });
  }
}
