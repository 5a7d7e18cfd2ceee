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

  it('lets the reason of what was taken come before the role', () => {
    const taken = new Map([['shareScreen', 'MeetingRestricted']] as const);
    expect(capabilitiesOf('Attendee', taken).shareScreen).toEqual({ isPresent: false, reason: 'MeetingRestricted' });
  });

  it('supports nothing before the meeting', () => {
    expect(new Set(Object.values(unconnected()).map((c) => `${c.isPresent} ${c.reason}`))).toEqual(
      new Set(['false FeatureNotSupported']),
    );
  });
});

it('compares reasons too, and emits nothing without a change', () => {
  const presenter = capabilitiesOf('Presenter', none);
  expect(capabilityChanges(presenter, capabilitiesOf('Presenter', none))).toBeUndefined();
  const taken = capabilitiesOf('Attendee', new Map([['shareScreen', 'MeetingRestricted']] as const));
  expect(capabilityChanges(capabilitiesOf('Attendee', none), taken)).toEqual({
    oldValue: { shareScreen: { isPresent: false, reason: 'RoleRestricted' } },
    newValue: { shareScreen: { isPresent: false, reason: 'MeetingRestricted' } },
  });
});

describe('CapabilitiesFeature', () => {
  const begin = () => {
    const feature = new CapabilitiesFeature();
    const changes: [string, string[]][] = [];
    feature.on('capabilitiesChanged', ({ reason, newValue }) => changes.push([reason, Object.keys(newValue).sort()]));
    return { feature, changes };
  };
  const reasons = (feature: CapabilitiesFeature) => NEEDS_CONSENT.map((n) => feature.capabilities[n].reason);

  it('keeps what was taken before the role was known', () => {
    const { feature, changes } = begin();
    feature.change({ name: 'turnVideoOn', present: false });
    expect(changes).toEqual([]);
    feature.setRole('Presenter');
    expect(feature.capabilities.turnVideoOn).toEqual({ isPresent: false, reason: 'MeetingRestricted' });
    expect(changes.map(([reason]) => reason)).toEqual(['RoleChanged']);
  });

  it('withdraws and restores the rights that need consent, as one change', () => {
    const { feature, changes } = begin();
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

  it('does not give back with consent what the host took', () => {
    const { feature } = begin();
    feature.setRole('Presenter');
    feature.change({ name: 'turnVideoOn', present: false, reason: 'UserPolicyRestricted' });
    feature.setConsentRequired(true);
    feature.setConsentRequired(false);
    expect(feature.capabilities.turnVideoOn.reason).toBe('UserPolicyRestricted');
    feature.change({ name: 'turnVideoOn', present: true });
    expect(feature.capabilities.turnVideoOn.reason).toBe('Capable');
  });

  it('follows a new role', () => {
    const { feature, changes } = begin();
    feature.setRole('Presenter');
    feature.setRole('Attendee');
    expect(changes.at(-1)).toEqual(['RoleChanged', ['shareScreen']]);
  });
});
