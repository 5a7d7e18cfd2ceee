import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Reconnecting } from './reconnecting.ts';

describe('a connection that is being restored', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function line() {
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

  it('is spoken of anew after 10 seconds, and offers a way out after 30', () => {
    const { reconnecting, seen, rejoin, press } = line();
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

  it('is not spoken of any more once it is back', () => {
    const { reconnecting, seen } = line();
    reconnecting.start();
    reconnecting.stop();
    seen.length = 0;
    vi.advanceTimersByTime(60_000);
    expect(seen).toEqual([]);
  });
});
