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
])('writes %i milliseconds as %s', (ms, want) => {
  expect(inWords(ms, texts, 'en-GB')).toBe(want);
});

it.each([
  [2, 'few: 2'],
  [10, 'few: 10'],
  [11, 'many: 11'],
  [100, 'other: 100'],
  [102, 'other: 102'],
])('writes %i minutes with the Arabic plural, or the general form if that is missing', (minutes, want) => {
  const forms = {
    'countdown.minutes.few': 'few: {count}',
    'countdown.minutes.two': 'few: {count}',
    'countdown.minutes.many': 'many: {count}',
    'countdown.minutes.other': 'other: {count}',
  };
  expect(inWords(minutes * 60_000, forms, 'ar')).toBe(want);
  expect(inWords(minutes * 60_000, texts, '')).toBe(`${minutes} minutes`);
});
