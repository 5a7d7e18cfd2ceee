import { describe, expect, it } from 'vitest';
import type { JoinAnswer, Refusal } from './join.ts';
import { joinPatiently } from './patience.ts';

const ticket = { ticket: {} } as JoinAnswer;
const busy: Refusal = { kind: 'said', title: 'Busy', text: 'Wait.', type: 'urn:anteroom:problem:service-busy', again: 25 };
const trouble: Refusal = { kind: 'said', title: 'Trouble', text: 'Wait.', type: 'urn:anteroom:problem:service-late', again: 5 };

/** Runs joinPatiently with these answers in turn, the last one for ever. */
async function run(...answers: (Refusal | JoinAnswer)[]) {
  let time = 0;
  let asked = 0;
  const shown: [string, number][] = [];
  const ask = async () => {
    const next = answers[Math.min(asked++, answers.length - 1)] ?? ticket;
    return 'kind' in next ? { refusal: next } : next;
  };
  const answer = await joinPatiently(
    await ask(),
    ask,
    (why, seconds) => shown.push([why.kind === 'said' ? why.title : why.kind, seconds]),
    {
      now: () => time,
      sleep: async (milliseconds) => {
        time += milliseconds;
      },
      random: () => 0.5,
    },
  );
  return { answer, asked, shown, seconds: time / 1000 };
}

describe('joinPatiently', () => {
  it('waits in line and shows the seconds left', async () => {
    const { answer, asked, shown } = await run(busy, ticket);
    expect(answer).toBe(ticket);
    expect(asked).toBe(2);
    expect(shown).toEqual([
      ['Busy', 26],
      ['Busy', 16],
      ['Busy', 6],
    ]);
  });

  it('retries a slow service for up to three minutes', async () => {
    expect((await run(trouble, trouble, ticket)).answer).toBe(ticket);
    const { answer, seconds } = await run(trouble);
    expect(answer).toEqual({ refusal: trouble });
    expect(seconds).toBeGreaterThan(150);
    expect(seconds).toBeLessThanOrEqual(180);
  });

  it('retries an unreachable network for ten seconds', async () => {
    const { answer, asked, seconds } = await run({ kind: 'unreachable' });
    expect(answer).toEqual({ refusal: { kind: 'unreachable' } });
    expect(asked).toBe(5);
    expect(seconds).toBe(10);
  });

  it('retries a network that fails while it waits in line', async () => {
    const unreachable: Refusal = { kind: 'unreachable' };
    expect((await run(busy, unreachable, unreachable, busy, unreachable, ticket)).answer).toBe(ticket);
  });

  it('waits in line for at most eight minutes', async () => {
    expect((await run(busy)).seconds).toBeLessThanOrEqual(480);
  });

  it.each([
    ['an invalid name', { kind: 'name', text: 'Too long' }],
    ['a refusal without a retry time', { kind: 'said', title: 'Ended', text: 'Ended.' }],
    ['a used-up budget', { kind: 'said', title: 'Many', text: 'Wait.', type: 'urn:anteroom:problem:daily-limit', again: 60 }],
    [
      'a misconfigured site',
      { kind: 'said', title: 'Wrong', text: 'Wait.', type: 'urn:anteroom:problem:service-refused', again: 5 },
    ],
  ] as [string, Refusal][])('does not retry %s', async (_what, refusal) => {
    expect((await run(refusal, ticket)).asked).toBe(1);
  });
});
