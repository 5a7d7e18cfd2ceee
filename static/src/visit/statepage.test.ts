import { expect, it } from 'vitest';
import { inWords } from './statepage.ts';

const texts = {
  'countdown.minute': 'soon',
  'countdown.minutes': '{count} minutes',
  'countdown.hours': '{count} hours',
};

it.each([
  [1_000, 'soon'],
  [61_000, 'soon'],
  [62_000, '2 minutes'],
  [901_000, '15 minutes'],
  [119 * 60_000, '119 minutes'],
  [120 * 60_000 + 1_000, '2 hours'],
  [14 * 3_600_000 + 900_000, '14 hours'],
])('says %i milliseconds as %s', (ms, words) => {
  expect(inWords(ms, texts)).toBe(words);
});
