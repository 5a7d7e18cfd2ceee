const minute = 60_000;
const lateAfter = 5;
const longAfter = 15;
const askBefore = 2 * minute;

/** How a wait stands. */
export interface Waited {
  /** Whole minutes. */
  minutes: number;
  /** Which words fit: the wait is young, has lasted five minutes, or fifteen. */
  words: 'early' | 'late' | 'long';
  /** The visitor is asked whether they are still there. */
  ask: boolean;
  /** The wait has lasted as long as it may. */
  over: boolean;
  /** In how many milliseconds the next of these changes. */
  next: number;
}

/** How a wait stands after `elapsed` milliseconds that may last `limit` milliseconds; Infinity for ever. */
export function waited(elapsed: number, limit: number): Waited {
  // A clock that was set back must not count below nothing.
  const passed = Math.max(0, elapsed);
  const minutes = Math.floor(passed / minute);
  const changes = [(minutes + 1) * minute, limit - askBefore, limit].filter((at) => at > passed);
  return {
    minutes,
    words: minutes >= longAfter ? 'long' : minutes >= lateAfter ? 'late' : 'early',
    ask: passed >= limit - askBefore && passed < limit,
    over: passed >= limit,
    next: Math.min(...changes) - passed,
  };
}
