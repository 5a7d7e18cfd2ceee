import { describe, expect, it } from 'vitest';
import { CapabilitiesFeature, capabilitiesOf, capabilityChanges, NEEDS_CONSENT, unconnected } from './capabilities.ts';

const none = new Map();

describe('capabilitiesOf', () => {
  it.each([
    ['Attendee', 'turnVideoOn', 'Capable'],
    ['Attendee', 'shareScreen', 'RoleRestricted'],
    ['Presenter', 'shareScreen', 'Capable'],
    ['Presenter', 'removeParticipant', 'RoleRestricted'],
    ['Organizer', 'removeParticipant', 'Capable'],
    ['Organizer', 'pstnDialOut', 'RoleRestricted'],
  ] as const)('%s: %s is %s', (role, name, reason) => {
    expect(capabilitiesOf(role, none)[name]).toEqual({ isPresent: reason === 'Capable', reason });
  });

  it('returns the reason of a restriction rather than that of the role', () => {
    const restricted = new Map([['shareScreen', 'MeetingRestricted']] as const);
    expect(capabilitiesOf('Attendee', restricted).shareScreen).toEqual({ isPresent: false, reason: 'MeetingRestricted' });
  });

  it('supports no feature before the meeting', () => {
    expect(new Set(Object.values(unconnected()).map((c) => `${c.isPresent} ${c.reason}`))).toEqual(
      new Set(['false FeatureNotSupported']),
    );
  });
});

it('capabilityChanges compares reasons too, and returns nothing without a change', () => {
  const presenter = capabilitiesOf('Presenter', none);
  expect(capabilityChanges(presenter, capabilitiesOf('Presenter', none))).toBeUndefined();
  const restricted = capabilitiesOf('Attendee', new Map([['shareScreen', 'MeetingRestricted']] as const));
  expect(capabilityChanges(capabilitiesOf('Attendee', none), restricted)).toEqual({
    oldValue: { shareScreen: { isPresent: false, reason: 'RoleRestricted' } },
    newValue: { shareScreen: { isPresent: false, reason: 'MeetingRestricted' } },
  });
});

describe('CapabilitiesFeature', () => {
  const setup = () => {
    const feature = new CapabilitiesFeature();
    const changes: [string, string[]][] = [];
    feature.on('capabilitiesChanged', ({ reason, newValue }) => changes.push([reason, Object.keys(newValue).sort()]));
    return { feature, changes };
  };
  const reasons = (feature: CapabilitiesFeature) => NEEDS_CONSENT.map((n) => feature.capabilities[n].reason);

  it('keeps a restriction from before the role was known', () => {
    const { feature, changes } = setup();
    feature.change({ name: 'turnVideoOn', present: false });
    expect(changes).toEqual([]);
    feature.setRole('Presenter');
    expect(feature.capabilities.turnVideoOn).toEqual({ isPresent: false, reason: 'MeetingRestricted' });
    expect(changes.map(([reason]) => reason)).toEqual(['RoleChanged']);
  });

  it('removes and restores the rights that need consent in one change', () => {
    const { feature, changes } = setup();
    feature.setRole('Presenter');
    feature.setConsentRequired(true);
    expect(reasons(feature)).toEqual(['ExplicitConsentRequired', 'ExplicitConsentRequired', 'ExplicitConsentRequired']);
    feature.setConsentRequired(true);
    feature.setConsentRequired(false);
    expect(reasons(feature)).toEqual(['Capable', 'Capable', 'Capable']);
    const names = [...NEEDS_CONSENT].sort();
    const policy = 'MeetingOptionOrOrganizerPolicyChanged';
    expect(changes.slice(1)).toEqual([
      [policy, names],
      [policy, names],
    ]);
  });

  it('does not restore with consent what the host has restricted', () => {
    const { feature } = setup();
    feature.setRole('Presenter');
    feature.change({ name: 'turnVideoOn', present: false, reason: 'UserPolicyRestricted' });
    feature.setConsentRequired(true);
    feature.setConsentRequired(false);
    expect(feature.capabilities.turnVideoOn.reason).toBe('UserPolicyRestricted');
    feature.change({ name: 'turnVideoOn', present: true });
    expect(feature.capabilities.turnVideoOn.reason).toBe('Capable');
  });

  it('emits the capabilities that a new role changes', () => {
    const { feature, changes } = setup();
    feature.setRole('Presenter');
    feature.setRole('Attendee');
    expect(changes.at(-1)).toEqual(['RoleChanged', ['shareScreen']]);
  });
});
