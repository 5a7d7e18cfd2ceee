// Replaces the browser's answer to a request for camera and microphone, before the page's own script runs.
import type { Page } from '@playwright/test';

/** The browser's answer. */
export interface Answer {
  /** The name of the error; `ignored` for no answer; `embedded` if a page around this one forbids devices. */
  error: string;
  message?: string;
  /** The permission that the browser reports for each device. */
  camera?: PermissionState;
  microphone?: PermissionState;
  /** Whether a request for the microphone alone succeeds. */
  microphoneWorks?: boolean;
}

/** Gives this answer to all pages that are opened from now on. */
export async function answer(page: Page, { error, message = '', microphoneWorks = false, ...states }: Answer): Promise<void> {
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
    [error, message, microphoneWorks, states as { camera?: string; microphone?: string }] as const,
  );
}

/** The answer after the visitor has blocked both devices. */
export const denied: Answer = { error: 'NotAllowedError', camera: 'denied', microphone: 'denied' };

/** The answer when the operating system blocks both devices. */
export const bySystem: Answer = { error: 'NotAllowedError', message: 'Permission denied by system' };

/** Makes every WebSocket fail, as behind a proxy that does not support them. */
export function brokenSocket(): void {
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

/** Installs a camera with its cover closed and a silent microphone. */
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
