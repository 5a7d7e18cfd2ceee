import type * as acs from '@azure/communication-calling';
import type { DeviceManager } from './devices.ts';
import type { DiagnosticsFeature } from './diagnostics.ts';
import { Emitter, type Update } from './emitter.ts';
import { CallingError, wasRefused } from './errors.ts';
import { LocalAudioStream, type LocalVideoStream } from './localstream.ts';
import type { Tracks } from './peer.ts';

type LocalStream = LocalAudioStream | LocalVideoStream;

/** The diagnostics for a refused and for a broken device. A visitor who cancels a screen share has no problem. */
const TROUBLE: Partial<Record<acs.MediaStreamType, [acs.MediaDiagnosticType | undefined, acs.MediaDiagnosticType]>> = {
  Audio: ['microphonePermissionDenied', 'microphoneNotFunctioning'],
  Video: ['cameraPermissionDenied', 'cameraStartFailed'],
  ScreenSharing: [undefined, 'capturerStartFailed'],
};

interface Events {
  localVideoStreamsUpdated: Update<LocalVideoStream>;
  localAudioStreamsUpdated: Update<LocalAudioStream>;
  /** The tracks have changed. */
  changed: undefined;
  /** The browser or the visitor ended the sharing of a screen outside of our page. */
  screenEnded: undefined;
}

/** What this visitor sends in one call: microphone, camera and screen, each optional. */
export class Outgoing extends Emitter<Events> {
  video: readonly LocalVideoStream[];
  audio: readonly LocalAudioStream[] = [];
  private closed = false;
  private readonly watched = new WeakSet<MediaStreamTrack>();
  private readonly microphoneChanged = () => void this.switchMicrophone();

  constructor(
    private readonly devices: DeviceManager,
    private readonly diagnostics: DiagnosticsFeature,
    video: readonly LocalVideoStream[],
  ) {
    super();
    this.video = [...video];
    if (devices.selectedMicrophone) this.replaceAudio(new LocalAudioStream(devices.selectedMicrophone));
    devices.on('selectedMicrophoneChanged', this.microphoneChanged);
  }

  /** Opens the video that the visitor joined with. A camera that cannot be opened is omitted. */
  async begin(): Promise<void> {
    await Promise.all(this.video.map((stream) => this.open(stream).catch(() => this.remove(stream))));
  }

  get camera(): LocalVideoStream | undefined {
    return this.video.find((stream) => stream.mediaStreamType === 'Video');
  }

  get screen(): LocalVideoStream | undefined {
    return this.video.find((stream) => stream.mediaStreamType === 'ScreenSharing');
  }

  /** Adds a camera or a screen. Rejects when it cannot be opened. */
  async add(stream: LocalVideoStream): Promise<void> {
    await this.open(stream);
    if (this.video.includes(stream)) return;
    this.video = [...this.video, stream];
    this.emit('localVideoStreamsUpdated', { added: [stream], removed: [] });
  }

  remove(stream: LocalVideoStream): void {
    if (!this.video.includes(stream)) return;
    this.video = this.video.filter((s) => s !== stream);
    stream.release(this);
    this.emit('localVideoStreamsUpdated', { added: [], removed: [stream] });
  }

  /** Opens the microphone. Rejects when there is none or it is refused; the visitor can still listen. */
  async openMicrophone(): Promise<void> {
    const { media } = this.diagnostics;
    const device = this.audio[0] ? undefined : (await this.devices.getMicrophones())[0];
    if (device && !this.audio[0]) this.replaceAudio(new LocalAudioStream(device));
    const microphone = this.audio[0];
    if (!microphone) {
      media.set('noMicrophoneDevicesEnumerated', true);
      throw new CallingError('No microphone found', 403, 43001);
    }
    media.clear('noMicrophoneDevicesEnumerated', false);
    await this.open(microphone);
  }

  /** Sends this microphone instead of the one before. */
  replaceAudio(stream: LocalAudioStream): void {
    const before = this.audio;
    this.audio = [stream];
    for (const old of before) old.release(this);
    this.emit('localAudioStreamsUpdated', { added: [stream], removed: [...before] });
  }

  /** What to send now: [microphone, camera, screen]. A device that does not open is not sent. */
  async tracks(muted: boolean): Promise<Tracks> {
    return [muted ? null : await trackOf(this.audio[0]), await this.watch(this.camera), await this.watch(this.screen)];
  }

  /** Releases all devices at the end of the call. A device that is still opening is released when it has opened. */
  close(): void {
    this.closed = true;
    this.devices.off('selectedMicrophoneChanged', this.microphoneChanged);
    const { audio, video } = this;
    this.video = [];
    this.audio = [];
    for (const stream of [...audio, ...video]) {
      stream.release(this);
      stream.callEnded();
    }
    if (audio.length) this.emit('localAudioStreamsUpdated', { added: [], removed: [...audio] });
    if (video.length) this.emit('localVideoStreamsUpdated', { added: [], removed: [...video] });
  }

  private async open(stream: LocalStream): Promise<void> {
    const { media } = this.diagnostics;
    const trouble = TROUBLE[stream.mediaStreamType] ?? [];
    try {
      await stream.hold(this, () => this.emit('changed'));
      if (this.closed) throw new CallingError('The call is over', 400, 40000);
      for (const name of trouble) if (name) media.clear(name, false);
    } catch (error) {
      stream.release(this);
      const name = trouble[wasRefused(error) ? 0 : 1];
      if (name && !this.closed) media.set(name, true);
      throw error;
    }
  }

  private async switchMicrophone(): Promise<void> {
    const device = this.devices.selectedMicrophone;
    if (!device || !this.audio[0] || this.audio[0].source.id === device.id) return;
    await this.audio[0].switchSource(device).catch(() => this.diagnostics.media.set('microphoneNotFunctioning', true));
  }

  /** Returns the track of a camera or a screen, and watches its end: an unplugged cable, or "Stop sharing" in the browser. */
  private async watch(stream: LocalVideoStream | undefined): Promise<MediaStreamTrack | null> {
    const track = await trackOf(stream);
    if (!stream || !track || this.watched.has(track)) return track;
    this.watched.add(track);
    track.addEventListener('ended', () => {
      if (stream === this.screen) this.emit('screenEnded');
      else if (stream === this.camera) this.diagnostics.media.set('cameraStoppedUnexpectedly', true);
    });
    return track;
  }
}

async function trackOf(stream: LocalStream | undefined): Promise<MediaStreamTrack | null> {
  const media = await stream?.getMediaStream().catch(() => undefined);
  return media?.getTracks()[0] ?? null;
}
