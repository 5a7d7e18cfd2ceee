import { Emitter } from './emitter.ts';
import type { ClientMessage, Command } from './protocol.ts';

/** What a feature may know of the call it belongs to. */
export interface CallContext {
  readonly id: string;
  /** Our own raw id. */
  readonly localId: string;
  send(message: ClientMessage): boolean;
  /** Orders something as an organiser; rejects when we are none or the server refuses. */
  command(command: Command): Promise<void>;
  /** Sends our tracks and announces our state, including the raised hand. */
  publish(): Promise<void>;
}

/** What every feature has. */
export class Feature<E> extends Emitter<E> {
  /** Given to it together with the others of its call. */
  readonly name: string = '';

  dispose(): void {}
}
