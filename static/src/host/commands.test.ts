import { afterEach, expect, it, vi } from 'vitest';
import { withName } from '../staff/waitinglist.ts';
import { giveCommand } from './commands.ts';

afterEach(() => void vi.useRealTimers());

const command = '{"command":"end"}';

it('sends the command as it is, with the key, to its room', async () => {
  const send = vi.fn(async (..._: Parameters<typeof fetch>) => new Response(null, { status: 204 }));
  expect(await giveCommand(send, 'abc/d', 'key', command)).toEqual({ done: true });
  const [address, init] = send.mock.calls[0] ?? [];
  expect(address).toBe('/rehearsal/rooms/abc%2Fd/commands');
  expect(init).toMatchObject({ method: 'POST', body: command, headers: { Authorization: 'Bearer key' } });
});

it.each([
  [new Response('{"detail":"Nobody is waiting."}', { status: 409 }), 'Nobody is waiting.'],
  [new Response('{"detail":7}', { status: 409 }), ''],
  [new Response('null', { status: 409 }), ''],
  [new Response('<html>', { status: 502 }), ''],
])('returns why it failed (%#)', async (response, detail) => {
  expect(await giveCommand(async () => response, 'r', 'k', command)).toEqual({ done: false, detail });
});

it('gives up on a server that is gone or silent', async () => {
  vi.useFakeTimers();
  const gone = async () => Promise.reject(new TypeError('fetch failed'));
  expect(await giveCommand(gone, 'r', 'k', command)).toEqual({ done: false, detail: '' });
  const silent: typeof fetch = (_address, init) =>
    new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))));
  const answer = giveCommand(silent, 'r', 'k', command);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await answer).toEqual({ done: false, detail: '' });
});

it('writes a name as it was typed', () => {
  expect(withName('Let {name} in, {name}?', '$& {name}')).toBe('Let $& {name} in, $& {name}?');
});
