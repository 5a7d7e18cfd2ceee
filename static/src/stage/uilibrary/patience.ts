/** Counts time only while it is allowed to run, and calls back once, when `limit` milliseconds have run. */
export class Patience {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private since = 0;

  constructor(
    private limit: number,
    private readonly lost: () => void,
  ) {}

  /** Starts or pauses the timer. */
  run(running: boolean): void {
    if (running === (this.timer !== undefined)) return;
    if (running) {
      this.since = performance.now();
      this.timer = setTimeout(this.lost, this.limit);
    } else {
      this.limit -= performance.now() - this.since;
      clearTimeout(this.timer);
      this.timer = undefined;
    }
  }
}
