import type * as acs from '@azure/communication-calling';
import { Emitter } from './emitter.ts';
import { CallingError } from './errors.ts';

interface Events {
  isAvailableChanged: undefined;
  isReceivingChanged: undefined;
  sizeChanged: undefined;
}

/** Another person's camera or screen. It always exists, and is available while it is switched on. */
export class RemoteVideoStream extends Emitter<Events> implements acs.RemoteVideoStream {
  isAvailable = false;
  isReceiving = false;
  size: acs.StreamSize = { width: 0, height: 0 };
  private media: MediaStream | undefined;

  constructor(
    readonly id: number,
    readonly mediaStreamType: acs.MediaStreamType,
  ) {
    super();
  }

  /** Rejects with 404/43203 while nothing has been received. */
  async getMediaStream(): Promise<MediaStream> {
    if (!this.media) throw new CallingError('Remote stream is not available', 404, 43203);
    return this.media;
  }

  /** Sets what the other side announces (`shown`) and what was received (`media`). */
  update(shown: boolean, media: MediaStream | undefined): void {
    this.media = media;
    const available = shown && media !== undefined;
    const receiving = available && media.getTracks()[0]?.muted === false;
    this.assign('isAvailable', available);
    this.assign('isReceiving', receiving);
  }

  /** Set by the renderer of the picture. */
  resized(width: number, height: number): void {
    if (!width || (width === this.size.width && height === this.size.height)) return;
    this.size = { width, height };
    this.emit('sizeChanged');
  }
}
