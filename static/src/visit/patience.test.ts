import { describe, expect, it } from 'vitest';
import type { JoinAnswer, Refusal } from './join.ts';
import { joinPatiently } from './patience.ts';

const ticket = { ticket: {} } as JoinAnswer;
const busy: Refusal = { kind: 'said', title: 'Busy', text: 'Wait.', type: 'urn:anteroom:problem:service-busy', again: 25 };
const trouble: Refusal = { kind: 'said', title: 'Trouble', text: 'Wait.', type: 'urn:anteroom:problem:service-late', again: 5 };

/** Answers with these in turn, the last one for ever, and records the pauses. */
async function run(...answers: (Refusal | JoinAnswer)[]) {
  let time = 0;
  let asked = 0;
  const said: [string, number][] = [];
  const ask = async () => {
    const next = answers[Math.min(asked++, answers.length - 1)] ?? ticket;
    return 'kind' in next ? { refusal: next } : next;
  };
  const answer = await joinPatiently(
    await ask(),
    ask,
    (why, seconds) => said.push([why.kind === 'said' ? why.title : why.kind, seconds]),
    {
      now: () => time,
      sleep: async (milliseconds) => {
        time += milliseconds;
      },
      random: () => 0.5,
    },
  );
  return { answer, asked, said, seconds: time / 1000 };
}

describe('joinPatiently', () => {
  it('waits for its turn and counts down', async () => {
    const { answer, asked, said } = await run(busy, ticket);
    expect(answer).toBe(ticket);
    expect(asked).toBe(2);
    expect(said).toEqual([
      ['Busy', 26],
      ['Busy', 16],
      ['Busy', 6],
    ]);
  });

  it('retries a service in trouble, for three minutes', async () => {
    expect((await run(trouble, trouble, ticket)).answer).toBe(ticket);
    const { answer, seconds } = await run(trouble);
    expect(answer).toEqual({ refusal: trouble });
    expect(seconds).toBeGreaterThan(150);
    expect(seconds).toBeLessThanOrEqual(180);
  });

  it('retries a network that is gone, for a few seconds', async () => {
    const { answer, asked, seconds } = await run({ kind: 'unreachable' });
    expect(answer).toEqual({ refusal: { kind: 'unreachable' } });
    expect(asked).toBe(5);
    expect(seconds).toBe(10);
  });

  it('has the same patience with a network that fails while it waits in line', async () => {
    const gone: Refusal = { kind: 'unreachable' };
    expect((await run(busy, gone, gone, busy, gone, ticket)).answer).toBe(ticket);
  });

  it('never waits longer in line than eight minutes', async () => {
    expect((await run(busy)).seconds).toBeLessThanOrEqual(480);
  });

  it.each([
    ['a name', { kind: 'name', text: 'Too long' }],
    ['words without a time', { kind: 'said', title: 'Ended', text: 'Ended.' }],
    ['a budget', { kind: 'said', title: 'Many', text: 'Wait.', type: 'urn:anteroom:problem:daily-limit', again: 60 }],
    [
      'a site set up wrong',
      { kind: 'said', title: 'Wrong', text: 'Wait.', type: 'urn:anteroom:problem:service-refused', again: 5 },
    ],
  ] as [string, Refusal][])('does not repeat what a person must change: %s', async (_what, refusal) => {
    expect((await run(refusal, ticket)).asked).toBe(1);
  });
});
