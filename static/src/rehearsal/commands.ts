import { CallingError } from './errors.ts';
import type { ClientMessage, Command } from './protocol.ts';

/** How long the server may take to answer a command, in milliseconds. */
const PATIENCE = 10_000;

interface Order {
  command: string;
  settle(error?: string): void;
}

/** An organiser's commands. The server answers them in turn, each with the name of the command. */
export class Commands {
  private orders: Order[] = [];

  constructor(private readonly send: (message: ClientMessage) => boolean) {}

  /** Resolves when the server has obeyed; rejects with 403/40300 when it refuses, does not answer or is out of reach. */
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

  /** Handles the server's answer to the oldest command of that name. */
  answered(command: string, ok: boolean, error: string | undefined): void {
    this.orders.find((o) => o.command === command)?.settle(ok ? undefined : error || 'refused');
  }

  /** Rejects all commands: the call is over. */
  close(): void {
    for (const order of [...this.orders]) order.settle('the call is over');
  }
}
