import type { CommonCallAdapter } from '@azure/communication-react';
import { describe, expect, it, vi } from 'vitest';
import { askBeforeLeaving, withholdPictures } from './wraps.ts';

describe('what the page has a say in', () => {
  it('shows others only while it may, and the visitor always', async () => {
    const made: unknown[] = [];
    const createStreamView = async (id?: string) => void made.push(id);
    const adapter = { createStreamView } as unknown as CommonCallAdapter;
    let shown = false;
    withholdPictures(adapter, () => shown);
    await adapter.createStreamView('8:acs:other');
    await adapter.createStreamView();
    expect(made).toEqual([undefined]);
    shown = true;
    await adapter.createStreamView('8:acs:other');
    expect(made).toEqual([undefined, '8:acs:other']);
  });

  it('leaves when the answer is yes, and a host who ends for everyone was asked by the library', async () => {
    const leaveCall = vi.fn(async () => undefined);
    const adapter = { leaveCall } as unknown as CommonCallAdapter;
    let answer = false;
    const ask = vi.fn(async () => answer);
    askBeforeLeaving(adapter, ask);
    await adapter.leaveCall(false);
    expect(leaveCall).not.toHaveBeenCalled();
    answer = true;
    await adapter.leaveCall();
    expect(leaveCall).toHaveBeenCalledTimes(1);
    await adapter.leaveCall(true);
    expect([ask.mock.calls.length, leaveCall.mock.calls.length]).toEqual([2, 2]);
  });
});
