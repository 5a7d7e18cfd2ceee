import { afterEach, describe, expect, it, vi } from 'vitest';
import { Beats } from './report.ts';

describe('Beats', () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('sends the current event every 30 seconds until it is stopped', async () => {
    vi.useFakeTimers();
    const sent: Promise<string>[] = [];
    vi.stubGlobal('window', globalThis);
    vi.stubGlobal('navigator', { sendBeacon: (_: string, body: Blob) => sent.push(body.text()) > 0 });
    const beats = new Beats();
    beats.start('waiting');
    vi.advanceTimersByTime(60_000);
    beats.start('in-call');
    vi.advanceTimersByTime(30_000);
    beats.stop();
    vi.advanceTimersByTime(90_000);
    expect(await Promise.all(sent)).toEqual(['{"event":"waiting"}', '{"event":"waiting"}', '{"event":"in-call"}']);
  });
});
