// Two short notes, in hertz; each sounds so long, in seconds, and not loud.
const notes = [660, 880];
const length = 0.25;
const loudness = 0.12;

/** A short sound that needs no file. Browsers play none before the visitor has pressed something. */
export class Chime {
  private context: AudioContext | undefined;

  /** Through the speaker with this id where the browser can choose one, through the usual one otherwise. */
  constructor(private readonly speakerId?: string) {}

  /** Asks the browser for leave to make a sound later; to be called while a press is handled. */
  unlock(): void {
    if (typeof AudioContext === 'undefined') return;
    this.context ??= new AudioContext(this.speakerId ? ({ sinkId: this.speakerId } as AudioContextOptions) : {});
    void this.context.resume().catch(() => undefined);
  }

  /** Plays, where the browser lets it. */
  play(): void {
    const { context } = this;
    if (context?.state !== 'running') return;
    const gain = context.createGain();
    gain.connect(context.destination);
    notes.forEach((note, i) => {
      const from = context.currentTime + i * length;
      const tone = context.createOscillator();
      tone.frequency.value = note;
      tone.connect(gain);
      tone.start(from);
      tone.stop(from + length);
      gain.gain.setValueAtTime(loudness, from);
      gain.gain.exponentialRampToValueAtTime(0.001, from + length);
    });
  }

  /** Gives the speaker back. */
  close(): void {
    void this.context?.close().catch(() => undefined);
    this.context = undefined;
  }
}
