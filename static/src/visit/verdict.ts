const answerWithin = 3_000;

/**
 * Whether a network lets the visitor reach us and not the call: our own server answers, so they are not offline. Never
 * rejects.
 */
export async function isBlocked(send: typeof fetch): Promise<boolean> {
  const answer = await send('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(answerWithin) }).catch(() => undefined);
  return answer?.ok ?? false;
}
