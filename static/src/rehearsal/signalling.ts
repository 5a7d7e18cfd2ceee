import { Emitter } from './emitter.ts';
import { type ClientMessage, type Hello, MAX_FRAME, parseMessage, type ServerMessage, SUBPROTOCOL } from './wire.ts';

/** How long a session survives without its socket, in milliseconds. The server counts the same. */
export const RESUME_WINDOW = 30_000;

/** How long one attempt may take from opening the socket to the server's answer, in milliseconds. */
const FIRST_ATTEMPT = 10_000;
const LATER_ATTEMPT = 5_000;

/** Frames for other people's browsers that are kept while the socket is down. */
const MAX_HELD = 256;

/** The pause before attempt `n` (from 0) at reopening a lost socket, in milliseconds: 250 doubling to 4000. */
export function retryDelay(n: number): number {
  return Math.min(250 * 2 ** n, 4000);
}

/** Why a session is over, as the pair of numbers of the end-code table. */
export interface EndCode {
  code: number;
  subCode: number;
}

/** No answer from the service at all: the Calling SDK's own pair for it. */
const UNREACHABLE: EndCode = { code: 490, subCode: 4525 };
/** The connection was lost and did not come back. */
const CONNECTION_LOST: EndCode = { code: 410, subCode: 3112 };
const REFUSALS: Record<string, EndCode> = {
  token: { code: 401, subCode: 44110 },
  'room-full': { code: 413, subCode: 5808 },
};
const REFUSED: EndCode = { code: 400, subCode: 40000 };

interface Events {
  message: ServerMessage;
  /** The socket dropped; it is being reopened. */
  lost: undefined;
  /** The session goes on after a loss. */
  restored: undefined;
  /** The session is over and the server did not say so itself. */
  failed: EndCode;
}

/** Where the server is and who knocks. */
export interface SignallingOptions {
  url: string;
  /** Asked before every attempt, so that a token refreshed meanwhile is used. */
  hello(): Promise<Omit<Hello, 'resume'>>;
}

/**
 * One signalling session: a WebSocket that introduces itself, and comes back by itself when it drops. It ends by
 * `close`, by the server's word (`ended`, `refused`) or after RESUME_WINDOW without a socket.
 */
export class Signalling extends Emitter<Events> {
  private socket: WebSocket | undefined;
  /** Opens the session again; empty until the server has welcomed us. */
  private key = '';
  private lost = false;
  private established = false;
  private over = false;
  private attempts = 0;
  private attempt: ReturnType<typeof setTimeout> | undefined;
  private giveUp: ReturnType<typeof setTimeout> | undefined;
  private held: ClientMessage[] = [];

  constructor(private readonly options: SignallingOptions) {
    super();
  }

  /** Opens the first socket. */
  start(): void {
    this.connect(FIRST_ATTEMPT);
  }

  /**
   * Sends a message. While the socket is down, what other browsers need to connect is kept for later and the rest is
   * dropped: the answer is false, and whoever needs the message says it again after `restored`.
   */
  send(message: ClientMessage): boolean {
    if (this.established && this.socket?.readyState === WebSocket.OPEN) return this.write(message);
    const forLater = message.t === 'sdp' || message.t === 'ice';
    if (forLater && !this.over && this.held.length < MAX_HELD) this.held.push(message);
    return false;
  }

  /** Tries again at once, for a browser that has just come back online. */
  hurry(): void {
    if (!this.lost || this.over || this.socket) return;
    clearTimeout(this.attempt);
    this.connect(LATER_ATTEMPT);
  }

  /** Says goodbye and closes for good. Nothing is emitted any more. */
  close(): void {
    if (this.over) return;
    this.send({ t: 'bye' });
    this.stop();
  }

  private write(message: ClientMessage): boolean {
    const frame = JSON.stringify(message);
    // The server ends the call of whoever sends more.
    if (new TextEncoder().encode(frame).length > MAX_FRAME) return false;
    this.socket?.send(frame);
    return true;
  }

  private connect(deadline: number): void {
    const socket = new WebSocket(this.options.url, SUBPROTOCOL);
    this.socket = socket;
    this.attempt = setTimeout(() => this.abandon(socket), deadline);
    socket.onopen = () => void this.introduce(socket);
    socket.onmessage = (event) => {
      const message = socket === this.socket && !this.over ? parseMessage(event.data) : undefined;
      if (message) this.receive(message);
    };
    socket.onclose = () => {
      if (socket === this.socket) this.dropped();
    };
  }

  private async introduce(socket: WebSocket): Promise<void> {
    try {
      const hello = await this.options.hello();
      if (socket !== this.socket || this.over) return;
      this.write({ t: 'hello', ...hello, ...(this.key && { resume: this.key }) });
    } catch {
      this.abandon(socket); // no token: as good as no network
    }
  }

  private receive(message: ServerMessage): void {
    switch (message.t) {
      case 'welcome':
        this.key = message.resume;
        break;
      case 'lobby':
      case 'joined':
      case 'resumed':
        this.establish();
        break;
      case 'refused':
        this.refused(message.type);
        return;
      case 'ended':
        this.stop();
        break;
    }
    this.emit('message', message);
    if (message.t === 'resumed' || message.t === 'joined' || message.t === 'lobby') this.restore();
  }

  private establish(): void {
    clearTimeout(this.attempt);
    clearTimeout(this.giveUp);
    this.established = true;
    this.attempts = 0;
    for (const message of this.held.splice(0)) this.write(message);
  }

  /** Told after the message itself, so that listeners already know who is there. */
  private restore(): void {
    if (!this.lost) return;
    this.lost = false;
    this.emit('restored');
  }

  /** The server may refuse a resume for a while (a rehearsed outage); only a bad token is final then. */
  private refused(type: string): void {
    if (this.lost && type !== 'token') {
      if (this.socket) this.abandon(this.socket);
    } else {
      this.fail(REFUSALS[type] ?? REFUSED);
    }
  }

  private abandon(socket: WebSocket): void {
    if (socket !== this.socket) return;
    socket.close();
    this.dropped();
  }

  private dropped(): void {
    clearTimeout(this.attempt);
    this.socket = undefined;
    this.established = false;
    if (this.over) return;
    if (!this.key) {
      this.fail(UNREACHABLE);
      return;
    }
    if (!this.lost) {
      this.lost = true;
      this.giveUp = setTimeout(() => this.fail(CONNECTION_LOST), RESUME_WINDOW);
      this.emit('lost');
    }
    this.attempt = setTimeout(() => this.connect(LATER_ATTEMPT), retryDelay(this.attempts++));
  }

  private fail(reason: EndCode): void {
    if (this.over) return;
    this.stop();
    this.emit('failed', reason);
  }

  private stop(): void {
    this.over = true;
    clearTimeout(this.attempt);
    clearTimeout(this.giveUp);
    this.held = [];
    this.socket?.close(1000);
    this.socket = undefined;
  }
}
