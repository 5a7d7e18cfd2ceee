import { type Devices, type Facts, type TroubleKind, troubleOf, worthTrying } from './trouble.ts';

/** What the visitor wants to be seen and heard with; the ids are the browser's own. */
export interface Wanted extends Devices {
  cameraId?: string | undefined;
  microphoneId?: string | undefined;
}

/** What came of asking. */
export interface Opened {
  /** Live tracks, for whoever asked to stop. */
  stream?: MediaStream;
  /** What went wrong, if anything did; some of what was wanted may be there all the same. */
  trouble?: TroubleKind;
}

/** What the browser says of a device before it is asked for; undefined where it does not say. */
export async function permission(device: keyof Devices): Promise<PermissionStatus | undefined> {
  try {
    return await navigator.permissions.query({ name: device as PermissionName });
  } catch {
    return undefined;
  }
}

/** Whether a press leads straight to the devices, without a question of the browser: they are allowed, and there. */
export async function isReady(wanted: Devices): Promise<boolean> {
  const { camera, microphone } = await facts();
  const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  const has = (kind: MediaDeviceKind) => all.some((d) => d.kind === kind);
  return (
    (!wanted.camera || (camera === 'granted' && has('videoinput'))) &&
    (!wanted.microphone || (microphone === 'granted' && has('audioinput')))
  );
}

/** Asks the browser for what is wanted and nothing more, and takes what works. Never rejects. */
export async function openDevices(wanted: Wanted): Promise<Opened> {
  try {
    return { stream: await open(wanted) };
  } catch (err) {
    const known = await facts();
    const trouble = troubleOf(err, wanted, known);
    const again = worthTrying(trouble, known);
    const tracks: MediaStreamTrack[] = [];
    if (wanted.camera && wanted.microphone) {
      for (const device of ['microphone', 'camera'] as const) {
        if (!again[device]) continue;
        const alone = { ...wanted, camera: false, microphone: false, [device]: true };
        const stream = await open(alone).catch(() => undefined);
        if (stream) tracks.push(...stream.getTracks());
      }
    }
    return tracks.length > 0 ? { stream: new MediaStream(tracks), trouble } : { trouble };
  }
}

/** Why a device that worked has gone: unplugged, or no longer allowed. */
export async function whyGone(): Promise<TroubleKind> {
  const { camera, microphone } = await facts();
  return camera === 'denied' || microphone === 'denied' ? 'blocked' : 'missing';
}

/** The cameras, microphones or speakers that the browser names; none before it was allowed to. */
export async function listDevices(kind: MediaDeviceKind): Promise<MediaDeviceInfo[]> {
  const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  return all.filter((d) => d.kind === kind && d.deviceId !== '' && d.label !== '');
}

async function open(wanted: Wanted): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia(constraintsOf(wanted));
  } catch (err) {
    // A device that has gone since it was chosen must not keep the others away.
    const chosen = wanted.cameraId || wanted.microphoneId;
    if (!chosen || (err as { name?: unknown }).name !== 'OverconstrainedError') throw err;
    return navigator.mediaDevices.getUserMedia(constraintsOf({ camera: wanted.camera, microphone: wanted.microphone }));
  }
}

function constraintsOf({ camera, microphone, cameraId, microphoneId }: Wanted): MediaStreamConstraints {
  // Exact, because a browser would rather give another camera with the size than the one that was chosen without it.
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
  return {
    ...(camera && { video: { ...size, ...(cameraId && { deviceId: { exact: cameraId } }) } }),
    ...(microphone && { audio: microphoneId ? { deviceId: { exact: microphoneId } } : true }),
  };
}

async function facts(): Promise<Facts> {
  const [camera, microphone] = await Promise.all([permission('camera'), permission('microphone')]);
  return { camera: camera?.state, microphone: microphone?.state, embedded: isKeptFromUs() };
}

/** Whether the page around this one has not handed on the use of camera and microphone. */
function isKeptFromUs(): boolean {
  const { featurePolicy } = document as { featurePolicy?: { allowsFeature(name: string): boolean } };
  if (featurePolicy) return !featurePolicy.allowsFeature('camera') || !featurePolicy.allowsFeature('microphone');
  return false;
}
