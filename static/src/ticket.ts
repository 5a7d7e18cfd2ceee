/** The answer of `POST /visit/join`: everything that a browser needs to join the meeting. */
export interface Ticket {
  rehearsal: boolean;
  /** The ACS identity, `8:acs:...`. */
  userId: string;
  /** An ACS access token (JWT). */
  token: string;
  /** When the token expires, RFC 3339. */
  expiresOn: string;
  displayName: string;
  locator: { meetingLink: string } | { meetingId: string; passcode?: string };
  chat: boolean;
  /** The ACS resource, `https://<name>.communication.azure.com`: where chat is reached. */
  endpoint: string;
  /**
   * In an audience visit the page offers no camera, no microphone and no screen share. A host, in a rehearsal only,
   * admits visitors.
   */
  role: 'guest' | 'audience' | 'host';
  /** BCP 47, as the page was rendered. */
  locale: string;
  /** Signed-in staff join with it as themselves: `userId` is a Teams user's, `8:orgid:...`. */
  teamsUser?: true;
  /** The link's text, with which staff renew their token. */
  seal?: string | undefined;
  /** The visitor pasted this ticket: our server does not know its identity, and nothing is sent to it. */
  pasted?: true;
}

/** Reads a ticket. Throws when a field that the call needs is missing or has another type. */
export function readTicket(answer: unknown): Ticket {
  const t = record(answer);
  const locator = record(t.locator);
  if (!text(locator.meetingLink) && !text(locator.meetingId)) throw new Error('read the ticket: no locator');
  for (const name of ['userId', 'token', 'displayName']) {
    if (!text(t[name])) throw new Error(`read the ticket: no ${name}`);
  }
  return {
    rehearsal: t.rehearsal === true,
    userId: String(t.userId),
    token: String(t.token),
    expiresOn: String(t.expiresOn ?? ''),
    displayName: String(t.displayName),
    // Checked above for both shapes.
    locator: locator as unknown as Ticket['locator'],
    chat: t.chat === true,
    endpoint: String(t.endpoint ?? ''),
    role: t.role === 'audience' || t.role === 'host' ? t.role : 'guest',
    locale: String(t.locale ?? ''),
    ...(t.teamsUser === true ? { teamsUser: true } : {}),
  };
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new Error('read the ticket: not an object');
  return value as Record<string, unknown>;
}

function text(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
