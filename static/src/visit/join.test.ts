import { afterEach, describe, expect, it, vi } from 'vitest';
import { askToJoin } from './join.ts';

const choices = { camera: true, microphone: false };
const problem = (status: number, body: object) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/problem+json' } });
const answering = (response: Response) => askToJoin(async () => response, 'Maria', choices);

describe('askToJoin', () => {
  afterEach(() => vi.useRealTimers());

  it('sends the name and the devices, and reads the ticket', async () => {
    let sent = '';
    const ticket = { userId: '8:acs:a', token: 'a.b.c', displayName: 'Maria', locator: { meetingId: '123', passcode: 'x' } };
    const answer = await askToJoin(
      async (_address, init) => {
        sent = String(init?.body);
        return new Response(JSON.stringify(ticket));
      },
      'Maria',
      choices,
    );
    expect(JSON.parse(sent)).toEqual({ name: 'Maria', camera: true, microphone: false });
    expect(answer.ticket).toMatchObject(ticket);
  });

  it('passes on the words of a problem', async () => {
    const type = 'urn:anteroom:problem:service-busy';
    const words = { type, title: 'Busy', detail: 'Try again in a minute.', retryAfter: 60 };
    expect(await answering(problem(503, words))).toEqual({
      refusal: { kind: 'said', title: 'Busy', text: 'Try again in a minute.', type, again: 60 },
    });
  });

  it.each(['no-visit', 'visit-changed', 'link-again'])('asks once more with the visit’s own link after %s', async (slug) => {
    const asked: unknown[] = [];
    const lost = () => problem(409, { type: `urn:anteroom:problem:${slug}`, title: 'Lost', detail: 'Open the link.' });
    const send = async (_address: string | URL | Request, init?: RequestInit) => {
      asked.push((JSON.parse(String(init?.body)) as { link?: string }).link);
      return lost();
    };
    expect(await askToJoin(send, 'Maria', choices, { visit: 'k', link: '/v/abc' })).toEqual({
      refusal: { kind: 'said', title: 'Lost', text: 'Open the link.', type: `urn:anteroom:problem:${slug}` },
    });
    expect(asked).toEqual([undefined, '/v/abc']);
    asked.length = 0;
    await askToJoin(send, 'Maria', choices, { visit: 'k' });
    expect(asked).toEqual([undefined]);
  });

  it('knows a problem with the name', async () => {
    const words = { type: 'urn:anteroom:problem:invalid-name', title: 'Check your name', detail: 'Your name is too long' };
    expect(await answering(problem(422, words))).toEqual({
      refusal: { kind: 'name', text: 'Your name is too long' },
    });
  });

  it.each([
    ['a proxy’s page', new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'Content-Type': 'text/html' } })],
    ['a problem without words', problem(500, { type: 'about:blank' })],
    ['a problem that is none', problem(500, [])],
    [
      'JSON of somebody else',
      new Response('{"detail":"inside"}', { status: 500, headers: { 'Content-Type': 'application/json' } }),
    ],
    ['a ticket without a token', new Response('{"userId":"8:acs:a"}')],
    ['a truncated ticket', new Response('{"userId":"8:a')],
  ])('shows nothing of %s', async (_name, response) => {
    expect(await answering(response)).toEqual({ refusal: { kind: 'failed' } });
  });

  it('tells a network that is gone', async () => {
    expect(await askToJoin(() => Promise.reject(new TypeError('fetch failed')), 'Maria', choices)).toEqual({
      refusal: { kind: 'unreachable' },
    });
  });

  it('gives up after 20 seconds', async () => {
    vi.useFakeTimers();
    const silent: typeof fetch = (_address, init) =>
      new Promise((_done, fail) =>
        init?.signal?.addEventListener('abort', () => fail(new DOMException('aborted', 'AbortError'))),
      );
    const answer = askToJoin(silent, 'Maria', choices);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await answer).toEqual({ refusal: { kind: 'failed' } });
  });
});
