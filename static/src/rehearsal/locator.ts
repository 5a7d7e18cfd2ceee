import type * as acs from '@azure/communication-calling';
import { CallingError, notRehearsed } from './errors.ts';

/** Everything that `join` takes by its type. */
export type Locator = acs.TeamsMeetingLinkLocator | acs.TeamsMeetingIdLocator | acs.GroupCallLocator | acs.RoomCallLocator;

/**
 * What a locator names, in the server's words: the meeting's link or ID. Links are judged by the Calling SDK's own rules
 * (1.46.1 and 2.0.0), so that a link that fails in production fails here too. Throws 400/40210 for a link that it does not
 * take, 500/41001 for one that is not an address, 400/40238 for a personal meeting, 400/40209 for nothing at all, and 403/40300
 * for anything else.
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

/** A thread in the path, and a context that is the one query parameter, or at least the first and the last. */
function isLong({ pathname, search }: URL): boolean {
  try {
    if (!pathname.split('/')[3]) return false;
    JSON.parse(decodeURIComponent(search.replace('?context=', '')));
    return true;
  } catch {
    return false;
  }
}
