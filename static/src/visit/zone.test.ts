import { expect, test } from 'vitest';
import { offsetOf } from './zone.ts';

test.each([
  ['2026-11-24T14:30:00Z', 0],
  ['2026-11-24T14:30:00+01:00', 60],
  ['2026-11-24T14:30:00-03:30', -210],
  ['2026-11-24', Number.NaN],
  ['', Number.NaN],
])('the offset of %s is %d minutes', (time, minutes) => expect(offsetOf(time)).toBe(minutes));
