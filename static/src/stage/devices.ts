import type { DeviceAccess, PermissionConstraints } from '@azure/communication-calling';

/** Who can ask the browser for devices: the SDK's device manager, or an adapter. */
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
