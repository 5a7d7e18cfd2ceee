import { expect, it } from 'vitest';
import { isBlocked } from './verdict.ts';

it('reports a blocked network only if our own server answers', async () => {
  const answer = (status: number) => async () => new Response('', { status });
  expect(await isBlocked(answer(200))).toBe(true);
  expect(await isBlocked(answer(502))).toBe(false);
  expect(
    await isBlocked(async () => {
      throw new TypeError('no network');
    }),
  ).toBe(false);
});
