import { describe, expect, it } from 'vitest';
import { WeakNetwork } from './network.ts';

function network() {
  let now = 1_000_000;
  const weak = new WeakNetwork(() => now);
  return {
    receive: (value: unknown) => weak.isWeak({ networkReceiveQuality: { value } }),
    both: (receive: unknown, send: unknown) =>
      weak.isWeak({ networkReceiveQuality: { value: receive }, networkSendQuality: { value: send } }),
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
  };
}

describe('WeakNetwork', () => {
  it('reports nothing after one drop in quality', () => {
    const { receive, both } = network();
    expect(receive(3)).toBe(false);
    expect(receive(3)).toBe(false);
    // A drop in both directions counts once.
    expect(both(3, 3)).toBe(false);
  });

  it('reports a weak network from the second drop until the quality is good', () => {
    const { receive, pass } = network();
    expect([receive(3), receive(1)]).toEqual([false, false]);
    pass(20);
    expect([receive(2), receive(2), receive(1)]).toEqual([true, true, false]);
  });

  it('counts a change from poor to bad as a second drop', () => {
    const { receive } = network();
    expect([receive(2), receive(3)]).toEqual([false, true]);
  });

  it('forgets a drop after a minute of good quality', () => {
    const { receive, pass } = network();
    receive(3);
    receive(1);
    pass(61);
    expect(receive(3)).toBe(false);
  });

  it('treats an unknown value as good', () => {
    const { receive, both } = network();
    expect([receive(undefined), receive('bad'), receive(9), both(undefined, undefined)]).toEqual([false, false, false, false]);
  });
});
