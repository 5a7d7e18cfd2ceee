// What a browser answers that is asked for camera and microphone, played before the page's own script runs.
import type { Page } from '@playwright/test';

/** How the question is answered. */
export interface Answer {
  /** The name of the error, `ignored` for no answer at all, or `embedded` for a page around this one that forbids it. */
  error: string;
  message?: string;
  /** What the browser says of each device when it is asked about it. */
  camera?: PermissionState;
  microphone?: PermissionState;
  /** The microphone works as soon as it is asked for by itself. */
  soundAlone?: boolean;
}

/** Has the pages that are opened from now on get this answer. */
export async function answer(page: Page, { error, message = '', soundAlone = false, ...states }: Answer): Promise<void> {
  await page.addInitScript(
    ([name, text, alone, asked]) => {
      const media = navigator.mediaDevices;
      if (!media) return;
      const real = media.getUserMedia.bind(media);
      media.getUserMedia = async (wanted) => {
        if (name === 'ignored') return new Promise(() => undefined);
        if (alone && !wanted?.video) return real(wanted);
        throw new DOMException(text, name === 'embedded' ? 'NotAllowedError' : name);
      };
      if (name === 'embedded') Object.defineProperty(document, 'featurePolicy', { value: { allowsFeature: () => false } });
      navigator.permissions.query = async ({ name: device }) => {
        const state = asked[device as 'camera' | 'microphone'] ?? 'prompt';
        return Object.assign(new EventTarget(), { state }) as unknown as PermissionStatus;
      };
    },
    [error, message, soundAlone, states as { camera?: string; microphone?: string }] as const,
  );
}

/** What the browser says whose person has blocked both. */
export const denied: Answer = { error: 'NotAllowedError', camera: 'denied', microphone: 'denied' };

/** What it says when the device itself blocks them. */
export const bySystem: Answer = { error: 'NotAllowedError', message: 'Permission denied by system' };

/** Takes the WebSocket away, as a proxy does that knows only pages. */
export function deafSocket(): void {
  Object.assign(globalThis, {
    WebSocket: class extends EventTarget {
      onerror?: () => void;
      constructor() {
        super();
        setTimeout(() => this.onerror?.());
      }
      close() {}
    },
  });
}

/** A camera with its cover closed and a microphone without sound. */
export function darkAndSilent(): void {
  navigator.mediaDevices.getUserMedia = async ({ video } = {}) => {
    if (!video) return new AudioContext().createMediaStreamDestination().stream;
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
    const context = canvas.getContext('2d');
    const { port1, port2 } = new MessageChannel();
    const stream = canvas.captureStream(30);
    port1.onmessage = () => {
      context?.fillRect(0, 0, 640, 480);
      port2.postMessage(0);
    };
    port2.postMessage(0);
    return stream;
  };
}
