/** A camera, a microphone, or one of the two. */
export interface Devices {
  camera: boolean;
  microphone: boolean;
}

/** Why a camera or a microphone did not come; each has words of its own on the page. */
export type TroubleKind = 'blocked' | 'dismissed' | 'ignored' | 'system' | 'missing' | 'busy' | 'embedded' | 'unknown';

/** What is known besides the browser's error. */
export interface Facts {
  /** What the browser says of each device; undefined where it does not say. */
  camera: PermissionState | undefined;
  microphone: PermissionState | undefined;
  /** Whether the page stands in another one that keeps what was asked for to itself. */
  embedded: boolean;
}

/** Reads what really happened out of an error of getUserMedia, whose name alone leaves open who said no. */
export function troubleOf(error: unknown, asked: Devices, facts: Facts): TroubleKind {
  const { name = '', message = '' } = error instanceof Error || error instanceof DOMException ? error : {};
  const states = [...(asked.camera ? [facts.camera] : []), ...(asked.microphone ? [facts.microphone] : [])];
  switch (name) {
    case 'NotFoundError':
    case 'DevicesNotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
      return 'busy';
    case 'NotAllowedError':
    case 'PermissionDeniedError':
    case 'SecurityError':
      if (facts.embedded) return 'embedded';
      if (/system/i.test(message)) return 'system';
      if (states.includes('denied')) return 'blocked';
      // The page may, and still did not get it: the system said no. Where it never was asked for good, a press went past.
      if (states.every((state) => state === 'granted')) return 'system';
      return states.includes('prompt') ? 'dismissed' : 'blocked';
    default:
      return 'unknown';
  }
}

/** What is worth asking for by itself, after both together did not come. */
export function worthTrying(kind: TroubleKind, { camera, microphone }: Facts): Devices {
  switch (kind) {
    case 'missing':
    case 'busy':
    case 'unknown':
      return { camera: true, microphone: true };
    case 'blocked':
    case 'system':
      // Only one of the two was refused; a question that was just answered is not asked again.
      return {
        camera: camera === 'granted' || (camera === 'prompt' && microphone === 'denied'),
        microphone: microphone === 'granted' || (microphone === 'prompt' && camera === 'denied'),
      };
    default:
      return { camera: false, microphone: false };
  }
}
