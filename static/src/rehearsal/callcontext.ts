import { Emitter } from './emitter.ts';
import type { ClientMessage, Command } from './protocol.ts';

/** The part of a call that its features can use. */
export interface CallContext {
  readonly id: string;
  /** Our own raw id. */
  readonly localId: string;
  send(message: ClientMessage): boolean;
  /** Sends an organiser's command. Rejects when we are not an organiser or the server refuses. */
  command(command: Command): Promise<void>;
  /** Sends our tracks and announces our state, including the raised hand. */
  publish(): Promise<void>;
}

/** The base class of all features. */
export class Feature<E> extends Emitter<E> {
  /** Set when the features of a call are made. */
  readonly name: string = '';

  dispose(): void {}
}
