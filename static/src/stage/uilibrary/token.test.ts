import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Ticket } from '../../ticket.ts';
import { credentialOf, refresh } from './token.ts';

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

function server(...answers: (Response | Error)[]) {
  const pauses: number[] = [];
  let calls = 0;
  const fetch = async () => {
    const answer = answers[calls++];
    if (answer === undefined) throw new Error('unexpected request');
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { options: { fetch, pause: async (ms: number) => void pauses.push(ms) }, pauses, calls: () => calls };
}

describe('refresh', () => {
  it('returns the token in the answer', async () => {
    expect(await refresh(server(json({ token: 'fresh' })).options)).toBe('fresh');
  });

  it('tries again after a network error, a server error and an invalid answer', async () => {
    const { options, pauses } = server(
      new TypeError('fetch failed'),
      new Response('<html>', { status: 502 }),
      new Response('{'),
      json({ token: 'fresh' }),
    );
    expect(await refresh(options)).toBe('fresh');
    expect(pauses).toEqual([500, 2_000, 5_000]);
  });

  it.each([401, 403, 404, 410])('does not try again after HTTP %d', async (status) => {
    const { options, calls } = server(new Response('', { status }));
    await expect(refresh(options)).rejects.toThrow(`refresh the token: HTTP ${status}`);
    expect(calls()).toBe(1);
  });

  it('fails after four tries', async () => {
    const down = () => new Response('', { status: 503 });
    const { options, calls } = server(down(), down(), down(), down());
    await expect(refresh(options)).rejects.toThrow('HTTP 503');
    expect(calls()).toBe(4);
  });

  it('does not try again after the SDK has aborted the request', async () => {
    const { options, calls } = server(new TypeError('fetch failed'), json({ token: 'fresh' }));
    await expect(refresh(options, AbortSignal.abort())).rejects.toThrow('fetch failed');
    expect(calls()).toBe(1);
  });
});

describe('credentialOf', () => {
  const now = Date.UTC(2026, 10, 23, 9);
  const tokenUntil = (ms: number) =>
    ['{}', JSON.stringify({ exp: ms / 1000 }), 'sig'].map((part) => Buffer.from(part).toString('base64url')).join('.');
  const ticket = (token: string) => ({ token }) as Ticket;

  beforeEach(() => {
    vi.useFakeTimers({ now });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('renews an expired token before its first use', async () => {
    const fresh = tokenUntil(now + 3_600_000);
    const asked = vi.fn(async () => json({ token: fresh }));
    vi.stubGlobal('fetch', asked);
    const credential = credentialOf(ticket(tokenUntil(now - 60_000)));
    expect((await credential.getToken()).token).toBe(fresh);
    expect(asked).toHaveBeenCalledTimes(1);
    credential.dispose();
  });

  it('renews a token before it expires, and stops when disposed', async () => {
    const asked = vi.fn(async () => json({ token: tokenUntil(Date.now() + 3_600_000) }));
    vi.stubGlobal('fetch', asked);
    const credential = credentialOf(ticket(tokenUntil(now + 3_600_000)));
    await vi.advanceTimersByTimeAsync(49 * 60_000);
    expect(asked).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(asked).toHaveBeenCalledTimes(1);
    credential.dispose();
    await vi.advanceTimersByTimeAsync(24 * 3_600_000);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('asks for a token of the identity that the page joined with', async () => {
    const asked = vi.fn(async (_address: string, _request: RequestInit) => json({ token: tokenUntil(now + 3_600_000) }));
    vi.stubGlobal('fetch', asked);
    const credential = credentialOf({ ...ticket(tokenUntil(now - 60_000)), userId: '8:acs:a_b' });
    await credential.getToken();
    const [address, request] = asked.mock.calls[0] ?? [];
    expect(address).toBe('/visit/token');
    expect(request?.body).toBe('{"userId":"8:acs:a_b"}');
    expect(request?.headers).toMatchObject({ 'Content-Type': 'application/json' });
    credential.dispose();
  });

  it('does not renew a pasted token, because our server did not issue it', async () => {
    const asked = vi.fn(async () => json({ token: tokenUntil(Date.now() + 3_600_000) }));
    vi.stubGlobal('fetch', asked);
    const credential = credentialOf({ ...ticket(tokenUntil(now + 3_600_000)), pasted: true });
    await vi.advanceTimersByTimeAsync(59 * 60_000);
    expect(asked).not.toHaveBeenCalled();
    credential.dispose();
  });
});
