import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Patience } from './patience.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('calls back once when the time has passed', () => {
  const lost = vi.fn();
  const patience = new Patience(15_000, lost);
  patience.run(true);
  vi.advanceTimersByTime(14_999);
  patience.run(true);
  expect(lost).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  patience.run(true);
  vi.advanceTimersByTime(60_000);
  expect(lost).toHaveBeenCalledTimes(1);
});

it('counts no time while it is stopped, and continues later', () => {
  const lost = vi.fn();
  const patience = new Patience(15_000, lost);
  vi.advanceTimersByTime(60_000);
  patience.run(true);
  vi.advanceTimersByTime(10_000);
  patience.run(false);
  patience.run(false);
  vi.advanceTimersByTime(60_000);
  patience.run(true);
  vi.advanceTimersByTime(4_999);
  expect(lost).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(lost).toHaveBeenCalledTimes(1);
});
