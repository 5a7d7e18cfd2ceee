import { expect, test } from 'vitest';
import { isOwnTime } from './zone.ts';

/** Returns a moment in ISO 8601, in a zone that is this many hours ahead of this device. */
function timestamp(ahead: number): string {
  const now = new Date(2026, 10, 24, 9 + ahead, 30);
  const pad = (n: number) => String(n).padStart(2, '0');
  const offset = -new Date(2026, 10, 24, 9, 30).getTimezoneOffset() / 60 + ahead;
  const sign = offset < 0 ? '-' : '+';
  return `2026-11-24T${pad(now.getHours())}:30:00${sign}${pad(Math.abs(Math.trunc(offset)))}:00`;
}

test("isOwnTime accepts only times in the device's own zone", () => {
  expect(isOwnTime(timestamp(0))).toBe(true);
  expect(isOwnTime(timestamp(1))).toBe(false);
  expect(isOwnTime('')).toBe(false);
});
