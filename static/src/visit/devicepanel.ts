import { type Choices, keepSoundOnly, keptSoundOnly } from './carry.ts';
import { Chime } from './chime.ts';
import { Ladder } from './ladder.ts';
import { isReady, openDevices, permission, whyGone } from './media.ts';
import { Meter } from './meter.ts';
import { byId, show, write } from './page.ts';
import { Picker } from './picker.ts';
import { Starting } from './starting.ts';
import type { Devices } from './trouble.ts';

// How long the browser's question may stay unanswered before the page points at it, in milliseconds.
const pointAfter = 8_000;

/**
 * The visitor's own picture and sound before the call. It opens devices only after a press, shows them to nobody else,
 * and closes them before the call begins, because Safari lends a microphone to one user at a time.
 */
export class DevicePanel {
  private stream: MediaStream | undefined;
  private turn = 0;
  private works: Devices = { camera: false, microphone: false };
  private asked: Choices | undefined;
  private readonly panel = byId('device-panel');
  private readonly self = byId('self') as HTMLVideoElement | null;
  private readonly starting: Starting;
  private readonly ladder: Ladder;
  private readonly meter: Meter;
  private readonly camera = new Picker('camera', () => void this.check());
  private readonly microphone = new Picker('microphone', () => void this.check());
  private readonly speaker = new Picker('speaker', () => undefined);

  constructor(
    private readonly form: HTMLFormElement,
    private readonly texts: Readonly<Record<string, string>>,
  ) {
    this.starting = new Starting(texts);
    this.ladder = new Ladder(texts, () => void this.check(this.asked));
    this.meter = new Meter(texts);
    byId('check-devices')?.addEventListener('click', () => this.start());
    byId('test-speaker')?.addEventListener('click', () => this.testSpeaker());
    for (const device of ['camera', 'microphone']) {
      this.box(device)?.addEventListener('change', () => {
        if (device === 'camera') keepSoundOnly(() => localStorage, !this.wanted().camera);
        if (this.stream || this.ladder.open) void this.check();
      });
    }
    const saves = savesData();
    show(byId('saves-data'), saves);
    if (saves) show(byId('private'), false);
    const camera = this.box('camera');
    if (camera && (saves || keptSoundOnly(() => localStorage))) camera.checked = false;
    void this.watchPermission();
  }

  /** The devices to join with: the switches, or what another way to join means. An audience, without a panel, has none. */
  choices(way: string): Choices {
    if (!this.panel) return { camera: false, microphone: false };
    const wanted = this.wanted();
    const devices =
      way === 'listen'
        ? { camera: false, microphone: false }
        : way === 'sound'
          ? { camera: false, microphone: true }
          : way === 'works'
            ? this.works
            : wanted;
    return { ...devices, cameraId: this.camera.chosen, microphoneId: this.microphone.chosen, speakerId: this.speaker.chosen };
  }

  /**
   * Makes sure that the call will get the chosen devices, asking the browser where necessary, and closes them again.
   * The pressed button responds before anything is awaited.
   */
  async prepare(choices: Choices): Promise<boolean> {
    const { camera, microphone } = choices;
    this.starting.begin(choices);
    const have = this.have();
    const enough = (!camera || have.camera) && (!microphone || have.microphone);
    if ((!camera && !microphone) || enough || (await isReady(choices))) {
      this.starting.end();
      this.release();
      return true;
    }
    const ready = await this.ask(choices);
    if (ready) this.release();
    return ready;
  }

  /** Removes the picture and its switches: there is nothing to show or to choose. */
  forgo(): void {
    for (const device of ['camera', 'microphone']) {
      const box = this.box(device);
      if (box) box.checked = false;
    }
    show(this.panel, false);
    show(byId('private'), false);
  }

  /** Stops every track of the preview. */
  release(): void {
    this.turn++;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = undefined;
    this.ladder.close();
    this.present();
  }

  /** A press on the picture has an effect even when both switches are off. */
  private start(): void {
    const { camera, microphone } = this.wanted();
    for (const device of camera || microphone ? [] : ['camera', 'microphone']) {
      const box = this.box(device);
      if (box) box.checked = true;
    }
    void this.check();
  }

  /** Shows visitors to themselves, with the devices that the switches ask for. */
  private async check(devices: Devices = this.wanted()): Promise<void> {
    const wanted = { ...devices, cameraId: this.camera.chosen, microphoneId: this.microphone.chosen };
    const held = document.activeElement;
    if (wanted.camera || wanted.microphone) {
      this.starting.begin(wanted);
      await this.ask(wanted);
    } else this.release();
    // The button that was pressed has gone: stay where it was, without scrolling.
    if (held instanceof HTMLElement && !this.ladder.open && held.offsetParent === null)
      this.panel?.focus({ preventScroll: true });
  }

  private async ask(wanted: Choices): Promise<boolean> {
    const turn = ++this.turn;
    this.asked = wanted;
    const kept = this.keep(wanted);
    const lacks = (kind: string) => !kept.some((track) => track.kind === kind);
    const missing = { ...wanted, camera: wanted.camera && lacks('video'), microphone: wanted.microphone && lacks('audio') };
    const pointing = window.setTimeout(() => {
      if (turn === this.turn) this.ladder.point();
    }, pointAfter);
    const { stream, trouble } = missing.camera || missing.microphone ? await openDevices(missing) : {};
    clearTimeout(pointing);
    if (turn !== this.turn) {
      // Asked again, or given up meanwhile.
      for (const track of stream?.getTracks() ?? []) track.stop();
      return false;
    }
    for (const track of stream?.getTracks() ?? []) track.addEventListener('ended', () => void this.gone(track));
    const tracks = [...kept, ...(stream?.getTracks() ?? [])];
    this.stream = tracks.length > 0 ? new MediaStream(tracks) : undefined;
    this.works = this.have();
    this.starting.end();
    if (trouble) {
      this.present();
      this.ladder.show(trouble, wanted, this.works);
    } else {
      this.ladder.close();
      this.present();
      if (missing.camera) write(byId('live'), this.texts['preview.cameraWorks'] ?? '');
    }
    await this.list();
    return trouble === undefined && turn === this.turn;
  }

  /** Stops the tracks that are no longer wanted or come from another device than the chosen one; returns the others. */
  private keep({ camera, microphone, cameraId, microphoneId }: Choices): MediaStreamTrack[] {
    const wanted = { video: camera, audio: microphone };
    const chosen = { video: cameraId, audio: microphoneId };
    return (this.stream?.getTracks() ?? []).filter((track) => {
      const kind = track.kind as 'video' | 'audio';
      const fits =
        track.readyState === 'live' && wanted[kind] && (!chosen[kind] || chosen[kind] === track.getSettings().deviceId);
      if (!fits) track.stop();
      return fits;
    });
  }

  /** A device was unplugged, or is no longer allowed. */
  private async gone(track: MediaStreamTrack): Promise<void> {
    const trouble = await whyGone();
    if (!this.asked || !this.stream?.getTracks().includes(track)) return;
    this.works = this.have();
    this.present();
    this.ladder.show(trouble, this.asked, this.works);
  }

  /** Draws the panel as the stream is. */
  private present(): void {
    const { camera, microphone } = this.have();
    const live = camera || microphone;
    this.panel?.classList.toggle('live', live);
    show(byId('check-devices'), !live);
    show(byId('why'), !live);
    show(byId('private'), !live && byId('saves-data')?.hidden !== false);
    show(this.self, camera);
    show(byId('self-label'), camera);
    show(byId('self-off'), live && !camera);
    if (this.self) {
      const [video] = this.stream?.getVideoTracks() ?? [];
      const shown = this.self.srcObject instanceof MediaStream ? this.self.srcObject.getVideoTracks()[0] : undefined;
      if (video !== shown) this.self.srcObject = camera && video ? new MediaStream([video]) : null;
      if (camera) void this.self.play().catch(() => undefined);
    }
    this.meter.show(microphone ? this.stream?.getAudioTracks()[0] : undefined);
  }

  /** Fills the lists of devices, whose names a browser reveals only after it has opened one. */
  private async list(): Promise<void> {
    if (!this.stream) return;
    const current = (kind: 'getVideoTracks' | 'getAudioTracks') => this.stream?.[kind]()[0]?.getSettings().deviceId;
    await Promise.all([
      this.camera.fill(current('getVideoTracks')),
      this.microphone.fill(current('getAudioTracks')),
      ...('setSinkId' in HTMLMediaElement.prototype ? [this.speaker.fill(undefined)] : []),
    ]);
    show(byId('choose'), true);
  }

  private have(): Devices {
    const live = (tracks: MediaStreamTrack[] | undefined) => tracks?.some((t) => t.readyState === 'live') ?? false;
    return { camera: live(this.stream?.getVideoTracks()), microphone: live(this.stream?.getAudioTracks()) };
  }

  private wanted(): Devices {
    return { camera: this.box('camera')?.checked ?? false, microphone: this.box('microphone')?.checked ?? false };
  }

  private testSpeaker(): void {
    const chime = new Chime(this.speaker.chosen);
    chime.unlock();
    window.setTimeout(() => chime.play(), 100);
    window.setTimeout(() => chime.close(), 1500);
    write(byId('speaker-said'), this.texts['preview.played'] ?? '');
  }

  /** Continues without another press when the visitor allows in the browser's settings what was blocked. */
  private async watchPermission(): Promise<void> {
    for (const device of ['camera', 'microphone'] as const) {
      const status = await permission(device);
      status?.addEventListener('change', () => {
        if (status.state === 'granted' && this.ladder.open) void this.check(this.asked);
      });
    }
  }

  private box(device: string): HTMLInputElement | null {
    return this.form.querySelector<HTMLInputElement>(`input[name=${device}]`);
  }
}

/** Whether the visitor pays for every byte, or has a connection too slow for video. */
function savesData(): boolean {
  const { connection } = navigator as { connection?: { saveData?: boolean; effectiveType?: string } };
  return connection?.saveData === true || /(^|-)2g$/.test(connection?.effectiveType ?? '');
}
