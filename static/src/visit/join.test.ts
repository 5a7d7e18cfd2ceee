import { afterEach, describe, expect, it, vi } from 'vitest';
import { askToJoin } from './join.ts';

const choices = { camera: true, microphone: false };
const problem = (status: number, body: object) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/problem+json' } });
const joinWith = (response: Response) => askToJoin(async () => response, 'Maria', choices);

describe('askToJoin', () => {
  afterEach(() => vi.useRealTimers());

  it('sends the name and the devices, and returns the ticket', async () => {
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

  it('returns the text of a problem', async () => {
    const type = 'urn:anteroom:problem:service-busy';
    const body = { type, title: 'Busy', detail: 'Try again in a minute.', retryAfter: 60 };
    expect(await joinWith(problem(503, body))).toEqual({
      refusal: { kind: 'said', title: 'Busy', text: 'Try again in a minute.', type, again: 60 },
    });
  });

  it.each(['no-visit', 'visit-changed', 'link-again'])('retries with the visit’s own link after %s', async (slug) => {
    const links: unknown[] = [];
    const noVisit = () => problem(409, { type: `urn:anteroom:problem:${slug}`, title: 'Lost', detail: 'Open the link.' });
    const send = async (_address: string | URL | Request, init?: RequestInit) => {
      links.push((JSON.parse(String(init?.body)) as { link?: string }).link);
      return noVisit();
    };
    expect(await askToJoin(send, 'Maria', choices, { visit: 'k', link: '/v/abc' })).toEqual({
      refusal: { kind: 'said', title: 'Lost', text: 'Open the link.', type: `urn:anteroom:problem:${slug}` },
    });
    expect(links).toEqual([undefined, '/v/abc']);
    links.length = 0;
    await askToJoin(send, 'Maria', choices, { visit: 'k' });
    expect(links).toEqual([undefined]);
  });

  it('reports a problem with the name', async () => {
    const body = { type: 'urn:anteroom:problem:invalid-name', title: 'Check your name', detail: 'Your name is too long' };
    expect(await joinWith(problem(422, body))).toEqual({
      refusal: { kind: 'name', text: 'Your name is too long' },
    });
  });

  it.each([
    ['an error page of a proxy', new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'Content-Type': 'text/html' } })],
    ['a problem without a title', problem(500, { type: 'about:blank' })],
    ['a problem that is an array', problem(500, [])],
    [
      'JSON that is not a problem',
      new Response('{"detail":"inside"}', { status: 500, headers: { 'Content-Type': 'application/json' } }),
    ],
    ['a ticket without a token', new Response('{"userId":"8:acs:a"}')],
    ['a truncated ticket', new Response('{"userId":"8:a')],
  ])('fails without a text for %s', async (_name, response) => {
    expect(await joinWith(response)).toEqual({ refusal: { kind: 'failed' } });
  });

  it('reports an unreachable network', async () => {
    expect(await askToJoin(() => Promise.reject(new TypeError('fetch failed')), 'Maria', choices)).toEqual({
      refusal: { kind: 'unreachable' },
    });
  });

  it('fails after 20 seconds', async () => {
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
