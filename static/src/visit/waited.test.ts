import { describe, expect, it } from 'vitest';
import { waited } from './waited.ts';

const minutes = (n: number) => n * 60_000;
const limit = minutes(45);

describe('waited', () => {
  it.each([
    [0, { minutes: 0, words: 'early', ask: false, over: false, next: minutes(1) }],
    [minutes(1) - 1, { minutes: 0, words: 'early', ask: false, over: false, next: 1 }],
    [minutes(4.5), { minutes: 4, words: 'early', ask: false, over: false, next: minutes(0.5) }],
    [minutes(5), { minutes: 5, words: 'late', ask: false, over: false, next: minutes(1) }],
    [minutes(15), { minutes: 15, words: 'long', ask: false, over: false, next: minutes(1) }],
    [minutes(43), { minutes: 43, words: 'long', ask: true, over: false, next: minutes(1) }],
    [minutes(45) - 1, { minutes: 44, words: 'long', ask: true, over: false, next: 1 }],
    [minutes(45), { minutes: 45, words: 'long', ask: false, over: true, next: minutes(1) }],
    [minutes(90), { minutes: 90, words: 'long', ask: false, over: true, next: minutes(1) }],
  ])('describes a wait of %i ms', (elapsed, expected) => {
    expect(waited(elapsed, limit)).toEqual(expected);
  });

  it('changes at the question and at the end, even between two minutes', () => {
    expect(waited(minutes(43), minutes(45.5)).next).toBe(minutes(0.5));
    expect(waited(minutes(45), minutes(45.5)).next).toBe(minutes(0.5));
  });

  it('accepts a wait without a limit', () => {
    expect(waited(minutes(10_000), Number.POSITIVE_INFINITY)).toMatchObject({ ask: false, over: false, next: minutes(1) });
  });

  it('starts from zero if the clock was set back', () => {
    expect(waited(-minutes(60), limit)).toMatchObject({ minutes: 0, words: 'early', next: minutes(1) });
  });

  it('does not change before the time in next', () => {
    for (let at = 0; at < limit; ) {
      const { next, ...now } = waited(at, limit);
      const { next: _, ...before } = waited(at + next - 1, limit);
      expect(before).toEqual(now);
      at += next;
    }
  });
});
