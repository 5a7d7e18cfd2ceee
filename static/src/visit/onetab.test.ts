import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OneTab } from './onetab.ts';

interface Held {
  name: string;
  lose(): void;
}

/** The parts of the browser's locks that OneTab uses, shared by all tabs of a test. */
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

function newTab(locks: Locks, visit = 'v') {
  const one = new OneTab(locks as unknown as LockManager, visit);
  const lost = vi.fn();
  return { one, lost, claim: (steal = false) => one.claim(steal, lost) };
}

const timeout = (ms: number) => {
  const aborter = new AbortController();
  setTimeout(() => aborter.abort(), ms);
  return aborter.signal;
};

describe('OneTab', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(timeout);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it('lets the first tab claim the visit, and not a second one', async () => {
    const locks = new Locks();
    const [a, b] = [newTab(locks), newTab(locks)];
    expect(await a.claim()).toBe(true);
    expect([await a.one.taken(), await b.one.taken()]).toEqual([false, true]);
    expect(await b.claim()).toBe(false);
    expect(await newTab(locks, 'another').claim()).toBe(true);
    expect(a.lost).not.toHaveBeenCalled();
  });

  it('lets a second tab take over after the first has released the visit', async () => {
    const locks = new Locks();
    const [a, b] = [newTab(locks), newTab(locks)];
    await a.claim();
    let claimed = false;
    const claiming = b.claim(true).then((got) => {
      claimed = got;
    });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(a.lost).toHaveBeenCalledTimes(1);
    expect(claimed).toBe(false);
    a.one.release();
    await claiming;
    expect(claimed).toBe(true);
    expect(await a.one.taken()).toBe(true);
  });

  it('does not wait for ever for a tab that does not respond', async () => {
    const locks = new Locks();
    const [a, b] = [newTab(locks), newTab(locks)];
    await a.claim();
    const claiming = b.claim(true);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(await claiming).toBe(true);
    expect(b.lost).not.toHaveBeenCalled();
  });

  it('lets another tab claim the visit after a release', async () => {
    const locks = new Locks();
    const [a, b] = [newTab(locks), newTab(locks)];
    await a.claim();
    a.one.release();
    await vi.advanceTimersByTimeAsync(0);
    expect(await b.one.taken()).toBe(false);
    expect(await b.claim()).toBe(true);
    expect(a.lost).not.toHaveBeenCalled();
  });

  it('lets every tab claim the visit in a browser without locks', async () => {
    const one = new OneTab(undefined, 'v');
    expect([await one.taken(), await one.claim(false, () => undefined)]).toEqual([false, true]);
  });
});
