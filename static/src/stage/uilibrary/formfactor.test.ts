import { expect, it } from 'vitest';
import { formFactor } from './formfactor.ts';

it.each([
  ['phone upright', 390, 844, true, 'mobile'],
  ['phone on its side', 844, 390, true, 'mobile'],
  ['small phone on its side', 568, 320, false, 'mobile'],
  ['low window', 1280, 400, false, 'desktop'],
  ['small tablet upright', 744, 1133, true, 'mobile'],
  ['tablet on its side', 1133, 744, true, 'desktop'],
  ['desktop', 1280, 800, false, 'desktop'],
  ['narrow desktop window', 500, 800, false, 'mobile'],
  ['half of a desktop', 680, 800, false, 'desktop'],
  ['desktop at 400% zoom', 320, 256, false, 'mobile'],
] as const)('%s: %d x %d', (_name, width, height, coarse, expected) => {
  expect(formFactor({ width, height, coarse })).toBe(expected);
});
