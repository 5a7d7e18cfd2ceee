import { describe, expect, it } from 'vitest';
import { WeakNetwork } from './network.ts';

function network() {
  let now = 1_000_000;
  const weak = new WeakNetwork(() => now);
  return {
    receive: (value: unknown) => weak.look({ networkReceiveQuality: { value } }),
    both: (receive: unknown, send: unknown) =>
      weak.look({ networkReceiveQuality: { value: receive }, networkSendQuality: { value: send } }),
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
  };
}

describe('a weak network', () => {
  it('is none after one drop', () => {
    const { receive, both } = network();
    expect(receive(3)).toBe(false);
    expect(receive(3)).toBe(false);
    // The other direction of the same weakness is no second one.
    expect(both(3, 3)).toBe(false);
  });

  it('is one at the second drop in a row, until it is good again', () => {
    const { receive, pass } = network();
    expect([receive(3), receive(1)]).toEqual([false, false]);
    pass(20);
    expect([receive(2), receive(2), receive(1)]).toEqual([true, true, false]);
  });

  it('is one when poor becomes bad', () => {
    const { receive } = network();
    expect([receive(2), receive(3)]).toEqual([false, true]);
  });

  it('is forgotten after a good minute', () => {
    const { receive, pass } = network();
    receive(3);
    receive(1);
    pass(61);
    expect(receive(3)).toBe(false);
  });

  it('takes what it does not know for good', () => {
    const { receive, both } = network();
    expect([receive(undefined), receive('bad'), receive(9), both(undefined, undefined)]).toEqual([false, false, false, false]);
  });
});
