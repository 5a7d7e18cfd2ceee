import { type Choices, keepSoundOnly, keptSoundOnly } from './carry.ts';
import { Chime } from './chime.ts';
import { Ladder } from './ladder.ts';
import { isReady, openDevices, permission, whyGone } from './media.ts';
import { Meter } from './meter.ts';
import { byId, show, write } from './page.ts';
import { Picker } from './picker.ts';
import type { Devices } from './trouble.ts';

// After how long a question of the browser that nobody answers is pointed at, in milliseconds.
const pointAfter = 8_000;

/**
 * What the visitor is seen and heard with before the call: asked for by a press and never before, shown to nobody else,
 * and given back before the call begins, because Safari gives a microphone to one user at a time.
 */
export class DevicePanel {
  private stream: MediaStream | undefined;
  private turn = 0;
  private works: Devices = { camera: false, microphone: false };
  private asked: Choices | undefined;
  private readonly self = byId('self') as HTMLVideoElement | null;
  private readonly ladder: Ladder;
  private readonly meter: Meter;
  private readonly camera = new Picker('camera', () => void this.check());
  private readonly microphone = new Picker('microphone', () => void this.check());
  private readonly speaker = new Picker('speaker', () => undefined);

  constructor(
    private readonly form: HTMLFormElement,
    private readonly texts: Readonly<Record<string, string>>,
  ) {
    this.ladder = new Ladder(texts, () => void this.check(this.asked));
    this.meter = new Meter(texts['preview.heard'] ?? '', texts['preview.speak'] ?? '');
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
    const camera = this.box('camera');
    if (camera && (saves || keptSoundOnly(() => localStorage))) camera.checked = false;
    void this.watchPermission();
  }

  /** What is wanted now, or what one of the other ways in means; none of it for an audience, who has no panel. */
  choices(way: string): Choices {
    if (!byId('device-panel')) return { camera: false, microphone: false };
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

  /** Makes sure, with the browser's question where it has one, that the call will get what was chosen, and gives all back. */
  async prepare(choices: Choices): Promise<boolean> {
    const { camera, microphone } = choices;
    const have = this.have();
    const enough = (!camera || have.camera) && (!microphone || have.microphone);
    if ((!camera && !microphone) || enough || (await isReady(choices))) {
      this.release();
      return true;
    }
    const ready = await this.ask(choices);
    if (ready) this.release();
    return ready;
  }

  /** Stops every track of the preview. */
  release(): void {
    this.turn++;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = undefined;
    this.meter.close();
    this.ladder.close();
    if (this.self) this.self.srcObject = null;
    show(this.self, false);
    show(byId('self-label'), false);
    show(byId('self-off'), false);
    show(byId('level'), false);
    show(byId('ask-devices'), true);
  }

  /** The button of the check does something with everything turned off, too. */
  private start(): void {
    const { camera, microphone } = this.wanted();
    for (const device of camera || microphone ? [] : ['camera', 'microphone']) {
      const box = this.box(device);
      if (box) box.checked = true;
    }
    void this.check();
  }

  /** Shows the visitor to themselves, with what is wanted now. */
  private async check(devices: Devices = this.wanted()): Promise<void> {
    const wanted = { ...devices, cameraId: this.camera.chosen, microphoneId: this.microphone.chosen };
    const held = document.activeElement;
    this.release();
    if (wanted.camera || wanted.microphone) await this.ask(wanted);
    if (held instanceof HTMLElement && !this.ladder.open && held.offsetParent === null) byId('name')?.focus();
  }

  private async ask(wanted: Choices): Promise<boolean> {
    this.release();
    const turn = this.turn;
    this.asked = wanted;
    const pointing = window.setTimeout(() => {
      if (turn === this.turn) this.ladder.point();
    }, pointAfter);
    const { stream, trouble } = await openDevices(wanted);
    clearTimeout(pointing);
    if (turn !== this.turn) {
      // Asked for again, or given up meanwhile.
      for (const track of stream?.getTracks() ?? []) track.stop();
      return false;
    }
    this.stream = stream;
    for (const track of stream?.getTracks() ?? []) track.addEventListener('ended', () => void this.gone(turn));
    this.works = this.have();
    this.ladder.close();
    await this.present();
    if (turn !== this.turn) return false;
    if (trouble) this.ladder.show(trouble, wanted, this.works);
    return trouble === undefined;
  }

  /** A device that was there was unplugged, or is not allowed any more. */
  private async gone(turn: number): Promise<void> {
    const trouble = await whyGone();
    if (turn !== this.turn) return;
    this.works = this.have();
    const left = this.works.camera || this.works.microphone;
    if (left) await this.present();
    else this.release();
    if (this.asked && (!left || turn === this.turn)) this.ladder.show(trouble, this.asked, this.works);
  }

  private async present(): Promise<void> {
    const { camera, microphone } = this.have();
    if (!camera && !microphone) return;
    show(byId('ask-devices'), false);
    show(this.self, camera);
    show(byId('self-label'), camera);
    show(byId('self-off'), !camera);
    if (camera && this.self && this.stream) {
      this.self.srcObject = new MediaStream(this.stream.getVideoTracks());
      void this.self.play().catch(() => undefined);
    }
    this.meter.show(this.stream?.getAudioTracks()[0]);
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

  /** Goes on without another press when the visitor allows in the browser's own settings what was refused. */
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

/** Whether the visitor pays for every byte, or has a line too thin for pictures. */
function savesData(): boolean {
  const { connection } = navigator as { connection?: { saveData?: boolean; effectiveType?: string } };
  return connection?.saveData === true || /(^|-)2g$/.test(connection?.effectiveType ?? '');
}
