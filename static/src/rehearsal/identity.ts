import type { CommunicationUserIdentifier, MicrosoftTeamsUserIdentifier } from '@azure/communication-common';
import { CallingError } from './errors.ts';

/** A person in a meeting: a visitor (ACS user) or the host (Teams user). */
export type PersonIdentifier =
  | (CommunicationUserIdentifier & { kind: 'communicationUser' })
  | (MicrosoftTeamsUserIdentifier & { kind: 'microsoftTeamsUser' });

const TEAMS_USER = '8:orgid:';

/** Returns the SDKs' identifier object for a raw id (`8:acs:...` or `8:orgid:...`). */
export function personOf(id: string): PersonIdentifier {
  if (!id.startsWith(TEAMS_USER)) return { kind: 'communicationUser', communicationUserId: id };
  return {
    kind: 'microsoftTeamsUser',
    microsoftTeamsUserId: id.slice(TEAMS_USER.length),
    rawId: id,
    isAnonymous: false,
    cloud: 'public',
  };
}

/** Returns the raw id of an identifier object, or "" when it cannot be a person in a rehearsal. */
export function rawIdOf(identifier: unknown): string {
  const known = (identifier ?? {}) as { communicationUserId?: string; microsoftTeamsUserId?: string; rawId?: string };
  if (known.communicationUserId) return known.communicationUserId;
  if (known.rawId) return known.rawId;
  return known.microsoftTeamsUserId ? TEAMS_USER + known.microsoftTeamsUserId : '';
}

/** The claims that the page reads from its token. Only the server verifies them. */
export interface Claims {
  /** The raw id (`8:acs:...`). */
  id: string;
  /** The room of a host's token; a visitor's token has none. */
  room: string | undefined;
}

/**
 * Reads the claims of an access token without checking its signature or expiry, which the server does.
 * Throws the Calling SDK's own pairs: 401/44109 for a missing token, 44111 and 44117 for a malformed one, 44116 for one
 * without an identity, 44114 for one without scopes, 44113 for one without the scope for calling.
 */
export function claimsOf(token: string): Claims {
  const refusal = (why: string, subCode: number) => new CallingError(`AccessToken ${why}`, 401, subCode);
  if (!token) throw refusal('is empty', 44109);
  const payload = token.split('.')[1];
  if (payload === undefined) throw refusal('is not a token', 44111);
  const claims = payloadOf(payload);
  if (!claims) throw refusal('is not readable', 44117);
  if (typeof claims.skypeid !== 'string') throw refusal("is nobody's", 44116);
  if (claims.acsScope === undefined) throw refusal('has no scope', 44114);
  if (!/\bvoip\b/.test(String(claims.acsScope))) throw refusal('has no voip scope', 44113);
  const id = /^\d+:/.test(claims.skypeid) ? claims.skypeid : `8:${claims.skypeid}`;
  return { id, room: typeof claims.room === 'string' ? claims.room : undefined };
}

function payloadOf(payload: string): Record<string, unknown> | undefined {
  try {
    const base64 = payload.replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === 'object' && claims ? (claims as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
