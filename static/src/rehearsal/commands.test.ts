import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Commands } from './commands.ts';
import type { ClientMessage } from './protocol.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setup(connected = true) {
  const sent: ClientMessage[] = [];
  const commands = new Commands((message) => {
    sent.push(message);
    return connected;
  });
  return { commands, sent };
}

it('settles commands of one name in their order', async () => {
  const { commands, sent } = setup();
  const results: string[] = [];
  const record = (name: string, command: Promise<void>) =>
    command.then(
      () => results.push(`${name} done`),
      (e: Error) => results.push(`${name} ${e.message}`),
    );
  const all = [
    record('a', commands.give({ command: 'admit', to: 'a' })),
    record('b', commands.give({ command: 'admit', to: 'b' })),
    record('c', commands.give({ command: 'mute', to: 'c' })),
  ];
  commands.answered('mute', true, undefined);
  commands.answered('admit', true, undefined);
  commands.answered('admit', false, 'nobody it fits');
  commands.answered('admit', true, undefined);
  await Promise.all(all);
  expect(results.sort()).toEqual(['a done', 'b admit: nobody it fits', 'c done']);
  expect(sent[0]).toEqual({ t: 'command', command: 'admit', to: 'a' });
});

it('rejects without a connection, without an answer and at the end of the call', async () => {
  await expect(setup(false).commands.give({ command: 'end' })).rejects.toMatchObject({ code: 403, subCode: 40300 });
  const { commands } = setup();
  const silent = expect(commands.give({ command: 'end' })).rejects.toThrow('no answer');
  await vi.advanceTimersByTimeAsync(10_000);
  await silent;
  const ended = expect(commands.give({ command: 'end' })).rejects.toThrow('over');
  commands.close();
  await ended;
});
