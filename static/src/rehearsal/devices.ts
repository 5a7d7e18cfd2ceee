import type * as acs from '@azure/communication-calling';
import { Emitter, type Update } from './emitter.ts';
import { CallingError } from './errors.ts';
import { stopTracks } from './localstream.ts';

interface Events {
  videoDevicesUpdated: Update<acs.VideoDeviceInfo>;
  audioDevicesUpdated: Update<acs.AudioDeviceInfo>;
  selectedMicrophoneChanged: undefined;
  selectedSpeakerChanged: undefined;
}

/** Returns what was added and removed between two lists, by id. */
export function updated<T extends { id: string } | { rawId: string }>(before: readonly T[], after: readonly T[]): Update<T> {
  const idOf = (x: T) => ('rawId' in x ? x.rawId : x.id);
  const without = (a: readonly T[], b: readonly T[]) => a.filter((x) => !b.some((y) => idOf(y) === idOf(x)));
  return { added: without(after, before), removed: without(before, after) };
}

/** The cameras, microphones and speakers of this browser. Names stay empty until the visitor has allowed a device. */
export class DeviceManager extends Emitter<Events> implements acs.DeviceManager {
  readonly isSpeakerSelectionAvailable = 'setSinkId' in HTMLMediaElement.prototype;
  selectedMicrophone?: acs.AudioDeviceInfo;
  selectedSpeaker?: acs.AudioDeviceInfo;
  private cameras: acs.VideoDeviceInfo[] = [];
  private audio: acs.AudioDeviceInfo[] = [];
  private readonly relist = () => void this.compare();

  constructor() {
    super();
    navigator.mediaDevices?.addEventListener('devicechange', this.relist);
  }

  async getCameras(): Promise<acs.VideoDeviceInfo[]> {
    const found = (await devices('videoinput')).filter((d) => d.deviceId);
    this.cameras = found.map((d) => ({ id: `camera:${d.deviceId}`, name: d.label, deviceType: 'UsbCamera' }));
    return this.cameras;
  }

  async getMicrophones(): Promise<acs.AudioDeviceInfo[]> {
    const found = await this.list('audioinput', 'Microphone');
    if (!this.selectedMicrophone && found[0]) this.selectedMicrophone = found[0];
    return found;
  }

  async getSpeakers(): Promise<acs.AudioDeviceInfo[]> {
    const found = await this.list('audiooutput', 'Speaker');
    if (!this.selectedSpeaker && found[0]) this.selectedSpeaker = found[0];
    return found;
  }

  /** Rejects with 408/40607 when there is no such microphone. */
  async selectMicrophone(device: acs.AudioDeviceInfo): Promise<void> {
    const there = await this.getMicrophones();
    if (!there.some((d) => d.id === device.id)) throw new CallingError('No such microphone', 408, 40607);
    this.selectedMicrophone = device;
    this.emit('selectedMicrophoneChanged');
  }

  async selectSpeaker(device: acs.AudioDeviceInfo): Promise<void> {
    this.selectedSpeaker = device;
    this.emit('selectedSpeakerChanged');
  }

  /** Rejects with 400/40612 when nothing is asked for. */
  async askDevicePermission(wanted: acs.PermissionConstraints): Promise<acs.DeviceAccess> {
    if (!wanted.audio && !wanted.video) throw new CallingError('Permission for nothing', 400, 40612);
    const audio = wanted.audio && (await allowed({ audio: true }));
    const video = wanted.video && (await allowed({ video: true }));
    await this.compare();
    return { audio, video };
  }

  /** Does nothing: a rehearsal preheats no devices. */
  async startPreheatDevices(): Promise<void> {}
  stopPreheatDevices(): void {}

  /** Stops watching for devices that come and go. */
  dispose(): void {
    navigator.mediaDevices?.removeEventListener('devicechange', this.relist);
  }

  private async list(kind: MediaDeviceKind, deviceType: 'Microphone' | 'Speaker'): Promise<acs.AudioDeviceInfo[]> {
    const found = (await devices(kind)).filter((d) => d.deviceId);
    const id = (d: MediaDeviceInfo) => `${deviceType.toLowerCase()}:${d.deviceId}`;
    const infos = found.map((d, i) => ({ id: id(d), name: d.label, isSystemDefault: i === 0, deviceType }));
    this.audio = [...this.audio.filter((d) => d.deviceType !== deviceType), ...infos];
    return infos;
  }

  /** Lists the devices, emits what was added and removed, and deselects a device that is gone. */
  private async compare(): Promise<void> {
    const { cameras, audio } = this;
    const [, microphones, speakers] = await Promise.all([this.getCameras(), this.getMicrophones(), this.getSpeakers()]);
    const changed = { video: updated(cameras, this.cameras), audio: updated(audio, this.audio) };
    if (changed.video.added.length + changed.video.removed.length) this.emit('videoDevicesUpdated', changed.video);
    if (changed.audio.added.length + changed.audio.removed.length) this.emit('audioDevicesUpdated', changed.audio);
    const gone = (selected: acs.AudioDeviceInfo | undefined, all: acs.AudioDeviceInfo[]) =>
      selected && !all.some((d) => d.id === selected.id);
    if (gone(this.selectedMicrophone, microphones) && microphones[0]) await this.selectMicrophone(microphones[0]);
    if (gone(this.selectedSpeaker, speakers) && speakers[0]) await this.selectSpeaker(speakers[0]);
  }
}

async function devices(kind: MediaDeviceKind): Promise<MediaDeviceInfo[]> {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return all.filter((d) => d.kind === kind);
}

async function allowed(constraints: MediaStreamConstraints): Promise<boolean> {
  try {
    stopTracks(await navigator.mediaDevices.getUserMedia(constraints));
    return true;
  } catch {
    return false;
  }
}
