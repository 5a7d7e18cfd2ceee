/** Keeps the screen on, as far as the browser can: it takes the lock back whenever the page is hidden. */
export class WakeLock {
  private lock: WakeLockSentinel | undefined;
  private wanted = false;
  private readonly again = () => void this.request();

  /** Keeps the screen on from now on. */
  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    document.addEventListener('visibilitychange', this.again);
    this.again();
  }

  /** Allows the screen to turn off again. */
  stop(): void {
    this.wanted = false;
    document.removeEventListener('visibilitychange', this.again);
    void this.lock?.release().catch(() => undefined);
    this.lock = undefined;
  }

  private async request(): Promise<void> {
    if (document.visibilityState !== 'visible' || !navigator.wakeLock) return;
    // A phone that saves its battery refuses.
    const lock = await navigator.wakeLock.request('screen').catch(() => undefined);
    if (this.wanted) this.lock = lock;
    else void lock?.release().catch(() => undefined);
  }
}
