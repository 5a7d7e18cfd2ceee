import { AzureCommunicationTokenCredential } from '@azure/communication-common';
import type { Ticket } from '../../ticket.ts';

const tryFor = 10_000;
const pauses = [500, 2_000, 5_000];

/** Configures the refresher. */
export interface RefreshOptions {
  /** Where to ask, and with what JSON; a visitor's own session at `/visit/token` when absent. */
  address?: string;
  body?: string;
  fetch: typeof fetch;
  /** Waits for this many milliseconds. */
  pause(ms: number): Promise<void>;
}

/**
 * The credential of a ticket, which renews itself through our server for as long as the visit lasts. A token that is
 * already over, as after a night in a background tab, is renewed before it is used for the first time.
 * Throws InvalidTokenError when the token cannot be read. Dispose it, or it goes on renewing.
 */
export function credentialOf(ticket: Ticket): AzureCommunicationTokenCredential {
  // A host's token lasts for the day, and neither it nor a pasted one has a visit behind it that could renew it.
  if ((ticket.role === 'host' && !ticket.teamsUser) || ticket.pasted) return new AzureCommunicationTokenCredential(ticket.token);
  const renewal = ticket.teamsUser
    ? { address: '/host/token', body: JSON.stringify({ seal: ticket.seal }) }
    : { body: JSON.stringify({ userId: ticket.userId }) };
  const options = {
    ...renewal,
    fetch: fetch.bind(globalThis),
    pause: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)),
  };
  return new AzureCommunicationTokenCredential({
    token: ticket.token,
    refreshProactively: true,
    tokenRefresher: (signal) => refresh(options, signal as AbortSignal | undefined),
  });
}

/**
 * Asks our server for a fresh token. Asks again a few times when the network or the server fails, because the credential
 * does not: after one refusal it lets the token run out. A clear no (any 4xx but 429) is final.
 */
export async function refresh(options: RefreshOptions, signal?: AbortSignal): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    const wait = pauses[attempt];
    try {
      const answer = await ask(options, signal);
      if (answer.token) return answer.token;
      if (wait === undefined || !answer.retry) throw new Error(`refresh the token: HTTP ${answer.status}`);
    } catch (err) {
      const network = err instanceof TypeError || (err instanceof DOMException && err.name === 'AbortError');
      if (wait === undefined || signal?.aborted || !network) throw err;
    }
    await options.pause(wait);
  }
}

async function ask(
  { fetch, address = '/visit/token', body }: RefreshOptions,
  signal?: AbortSignal,
): Promise<{ status: number; token?: string; retry: boolean }> {
  const aborter = new AbortController();
  const abort = () => aborter.abort();
  const timer = setTimeout(abort, tryFor);
  signal?.addEventListener('abort', abort);
  try {
    const headers = { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) };
    const response = await fetch(address, { method: 'POST', headers, body: body ?? null, signal: aborter.signal });
    const { status } = response;
    if (!response.ok) return { status, retry: status === 429 || status >= 500 };
    const { token } = (await response.json().catch(() => ({}))) as { token?: unknown };
    return typeof token === 'string' && token !== '' ? { status, token, retry: false } : { status, retry: true };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
