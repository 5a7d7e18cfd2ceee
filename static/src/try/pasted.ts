import type { Ticket } from '../ticket.ts';

/** The values of the page's fields. */
export interface Pasted {
  user: string;
  token: string;
  meeting: string;
  passcode: string;
  name: string;
}

/** A wrong field, and the id of the text that explains it. */
export interface Mistake {
  field: keyof Pasted;
  textId: string;
}

/** The page's part of the ticket. */
export type Known = Pick<Ticket, 'rehearsal' | 'endpoint' | 'locale'>;

/**
 * Makes a ticket from the fields, or returns what is wrong with them. Microsoft checks the signature of the token and the
 * meeting itself. `now` is in milliseconds.
 */
export function ticketOf(pasted: Pasted, known: Known, now: number): Ticket | Mistake {
  const userId = pasted.user.trim();
  const token = pasted.token.replace(/\s/g, '');
  const displayName = pasted.name.trim();
  if (!/^8:[a-z-]*acs:[^\s]+$/.test(userId)) return { field: 'user', textId: 'try.userWrong' };
  const claims = claimsOf(token);
  if (!claims) return { field: 'token', textId: 'try.tokenWrong' };
  if (claims.exp * 1000 <= now) return { field: 'token', textId: 'try.tokenOver' };
  if (claims.skypeid !== userId.slice(2) && claims.skypeid !== userId) return { field: 'token', textId: 'try.tokenOther' };
  if (!/\bvoip\b/.test(claims.acsScope)) return { field: 'token', textId: 'try.tokenNoCalls' };
  const locator = locatorOf(pasted.meeting, pasted.passcode.trim());
  if ('textId' in locator) return locator;
  if (displayName === '') return { field: 'name', textId: 'try.nameMissing' };
  return {
    ...known,
    userId,
    token,
    expiresOn: new Date(claims.exp * 1000).toISOString(),
    displayName,
    locator,
    chat: false,
    role: 'guest',
    pasted: true,
  };
}

function locatorOf(meeting: string, passcode: string): Ticket['locator'] | Mistake {
  const text = meeting.trim();
  const digits = text.replace(/[\s-]/g, '');
  if (/^\d{9,20}$/.test(digits)) {
    return passcode === '' ? { field: 'passcode', textId: 'try.passcodeMissing' } : { meetingId: digits, passcode };
  }
  if (isMeetingLink(text)) return { meetingLink: text };
  return { field: 'meeting', textId: 'try.meetingWrong' };
}

// The hosts of meeting links that the Calling SDK accepts.
const hosts = /^(teams\.microsoft\.com|teams\.cloud\.microsoft|(gov|dod)\.teams\.microsoft\.us)$/;

function isMeetingLink(text: string): boolean {
  try {
    const { protocol, host, username, pathname } = new URL(text);
    return protocol === 'https:' && hosts.test(host) && username === '' && /^\/(meet|l\/meetup-join)\/./.test(pathname);
  } catch {
    return false;
  }
}

interface Claims {
  /** Seconds since 1970. */
  exp: number;
  skypeid: string;
  acsScope: string;
}

function claimsOf(token: string): Claims | undefined {
  const [, payload, signature, more] = token.split('.');
  if (!payload || !signature || more !== undefined) return undefined;
  try {
    const { exp, skypeid, acsScope } = JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/'))) ?? {};
    if (typeof exp !== 'number' || !Number.isFinite(exp) || typeof skypeid !== 'string') return undefined;
    return { exp: Math.min(exp, 1e11), skypeid, acsScope: String(acsScope ?? '') };
  } catch {
    return undefined;
  }
}
