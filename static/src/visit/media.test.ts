import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isReady, listDevices, openDevices, permission, whyGone } from './media.ts';

interface Kept {
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

/** A browser that answers each question by `answer`, which throws what it refuses with. */
function browser(answer: (asked: MediaStreamConstraints) => void, kept?: Kept, found: unknown[] = []) {
  const asked: MediaStreamConstraints[] = [];
  const getUserMedia = async (constraints: MediaStreamConstraints) => {
    asked.push(constraints);
    answer(constraints);
    return new FakeStream([...(constraints.video ? [{ kind: 'video' }] : []), ...(constraints.audio ? [{ kind: 'audio' }] : [])]);
  };
  const query = async ({ name }: { name: keyof Kept }) => {
    if (!kept) throw new TypeError('not a permission');
    return { state: kept[name] ?? 'prompt' };
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
  it('asks for what is wanted and nothing more', async () => {
    const asked = browser(() => undefined);
    expect(kinds((await openDevices(both)).stream)).toEqual(['video', 'audio']);
    await openDevices({ camera: false, microphone: true });
    await openDevices({ camera: true, microphone: false });
    expect(asked).toEqual([{ video: size, audio: true }, { audio: true }, { video: size }]);
  });

  it('asks for exactly the devices that were chosen', async () => {
    const asked = browser(() => undefined);
    await openDevices({ ...both, cameraId: 'c2', microphoneId: 'm2' });
    expect(asked).toEqual([{ video: { ...size, deviceId: { exact: 'c2' } }, audio: { deviceId: { exact: 'm2' } } }]);
  });

  it('takes any other device when the chosen one has gone', async () => {
    const asked = browser(({ video }) => {
      if (typeof video === 'object' && video.deviceId) fail('OverconstrainedError');
    });
    const { stream, trouble } = await openDevices({ ...both, cameraId: 'gone' });
    expect(kinds(stream)).toEqual(['video', 'audio']);
    expect(trouble).toBeUndefined();
    expect(asked.at(-1)).toEqual({ video: size, audio: true });
  });

  it('takes the microphone alone where only the camera is refused', async () => {
    const asked = browser(({ video }) => video && fail('NotAllowedError'), { camera: 'denied', microphone: 'granted' });
    const { stream, trouble } = await openDevices(both);
    expect(kinds(stream)).toEqual(['audio']);
    expect(trouble).toBe('blocked');
    expect(asked).toHaveLength(2);
  });

  it('tries each alone when one is missing or in use', async () => {
    for (const [name, kind] of [
      ['NotFoundError', 'missing'],
      ['NotReadableError', 'busy'],
    ] as const) {
      browser(({ audio }) => audio && fail(name), { camera: 'granted', microphone: 'granted' });
      const { stream, trouble } = await openDevices(both);
      expect(kinds(stream)).toEqual(['video']);
      expect(trouble).toBe(kind);
    }
  });

  it('does not ask again what was just refused', async () => {
    for (const kept of [{ camera: 'denied', microphone: 'denied' }, {}] as const) {
      const asked = browser(() => fail('NotAllowedError'), kept);
      const { stream, trouble } = await openDevices(both);
      expect(stream).toBeUndefined();
      expect(trouble).toBe('camera' in kept ? 'blocked' : 'dismissed');
      expect(asked).toHaveLength(1);
    }
  });

  it('knows a page around it that keeps the devices to itself', async () => {
    vi.stubGlobal('document', { featurePolicy: { allowsFeature: (name: string) => name !== 'camera' } });
    browser(() => fail('NotAllowedError'), {});
    expect((await openDevices(both)).trouble).toBe('embedded');
  });

  it('gets by with a browser that keeps its permissions to itself', async () => {
    browser(() => fail('NotAllowedError'));
    expect((await openDevices(both)).trouble).toBe('blocked');
  });
});

it('knows when a press leads straight to the devices', async () => {
  const found = [{ kind: 'videoinput' }, { kind: 'audioinput' }];
  browser(() => undefined, { camera: 'prompt', microphone: 'granted' }, found);
  expect(await isReady(both)).toBe(false);
  expect(await isReady({ camera: false, microphone: true })).toBe(true);
  const kept = { camera: 'granted', microphone: 'granted' } as const;
  browser(() => undefined, kept, found);
  expect(await isReady(both)).toBe(true);
  browser(() => undefined, kept, found.slice(0, 1));
  expect(await isReady(both)).toBe(false);
  expect(await isReady({ camera: true, microphone: false })).toBe(true);
  browser(() => undefined, undefined, found);
  expect(await permission('camera')).toBeUndefined();
  expect(await isReady(both)).toBe(false);
});

it('tells a device that is not allowed any more from one that was unplugged', async () => {
  browser(() => undefined, { camera: 'denied', microphone: 'granted' });
  expect(await whyGone()).toBe('blocked');
  browser(() => undefined, { camera: 'granted', microphone: 'granted' });
  expect(await whyGone()).toBe('missing');
  browser(() => undefined);
  expect(await whyGone()).toBe('missing');
});

it('lists the devices of a kind that have a name', async () => {
  const camera = { kind: 'videoinput', deviceId: 'c1', label: 'Front camera' };
  const found = [
    camera,
    { kind: 'videoinput', deviceId: '', label: '' },
    { kind: 'audioinput', deviceId: 'm1', label: 'Microphone' },
  ];
  browser(() => undefined, {}, found);
  expect(await listDevices('videoinput')).toEqual([camera]);
  expect(await listDevices('audiooutput')).toEqual([]);
});
