import { afterEach, expect, test, vi } from 'vitest';
import { fitting, obstacle } from './capable.ts';

afterEach(() => vi.unstubAllGlobals());

/** A browser in which a visit works, but for what `lacks` takes away. */
function browser(lacks: Record<string, unknown> = {}): void {
  const has = {
    isSecureContext: true,
    RTCPeerConnection: class {},
    navigator: { mediaDevices: { getUserMedia: () => undefined } },
    structuredClone: () => undefined,
    OffscreenCanvas: class {},
  };
  for (const [name, value] of Object.entries({ ...has, ...lacks })) vi.stubGlobal(name, value);
}

test.each([
  [{}, undefined],
  [{ isSecureContext: false }, 'insecure'],
  [{ RTCPeerConnection: undefined }, 'devices'],
  [{ navigator: {} }, 'devices'],
  [{ structuredClone: undefined }, 'old'],
  [{ OffscreenCanvas: undefined }, 'old'],
])('without %o the obstacle is %s', (lacks, found) => {
  browser(lacks);
  expect(obstacle()).toBe(found);
});

test('an iPad that asks for desktop pages gets the words for iPads, a Mac those for Macs', () => {
  expect(fitting({ touchPoints: 5, telegram: false })).toEqual(new Set(['', 'ipad']));
  expect(fitting({ touchPoints: 0, telegram: true })).toEqual(new Set(['', 'mac', 'telegram']));
});
