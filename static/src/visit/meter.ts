import { byId, show, write } from './page.ts';

// How often the level is read, in milliseconds, and from which level on somebody is heard, out of 100.
const every = 100;
const audible = 8;

/** Shows how loud a microphone is, from its real samples. */
export class Meter {
  private context: AudioContext | undefined;
  private timer: number | undefined;

  constructor(
    private readonly heard: string,
    private readonly silent: string,
  ) {}

  /** Begins with this track; without one takes the meter away. */
  show(track: MediaStreamTrack | undefined): void {
    this.close();
    show(byId('level'), track !== undefined && typeof AudioContext !== 'undefined');
    if (!track || typeof AudioContext === 'undefined') return;
    const context = new AudioContext();
    this.context = context;
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Uint8Array(analyser.fftSize);
    const text = byId('level-text');
    write(text, this.silent);
    this.timer = window.setInterval(() => {
      analyser.getByteTimeDomainData(samples);
      const level = levelOf(samples);
      byId('meter')?.setAttribute('aria-valuenow', String(level));
      byId('meter-bar')?.setAttribute('width', String(level));
      if (level >= audible) write(text, this.heard);
    }, every);
  }

  close(): void {
    clearInterval(this.timer);
    void this.context?.close().catch(() => undefined);
    this.context = undefined;
  }
}

/** How loud a stretch of samples is, from 0 to 100: their effective value in decibels, from -50 to -5. */
export function levelOf(samples: Uint8Array): number {
  let sum = 0;
  for (const sample of samples) sum += ((sample - 128) / 128) ** 2;
  const decibels = 10 * Math.log10(sum / samples.length || 1e-10);
  return Math.round(Math.min(Math.max((decibels + 50) / 45, 0), 1) * 100);
}
