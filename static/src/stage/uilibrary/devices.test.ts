import type { AudioDeviceInfo, PermissionConstraints, VideoDeviceInfo } from '@azure/communication-calling';
import { describe, expect, it } from 'vitest';
import { askFor, type Devices, narrow, pickDevices } from './devices.ts';

function fakeManager(answer: { video: boolean; audio: boolean } | Error) {
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
  it('does not ask if no device is wanted', async () => {
    const devices = fakeManager({ video: true, audio: true });
    expect(await askFor(devices, { camera: false, microphone: false })).toEqual({ camera: false, microphone: false });
    expect(devices.asked).toEqual([]);
  });

  it('asks only for the microphone if the camera is not wanted', async () => {
    const devices = fakeManager({ video: false, audio: true });
    expect(await askFor(devices, { camera: false, microphone: true })).toEqual({ camera: false, microphone: true });
    expect(devices.asked).toEqual([{ video: false, audio: true }]);
  });

  it('treats an error as a refusal', async () => {
    expect(await askFor(fakeManager(new Error('no devices')), { camera: true, microphone: true })).toEqual({
      camera: false,
      microphone: false,
    });
  });
});

describe('narrow', () => {
  it('limits each request of the composite to the current choice', async () => {
    const devices = fakeManager({ video: true, audio: true });
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

describe('pickDevices', () => {
  const camera = (id: string): VideoDeviceInfo => ({ id, name: id, deviceType: 'UsbCamera' });
  const audio = (id: string, deviceType: 'Microphone' | 'Speaker'): AudioDeviceInfo => ({
    id,
    name: id,
    deviceType,
    isSystemDefault: false,
  });

  function fakeAdapter(failing = '') {
    const set: string[] = [];
    const choose = async ({ id }: { id: string }) => {
      if (id === failing) throw new Error('device not found');
      set.push(id);
    };
    const devices = {
      cameras: [camera('camera:c1'), camera('camera:c2')],
      microphones: [audio('microphone:m1', 'Microphone'), audio('microphone:xm1', 'Microphone')],
      speakers: [audio('speaker:s1', 'Speaker')],
    };
    return { set, getState: () => ({ devices }), setCamera: choose, setMicrophone: choose, setSpeaker: choose };
  }

  it('chooses the devices whose ids end with the ids of the browser', async () => {
    const adapter = fakeAdapter();
    await pickDevices(adapter, { cameraId: 'c2', microphoneId: 'm1', speakerId: 's1' });
    expect(adapter.set.sort()).toEqual(['camera:c2', 'microphone:m1', 'speaker:s1']);
  });

  it('chooses no device that was not picked or is missing', async () => {
    const adapter = fakeAdapter();
    await pickDevices(adapter, { cameraId: 'c9', microphoneId: '' });
    expect(adapter.set).toEqual([]);
  });

  it('chooses the other devices if one fails', async () => {
    const adapter = fakeAdapter('camera:c1');
    await pickDevices(adapter, { cameraId: 'c1', speakerId: 's1' });
    expect(adapter.set).toEqual(['speaker:s1']);
  });
});
