import type * as acs from '@azure/communication-calling';
import { CallingError } from './errors.ts';
import { LocalVideoStream } from './localstream.ts';
import { RemoteVideoStream } from './remotestream.ts';
import type { Public } from './types.ts';

const FIT: Record<acs.ScalingMode, string> = { Fit: 'contain', Crop: 'cover', Stretch: 'fill' };

/** One picture on the page. */
class View implements acs.VideoStreamRendererView {
  readonly target = document.createElement('div');
  scalingMode: acs.ScalingMode;
  readonly isMirrored: boolean;
  private readonly video = document.createElement('video');
  private readonly moved: ResizeObserver;

  constructor(stream: LocalVideoStream | RemoteVideoStream, options: acs.CreateViewOptions | undefined, gone: () => void) {
    this.scalingMode = options?.scalingMode ?? 'Stretch';
    this.isMirrored = options?.isMirrored ?? (stream instanceof LocalVideoStream && stream.mediaStreamType === 'Video');
    this.disposed = gone;
    const { video, target } = this;
    video.autoplay = video.playsInline = video.muted = true;
    Object.assign(video.style, { width: '100%', height: '100%', display: 'block', objectFit: FIT[this.scalingMode] });
    if (this.isMirrored) video.style.transform = 'scaleX(-1)';
    Object.assign(target.style, { width: '100%', height: '100%', overflow: 'hidden' });
    target.append(video);
    // Moving a <video> in the document pauses it; it is started again when it gets a size in its new place.
    this.moved = new ResizeObserver(() => this.play());
    this.moved.observe(target);
    if (stream instanceof RemoteVideoStream) video.onresize = () => stream.resized(video.videoWidth, video.videoHeight);
  }

  private readonly disposed: () => void;

  show(media: MediaStream): void {
    if (this.video.srcObject !== media) this.video.srcObject = media;
    this.play();
  }

  async updateScalingMode(scalingMode: acs.ScalingMode): Promise<void> {
    this.scalingMode = scalingMode;
    this.video.style.objectFit = FIT[scalingMode];
  }

  dispose(): void {
    this.moved.disconnect();
    this.video.onresize = null;
    this.video.srcObject = null;
    this.video.remove();
    this.target.remove();
    this.disposed();
  }

  private play(): void {
    if (this.video.paused && this.video.srcObject) this.video.play().catch(() => undefined);
  }
}

/** Shows a stream on the page in any number of views. Keeps a local device on until `dispose`. */
export class VideoStreamRenderer implements Public<acs.VideoStreamRenderer> {
  private readonly views = new Set<View>();
  private disposed = false;
  private readonly stream: LocalVideoStream | RemoteVideoStream;

  private readonly refresh = () => void this.show();

  constructor(stream: LocalVideoStream | acs.LocalVideoStream | acs.RemoteVideoStreamCommon) {
    // Our own class in spite of its declared type, because a page gets its streams from this module.
    this.stream = stream as LocalVideoStream | RemoteVideoStream;
    if (this.stream instanceof RemoteVideoStream) this.stream.on('isAvailableChanged', this.refresh);
  }

  get size(): acs.StreamSize {
    return this.stream instanceof RemoteVideoStream ? this.stream.size : { width: 0, height: 0 };
  }

  /** Rejects with 400/43219 after `dispose`, and as `getMediaStream` does. */
  async createView(options?: acs.CreateViewOptions): Promise<acs.VideoStreamRendererView> {
    if (this.disposed) throw new CallingError('VideoStreamRenderer is disposed of', 400, 43219);
    const { stream } = this;
    const media = await (stream instanceof LocalVideoStream ? stream.hold(this, this.refresh) : stream.getMediaStream());
    const view: View = new View(stream, options, () => this.views.delete(view));
    this.views.add(view);
    view.show(media);
    return view;
  }

  /** Throws 400/43222 the second time. */
  dispose(): void {
    if (this.disposed) throw new CallingError('VideoStreamRenderer is disposed of', 400, 43222);
    this.disposed = true;
    for (const view of this.views) view.dispose();
    if (this.stream instanceof LocalVideoStream) this.stream.release(this);
    else this.stream.off('isAvailableChanged', this.refresh);
  }

  private async show(): Promise<void> {
    const media = await this.stream.getMediaStream().catch(() => undefined);
    if (media) for (const view of this.views) view.show(media);
  }
}
