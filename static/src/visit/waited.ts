const minute = 60_000;
const lateAfter = 5;
const longAfter = 15;
const askBefore = 2 * minute;

/** The state of a wait. */
export interface Waited {
  /** Whole minutes. */
  minutes: number;
  /** Which text to show: from the start, after five minutes, or after fifteen. */
  words: 'early' | 'late' | 'long';
  /** The visitor is asked whether they are still there. */
  ask: boolean;
  /** The wait has lasted as long as it may. */
  over: boolean;
  /** In how many milliseconds the next of these changes. */
  next: number;
}

/** Returns the state of a wait after `elapsed` milliseconds; `limit` is its longest time, Infinity for no limit. */
export function waited(elapsed: number, limit: number): Waited {
  // The clock may have been set back.
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
