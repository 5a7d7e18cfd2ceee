import type { EndReason } from '../contract.ts';

/** Returns the Calling SDK's codes from an error that it threw, or -1, -1 when there are none. */
export function reasonOf(thrown: unknown): EndReason {
  let error = thrown;
  // The UI Library wraps the SDK's error; more than a few layers is a loop.
  for (let depth = 0; depth < 4 && typeof error === 'object' && error !== null; depth++) {
    const { code, subCode, innerError } = error as { code?: unknown; subCode?: unknown; innerError?: unknown };
    if (typeof code === 'number') return { code, subCode: typeof subCode === 'number' ? subCode : 0 };
    error = innerError;
  }
  return { code: -1, subCode: -1 };
}

/** Returns the kind and place of an error for developers, without its message, which could contain the meeting's link. */
export function kindOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown;
  const [, ...frames] = (thrown.stack ?? '').split(/\n\s+at /);
  return [thrown.name, ...frames.slice(0, 3)].join(' at ');
}
