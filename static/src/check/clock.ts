// No test keeps a visitor waiting: its text changes after 10 seconds, and it ends after 30.

import type { Finding } from './results.ts';

const lateAfter = 10_000;
const overAfter = 30_000;

/** The texts while a test waits for one thing. */
export interface Wait {
  /** The ids of the text at the start and of the text after 10 seconds. */
  text: string;
  late: string;
  /** The finding when 30 seconds have passed. */
  over: Finding;
}

/** One run of a test. */
export interface Attempt {
  /** Aborted when the test is over, skipped or begun again. */
  signal: AbortSignal;
  /** Shows what the test waits for now, and restarts the time limits. */
  wait(wait: Wait): void;
}

/** Runs a test once. Resolves with its finding, or with `over` of its last wait if it takes too long or throws. */
export function attempt(
  signal: AbortSignal,
  first: Wait,
  say: (textId: string) => void,
  test: (attempt: Attempt) => Promise<Finding>,
): Promise<Finding> {
  const inner = new AbortController();
  let timers: ReturnType<typeof setTimeout>[] = [];
  let over = first.over;
  return new Promise((resolve, reject) => {
    const end = (finish: () => void) => {
      if (inner.signal.aborted) return;
      timers.forEach(clearTimeout);
      inner.abort();
      finish();
    };
    const wait = (next: Wait) => {
      if (inner.signal.aborted) return;
      timers.forEach(clearTimeout);
      over = next.over;
      timers = [setTimeout(() => say(next.late), lateAfter), setTimeout(() => end(() => resolve(over)), overAfter)];
      say(next.text);
    };
    signal.addEventListener('abort', () => end(() => reject(new DOMException('begun again', 'AbortError'))));
    wait(first);
    test({ signal: inner.signal, wait }).then(
      (found) => end(() => resolve(found)),
      () => end(() => resolve(over)),
    );
  });
}
