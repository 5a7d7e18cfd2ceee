import { byId, show } from './page.ts';

/**
 * Shows visitors who wait their own picture, which they can close. It is the one that the call has already: a second
 * camera would take the first away on a phone. Without a camera nothing is shown. The function it returns ends it.
 */
export function showSelf(): () => void {
  const tile = byId('waiting-self');
  const picture = tile?.querySelector('video');
  if (!tile || !picture) return () => undefined;
  const look = () => {
    const own = document.querySelector<HTMLVideoElement>('#stage video');
    const stream = own?.srcObject instanceof MediaStream && own.srcObject.active ? own.srcObject : null;
    if (picture.srcObject !== stream) picture.srcObject = stream;
    if (stream && picture.paused) void picture.play().catch(() => undefined);
    show(tile, stream !== null);
  };
  look();
  // The library draws it when the camera has started, and tells nobody.
  const timer = setInterval(look, 500);
  return () => {
    clearInterval(timer);
    picture.srcObject = null;
    show(tile, false);
  };
}
