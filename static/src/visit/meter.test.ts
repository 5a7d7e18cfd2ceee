import { expect, it } from 'vitest';
import { levelOf } from './meter.ts';

/** Returns the samples of a tone as an analyser returns them. The largest amplitude is 127. */
const tone = (amplitude: number) =>
  Uint8Array.from({ length: 2048 }, (_, i) => Math.round(128 + amplitude * Math.sin((i * Math.PI) / 16)));

it('is 0 in silence and 100 at the largest amplitude', () => {
  expect(levelOf(tone(0))).toBe(0);
  expect(levelOf(new Uint8Array())).toBe(0);
  expect(levelOf(tone(127))).toBe(100);
});

it('rises with the loudness and stays between 0 and 100', () => {
  const levels = [0, 2, 5, 10, 25, 50, 100, 127].map((amplitude) => levelOf(tone(amplitude)));
  expect(levels).toEqual([...levels].sort((a, b) => a - b));
  expect(new Set(levels).size).toBeGreaterThan(5);
  for (const level of levels) expect(level).toSatisfy((l: number) => Number.isInteger(l) && l >= 0 && l <= 100);
});

it('is at least 40 for speech, which has about a tenth of the largest amplitude', () => {
  expect(levelOf(tone(13))).toBeGreaterThanOrEqual(40);
});
