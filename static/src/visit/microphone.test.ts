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

/** Hides the page and shows it again. */
async function hideAndShow(): Promise<void> {
  for (const state of ['hidden', 'visible']) {
    page.visibilityState = state;
    page.dispatchEvent(new Event('visibilitychange'));
  }
  await vi.advanceTimersByTimeAsync(1_000);
}

function setup(heard: boolean, unmute: () => Promise<void> = async () => {}) {
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
  const mic = new Microphone(lines, () => ({ heard: async () => heard, unmute }));
  return { mic, seen, press: () => press() };
}

it('announces each change once, and not the state at the start', () => {
  const { mic, seen } = setup(true);
  for (const on of [true, true, false, true]) mic.turned(on);
  expect(seen.filter((line) => line.startsWith('say'))).toEqual(['say visit.microphoneOff', 'say visit.microphoneOn']);
});

it('announces a restored microphone once, although it was turned off and on', async () => {
  const { mic, seen, press } = setup(false, async () => {
    mic.turned(false);
    mic.turned(true);
  });
  mic.turned(true);
  await hideAndShow();
  press();
  await vi.advanceTimersByTimeAsync(0);
  expect(seen.filter((line) => line.startsWith('say'))).toEqual(['say visit.microphoneOn']);
});

describe('a microphone after the page was hidden', () => {
  it('gets a line if it is silent now and was not before', async () => {
    const { mic, seen, press } = setup(false);
    mic.turned(true);
    seen.length = 0;
    await hideAndShow();
    expect(seen).toEqual(['microphone visit.microphonePaused']);
    press();
    await vi.advanceTimersByTimeAsync(0);
    expect(seen.slice(1)).toEqual(['take microphone', 'say visit.microphoneOn']);
  });

  it('gets another line if it stays silent', async () => {
    const refuse = async () => {
      throw new Error('silent');
    };
    const { mic, seen, press } = setup(false, refuse);
    mic.turned(true);
    await hideAndShow();
    press();
    await vi.advanceTimersByTimeAsync(0);
    expect(seen.at(-1)).toBe('microphone visit.unmuteFailed');
  });

  it.each([
    ['still heard', true, true],
    ['muted by the visitor before', false, false],
  ])('gets no line if it is %s', async (_why, heard, wasOn) => {
    const { mic, seen } = setup(heard);
    mic.turned(wasOn);
    seen.length = 0;
    await hideAndShow();
    expect(seen).toEqual([]);
  });

  it('is not checked after the call', async () => {
    const { mic, seen } = setup(false);
    mic.turned(true);
    mic.stop();
    seen.length = 0;
    await hideAndShow();
    expect(seen).toEqual([]);
  });
});
