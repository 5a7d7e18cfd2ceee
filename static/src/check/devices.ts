import type { Attempt, Wait } from './clock.ts';
import type { Finding } from './results.ts';

type Device = 'camera' | 'microphone';

/** The texts while the browser asks for permission. */
export const asking: Wait = {
  text: 'check.say.ask',
  late: 'check.say.askLate',
  over: { state: 'bad', text: 'check.say.askOver', detail: 'no answer to the question' },
};

const trouble = {
  camera: {
    blocked: 'check.say.cameraBlocked',
    system: 'check.say.cameraSystem',
    absent: 'check.say.cameraAbsent',
    busy: 'check.say.cameraBusy',
    failed: 'check.say.cameraFailed',
  },
  microphone: {
    blocked: 'check.say.microphoneBlocked',
    system: 'check.say.microphoneSystem',
    absent: 'check.say.microphoneAbsent',
    busy: 'check.say.microphoneBusy',
    failed: 'check.say.microphoneFailed',
  },
} as const;

/** Returns why there is no stream, from what the browser threw. `embedded` means that the page is in a frame. */
export function refused(device: Device, thrown: unknown, embedded: boolean): Finding {
  const { name, message } = thrown instanceof Error || thrown instanceof DOMException ? thrown : { name: 'unknown', message: '' };
  const why = trouble[device];
  const found = (text: string): Finding => ({ state: 'bad', text, detail: /^\w{1,40}$/.test(name) ? name : 'unknown' });
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      if (embedded) return found('check.say.embedded');
      return found(/system/i.test(message) ? why.system : why.blocked);
    case 'NotFoundError':
    case 'OverconstrainedError':
      return found(why.absent);
    case 'NotReadableError':
    case 'AbortError':
      return found(why.busy);
    default:
      return found(why.failed);
  }
}

/** Asks for one device. A stream that arrives after the test has ended is closed at once. */
export async function open(device: Device, { signal }: Attempt): Promise<MediaStream | Finding> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia(device === 'camera' ? { video: true } : { audio: true });
    if (signal.aborted) close(stream);
    return stream;
  } catch (thrown) {
    return refused(device, thrown, self !== top);
  }
}

/** Stops the devices of a stream. */
export function close(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

const sampleEvery = 100;

/** Calls `look` ten times a second until it returns a value or the test ends. */
function watch<T>(signal: AbortSignal, look: () => T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      const seen = look();
      if (seen === undefined) return;
      clearInterval(timer);
      resolve(seen);
    }, sampleEvery);
    signal.addEventListener('abort', () => {
      clearInterval(timer);
      reject(new DOMException('over', 'AbortError'));
    });
  });
}

/** Waits up to two seconds for a picture that is not black, and returns the finding. */
export async function seePicture(video: HTMLVideoElement, { signal, wait }: Attempt): Promise<Finding> {
  wait({
    text: 'check.say.cameraStarting',
    late: 'check.say.cameraLate',
    over: { state: 'bad', text: 'check.say.cameraOver', detail: 'no picture' },
  });
  await video.play();
  let looks = 0;
  const dark = await watch(signal, () => {
    if (video.readyState < 2) return undefined;
    looks++;
    const black = isBlack(video);
    return black && looks < 20 ? undefined : black;
  });
  const { videoWidth: width, videoHeight: height } = video;
  const detail = `${width}x${height}`;
  if (dark) return { state: 'limit', text: 'check.say.cameraDark', detail: `${detail}, black` };
  if (Math.min(width, height) < 360) return { state: 'limit', text: 'check.say.cameraSmall', detail };
  return { state: 'good', text: 'check.say.cameraGood', detail };
}

/** Whether the picture is black. It is reduced to 16 by 9 pixels and not stored. */
function isBlack(video: HTMLVideoElement): boolean {
  const canvas = Object.assign(document.createElement('canvas'), { width: 16, height: 9 });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return false;
  context.drawImage(video, 0, 0, 16, 9);
  const { data } = context.getImageData(0, 0, 16, 9);
  return data.every((value, i) => i % 4 === 3 || value < 12);
}

/** Returns the loudness, 0 to 100, of samples between 0 and 255 around 128; 100 is a very loud voice. */
export function loudness(samples: Uint8Array): number {
  let sum = 0;
  for (const sample of samples) sum += ((sample - 128) / 128) ** 2;
  return Math.min(100, Math.round(Math.sqrt(sum / samples.length) * 400));
}

const heardFrom = 8;

/** For how many looks the browser may keep the sound suspended. */
const patience = 50;

/** Measures a microphone until `stop`. `heard` resolves when it has been loud three times, or cannot be measured. */
export function listen(stream: MediaStream, show: (level: number) => void): { heard: Promise<Finding>; stop(): void } {
  const audio = new AudioContext();
  const analyser = audio.createAnalyser();
  audio.createMediaStreamSource(stream).connect(analyser);
  const samples = new Uint8Array(analyser.fftSize);
  let loud = 0;
  let suspended = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  const heard = new Promise<Finding>((resolve) => {
    timer = setInterval(() => {
      if (audio.state !== 'running') {
        if (++suspended === patience) resolve({ state: 'limit', text: 'check.say.microphoneUnheard', detail: audio.state });
        return;
      }
      analyser.getByteTimeDomainData(samples);
      const level = loudness(samples);
      show(level);
      if (level >= heardFrom && ++loud === 3) resolve({ state: 'good', text: 'check.say.microphoneGood' });
    }, sampleEvery);
  });
  void audio.resume();
  return {
    heard,
    stop: () => {
      clearInterval(timer);
      close(stream);
      void audio.close();
    },
  };
}

/** The texts while the microphone is measured. */
export const listening: Wait = {
  text: 'check.say.microphoneListening',
  late: 'check.say.microphoneLate',
  over: { state: 'bad', text: 'check.say.microphoneOver', detail: 'silence' },
};

/** The texts while the visitor listens for the sound. */
export const playing: Wait = {
  text: 'check.say.speakerPlaying',
  late: 'check.say.speakerLate',
  over: { state: 'skipped', text: 'check.say.speakerOver' },
};

const notes = [523, 659, 784];

/** Plays three notes until the test ends. Rejects when the browser does not play. */
export async function playNotes(signal: AbortSignal): Promise<void> {
  const audio = new AudioContext();
  signal.addEventListener('abort', () => void audio.close());
  notes.forEach((frequency, i) => {
    const note = audio.createOscillator();
    const volume = audio.createGain();
    const at = audio.currentTime + 0.1 + i * 0.4;
    note.frequency.value = frequency;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.3, at + 0.05);
    volume.gain.linearRampToValueAtTime(0, at + 0.38);
    note.connect(volume).connect(audio.destination);
    note.start(at);
    note.stop(at + 0.4);
  });
  await audio.resume();
}
