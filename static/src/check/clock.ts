// No test keeps anybody waiting: after 10 seconds its words change, after 30 it is over.

import type { Finding } from './results.ts';

const lateAfter = 10_000;
const overAfter = 30_000;

/** What is said while a test waits for one thing. */
export interface Wait {
  /** The id of what is said at once, and of what is said after 10 seconds. */
  text: string;
  late: string;
  /** What was found when 30 seconds have passed. */
  over: Finding;
}

/** What a test is given. */
export interface Attempt {
  /** Aborted when the test is over, skipped or begun again. */
  signal: AbortSignal;
  /** Says what the test waits for from now on, with clocks that begin anew. */
  wait(wait: Wait): void;
}

/** Runs a test once. It answers with what the test found, or with `over` of its last wait; a test that throws is over. */
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
