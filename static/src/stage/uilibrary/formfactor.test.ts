import { expect, it } from 'vitest';
import { formFactor, isTight } from './formfactor.ts';

it.each([
  ['phone upright', 390, 844, true, 'mobile'],
  ['phone on its side', 844, 390, true, 'desktop'],
  ['small tablet upright', 744, 1133, true, 'mobile'],
  ['tablet on its side', 1133, 744, true, 'desktop'],
  ['desktop', 1280, 800, false, 'desktop'],
  ['narrow desktop window', 500, 800, false, 'desktop'],
  ['desktop at 400% zoom', 320, 256, false, 'mobile'],
] as const)('%s: %d x %d', (_name, width, height, coarse, expected) => {
  expect(formFactor({ width, height, coarse })).toBe(expected);
});

it.each([
  [1280, false],
  [1024, false],
  [1023, true],
  [896, true],
])('shows the names of the buttons where there is room: %d', (width, tight) => {
  expect(isTight({ width, height: 800, coarse: false })).toBe(tight);
});
