import { CallingError } from './errors.ts';
import type { ClientMessage, Command } from './protocol.ts';

/** How long the server may take to answer a command, in milliseconds. */
const ANSWER_TIME = 10_000;

interface Pending {
  command: string;
  settle(error?: string): void;
}

/** An organiser's commands. The server answers them in turn, each with the name of the command. */
export class Commands {
  private pending: Pending[] = [];

  constructor(private readonly send: (message: ClientMessage) => boolean) {}

  /** Resolves when the server has run the command; rejects with 403/40300 when it refuses, does not answer or is unreachable. */
  give(command: Command): Promise<void> {
    return new Promise((resolve, reject) => {
      const refuse = (why: string) => reject(new CallingError(`${command.command}: ${why}`, 403, 40300));
      if (!this.send({ t: 'command', ...command })) {
        refuse('no connection');
        return;
      }
      const timer = setTimeout(() => entry.settle('no answer'), ANSWER_TIME);
      const entry: Pending = {
        command: command.command,
        settle: (error) => {
          clearTimeout(timer);
          this.pending = this.pending.filter((o) => o !== entry);
          if (error === undefined) resolve();
          else refuse(error);
        },
      };
      this.pending.push(entry);
    });
  }

  /** Handles the server's answer to the oldest command of that name. */
  answered(command: string, ok: boolean, error: string | undefined): void {
    this.pending.find((o) => o.command === command)?.settle(ok ? undefined : error || 'refused');
  }

  /** Rejects all commands: the call is over. */
  close(): void {
    for (const entry of [...this.pending]) entry.settle('the call is over');
  }
}
