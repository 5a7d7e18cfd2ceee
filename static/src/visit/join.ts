import { readTicket, type Ticket } from '../ticket.ts';
import type { Choices } from './carry.ts';

const joinWithin = 20_000;

/** Why there is no ticket. */
export type Refusal =
  /** The server's own words about the name, in the visitor's language. */
  | { kind: 'name'; text: string }
  /** The server's own words, in the visitor's language, with the problem's type and in how many seconds it may pass. */
  | { kind: 'said'; title: string; text: string; type?: unknown; again?: unknown }
  /** The server answered with something that is not for a visitor, or not in 20 seconds. */
  | { kind: 'failed' }
  /** No answer: the network, or the server is gone. */
  | { kind: 'unreachable' };

/** What `POST /visit/join` led to. */
export type JoinAnswer = { ticket: Ticket; refusal?: undefined } | { ticket?: undefined; refusal: Refusal };

/** Which visit the page shows, as its data say. */
export interface Shown {
  visit?: string | undefined;
  link?: string | undefined;
}

// What the visit's own link mends: a session that is gone, or that another tab has put to another visit.
const mended = ['no-visit', 'visit-changed', 'link-again'].map((slug) => `urn:anteroom:problem:${slug}`);

/** Asks our server for the ticket; where the session has lost the visit, asks once more with its link. Never rejects. */
export async function askToJoin(
  send: typeof fetch,
  name: string,
  { camera, microphone }: Choices,
  { visit, link }: Shown = {},
): Promise<JoinAnswer> {
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), joinWithin);
  try {
    const { signal } = aborter;
    const ask = async (lost?: string) => {
      const response = await send('/visit/join', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json, application/problem+json' },
        body: JSON.stringify({ name, camera, microphone, visit, link: lost }),
        signal,
      });
      const body: unknown = await response.json().catch(() => undefined);
      return { response, body };
    };
    let { response, body } = await ask();
    if (link && mended.includes(typeOf(body))) ({ response, body } = await ask(link));
    if (response.ok) return { ticket: readTicket(body) };
    return { refusal: said(response, body) };
  } catch (err) {
    return { refusal: { kind: err instanceof TypeError ? 'unreachable' : 'failed' } };
  } finally {
    clearTimeout(timer);
  }
}

function typeOf(body: unknown): string {
  const { type } = (typeof body === 'object' && body !== null ? body : {}) as { type?: unknown };
  return typeof type === 'string' ? type : '';
}

function said(response: Response, body: unknown): Refusal {
  const isProblem = (response.headers.get('Content-Type') ?? '').startsWith('application/problem+json');
  const { type, title, detail, retryAfter } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  if (!isProblem || typeof title !== 'string' || typeof detail !== 'string') return { kind: 'failed' };
  if (type === 'urn:anteroom:problem:invalid-name') return { kind: 'name', text: detail };
  return { kind: 'said', title, text: detail, type, again: retryAfter };
}
