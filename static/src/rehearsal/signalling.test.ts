import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeSocket } from './fakesocket.ts';
import { SUBPROTOCOL } from './protocol.ts';
import { RESUME_WINDOW, retryDelay, Signalling } from './signalling.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  FakeSocket.made = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function setup() {
  let tokens = 0;
  const hello = vi.fn(async () => ({ token: `token ${++tokens}`, name: 'Sam', meeting: '273501234567' }));
  const signalling = new Signalling({ url: 'ws://localhost/rehearsal/socket', hello });
  const events: string[] = [];
  signalling.on('message', (m) => events.push(m.t));
  signalling.on('lost', () => events.push('LOST'));
  signalling.on('restored', () => events.push('RESTORED'));
  signalling.on('failed', ({ code, subCode }) => events.push(`FAILED ${code}/${subCode}`));
  signalling.start();
  return { signalling, events, hello };
}

const ice = (n: number) => ({ t: 'ice', to: '8:acs:b', ice: { candidate: `candidate ${n}` } }) as const;

describe('the first connection', () => {
  it('sends a hello first, in our subprotocol', async () => {
    setup();
    expect(FakeSocket.last.protocol).toBe(SUBPROTOCOL);
    await FakeSocket.last.open();
    expect(FakeSocket.last.sent).toEqual([{ t: 'hello', token: 'token 1', name: 'Sam', meeting: '273501234567' }]);
  });

  it('fails at once without a server, and does not try again', async () => {
    const { events } = setup();
    FakeSocket.last.drop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(events).toEqual(['FAILED 490/4525']);
    expect(FakeSocket.made).toHaveLength(1);
  });

  it('fails if the server does not answer for 10 seconds', async () => {
    const { events } = setup();
    await FakeSocket.last.open();
    await vi.advanceTimersByTimeAsync(9_999);
    expect(events).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(events).toEqual(['FAILED 490/4525']);
  });

  it('fails without a token', async () => {
    const { events, hello } = setup();
    hello.mockRejectedValueOnce(new Error('refresh failed'));
    await FakeSocket.last.open();
    expect(events).toEqual(['FAILED 490/4525']);
  });

  it.each([
    ['token', '401/44110'],
    ['room-full', '413/5808'],
    ['protocol', '400/40000'],
  ] as const)('fails with the code of the refusal: %s', async (type, codes) => {
    const { events } = setup();
    await FakeSocket.last.open();
    FakeSocket.last.receive({ t: 'refused', type });
    FakeSocket.last.drop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(events).toEqual([`FAILED ${codes}`]);
  });

  it('sends no messages before the server has answered', async () => {
    const { signalling } = setup();
    await FakeSocket.last.open();
    expect(signalling.send({ t: 'typing' })).toBe(false);
    FakeSocket.last.receive({ t: 'welcome', id: 'a', role: 'Presenter', resume: 'k', iceServers: [], room: 'r' });
    FakeSocket.last.receive({ t: 'lobby' });
    expect(signalling.send({ t: 'typing' })).toBe(true);
    expect(FakeSocket.last.sent.map((m) => m.t)).toEqual(['hello', 'typing']);
  });

  it('ignores frames that are not messages of the protocol', async () => {
    const { events } = setup();
    await FakeSocket.last.admit();
    FakeSocket.last.receive('<html>');
    FakeSocket.last.receive('{"t":"ended"}');
    expect(events).toEqual(['welcome', 'joined']);
  });

  it('does not send a message that is too large', async () => {
    const { signalling } = setup();
    await FakeSocket.last.admit();
    const text = 'é'.repeat(40_000);
    expect(signalling.send({ t: 'chat', req: 1, text, client: 'c' })).toBe(false);
    expect(FakeSocket.last.sent).toHaveLength(1);
  });
});

describe('a lost connection', () => {
  it('resumes with the key and a new token, and emits restored after the message', async () => {
    const { events, signalling } = setup();
    await FakeSocket.last.admit();
    FakeSocket.last.drop();
    expect(events.at(-1)).toBe('LOST');
    await vi.advanceTimersByTimeAsync(retryDelay(0));
    expect(FakeSocket.made).toHaveLength(2);
    await FakeSocket.last.open();
    expect(FakeSocket.last.sent[0]).toMatchObject({ t: 'hello', token: 'token 2', resume: 'KEY' });
    FakeSocket.last.receive({ t: 'welcome', id: '8:acs:me', role: 'Presenter', resume: 'KEY 2', iceServers: [], room: 'room' });
    FakeSocket.last.receive({ t: 'resumed', peers: [] });
    expect(events).toEqual(['welcome', 'joined', 'LOST', 'welcome', 'resumed', 'RESTORED']);
    await vi.advanceTimersByTimeAsync(2 * RESUME_WINDOW);
    expect(events.at(-1)).toBe('RESTORED');
    expect(signalling.send({ t: 'typing' })).toBe(true);
  });

  it('sends signalling later, in order, and drops other messages', async () => {
    const { signalling } = setup();
    await FakeSocket.last.admit();
    FakeSocket.last.drop();
    expect(signalling.send(ice(1))).toBe(false);
    expect(signalling.send({ t: 'typing' })).toBe(false);
    signalling.send(ice(2));
    await vi.advanceTimersByTimeAsync(retryDelay(0));
    await FakeSocket.last.open();
    FakeSocket.last.receive({ t: 'resumed', peers: [] });
    expect(FakeSocket.last.sent.slice(1)).toEqual([ice(1), ice(2)]);
  });

  it('tries again with growing pauses, and each attempt lasts at most 5 seconds', async () => {
    setup();
    await FakeSocket.last.admit();
    FakeSocket.last.drop();
    await vi.advanceTimersByTimeAsync(250);
    expect(FakeSocket.made).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(5_000 + 499);
    expect(FakeSocket.made).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(FakeSocket.made).toHaveLength(3);
    FakeSocket.last.drop();
    await vi.advanceTimersByTimeAsync(999);
    expect(FakeSocket.made).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(1);
    expect(FakeSocket.made).toHaveLength(4);
  });

  it('fails 30 seconds after the loss, not after the last attempt', async () => {
    const { events } = setup();
    await FakeSocket.last.admit();
    FakeSocket.last.drop();
    await vi.advanceTimersByTimeAsync(RESUME_WINDOW - 1);
    expect(events.at(-1)).toBe('LOST');
    await vi.advanceTimersByTimeAsync(1);
    expect(events.at(-1)).toBe('FAILED 410/3112');
    const attempts = FakeSocket.made.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.made).toHaveLength(attempts);
    expect(FakeSocket.last.closedWith).toBe(1000);
  });

  it('emits one loss even if the connection drops again before it is restored', async () => {
    const { events } = setup();
    await FakeSocket.last.admit();
    FakeSocket.last.drop();
    await vi.advanceTimersByTimeAsync(retryDelay(0));
    await FakeSocket.last.open();
    FakeSocket.last.drop();
    expect(events.filter((e) => e === 'LOST')).toHaveLength(1);
  });

  it('tries again after a refusal for speed, but not after one for the token', async () => {
    const { events } = setup();
    await FakeSocket.last.admit();
    FakeSocket.last.drop();
    await vi.advanceTimersByTimeAsync(retryDelay(0));
    await FakeSocket.last.open();
    FakeSocket.last.receive({ t: 'refused', type: 'too-fast' });
    await vi.advanceTimersByTimeAsync(retryDelay(1));
    expect(FakeSocket.made).toHaveLength(3);
    await FakeSocket.last.open();
    FakeSocket.last.receive({ t: 'refused', type: 'token' });
    expect(events.at(-1)).toBe('FAILED 401/44110');
  });

  it('emits the end of the call if it ended during the loss', async () => {
    const { events } = setup();
    await FakeSocket.last.admit();
    FakeSocket.last.drop();
    await vi.advanceTimersByTimeAsync(retryDelay(0));
    await FakeSocket.last.open();
    FakeSocket.last.receive({ t: 'ended', code: 0, subCode: 5300 });
    FakeSocket.last.drop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(events.slice(2)).toEqual(['LOST', 'ended']);
  });

  it('tries again at once when the browser is online again', async () => {
    const { signalling } = setup();
    await FakeSocket.last.admit();
    signalling.hurry();
    expect(FakeSocket.made).toHaveLength(1);
    FakeSocket.last.drop();
    signalling.hurry();
    expect(FakeSocket.made).toHaveLength(2);
    signalling.hurry();
    await vi.advanceTimersByTimeAsync(retryDelay(0));
    expect(FakeSocket.made).toHaveLength(2);
  });

  it('ignores messages of an abandoned socket', async () => {
    const { events } = setup();
    await FakeSocket.last.admit();
    FakeSocket.last.drop();
    await vi.advanceTimersByTimeAsync(retryDelay(0));
    const late = FakeSocket.last;
    await vi.advanceTimersByTimeAsync(5_000);
    late.receive({ t: 'resumed', peers: [] });
    late.drop();
    expect(events.at(-1)).toBe('LOST');
  });
});

describe('the end of the call', () => {
  it('sends bye once and then no message', async () => {
    const { signalling, events } = setup();
    await FakeSocket.last.admit();
    signalling.close();
    signalling.close();
    FakeSocket.last.receive({ t: 'lobby' });
    FakeSocket.last.drop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.last.sent.map((m) => m.t)).toEqual(['hello', 'bye']);
    expect(FakeSocket.last.closedWith).toBe(1000);
    expect(events).toEqual(['welcome', 'joined']);
    expect(FakeSocket.made).toHaveLength(1);
  });

  it('stops reconnecting', async () => {
    const { signalling, events } = setup();
    await FakeSocket.last.admit();
    FakeSocket.last.drop();
    signalling.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.made).toHaveLength(1);
    expect(events.at(-1)).toBe('LOST');
  });

  it('closes the socket after the server has ended the call', async () => {
    const { events } = setup();
    await FakeSocket.last.admit();
    FakeSocket.last.receive({ t: 'ended', code: 0, subCode: 4097 });
    expect(FakeSocket.last.closedWith).toBe(1000);
    FakeSocket.last.drop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(events).toEqual(['welcome', 'joined', 'ended']);
  });
});

it('retryDelay doubles from 250 ms to 4 s', () => {
  expect([0, 1, 2, 3, 4, 5, 20].map(retryDelay)).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000]);
});
