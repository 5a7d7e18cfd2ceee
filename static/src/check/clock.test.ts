import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Attempt, attempt, type Wait } from './clock.ts';
import type { Finding } from './results.ts';

const first: Wait = { text: 'first', late: 'first late', over: { state: 'bad', text: 'first over' } };
const second: Wait = { text: 'second', late: 'second late', over: { state: 'bad', text: 'second over' } };
const fine: Finding = { state: 'good', text: 'fine' };
const never = new Promise<Finding>(() => {});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function run(test: (attempt: Attempt) => Promise<Finding>) {
  const shown: string[] = [];
  const outer = new AbortController();
  const result = attempt(outer.signal, first, (id) => shown.push(id), test);
  return { shown, outer, result };
}

it('returns the finding of the test, and shows no further text', async () => {
  const { shown, result } = run(async () => fine);
  expect(await result).toBe(fine);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(shown).toEqual(['first']);
});

it('changes its text after 10 seconds and ends after 30', async () => {
  let signal: AbortSignal | undefined;
  const { shown, result } = run((a) => {
    signal = a.signal;
    return never;
  });
  await vi.advanceTimersByTimeAsync(9_999);
  expect(shown).toEqual(['first']);
  await vi.advanceTimersByTimeAsync(1);
  expect(shown).toEqual(['first', 'first late']);
  await vi.advanceTimersByTimeAsync(19_999);
  expect(signal?.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await result).toBe(first.over);
  expect(signal?.aborted).toBe(true);
});

it('starts both clocks again at each call of wait', async () => {
  const { shown, result } = run(async ({ wait }) => {
    await new Promise((done) => setTimeout(done, 25_000));
    wait(second);
    return never;
  });
  await vi.advanceTimersByTimeAsync(34_999);
  expect(shown).toEqual(['first', 'first late', 'second']);
  await vi.advanceTimersByTimeAsync(20_001);
  expect(await result).toBe(second.over);
  expect(shown).toEqual(['first', 'first late', 'second', 'second late']);
});

it('returns the finding of a timeout if the test throws', async () => {
  const { result } = run(async () => {
    throw new TypeError('boom');
  });
  expect(await result).toBe(first.over);
});

it('aborts the test when another attempt starts, and shows no further text', async () => {
  let own: Attempt | undefined;
  const { shown, outer, result } = run((a) => {
    own = a;
    return never;
  });
  outer.abort();
  await expect(result).rejects.toThrow('begun again');
  expect(own?.signal.aborted).toBe(true);
  own?.wait(second);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(shown).toEqual(['first']);
});
