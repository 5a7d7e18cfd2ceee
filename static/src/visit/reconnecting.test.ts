import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Reconnecting } from './reconnecting.ts';

describe('Reconnecting', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function setup() {
    const seen: string[] = [];
    const rejoin = vi.fn();
    let press = () => {};
    const reconnecting = new Reconnecting(
      {
        put: (kind, textId, button) => {
          seen.push(`${kind} ${textId}`);
          if (button) press = button.press;
        },
        take: (kind) => void seen.push(`take ${kind}`),
      },
      rejoin,
    );
    return { reconnecting, seen, rejoin, press: () => press() };
  }

  it('changes its line after 10 seconds, and offers to rejoin after 30', () => {
    const { reconnecting, seen, rejoin, press } = setup();
    reconnecting.start();
    seen.length = 0;
    vi.advanceTimersByTime(9_999);
    expect(seen).toEqual([]);
    vi.advanceTimersByTime(20_000);
    expect(seen).toEqual(['reconnecting visit.stillReconnecting']);
    vi.advanceTimersByTime(1);
    expect(seen.at(-1)).toBe('reconnecting visit.notReconnected');
    press();
    expect(rejoin).toHaveBeenCalledTimes(1);
  });

  it('shows no further line after the connection is restored', () => {
    const { reconnecting, seen } = setup();
    reconnecting.start();
    reconnecting.stop();
    seen.length = 0;
    vi.advanceTimersByTime(60_000);
    expect(seen).toEqual([]);
  });
});
