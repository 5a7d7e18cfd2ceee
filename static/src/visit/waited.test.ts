import { describe, expect, it } from 'vitest';
import { waited } from './waited.ts';

const minutes = (n: number) => n * 60_000;
const limit = minutes(45);

describe('a wait', () => {
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
  ])('after %i ms', (elapsed, expected) => {
    expect(waited(elapsed, limit)).toEqual(expected);
  });

  it('tells of the question and of the end between two minutes', () => {
    expect(waited(minutes(43), minutes(45.5)).next).toBe(minutes(0.5));
    expect(waited(minutes(45), minutes(45.5)).next).toBe(minutes(0.5));
  });

  it('may last for ever', () => {
    expect(waited(minutes(10_000), Number.POSITIVE_INFINITY)).toMatchObject({ ask: false, over: false, next: minutes(1) });
  });

  it('does not mind a clock that was set back', () => {
    expect(waited(-minutes(60), limit)).toMatchObject({ minutes: 0, words: 'early', next: minutes(1) });
  });

  it('changes only when it said it would', () => {
    for (let at = 0; at < limit; ) {
      const { next, ...now } = waited(at, limit);
      const { next: _, ...before } = waited(at + next - 1, limit);
      expect(before).toEqual(now);
      at += next;
    }
  });
});
