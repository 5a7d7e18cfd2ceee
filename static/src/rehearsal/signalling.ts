import { Emitter } from './emitter.ts';
import { type ClientMessage, END_CODES, type ServerMessage, SUBPROTOCOL } from './protocol.ts';
import { type Hello, MAX_FRAME, parseMessage } from './wire.ts';

/** How long a session survives without its socket, in milliseconds. The server uses the same time. */
export const RESUME_WINDOW = 30_000;

/** How long one attempt may take, from opening the socket to the server's answer, in milliseconds. */
const FIRST_ATTEMPT = 10_000;
const LATER_ATTEMPT = 5_000;

/** The most frames for other people's browsers that are kept while the socket is down. */
const MAX_HELD = 256;

/** The pause before attempt `n` (from 0) at reopening a lost socket, in milliseconds: 250 doubling to 4000. */
export function retryDelay(n: number): number {
  return Math.min(250 * 2 ** n, 4000);
}

/** The reason for the end of a session, as in teams/endings.json. */
export interface EndCode {
  code: number;
  subCode: number;
}

function refusal(type: string): EndCode {
  if (type === 'token') return END_CODES.TOKEN_REFUSED;
  return type === 'room-full' ? END_CODES.ROOM_FULL : END_CODES.REFUSED;
}

interface Events {
  message: ServerMessage;
  /** The socket was lost and is being reopened. */
  lost: undefined;
  /** The session continues after a loss. */
  restored: undefined;
  /** The session is over, without a message from the server. */
  failed: EndCode;
}

/** The address of the server, and the introduction it expects. */
export interface SignallingOptions {
  url: string;
  /** Called before every attempt, so that a token renewed meanwhile is used. */
  hello(): Promise<Omit<Hello, 'resume'>>;
}

/**
 * One signalling session: a WebSocket that introduces itself and reconnects when it is lost. It ends by `close`, by the
 * server's `ended` or `refused`, or after RESUME_WINDOW without a socket.
 */
export class Signalling extends Emitter<Events> {
  private socket: WebSocket | undefined;
  /** The key that resumes the session; empty until the first `welcome`. */
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
   * Sends a message. While the socket is down, it keeps what other browsers need to connect, drops the rest and returns
   * false; the caller sends the message again after `restored`.
   */
  send(message: ClientMessage): boolean {
    if (this.established && this.socket?.readyState === WebSocket.OPEN) return this.write(message);
    const forLater = message.t === 'sdp' || message.t === 'ice';
    if (forLater && !this.over && this.held.length < MAX_HELD) this.held.push(message);
    return false;
  }

  /** Retries at once, for a browser that has just come back online. */
  hurry(): void {
    if (!this.lost || this.over || this.socket) return;
    clearTimeout(this.attempt);
    this.connect(LATER_ATTEMPT);
  }

  /** Leaves and closes for good. Emits nothing afterwards. */
  close(): void {
    if (this.over) return;
    this.send({ t: 'bye' });
    this.stop();
  }

  private write(message: ClientMessage): boolean {
    const frame = JSON.stringify(message);
    // The server ends the call of a client that sends more.
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
      this.abandon(socket); // without a token, as without a network
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

  /** Emitted after the message itself, so that listeners already know the members. */
  private restore(): void {
    if (!this.lost) return;
    this.lost = false;
    this.emit('restored');
  }

  /** The server may refuse to resume for a while (a rehearsed outage). Then only a bad token is final. */
  private refused(type: string): void {
    if (this.lost && type !== 'token') {
      if (this.socket) this.abandon(this.socket);
    } else {
      this.fail(refusal(type));
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
      this.fail(END_CODES.UNREACHABLE);
      return;
    }
    if (!this.lost) {
      this.lost = true;
      this.giveUp = setTimeout(() => this.fail(END_CODES.CONNECTION_LOST), RESUME_WINDOW);
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
