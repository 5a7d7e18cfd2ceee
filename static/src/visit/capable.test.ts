import { afterEach, expect, test, vi } from 'vitest';
import { fitting, obstacle } from './capable.ts';

afterEach(() => vi.unstubAllGlobals());

/** Stubs a browser in which a visit works, with these globals changed. */
function stubBrowser(changes: Record<string, unknown> = {}): void {
  const globals = {
    isSecureContext: true,
    RTCPeerConnection: class {},
    navigator: { mediaDevices: { getUserMedia: () => undefined } },
    structuredClone: () => undefined,
    OffscreenCanvas: class {},
  };
  for (const [name, value] of Object.entries({ ...globals, ...changes })) vi.stubGlobal(name, value);
}

test.each([
  [{}, undefined],
  [{ isSecureContext: false }, 'insecure'],
  [{ RTCPeerConnection: undefined }, 'devices'],
  [{ navigator: {} }, 'devices'],
  [{ structuredClone: undefined }, 'old'],
  [{ OffscreenCanvas: undefined }, 'old'],
])('with %o the obstacle is %s', (changes, want) => {
  stubBrowser(changes);
  expect(obstacle()).toBe(want);
});

test('an iPad in desktop mode gets the text for iPads, a Mac the text for Macs', () => {
  expect(fitting({ touchPoints: 5, telegram: false })).toEqual(new Set(['', 'ipad']));
  expect(fitting({ touchPoints: 0, telegram: true })).toEqual(new Set(['', 'mac', 'telegram']));
});
