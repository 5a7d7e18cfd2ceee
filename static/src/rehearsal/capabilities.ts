import type * as acs from '@azure/communication-calling';
import { Feature } from './callcontext.ts';
import type { CapabilityChange, Role } from './wire.ts';

type Name = acs.ParticipantCapabilityName;
type Reason = acs.CapabilityResolutionReason;
type Table = acs.ParticipantCapabilities;

/**
 * The least role that has each capability; `nobody` for what a rehearsal does not offer at all. In Teams a presenter
 * also manages the lobby and removes people: here the server leaves that to the organiser alone.
 */
const LEAST_ROLE: Record<Name, Role | 'nobody'> = {
  turnVideoOn: 'Attendee',
  unmuteMic: 'Attendee',
  blurBackground: 'nobody',
  startLiveMeetingCaptions: 'Attendee',
  startLiveCallingCaptions: 'Attendee',
  setCaptionLanguage: 'Attendee',
  raiseHand: 'Attendee',
  useReactions: 'Attendee',
  viewAttendeeNames: 'Attendee',
  realTimeText: 'nobody',
  shareScreen: 'Presenter',
  removeParticipant: 'Organizer',
  manageLobby: 'Organizer',
  muteOthers: 'Organizer',
  hangUpForEveryOne: 'Organizer',
  spotlightParticipant: 'nobody',
  removeParticipantsSpotlight: 'nobody',
  forbidOthersAudio: 'nobody',
  forbidOthersVideo: 'nobody',
  addCommunicationUser: 'nobody',
  addTeamsUser: 'nobody',
  addPhoneNumber: 'nobody',
  pstnDialOut: 'nobody',
  startTogetherMode: 'nobody',
  joinBreakoutRooms: 'nobody',
};

const RANK = ['Attendee', 'Presenter', 'Organizer', 'nobody'];
const NAMES = Object.keys(LEAST_ROLE) as Name[];

/** What needs the visitor's consent where a meeting's policy asks for it before recording. */
export const NEEDS_CONSENT: readonly Name[] = ['turnVideoOn', 'unmuteMic', 'shareScreen'];

/** Returns the capabilities before a call is connected: none, as in the Calling SDK. */
export function unconnected(): Table {
  return tableOf(() => ({ isPresent: false, reason: 'FeatureNotSupported' }));
}

/** Returns the capabilities of a role, without those that were taken away. */
export function capabilitiesOf(role: Role, taken: ReadonlyMap<string, Reason>): Table {
  return tableOf((name) => {
    const reason = taken.get(name);
    if (reason) return { isPresent: false, reason };
    const isPresent = RANK.indexOf(role) >= RANK.indexOf(LEAST_ROLE[name]);
    return { isPresent, reason: isPresent ? 'Capable' : 'RoleRestricted' };
  });
}

/** Returns the capabilities that differ, before and after, or undefined when none does. */
export function capabilityChanges(before: Table, after: Table) {
  const names = NAMES.filter((n) => before[n].isPresent !== after[n].isPresent || before[n].reason !== after[n].reason);
  if (names.length === 0) return undefined;
  const pick = (table: Table) => Object.fromEntries(names.map((n) => [n, table[n]])) as acs.ChangedParticipantCapabilities;
  return { oldValue: pick(before), newValue: pick(after) };
}

function tableOf(entry: (name: Name) => Table[Name]): Table {
  return Object.fromEntries(NAMES.map((name) => [name, entry(name)])) as Table;
}

interface Events {
  capabilitiesChanged: acs.CapabilitiesChangeInfo;
}

/** What this visitor may do now. */
export class CapabilitiesFeature extends Feature<Events> implements acs.CapabilitiesFeature {
  capabilities = unconnected();
  private role: Role | undefined;
  private readonly taken = new Map<string, Reason>();

  /** The role given by the server, first on joining. */
  setRole(role: Role): void {
    this.role = role;
    this.recompute('RoleChanged');
  }

  /** Gives or takes one capability. */
  change({ name, present, reason }: CapabilityChange): void {
    if (present) this.taken.delete(name);
    else this.taken.set(name, (reason || 'MeetingRestricted') as Reason);
    this.recompute('MeetingOptionOrOrganizerPolicyChanged');
  }

  /** Withdraws the rights that need consent, or restores them. A right withdrawn for another reason stays withdrawn. */
  setConsentRequired(required: boolean): void {
    for (const name of NEEDS_CONSENT) {
      if (required && !this.taken.has(name)) this.taken.set(name, 'ExplicitConsentRequired');
      else if (!required && this.taken.get(name) === 'ExplicitConsentRequired') this.taken.delete(name);
    }
    this.recompute('MeetingOptionOrOrganizerPolicyChanged');
  }

  private recompute(reason: acs.CapabilitiesChangedReason): void {
    if (!this.role) return;
    const before = this.capabilities;
    this.capabilities = capabilitiesOf(this.role, this.taken);
    const changes = capabilityChanges(before, this.capabilities);
    if (changes) this.emit('capabilitiesChanged', { ...changes, reason });
  }
}
