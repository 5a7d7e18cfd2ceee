import type * as acs from '@azure/communication-calling';
import { Emitter } from './emitter.ts';
import { CallingError } from './errors.ts';
import { streamFeature } from './inert.ts';
import type { Public } from './types.ts';

/** Device ids begin with their kind (`camera:`), as in the Calling SDK; the rest is the browser's id. */
const browserId = (id: string) => id.slice(id.indexOf(':') + 1);

/** Switches off every track of a stream. */
export function stopTracks(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/**
 * A camera, microphone or screen of this browser. The device is switched on when its stream is first requested, and off
 * when the last holder releases it.
 */
abstract class LocalStream<Device extends { id: string }, Events> extends Emitter<Events> {
  source: Device;
  private opened: Promise<MediaStream> | undefined;
  /** The renderers and the call that use this stream, with their callbacks for another source. */
  private readonly holders = new Map<unknown, () => void>();
  private readonly autoDisposeOnCallEnd: boolean;

  constructor(
    source: Device | MediaStream,
    unnamed: Device,
    options: { autoDisposeOnCallEnd?: boolean } | undefined,
    /** The page stops a stream that it made itself, unless this is true. */
    private ours = !(source instanceof MediaStream),
  ) {
    super();
    this.autoDisposeOnCallEnd = options?.autoDisposeOnCallEnd ?? true;
    if (source instanceof MediaStream) {
      this.source = unnamed;
      this.opened = Promise.resolve(source);
    } else {
      this.source = source;
    }
  }

  protected abstract request(device: Device): Promise<MediaStream>;
  protected abstract announce(): void;

  /** The device's stream, switched on if need be. Rejects with 403/43001 when the browser or the visitor refuses. */
  getMediaStream(): Promise<MediaStream> {
    this.opened ??= this.request(this.source).catch((error: unknown) => {
      this.opened = undefined;
      throw new CallingError(`Unable to start the device: ${String(error)}`, 403, 43001, error);
    });
    return this.opened;
  }

  /** Returns the stream to a user who is notified of a replacement and calls `release` at the end. */
  hold(holder: unknown, sourceChanged: () => void): Promise<MediaStream> {
    this.holders.set(holder, sourceChanged);
    return this.getMediaStream();
  }

  /** Releases the stream. The last release switches the device off. */
  release(holder: unknown): void {
    if (this.holders.delete(holder) && this.holders.size === 0) this.dispose();
  }

  /** Switches the device off at the end of a call, unless the page asked to keep the stream. */
  callEnded(): void {
    if (this.autoDisposeOnCallEnd) this.dispose();
  }

  /** Takes another device, and switches it on if the one before was. */
  async switchSource(source: Device): Promise<void> {
    const before = this.opened;
    this.source = source;
    this.opened = undefined;
    // First off, then on: a phone opens only one camera at a time.
    if (this.ours) stopTracks(await before?.catch(() => undefined));
    this.ours = true;
    if (before) await this.getMediaStream();
    this.changed();
  }

  async setMediaStream(stream: MediaStream): Promise<void> {
    this.dispose();
    this.opened = Promise.resolve(stream);
    this.ours = false;
    this.changed();
  }

  private changed(): void {
    for (const sourceChanged of [...this.holders.values()]) sourceChanged();
    this.announce();
  }

  dispose(): void {
    if (!this.ours) return;
    void this.opened?.then(stopTracks, () => undefined);
    this.opened = undefined;
  }
}

interface VideoEvents {
  videoSourceChanged: { source: acs.LocalVideoStream };
}

/** The visitor's camera, or a screen that is shared. */
export class LocalVideoStream extends LocalStream<acs.VideoDeviceInfo, VideoEvents> implements Public<acs.LocalVideoStream> {
  readonly mediaStreamType: acs.MediaStreamType;

  constructor(source: acs.VideoDeviceInfo | MediaStream, options?: acs.LocalVideoStreamOptions) {
    super(source, { id: 'camera:custom', name: 'custom', deviceType: 'Unknown' }, options);
    this.mediaStreamType = this.source.deviceType === 'ScreenSharing' ? 'ScreenSharing' : 'Video';
  }

  feature<T extends acs.VideoStreamFeature>(factory: acs.VideoStreamFeatureFactory<T>): T {
    return streamFeature(factory) as T;
  }

  protected request(device: acs.VideoDeviceInfo): Promise<MediaStream> {
    if (device.deviceType === 'ScreenSharing') return navigator.mediaDevices.getDisplayMedia({ video: true });
    const video = { deviceId: { exact: browserId(device.id) }, width: { ideal: 1280 }, height: { ideal: 720 } };
    return navigator.mediaDevices.getUserMedia({ video });
  }

  protected announce(): void {
    this.emit('videoSourceChanged', { source: this as unknown as acs.LocalVideoStream });
  }
}

/** The device for a shared screen; the browser asks which screen when it is opened. */
export const SCREEN: acs.VideoDeviceInfo = { id: 'screen:', name: 'Screen', deviceType: 'ScreenSharing' };

interface AudioEvents {
  audioSourceChanged: { source: acs.LocalAudioStream };
}

/** The visitor's microphone. */
export class LocalAudioStream extends LocalStream<acs.AudioDeviceInfo, AudioEvents> implements Public<acs.LocalAudioStream> {
  readonly mediaStreamType = 'Audio' as const;

  constructor(source: acs.AudioDeviceInfo | MediaStream, options?: acs.LocalAudioStreamOptions) {
    super(source, { id: 'microphone:custom', name: 'custom', isSystemDefault: false, deviceType: 'Microphone' }, options);
  }

  feature<T extends acs.AudioStreamFeature>(factory: acs.AudioStreamFeatureFactory<T>): T {
    return streamFeature(factory) as T;
  }

  /** Inert: always level 0. */
  async getVolume(): Promise<acs.Volume> {
    return { level: 0, on() {}, off() {} };
  }

  protected request(device: acs.AudioDeviceInfo): Promise<MediaStream> {
    return navigator.mediaDevices.getUserMedia({ audio: { deviceId: { exact: browserId(device.id) } } });
  }

  protected announce(): void {
    this.emit('audioSourceChanged', { source: this as unknown as acs.LocalAudioStream });
  }
}
