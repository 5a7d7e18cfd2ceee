import type { Lines } from './lines.ts';

// When the words change, and when a way out is offered, in milliseconds.
const speakAfter = 10_000;
const offerAfter = 30_000;

/** The line about a connection that broke and is being restored, whose words do not stay the same for ever. */
export class Reconnecting {
  private timers: ReturnType<typeof setTimeout>[] = [];

  constructor(
    private readonly lines: Pick<Lines, 'put' | 'take'>,
    private readonly rejoin: () => void,
  ) {}

  /** The connection broke. */
  start(): void {
    this.stop();
    const button = { textId: 'visit.rejoin', press: this.rejoin };
    this.lines.put('reconnecting', 'visit.reconnecting');
    this.timers = [
      setTimeout(() => this.lines.put('reconnecting', 'visit.stillReconnecting'), speakAfter),
      setTimeout(() => this.lines.put('reconnecting', 'visit.notReconnected', button), offerAfter),
    ];
  }

  /** The connection is there again, or will never be. */
  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.lines.take('reconnecting');
  }
}
