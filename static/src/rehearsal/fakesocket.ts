// For tests only: a WebSocket without a network.
import type { ClientMessage, ServerMessage } from './protocol.ts';

/** Replaces the browser's WebSocket. The test acts as the network and the server. */
export class FakeSocket {
  static readonly OPEN = 1;
  static readonly CLOSED = 3;
  /** Every socket since the test emptied the list, oldest first. */
  static made: FakeSocket[] = [];

  readyState = 0;
  sent: ClientMessage[] = [];
  closedWith: number | undefined;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;

  constructor(
    readonly url: string,
    readonly protocol: string,
  ) {
    FakeSocket.made.push(this);
  }

  /** The newest socket. */
  static get last(): FakeSocket {
    const socket = FakeSocket.made.at(-1);
    if (!socket) throw new Error('no socket was made');
    return socket;
  }

  send(frame: string): void {
    if (this.readyState !== FakeSocket.OPEN) throw new Error('send on a socket that is not open');
    this.sent.push(JSON.parse(frame) as ClientMessage);
  }

  close(code?: number): void {
    this.closedWith = code;
    this.readyState = FakeSocket.CLOSED;
  }

  /** Opens the socket. Resolves when the client has reacted. */
  async open(): Promise<void> {
    this.readyState = FakeSocket.OPEN;
    this.onopen?.();
    for (let i = 0; i < 5; i++) await Promise.resolve();
  }

  /** Receives a message from the server, or a string unchanged. */
  receive(message: ServerMessage | string): void {
    this.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) });
  }

  /** Closes the socket, as when the network is lost. */
  drop(): void {
    this.readyState = FakeSocket.CLOSED;
    this.onclose?.();
  }

  /** Opens the socket and admits the client to a room, as most tests need. */
  async admit(): Promise<void> {
    await this.open();
    this.receive({ t: 'welcome', id: '8:acs:me', role: 'Presenter', resume: 'KEY', iceServers: [], room: 'ROOM' });
    this.receive({ t: 'joined', peers: [], role: 'Presenter', threadId: 'THREAD' });
  }
}
