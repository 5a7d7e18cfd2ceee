import type { CommonCallAdapter } from '@azure/communication-react';
import { describe, expect, it, vi } from 'vitest';
import { askBeforeLeaving, withholdPictures } from './wraps.ts';

describe('withholdPictures', () => {
  it('shows others only while that is allowed, and the visitor always', async () => {
    const views: unknown[] = [];
    const createStreamView = async (id?: string) => void views.push(id);
    const adapter = { createStreamView } as unknown as CommonCallAdapter;
    let allowed = false;
    withholdPictures(adapter, () => allowed);
    await adapter.createStreamView('8:acs:other');
    await adapter.createStreamView();
    expect(views).toEqual([undefined]);
    allowed = true;
    await adapter.createStreamView('8:acs:other');
    expect(views).toEqual([undefined, '8:acs:other']);
  });
});

describe('askBeforeLeaving', () => {
  it('leaves if the answer is yes, and does not ask a host who ends the call for everyone', async () => {
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
