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
  const said: string[] = [];
  const outer = new AbortController();
  const result = attempt(outer.signal, first, (id) => said.push(id), test);
  return { said, outer, result };
}

it('gives what the test found, and says nothing after it', async () => {
  const { said, result } = run(async () => fine);
  expect(await result).toBe(fine);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(said).toEqual(['first']);
});

it('changes its words after 10 seconds and is over after 30', async () => {
  let signal: AbortSignal | undefined;
  const { said, result } = run((a) => {
    signal = a.signal;
    return never;
  });
  await vi.advanceTimersByTimeAsync(9_999);
  expect(said).toEqual(['first']);
  await vi.advanceTimersByTimeAsync(1);
  expect(said).toEqual(['first', 'first late']);
  await vi.advanceTimersByTimeAsync(19_999);
  expect(signal?.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await result).toBe(first.over);
  expect(signal?.aborted).toBe(true);
});

it('begins the clocks anew with each thing that it waits for', async () => {
  const { said, result } = run(async ({ wait }) => {
    await new Promise((done) => setTimeout(done, 25_000));
    wait(second);
    return never;
  });
  await vi.advanceTimersByTimeAsync(34_999);
  expect(said).toEqual(['first', 'first late', 'second']);
  await vi.advanceTimersByTimeAsync(20_001);
  expect(await result).toBe(second.over);
  expect(said).toEqual(['first', 'first late', 'second', 'second late']);
});

it('takes a test that throws for one that is over', async () => {
  const { result } = run(async () => {
    throw new TypeError('boom');
  });
  expect(await result).toBe(first.over);
});

it('is dropped for another attempt, which its test is told, and no longer heard', async () => {
  let own: Attempt | undefined;
  const { said, outer, result } = run((a) => {
    own = a;
    return never;
  });
  outer.abort();
  await expect(result).rejects.toThrow('begun again');
  expect(own?.signal.aborted).toBe(true);
  own?.wait(second);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(said).toEqual(['first']);
});
