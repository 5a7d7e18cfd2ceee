// Two short notes: their frequencies in hertz, the length of each in seconds, and their low volume.
const notes = [660, 880];
const length = 0.25;
const loudness = 0.12;

/** A short sound that needs no file. Browsers play none before the visitor has pressed something. */
export class Chime {
  private context: AudioContext | undefined;

  /** Through the speaker with this id where the browser can choose one, through the usual one otherwise. */
  constructor(private readonly speakerId?: string) {}

  /** Makes the browser allow a later sound. Call it while handling a press. */
  unlock(): void {
    if (typeof AudioContext === 'undefined') return;
    this.context ??= new AudioContext(this.speakerId ? ({ sinkId: this.speakerId } as AudioContextOptions) : {});
    void this.context.resume().catch(() => undefined);
  }

  /** Plays the sound if the browser allows it. */
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

  /** Releases the speaker. */
  close(): void {
    void this.context?.close().catch(() => undefined);
    this.context = undefined;
  }
}
