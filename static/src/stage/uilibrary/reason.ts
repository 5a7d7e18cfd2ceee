import type { EndReason } from '../contract.ts';

/** Reads the Calling SDK's numbers out of whatever it threw; an error that carries none gives -1, -1. */
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

/** What kind of error it was and where, for whoever repairs it: a message could carry the meeting's link. */
export function kindOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown;
  const [, ...frames] = (thrown.stack ?? '').split(/\n\s+at /);
  return [thrown.name, ...frames.slice(0, 3)].join(' at ');
}
