import { expect, it } from 'vitest';
import { isBlocked } from './verdict.ts';

it('is a blocked network when our own server answers, and none when it does not', async () => {
  const answer = (status: number) => async () => new Response('', { status });
  expect(await isBlocked(answer(200))).toBe(true);
  expect(await isBlocked(answer(502))).toBe(false);
  expect(
    await isBlocked(async () => {
      throw new TypeError('no network');
    }),
  ).toBe(false);
});
