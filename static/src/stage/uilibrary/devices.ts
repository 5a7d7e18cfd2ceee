import type { AudioDeviceInfo, DeviceAccess, PermissionConstraints, VideoDeviceInfo } from '@azure/communication-calling';
import type { Setup } from '../contract.ts';

/** Asks the browser for devices: the SDK's device manager, or an adapter. */
export interface Asker {
  askDevicePermission(constraints: PermissionConstraints): Promise<DeviceAccess>;
}

/** The devices that the visitor agreed to be asked for. */
export interface Devices {
  camera: boolean;
  microphone: boolean;
}

/**
 * Asks for what the visitor chose and nothing more. A refusal, or a machine without devices, is an answer like any other:
 * the visitor joins with what works.
 */
export async function askFor(asker: Asker, { camera, microphone }: Devices): Promise<Devices> {
  if (!camera && !microphone) return { camera: false, microphone: false };
  try {
    const { video, audio } = await asker.askDevicePermission({ video: camera, audio: microphone });
    return { camera: video, microphone: audio };
  } catch {
    return { camera: false, microphone: false };
  }
}

/**
 * Keeps a composite from asking for more than the visitor chose: it asks for camera and microphone together whenever it
 * appears and whenever the number of devices changes. `chosen` is read at each question.
 */
export function narrow(asker: Asker, chosen: () => Devices): void {
  const ask = asker.askDevicePermission.bind(asker);
  asker.askDevicePermission = async (constraints) => {
    const { camera, microphone } = chosen();
    const video = constraints.video && camera;
    const audio = constraints.audio && microphone;
    return video || audio ? ask({ video, audio }) : { video: false, audio: false };
  };
}

/** The part of a call adapter that chooses devices. */
interface Chooser {
  getState(): { devices: { cameras: VideoDeviceInfo[]; microphones: AudioDeviceInfo[]; speakers: AudioDeviceInfo[] } };
  setCamera(device: VideoDeviceInfo): Promise<void>;
  setMicrophone(device: AudioDeviceInfo): Promise<void>;
  setSpeaker(device: AudioDeviceInfo): Promise<void>;
}

/** Begins with the devices that were picked on the page. The SDK's ids end with the browser's, after what the device is. */
export async function pickDevices(call: Chooser, picked: Pick<Setup, 'cameraId' | 'microphoneId' | 'speakerId'>): Promise<void> {
  const { cameras, microphones, speakers } = call.getState().devices;
  const find = <D extends { id: string }>(among: D[], id: string | undefined) =>
    id ? among.find((device) => device.id.endsWith(`:${id}`)) : undefined;
  const [camera, microphone, speaker] = [
    find(cameras, picked.cameraId),
    find(microphones, picked.microphoneId),
    find(speakers, picked.speakerId),
  ];
  await Promise.allSettled([
    camera && call.setCamera(camera),
    microphone && call.setMicrophone(microphone),
    speaker && call.setSpeaker(speaker),
  ]);
}
