import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OneTab } from './onetab.ts';

interface Held {
  name: string;
  lose(): void;
}

/** The browser's locks as far as they are used, shared by all tabs of a test. */
class Locks {
  held: Held[] = [];
  private waiting: { name: string; take(): void }[] = [];
  query = async () => ({ held: this.held.map(({ name }) => ({ name })), pending: [] });
  request = (name: string, options: { steal?: boolean; signal?: AbortSignal }, callback: () => Promise<void>): Promise<void> =>
    new Promise((resolve, reject) => {
      const free = () => {
        this.held = this.held.filter((h) => h !== lock);
        const next = this.waiting.find((w) => w.name === name);
        this.waiting = this.waiting.filter((w) => w !== next);
        next?.take();
      };
      const lock = { name, lose: () => reject(new DOMException('stolen', 'AbortError')) };
      const take = () => {
        this.held.push(lock);
        void callback().then(() => {
          free();
          resolve();
        });
      };
      const before = this.held.find((h) => h.name === name);
      if (before && options.steal) {
        this.held = this.held.filter((h) => h !== before);
        before.lose();
      } else if (before) {
        const entry = { name, take };
        this.waiting.push(entry);
        options.signal?.addEventListener('abort', () => {
          this.waiting = this.waiting.filter((w) => w !== entry);
          reject(new DOMException('late', 'TimeoutError'));
        });
        return;
      }
      take();
    });
}

function tab(locks: Locks, visit = 'v') {
  const one = new OneTab(locks as unknown as LockManager, visit);
  const lost = vi.fn();
  return { one, lost, claim: (steal = false) => one.claim(steal, lost) };
}

const timeout = (ms: number) => {
  const aborter = new AbortController();
  setTimeout(() => aborter.abort(), ms);
  return aborter.signal;
};

describe('one tab for a visit', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(timeout);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it('is the first, and no second by itself', async () => {
    const locks = new Locks();
    const [a, b] = [tab(locks), tab(locks)];
    expect(await a.claim()).toBe(true);
    expect([await a.one.taken(), await b.one.taken()]).toEqual([false, true]);
    expect(await b.claim()).toBe(false);
    expect(await tab(locks, 'another').claim()).toBe(true);
    expect(a.lost).not.toHaveBeenCalled();
  });

  it('becomes another, who waits until the first has hung up', async () => {
    const locks = new Locks();
    const [a, b] = [tab(locks), tab(locks)];
    await a.claim();
    let mine = false;
    const claimed = b.claim(true).then((got) => {
      mine = got;
    });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(a.lost).toHaveBeenCalledTimes(1);
    expect(mine).toBe(false);
    a.one.release();
    await claimed;
    expect(mine).toBe(true);
    expect(await a.one.taken()).toBe(true);
  });

  it('does not wait for ever for a tab that hangs', async () => {
    const locks = new Locks();
    const [a, b] = [tab(locks), tab(locks)];
    await a.claim();
    const claimed = b.claim(true);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(await claimed).toBe(true);
    expect(b.lost).not.toHaveBeenCalled();
  });

  it('is free again after it was let go', async () => {
    const locks = new Locks();
    const [a, b] = [tab(locks), tab(locks)];
    await a.claim();
    a.one.release();
    await vi.advanceTimersByTimeAsync(0);
    expect(await b.one.taken()).toBe(false);
    expect(await b.claim()).toBe(true);
    expect(a.lost).not.toHaveBeenCalled();
  });

  it('is any tab where the browser has no locks', async () => {
    const one = new OneTab(undefined, 'v');
    expect([await one.taken(), await one.claim(false, () => undefined)]).toEqual([false, true]);
  });
});
