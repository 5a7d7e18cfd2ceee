import type * as acs from '@azure/communication-calling';
import { CallingError, notRehearsed } from './errors.ts';

/** Everything that `join` accepts by its type. */
export type Locator = acs.TeamsMeetingLinkLocator | acs.TeamsMeetingIdLocator | acs.GroupCallLocator | acs.RoomCallLocator;

/**
 * Returns the meeting's link or ID from a locator. Links must follow the Calling SDK's own rules (1.46.1 and 2.0.0), so that
 * a link that fails in production fails here too. Throws 400/40210 for a link that the SDK rejects, 500/41001 for one that
 * is not a URL, 400/40238 for a personal meeting, 400/40209 for an empty locator, and 403/40300 for anything else.
 */
export function meetingOf(locator: Locator): string {
  const named: Partial<Record<'meetingLink' | 'meetingId' | 'groupId' | 'roomId', string>> = locator ?? {};
  if (!named.meetingLink && !named.meetingId && !named.groupId && !named.roomId) {
    throw new CallingError('CallAgent.join: there is no meeting in the locator', 400, 40209);
  }
  if ('meetingLink' in locator) {
    checkLink(locator.meetingLink);
    return locator.meetingLink;
  }
  if ('meetingId' in locator && locator.meetingId) return locator.meetingId;
  throw notRehearsed('Anything but a Teams meeting');
}

function checkLink(link: string): void {
  if (!isLong(addressOf(link)) && !/\/meet\/[^/?]+(\?p=[^/?]+)?$/.test(link)) {
    throw new CallingError('CallAgent.join: The provided Teams meeting link is invalid.', 400, 40210);
  }
  if (link.includes('teams.live.com')) {
    throw new CallingError('CallAgent.join: Joining a Teams for life meeting is not supported.', 400, 40238);
  }
}

function addressOf(link: string): URL {
  try {
    return new URL(link);
  } catch {
    throw new CallingError('CallAgent.join: The link is no address', 500, 41001);
  }
}

/** Whether the path has a thread and the query is a context. */
function isLong({ pathname, search }: URL): boolean {
  try {
    if (!pathname.split('/')[3]) return false;
    JSON.parse(decodeURIComponent(search.replace('?context=', '')));
    return true;
  } catch {
    return false;
  }
}
