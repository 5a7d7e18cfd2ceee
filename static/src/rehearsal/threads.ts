import { Emitter } from './emitter.ts';
import { RestError } from './errors.ts';
import type { ChatMessage as ChatEntry, ServerMessage } from './protocol.ts';
import type { Signalling } from './signalling.ts';
import type { ChatRequest, Reply } from './wire.ts';

/** How long the server may take to answer a chat request, in milliseconds. */
const ANSWER_TIME = 10_000;

/** Events for the chat half of the module. */
export interface ThreadEvents {
  message: { threadId: string; entry: ChatEntry };
  typing: { threadId: string; from: string; name: string };
  read: { threadId: string; from: string; name: string; id: string; at: Date };
}

interface Thread {
  threadId: string;
  signalling: Signalling;
  self: string;
  receive(message: ServerMessage): void;
}

interface Request {
  threadId: string;
  settle(reply: Reply | RestError): void;
}

/**
 * The chats of the meetings that this page is in. The calling half opens and closes them with the call; the chat half finds
 * them by thread id, as with the real service.
 */
export class Threads extends Emitter<ThreadEvents> {
  private readonly threads = new Map<string, Thread>();
  private readonly requests = new Map<number, Request>();
  private nextRequest = 1;

  /** The ids of the threads that are open now. */
  get ids(): string[] {
    return [...this.threads.keys()];
  }

  /** Opens the thread of a call that is inside its meeting. `self` is our own raw id there. */
  open(threadId: string, signalling: Signalling, self: string): void {
    const known = this.threads.get(threadId);
    if (known?.signalling === signalling) return;
    const thread: Thread = { threadId, signalling, self, receive: (message) => this.receive(thread, message) };
    this.threads.set(threadId, thread);
    signalling.on('message', thread.receive);
  }

  /** Closes the thread that was opened with this signalling. */
  close(threadId: string, signalling: Signalling): void {
    const thread = this.threads.get(threadId);
    if (thread?.signalling !== signalling) return;
    signalling.off('message', thread.receive);
    this.threads.delete(threadId);
    const forbidden = new RestError(403, 'Forbidden');
    for (const request of [...this.requests.values()]) if (request.threadId === threadId) request.settle(forbidden);
  }

  /**
   * Asks the server. Rejects with a RestError: 403 outside of the meeting, 503 while the connection is lost, 504 when no
   * answer comes, or the server's status.
   */
  ask(threadId: string, message: ChatRequest): Promise<Reply> {
    const req = this.nextRequest++;
    return new Promise((resolve, reject) => {
      const thread = this.threads.get(threadId);
      if (!thread) {
        reject(new RestError(403, 'Forbidden'));
        return;
      }
      const settle = (reply: Reply | RestError) => {
        clearTimeout(timer);
        this.requests.delete(req);
        if (reply instanceof RestError) reject(reply);
        else if (reply.status >= 400) reject(new RestError(reply.status, reply.error || 'Error'));
        else resolve(reply);
      };
      const timer = setTimeout(() => settle(new RestError(504, 'Timeout')), ANSWER_TIME);
      this.requests.set(req, { threadId, settle });
      if (!thread.signalling.send({ ...message, req })) settle(new RestError(503, 'ServiceUnavailable'));
    });
  }

  /** Sends a message that has no reply. */
  send(threadId: string, message: { t: 'typing' } | { t: 'read'; id: string }): void {
    const thread = this.threads.get(threadId);
    if (!thread) throw new RestError(403, 'Forbidden');
    thread.signalling.send(message);
  }

  private receive({ threadId, self }: Thread, message: ServerMessage): void {
    switch (message.t) {
      case 'reply':
        this.requests.get(message.req)?.settle(message);
        return;
      case 'chat':
        this.emit('message', { threadId, entry: message.msg });
        return;
      case 'typing':
        if (message.from !== self) this.emit('typing', { threadId, from: message.from, name: message.name });
        return;
      case 'read':
        if (message.from === self) return;
        this.emit('read', {
          threadId,
          from: message.from,
          name: message.name,
          id: message.id,
          at: new Date(message.at ?? Date.now()),
        });
        return;
    }
  }
}
