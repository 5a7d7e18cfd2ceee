import { expect, it } from 'vitest';
import { formFactor } from './formfactor.ts';

it.each([
  ['phone in portrait', 390, 844, true, 'mobile'],
  ['phone in landscape', 844, 390, true, 'mobile'],
  ['small phone in landscape', 568, 320, false, 'mobile'],
  ['low window', 1280, 400, false, 'desktop'],
  ['small tablet in portrait', 744, 1133, true, 'mobile'],
  ['tablet in landscape', 1133, 744, true, 'desktop'],
  ['desktop', 1280, 800, false, 'desktop'],
  ['narrow desktop window', 500, 800, false, 'mobile'],
  ['window half as wide as a desktop', 680, 800, false, 'desktop'],
  ['desktop at 400% zoom', 320, 256, false, 'mobile'],
] as const)('%s: %d x %d', (_name, width, height, coarse, expected) => {
  expect(formFactor({ width, height, coarse })).toBe(expected);
});
