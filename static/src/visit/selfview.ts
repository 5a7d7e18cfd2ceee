import { byId, show } from './page.ts';

/** What the switches on the waiting page do to the call. */
export type Turn = (device: 'camera' | 'microphone', on: boolean) => Promise<void>;

/**
 * Shows waiting visitors their own picture, with switches for camera and microphone. The picture is the one that the call
 * has already: a second camera would take the first away on a phone. Returns a function that ends it.
 */
export function showSelf(turn: Turn, on: Readonly<Record<'camera' | 'microphone', boolean>>): () => void {
  const tile = byId('waiting-self');
  const picture = tile?.querySelector('video');
  if (!tile || !picture) return () => undefined;
  for (const device of ['camera', 'microphone'] as const) {
    const box = tile.querySelector<HTMLInputElement>(`[name=waiting-${device}]`);
    if (!box) continue;
    box.checked = on[device];
    // Where the device does not follow, neither does its switch.
    box.onchange = () => void turn(device, box.checked).catch(() => (box.checked = !box.checked));
  }
  const look = () => {
    const own = document.querySelector<HTMLVideoElement>('#stage video');
    const stream = own?.srcObject instanceof MediaStream && own.srcObject.active ? own.srcObject : null;
    if (picture.srcObject !== stream) picture.srcObject = stream;
    if (stream && picture.paused) void picture.play().catch(() => undefined);
    show(picture, stream !== null);
    show(tile.querySelector('.chip'), stream !== null);
    show(tile.querySelector('.self-off'), stream === null);
  };
  look();
  // The library draws it when the camera has started, and reports that to nobody.
  const timer = setInterval(look, 500);
  return () => {
    clearInterval(timer);
    picture.srcObject = null;
  };
}
