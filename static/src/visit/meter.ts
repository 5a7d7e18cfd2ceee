import { byId, show, write } from './page.ts';

// How often the level is read, in milliseconds, and the level from which a voice counts as heard, out of 100.
const every = 100;
const audible = 8;

/** Shows how loud a microphone is, measured from its samples. */
export class Meter {
  private context: AudioContext | undefined;
  private timer: number | undefined;

  private track: MediaStreamTrack | undefined;

  constructor(private readonly texts: Readonly<Record<string, string>>) {}

  /** Measures this track; without one removes the meter. */
  show(track: MediaStreamTrack | undefined): void {
    if (track && track === this.track) return;
    this.close();
    this.track = track;
    show(byId('level'), track !== undefined && typeof AudioContext !== 'undefined');
    if (!track || typeof AudioContext === 'undefined') return;
    const context = new AudioContext();
    this.context = context;
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Uint8Array(analyser.fftSize);
    const say = (id: string) => write(byId('level-text'), this.texts[id] ?? '');
    let heard = false;
    // Browsers suspend sound until a press; the next one starts it.
    const resume = () => void context.resume().catch(() => undefined);
    resume();
    addEventListener('pointerdown', resume, { once: true });
    this.timer = window.setInterval(() => {
      if (context.state !== 'running') return say('preview.microphoneOn');
      analyser.getByteTimeDomainData(samples);
      const level = levelOf(samples);
      byId('meter')?.setAttribute('aria-valuenow', String(level));
      byId('meter-bar')?.setAttribute('width', String(level));
      heard ||= level >= audible;
      say(heard ? 'preview.heard' : 'preview.speak');
    }, every);
  }

  close(): void {
    clearInterval(this.timer);
    void this.context?.close().catch(() => undefined);
    this.context = undefined;
    this.track = undefined;
  }
}

/** The loudness of samples from 0 to 100: their effective value in decibels, from -50 to -5. */
export function levelOf(samples: Uint8Array): number {
  let sum = 0;
  for (const sample of samples) sum += ((sample - 128) / 128) ** 2;
  const decibels = 10 * Math.log10(sum / samples.length || 1e-10);
  return Math.round(Math.min(Math.max((decibels + 50) / 45, 0), 1) * 100);
}
