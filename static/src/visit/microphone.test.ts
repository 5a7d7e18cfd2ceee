import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Microphone } from './microphone.ts';

let page: EventTarget & { visibilityState: string };
beforeEach(() => {
  vi.useFakeTimers();
  page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  vi.stubGlobal('document', page);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Looks away and comes back. */
async function away(): Promise<void> {
  for (const state of ['hidden', 'visible']) {
    page.visibilityState = state;
    page.dispatchEvent(new Event('visibilitychange'));
  }
  await vi.advanceTimersByTimeAsync(1_000);
}

function microphone(heard: boolean, unmute: () => Promise<void> = async () => {}) {
  const seen: string[] = [];
  let press = () => {};
  const lines = {
    put: (kind: string, textId: string, button?: { press(): void }) => {
      seen.push(`${kind} ${textId}`);
      if (button) press = button.press;
    },
    take: (kind: string) => void seen.push(`take ${kind}`),
    say: (textId: string) => void seen.push(`say ${textId}`),
  };
  const it = new Microphone(lines, () => ({ heard: async () => heard, unmute }));
  return { it, seen, press: () => press() };
}

it('is announced once for each change, and not as it was at the start', () => {
  const { it: mic, seen } = microphone(true);
  for (const on of [true, true, false, true]) mic.turned(on);
  expect(seen.filter((what) => what.startsWith('say'))).toEqual(['say visit.microphoneOff', 'say visit.microphoneOn']);
});

it('is announced once when it is restored, which turns it off and on', async () => {
  const {
    it: mic,
    seen,
    press,
  } = microphone(false, async () => {
    mic.turned(false);
    mic.turned(true);
  });
  mic.turned(true);
  await away();
  press();
  await vi.advanceTimersByTimeAsync(0);
  expect(seen.filter((what) => what.startsWith('say'))).toEqual(['say visit.microphoneOn']);
});

describe('the microphone of a visitor who looked away', () => {
  it('is told of when it is silent now and was not before', async () => {
    const { it: mic, seen, press } = microphone(false);
    mic.turned(true);
    seen.length = 0;
    await away();
    expect(seen).toEqual(['microphone visit.microphonePaused']);
    press();
    await vi.advanceTimersByTimeAsync(0);
    expect(seen.slice(1)).toEqual(['take microphone', 'say visit.microphoneOn']);
  });

  it('is offered again when it stays silent', async () => {
    const refuse = async () => {
      throw new Error('silent');
    };
    const { it: mic, seen, press } = microphone(false, refuse);
    mic.turned(true);
    await away();
    press();
    await vi.advanceTimersByTimeAsync(0);
    expect(seen.at(-1)).toBe('microphone visit.unmuteFailed');
  });

  it.each([
    ['still heard', true, true],
    ['muted by the visitor before', false, false],
  ])('is not told of when it is %s', async (_why, heard, wasOn) => {
    const { it: mic, seen } = microphone(heard);
    mic.turned(wasOn);
    seen.length = 0;
    await away();
    expect(seen).toEqual([]);
  });

  it('is not looked at after the call', async () => {
    const { it: mic, seen } = microphone(false);
    mic.turned(true);
    mic.stop();
    seen.length = 0;
    await away();
    expect(seen).toEqual([]);
  });
});
