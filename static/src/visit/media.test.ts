import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isReady, listDevices, openDevices, permission, whyGone } from './media.ts';

interface Permissions {
  camera?: PermissionState;
  microphone?: PermissionState;
}

class FakeStream {
  constructor(private readonly tracks: { kind: string }[] = []) {}
  getTracks() {
    return this.tracks;
  }
}

const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
const both = { camera: true, microphone: true };

/** Stubs a browser that calls `answer` at each request for devices. To refuse, `answer` throws. */
function stubBrowser(answer: (asked: MediaStreamConstraints) => void, permissions?: Permissions, found: unknown[] = []) {
  const asked: MediaStreamConstraints[] = [];
  const getUserMedia = async (constraints: MediaStreamConstraints) => {
    asked.push(constraints);
    answer(constraints);
    return new FakeStream([...(constraints.video ? [{ kind: 'video' }] : []), ...(constraints.audio ? [{ kind: 'audio' }] : [])]);
  };
  const query = async ({ name }: { name: keyof Permissions }) => {
    if (!permissions) throw new TypeError('not a permission');
    return { state: permissions[name] ?? 'prompt' };
  };
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia, enumerateDevices: async () => found }, permissions: { query } });
  return asked;
}

const fail = (name: string) => {
  throw new DOMException('', name);
};
const kinds = (stream: MediaStream | undefined) => stream?.getTracks().map((t) => t.kind);

beforeEach(() => {
  vi.stubGlobal('MediaStream', FakeStream);
  vi.stubGlobal('document', {});
});
afterEach(() => vi.unstubAllGlobals());

describe('openDevices', () => {
  it('requests only the devices that are wanted', async () => {
    const asked = stubBrowser(() => undefined);
    expect(kinds((await openDevices(both)).stream)).toEqual(['video', 'audio']);
    await openDevices({ camera: false, microphone: true });
    await openDevices({ camera: true, microphone: false });
    expect(asked).toEqual([{ video: size, audio: true }, { audio: true }, { video: size }]);
  });

  it('requests exactly the chosen devices', async () => {
    const asked = stubBrowser(() => undefined);
    await openDevices({ ...both, cameraId: 'c2', microphoneId: 'm2' });
    expect(asked).toEqual([{ video: { ...size, deviceId: { exact: 'c2' } }, audio: { deviceId: { exact: 'm2' } } }]);
  });

  it('opens another device if the chosen one is missing', async () => {
    const asked = stubBrowser(({ video }) => {
      if (typeof video === 'object' && video.deviceId) fail('OverconstrainedError');
    });
    const { stream, trouble } = await openDevices({ ...both, cameraId: 'gone' });
    expect(kinds(stream)).toEqual(['video', 'audio']);
    expect(trouble).toBeUndefined();
    expect(asked.at(-1)).toEqual({ video: size, audio: true });
  });

  it('opens only the microphone if the camera is blocked', async () => {
    const asked = stubBrowser(({ video }) => video && fail('NotAllowedError'), { camera: 'denied', microphone: 'granted' });
    const { stream, trouble } = await openDevices(both);
    expect(kinds(stream)).toEqual(['audio']);
    expect(trouble).toBe('blocked');
    expect(asked).toHaveLength(2);
  });

  it('opens only the camera if the microphone is missing or in use', async () => {
    for (const [name, kind] of [
      ['NotFoundError', 'missing'],
      ['NotReadableError', 'busy'],
    ] as const) {
      stubBrowser(({ audio }) => audio && fail(name), { camera: 'granted', microphone: 'granted' });
      const { stream, trouble } = await openDevices(both);
      expect(kinds(stream)).toEqual(['video']);
      expect(trouble).toBe(kind);
    }
  });

  it('does not repeat a request that was just refused', async () => {
    for (const permissions of [{ camera: 'denied', microphone: 'denied' }, {}] as const) {
      const asked = stubBrowser(() => fail('NotAllowedError'), permissions);
      const { stream, trouble } = await openDevices(both);
      expect(stream).toBeUndefined();
      expect(trouble).toBe('camera' in permissions ? 'blocked' : 'dismissed');
      expect(asked).toHaveLength(1);
    }
  });

  it('reports a frame that does not allow the devices', async () => {
    vi.stubGlobal('document', { featurePolicy: { allowsFeature: (name: string) => name !== 'camera' } });
    stubBrowser(() => fail('NotAllowedError'), {});
    expect((await openDevices(both)).trouble).toBe('embedded');
  });

  it('works in a browser that does not report permissions', async () => {
    stubBrowser(() => fail('NotAllowedError'));
    expect((await openDevices(both)).trouble).toBe('blocked');
  });
});

it('is ready if every wanted device exists and is allowed', async () => {
  const found = [{ kind: 'videoinput' }, { kind: 'audioinput' }];
  stubBrowser(() => undefined, { camera: 'prompt', microphone: 'granted' }, found);
  expect(await isReady(both)).toBe(false);
  expect(await isReady({ camera: false, microphone: true })).toBe(true);
  const granted = { camera: 'granted', microphone: 'granted' } as const;
  stubBrowser(() => undefined, granted, found);
  expect(await isReady(both)).toBe(true);
  stubBrowser(() => undefined, granted, found.slice(0, 1));
  expect(await isReady(both)).toBe(false);
  expect(await isReady({ camera: true, microphone: false })).toBe(true);
  stubBrowser(() => undefined, undefined, found);
  expect(await permission('camera')).toBeUndefined();
  expect(await isReady(both)).toBe(false);
});

it('reports whether a device was blocked or unplugged', async () => {
  stubBrowser(() => undefined, { camera: 'denied', microphone: 'granted' });
  expect(await whyGone()).toBe('blocked');
  stubBrowser(() => undefined, { camera: 'granted', microphone: 'granted' });
  expect(await whyGone()).toBe('missing');
  stubBrowser(() => undefined);
  expect(await whyGone()).toBe('missing');
});

it('lists the devices of a kind that have a name', async () => {
  const camera = { kind: 'videoinput', deviceId: 'c1', label: 'Front camera' };
  const found = [
    camera,
    { kind: 'videoinput', deviceId: '', label: '' },
    { kind: 'audioinput', deviceId: 'm1', label: 'Microphone' },
  ];
  stubBrowser(() => undefined, {}, found);
  expect(await listDevices('videoinput')).toEqual([camera]);
  expect(await listDevices('audiooutput')).toEqual([]);
});
