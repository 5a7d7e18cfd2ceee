import { expect, test } from 'vitest';
import { isOwnTime } from './zone.ts';

/** A moment as the clock of this device shows it, and another zone's clock so many hours ahead. */
function shown(ahead: number): string {
  const now = new Date(2026, 10, 24, 9 + ahead, 30);
  const two = (n: number) => String(n).padStart(2, '0');
  const offset = -new Date(2026, 10, 24, 9, 30).getTimezoneOffset() / 60 + ahead;
  const sign = offset < 0 ? '-' : '+';
  return `2026-11-24T${two(now.getHours())}:30:00${sign}${two(Math.abs(Math.trunc(offset)))}:00`;
}

test("a time in the zone of this device is the device's own, another is not", () => {
  expect(isOwnTime(shown(0))).toBe(true);
  expect(isOwnTime(shown(1))).toBe(false);
  expect(isOwnTime('')).toBe(false);
});
