import { describe, expect, it } from 'vitest';
import { next, type State, type Step } from './machine.ts';

function walk(...steps: Step[]): (State | undefined)[] {
  let state: State = 'ready';
  return steps.map((step) => {
    const to = next(state, step);
    state = to ?? state;
    return to;
  });
}

describe('next', () => {
  it('goes from joining to the end', () => {
    expect(walk('join', 'ticket', 'lobby', 'admitted', 'ended')).toEqual(['joining', 'connecting', 'lobby', 'call', 'ended']);
  });

  it('does not join twice', () => {
    expect(walk('join', 'join', 'ticket', 'join')).toEqual(['joining', undefined, 'connecting', undefined]);
  });

  it('returns to the form after a refusal, and can join again', () => {
    expect(walk('join', 'refused', 'join')).toEqual(['joining', 'ready', 'joining']);
  });

  it('ignores every step after the end', () => {
    expect(walk('join', 'ticket', 'ended', 'admitted', 'ended', 'join')).toEqual([
      'joining',
      'connecting',
      'ended',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('can skip the lobby', () => {
    expect(walk('join', 'ticket', 'admitted')).toEqual(['joining', 'connecting', 'call']);
  });

  it('can go from the call to the lobby', () => {
    expect(walk('join', 'ticket', 'admitted', 'lobby')).toEqual(['joining', 'connecting', 'call', 'lobby']);
  });
});
