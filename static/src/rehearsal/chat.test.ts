import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChatClient } from './chatclient.ts';
import { chatMessageOf, kindOf, newestFirst } from './chatmessages.ts';
import { FakeSocket } from './fakesocket.ts';
import type { ChatMessage as ChatEntry } from './protocol.ts';
import { Signalling } from './signalling.ts';
import { Threads } from './threads.ts';
import type { Reply } from './wire.ts';

const entry = (id: string, more: Partial<ChatEntry> = {}): ChatEntry => ({
  id,
  seq: 1,
  at: 1_700_000_000_000,
  from: '8:acs:sam',
  name: 'Sam',
  text: `text ${id}`,
  ...more,
});

describe('messages', () => {
  it('are sorted newest first, by number if the time is the same', () => {
    const listed = newestFirst([entry('99'), entry('100'), entry('1', { at: 1_700_000_000_001 }), entry('98')]);
    expect(listed.map((e) => e.id)).toEqual(['1', '100', '99', '98']);
  });

  it('have the time of their edit, and no text when deleted', () => {
    expect(chatMessageOf(entry('1', { edited: 1_700_000_000_500 }))).toMatchObject({
      content: { message: 'text 1' },
      version: '1700000000500',
      editedOn: new Date(1_700_000_000_500),
    });
    const deleted = chatMessageOf(entry('1', { text: 'leaked', deleted: 1_700_000_000_900 }));
    expect(deleted.content).toEqual({});
    expect(deleted.deletedOn).toEqual(new Date(1_700_000_000_900));
  });

  it('are new, edited or deleted', () => {
    expect(kindOf(entry('1'))).toBe('chatMessageReceived');
    expect(kindOf(entry('1', { edited: 1 }))).toBe('chatMessageEdited');
    expect(kindOf(entry('1', { edited: 1, deleted: 2 }))).toBe('chatMessageDeleted');
  });
});

describe('ChatClient', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('WebSocket', FakeSocket);
    FakeSocket.made = [];
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  async function setup() {
    const threads = new Threads();
    const signalling = new Signalling({ url: 'ws://localhost', hello: async () => ({ token: 't', name: 'Me' }) });
    signalling.start();
    await FakeSocket.last.admit();
    threads.open('THREAD', signalling, '8:acs:me');
    const client = new ChatClient(threads);
    return { threads, signalling, client, thread: client.getChatThreadClient('THREAD'), socket: FakeSocket.last };
  }
  type Chat = Awaited<ReturnType<typeof setup>>;

  /** Answers the newest request. */
  const answer = ({ socket }: Chat, reply: Omit<Reply, 't' | 'req'>) => {
    const asked = socket.sent.at(-1) as unknown as { req: number };
    socket.receive({ t: 'reply', req: asked.req, ...reply });
  };

  it('sends a message and returns its id', async () => {
    const chat = await setup();
    const sent = chat.thread.sendMessage({ content: 'hi' });
    expect(chat.socket.sent.at(-1)).toMatchObject({ t: 'chat', text: 'hi', client: expect.any(String) });
    answer(chat, { status: 201, id: '42' });
    expect(await sent).toEqual({ id: '42' });
  });

  it('matches replies to requests in any order', async () => {
    const chat = await setup();
    const first = chat.thread.sendMessage({ content: '1' });
    const firstRequest = chat.socket.sent.at(-1) as unknown as { req: number };
    const second = chat.thread.sendMessage({ content: '2' });
    answer(chat, { status: 201, id: 'two' });
    chat.socket.receive({ t: 'reply', req: firstRequest.req, status: 201, id: 'one' });
    expect([await first, await second]).toEqual([{ id: 'one' }, { id: 'two' }]);
  });

  it('rejects with the status codes of the service', async () => {
    const chat = await setup();
    const refused = expect(chat.thread.deleteMessage('1')).rejects.toMatchObject({ statusCode: 403, code: 'Forbidden' });
    answer(chat, { status: 403, error: 'Forbidden' });
    await refused;
    const silent = expect(chat.thread.getProperties()).rejects.toMatchObject({ statusCode: 504 });
    await vi.advanceTimersByTimeAsync(10_000);
    await silent;
    chat.socket.drop();
    await expect(chat.thread.getProperties()).rejects.toMatchObject({ statusCode: 503 });
    await expect(chat.client.getChatThreadClient('OTHER').getProperties()).rejects.toMatchObject({ statusCode: 403 });
  });

  it('rejects open requests as soon as the call ends', async () => {
    const chat = await setup();
    const asked = expect(chat.thread.getProperties()).rejects.toMatchObject({ statusCode: 403 });
    chat.threads.close('THREAD', chat.signalling);
    await asked;
    await expect(chat.thread.sendTypingNotification()).rejects.toMatchObject({ statusCode: 403 });
  });

  it('keeps a thread open for the call that joined last', async () => {
    const chat = await setup();
    const again = new Signalling({ url: 'ws://localhost', hello: async () => ({ token: 't', name: 'Me' }) });
    chat.threads.open('THREAD', again, '8:acs:me');
    chat.threads.close('THREAD', chat.signalling);
    expect(chat.threads.ids).toEqual(['THREAD']);
  });

  it('reads the whole history, page by page', async () => {
    const chat = await setup();
    const pages = chat.thread.listMessages().byPage();
    const first = pages.next();
    await vi.advanceTimersByTimeAsync(0);
    answer(chat, { status: 200, chat: [entry('3'), entry('4')], more: true });
    expect((await first).value?.map((m: { id: string }) => m.id)).toEqual(['4', '3']);
    const second = pages.next();
    await vi.advanceTimersByTimeAsync(0);
    expect(chat.socket.sent.at(-1)).toMatchObject({ t: 'thread', before: '3' });
    answer(chat, { status: 200, chat: [entry('2')] });
    expect((await second).value?.map((m: { id: string }) => m.id)).toEqual(['2']);
    expect((await pages.next()).done).toBe(true);
  });

  it('emits no events if the server refuses', async () => {
    const chat = await setup();
    const started = expect(chat.client.startRealtimeNotifications()).rejects.toMatchObject({ statusCode: 403 });
    answer(chat, { status: 403, error: 'Forbidden' });
    await started;
    const listener = vi.fn();
    chat.client.on('chatMessageReceived', listener);
    chat.socket.receive({ t: 'chat', msg: entry('1') });
    expect(listener).not.toHaveBeenCalled();
  });

  it('emits messages, edits, deletions, typing and receipts, but not our own typing', async () => {
    const chat = await setup();
    const started = chat.client.startRealtimeNotifications();
    answer(chat, { status: 200 });
    await started;
    const events: string[] = [];
    chat.client.on('chatMessageReceived', (e) => events.push(`new ${e.message}`));
    chat.client.on('chatMessageEdited', (e) => events.push(`edit ${e.message} ${+e.editedOn}`));
    chat.client.on('chatMessageDeleted', (e) => events.push(`gone ${e.id}`));
    chat.client.on('typingIndicatorReceived', (e) => events.push(`typing ${e.senderDisplayName}`));
    chat.client.on('readReceiptReceived', (e) => events.push(`read ${e.chatMessageId}`));
    chat.socket.receive({ t: 'chat', msg: entry('1') });
    chat.socket.receive({ t: 'chat', msg: entry('1', { text: 'better', edited: 5 }) });
    chat.socket.receive({ t: 'chat', msg: entry('1', { text: '', deleted: 6 }) });
    chat.socket.receive({ t: 'typing', from: '8:acs:me', name: 'Me', at: 1 });
    chat.socket.receive({ t: 'typing', from: '8:acs:sam', name: 'Sam', at: 1 });
    chat.socket.receive({ t: 'read', from: '8:acs:sam', name: 'Sam', id: '1', at: 7 });
    expect(events).toEqual(['new text 1', 'edit better 5', 'gone 1', 'typing Sam', 'read 1']);
    const receipts = (await chat.thread.listReadReceipts().byPage().next()).value;
    expect(receipts).toEqual([
      { sender: { kind: 'communicationUser', communicationUserId: '8:acs:sam' }, chatMessageId: '1', readOn: new Date(7) },
    ]);
    await chat.client.stopRealtimeNotifications();
    chat.socket.receive({ t: 'chat', msg: entry('2') });
    expect(events).toHaveLength(5);
  });

  it('sends a typing notification at most every 8 seconds', async () => {
    const { thread, socket } = await setup();
    expect(await thread.sendTypingNotification()).toBe(true);
    expect(await thread.sendTypingNotification()).toBe(false);
    await vi.advanceTimersByTimeAsync(8_000);
    expect(await thread.sendTypingNotification()).toBe(true);
    expect(socket.sent.filter((m) => m.t === 'typing')).toHaveLength(2);
  });
});
