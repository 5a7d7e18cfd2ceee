import { afterEach, expect, it, vi } from 'vitest';
import { withName } from '../staff/waitinglist.ts';
import { sendCommand } from './commands.ts';

afterEach(() => void vi.useRealTimers());

const command = '{"command":"end"}';

it('sends the command unchanged to its room, with the key', async () => {
  const send = vi.fn(async (..._: Parameters<typeof fetch>) => new Response(null, { status: 204 }));
  expect(await sendCommand(send, 'abc/d', 'key', command)).toEqual({ done: true });
  const [address, init] = send.mock.calls[0] ?? [];
  expect(address).toBe('/rehearsal/rooms/abc%2Fd/commands');
  expect(init).toMatchObject({ method: 'POST', body: command, headers: { Authorization: 'Bearer key' } });
});

it.each([
  [new Response('{"detail":"Nobody is waiting."}', { status: 409 }), 'Nobody is waiting.'],
  [new Response('{"detail":7}', { status: 409 }), ''],
  [new Response('null', { status: 409 }), ''],
  [new Response('<html>', { status: 502 }), ''],
])('returns the reason of a failure (%#)', async (response, detail) => {
  expect(await sendCommand(async () => response, 'r', 'k', command)).toEqual({ done: false, detail });
});

it('fails if the server is unreachable or does not answer', async () => {
  vi.useFakeTimers();
  const unreachable = async () => Promise.reject(new TypeError('fetch failed'));
  expect(await sendCommand(unreachable, 'r', 'k', command)).toEqual({ done: false, detail: '' });
  const silent: typeof fetch = (_address, init) =>
    new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))));
  const answer = sendCommand(silent, 'r', 'k', command);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await answer).toEqual({ done: false, detail: '' });
});

it('inserts a name unchanged', () => {
  expect(withName('Let {name} in, {name}?', '$& {name}')).toBe('Let $& {name} in, $& {name}?');
});
