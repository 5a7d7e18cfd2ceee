import type { PermissionConstraints } from '@azure/communication-calling';
import { describe, expect, it } from 'vitest';
import { askFor, type Devices, narrow } from './devices.ts';

function asker(answer: { video: boolean; audio: boolean } | Error) {
  const asked: PermissionConstraints[] = [];
  return {
    asked,
    askDevicePermission: async (constraints: PermissionConstraints) => {
      asked.push(constraints);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

describe('askFor', () => {
  it('does not ask when nothing is wanted', async () => {
    const devices = asker({ video: true, audio: true });
    expect(await askFor(devices, { camera: false, microphone: false })).toEqual({ camera: false, microphone: false });
    expect(devices.asked).toEqual([]);
  });

  it('asks for the microphone alone when the camera is not wanted', async () => {
    const devices = asker({ video: false, audio: true });
    expect(await askFor(devices, { camera: false, microphone: true })).toEqual({ camera: false, microphone: true });
    expect(devices.asked).toEqual([{ video: false, audio: true }]);
  });

  it('takes a failure for a refusal', async () => {
    expect(await askFor(asker(new Error('no devices')), { camera: true, microphone: true })).toEqual({
      camera: false,
      microphone: false,
    });
  });
});

describe('narrow', () => {
  it('lets the composite ask for what was chosen, as it is at that moment', async () => {
    const devices = asker({ video: true, audio: true });
    const { asked } = devices;
    let chosen: Devices = { camera: false, microphone: false };
    narrow(devices, () => chosen);
    const both = { video: true, audio: true };
    expect(await devices.askDevicePermission(both)).toEqual({ video: false, audio: false });
    chosen = { camera: false, microphone: true };
    await devices.askDevicePermission(both);
    chosen = { camera: true, microphone: true };
    await devices.askDevicePermission(both);
    expect(asked).toEqual([{ video: false, audio: true }, both]);
  });
});
