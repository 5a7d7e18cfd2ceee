import { CallingError } from './errors.ts';
import type { ClientMessage, Command } from './protocol.ts';

/** How long the server may take to answer an order, in milliseconds. */
const PATIENCE = 10_000;

interface Order {
  command: string;
  settle(error?: string): void;
}

/** Orders of an organiser. The server answers them in turn, each with the name of the command. */
export class Commands {
  private orders: Order[] = [];

  constructor(private readonly send: (message: ClientMessage) => boolean) {}

  /** Resolves when the server has done it; rejects with 403/40300 when it refuses, is silent or is out of reach. */
  give(command: Command): Promise<void> {
    return new Promise((resolve, reject) => {
      const refuse = (why: string) => reject(new CallingError(`${command.command}: ${why}`, 403, 40300));
      if (!this.send({ t: 'command', ...command })) {
        refuse('no connection');
        return;
      }
      const patience = setTimeout(() => order.settle('no answer'), PATIENCE);
      const order: Order = {
        command: command.command,
        settle: (error) => {
          clearTimeout(patience);
          this.orders = this.orders.filter((o) => o !== order);
          if (error === undefined) resolve();
          else refuse(error);
        },
      };
      this.orders.push(order);
    });
  }

  /** The server's answer to the oldest order of that name. */
  answered(command: string, ok: boolean, error: string | undefined): void {
    this.orders.find((o) => o.command === command)?.settle(ok ? undefined : error || 'refused');
  }

  /** Nobody will answer any more. */
  close(): void {
    for (const order of [...this.orders]) order.settle('the call is over');
  }
}
