import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** A virtual screen. */
export interface Display {
  /** The value of the variable DISPLAY. */
  name: string;
  close(): Promise<void>;
}

/** Starts an X server without a monitor, on a free display number. */
export async function openDisplay(): Promise<Display> {
  // Without -r the keys of a busy machine repeat themselves.
  const args = ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp', '-r'];
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const [number] = await once(server.stdio[3] as Readable, 'data');
  return { name: `:${String(number).trim()}`, close: () => end(server) };
}

/** Stops a program and waits until it has exited. */
export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
