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

function begin() {
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
  it('introduces itself first, in our subprotocol', async () => {
    begin();
    expect(FakeSocket.last.protocol).toBe(SUBPROTOCOL);
    await FakeSocket.last.open();
    expect(FakeSocket.last.sent).toEqual([{ t: 'hello', token: 'token 1', name: 'Sam', meeting: '273501234567' }]);
  });

  it('ends at once when nobody is there, and does not try again', async () => {
    const { events } = begin();
    FakeSocket.last.drop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(events).toEqual(['FAILED 490/4525']);
    expect(FakeSocket.made).toHaveLength(1);
  });

  it('does not wait for a silent server for ever', async () => {
    const { events } = begin();
    await FakeSocket.last.open();
    await vi.advanceTimersByTimeAsync(9_999);
    expect(events).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(events).toEqual(['FAILED 490/4525']);
  });

  it('ends without a token', async () => {
    const { events, hello } = begin();
    hello.mockRejectedValueOnce(new Error('refresh failed'));
    await FakeSocket.last.open();
    expect(events).toEqual(['FAILED 490/4525']);
  });

  it.each([
    ['token', '401/44110'],
    ['room-full', '413/5808'],
    ['protocol', '400/40000'],
  ] as const)('fails with the code of the refusal: %s', async (type, codes) => {
    const { events } = begin();
    await FakeSocket.last.open();
    FakeSocket.last.say({ t: 'refused', type });
    FakeSocket.last.drop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(events).toEqual([`FAILED ${codes}`]);
  });

  it('sends nothing before it is known to the room', async () => {
    const { signalling } = begin();
    await FakeSocket.last.open();
    expect(signalling.send({ t: 'typing' })).toBe(false);
    FakeSocket.last.say({ t: 'welcome', id: 'a', role: 'Presenter', resume: 'k', iceServers: [], room: 'r' });
    FakeSocket.last.say({ t: 'lobby' });
    expect(signalling.send({ t: 'typing' })).toBe(true);
    expect(FakeSocket.last.sent.map((m) => m.t)).toEqual(['hello', 'typing']);
  });

  it('ignores frames that are not of the protocol', async () => {
    const { events } = begin();
    await FakeSocket.last.admit();
    FakeSocket.last.say('<html>');
    FakeSocket.last.say('{"t":"ended"}');
    expect(events).toEqual(['welcome', 'joined']);
  });

  it('keeps back what the server would end the call for', async () => {
    const { signalling } = begin();
    await FakeSocket.last.admit();
    const text = 'é'.repeat(40_000);
    expect(signalling.send({ t: 'chat', req: 1, text, client: 'c' })).toBe(false);
    expect(FakeSocket.last.sent).toHaveLength(1);
  });
});

describe('a lost connection', () => {
  it('resumes with the key and a fresh token, and emits it after the message', async () => {
    const { events, signalling } = begin();
    await FakeSocket.last.admit();
    FakeSocket.last.drop();
    expect(events.at(-1)).toBe('LOST');
    await vi.advanceTimersByTimeAsync(retryDelay(0));
    expect(FakeSocket.made).toHaveLength(2);
    await FakeSocket.last.open();
    expect(FakeSocket.last.sent[0]).toMatchObject({ t: 'hello', token: 'token 2', resume: 'KEY' });
    FakeSocket.last.say({ t: 'welcome', id: '8:acs:me', role: 'Presenter', resume: 'KEY 2', iceServers: [], room: 'room' });
    FakeSocket.last.say({ t: 'resumed', peers: [] });
    expect(events).toEqual(['welcome', 'joined', 'LOST', 'welcome', 'resumed', 'RESTORED']);
    await vi.advanceTimersByTimeAsync(2 * RESUME_WINDOW);
    expect(events.at(-1)).toBe('RESTORED');
    expect(signalling.send({ t: 'typing' })).toBe(true);
  });

  it('keeps what other browsers need, in order, and drops the rest', async () => {
    const { signalling } = begin();
    await FakeSocket.last.admit();
    FakeSocket.last.drop();
    expect(signalling.send(ice(1))).toBe(false);
    expect(signalling.send({ t: 'typing' })).toBe(false);
    signalling.send(ice(2));
    await vi.advanceTimersByTimeAsync(retryDelay(0));
    await FakeSocket.last.open();
    FakeSocket.last.say({ t: 'resumed', peers: [] });
    expect(FakeSocket.last.sent.slice(1)).toEqual([ice(1), ice(2)]);
  });

  it('tries again with growing pauses, each attempt for 5 seconds at most', async () => {
    begin();
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

  it('gives up 30 seconds after the loss, not after the last attempt', async () => {
    const { events } = begin();
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

  it('is one loss however often it drops before it is back', async () => {
    const { events } = begin();
    await FakeSocket.last.admit();
    FakeSocket.last.drop();
    await vi.advanceTimersByTimeAsync(retryDelay(0));
    await FakeSocket.last.open();
    FakeSocket.last.drop();
    expect(events.filter((e) => e === 'LOST')).toHaveLength(1);
  });

  it('goes on trying when a resume is refused for now, but not without a valid token', async () => {
    const { events } = begin();
    await FakeSocket.last.admit();
    FakeSocket.last.drop();
    await vi.advanceTimersByTimeAsync(retryDelay(0));
    await FakeSocket.last.open();
    FakeSocket.last.say({ t: 'refused', type: 'too-fast' });
    await vi.advanceTimersByTimeAsync(retryDelay(1));
    expect(FakeSocket.made).toHaveLength(3);
    await FakeSocket.last.open();
    FakeSocket.last.say({ t: 'refused', type: 'token' });
    expect(events.at(-1)).toBe('FAILED 401/44110');
  });

  it('hears how the call ended meanwhile', async () => {
    const { events } = begin();
    await FakeSocket.last.admit();
    FakeSocket.last.drop();
    await vi.advanceTimersByTimeAsync(retryDelay(0));
    await FakeSocket.last.open();
    FakeSocket.last.say({ t: 'ended', code: 0, subCode: 5300 });
    FakeSocket.last.drop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(events.slice(2)).toEqual(['LOST', 'ended']);
  });

  it('hurries when the browser is back online', async () => {
    const { signalling } = begin();
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

  it('does not listen to a socket that was given up', async () => {
    const { events } = begin();
    await FakeSocket.last.admit();
    FakeSocket.last.drop();
    await vi.advanceTimersByTimeAsync(retryDelay(0));
    const late = FakeSocket.last;
    await vi.advanceTimersByTimeAsync(5_000);
    late.say({ t: 'resumed', peers: [] });
    late.drop();
    expect(events.at(-1)).toBe('LOST');
  });
});

describe('the end', () => {
  it('sends bye once and then nothing', async () => {
    const { signalling, events } = begin();
    await FakeSocket.last.admit();
    signalling.close();
    signalling.close();
    FakeSocket.last.say({ t: 'lobby' });
    FakeSocket.last.drop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.last.sent.map((m) => m.t)).toEqual(['hello', 'bye']);
    expect(FakeSocket.last.closedWith).toBe(1000);
    expect(events).toEqual(['welcome', 'joined']);
    expect(FakeSocket.made).toHaveLength(1);
  });

  it('does not reconnect while the connection is lost', async () => {
    const { signalling, events } = begin();
    await FakeSocket.last.admit();
    FakeSocket.last.drop();
    signalling.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.made).toHaveLength(1);
    expect(events.at(-1)).toBe('LOST');
  });

  it('closes the socket after the server has ended the call', async () => {
    const { events } = begin();
    await FakeSocket.last.admit();
    FakeSocket.last.say({ t: 'ended', code: 0, subCode: 4097 });
    expect(FakeSocket.last.closedWith).toBe(1000);
    FakeSocket.last.drop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(events).toEqual(['welcome', 'joined', 'ended']);
  });
});

it('pauses 250 ms first, doubling, 4 s at most', () => {
  expect([0, 1, 2, 3, 4, 5, 20].map(retryDelay)).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000]);
});
