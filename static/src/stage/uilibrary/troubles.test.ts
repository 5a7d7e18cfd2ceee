import { describe, expect, it } from 'vitest';
import { troublesOf } from './troubles.ts';

const media = (name: string, value: unknown = true) => ({ diagnostics: { media: { latest: { [name]: { value } } } } });
const forbidden = (name: string, reason: string) => ({
  capabilitiesFeature: { capabilities: { [name]: { isPresent: false, reason } } },
});

describe('troublesOf', () => {
  it('reports no trouble in a call without problems', () => {
    expect(troublesOf({})).toEqual([]);
    expect(troublesOf({ ...media('cameraStoppedUnexpectedly', false), isMuted: true })).toEqual([]);
  });

  it.each([
    ['cameraStoppedUnexpectedly', 'camera'],
    ['cameraStartFailed', 'camera'],
    ['microphoneNotFunctioning', 'microphone'],
    ['noMicrophoneDevicesEnumerated', 'microphone'],
  ])('reports %s as trouble with the %s', (name, kind) => {
    expect(troublesOf(media(name))).toEqual([kind]);
  });

  it('reports speech only from a muted visitor', () => {
    expect(troublesOf({ ...media('speakingWhileMicrophoneIsMuted'), isMuted: true })).toEqual(['muted']);
    expect(troublesOf({ ...media('speakingWhileMicrophoneIsMuted'), isMuted: false })).toEqual([]);
  });

  it('reports restrictions of the meeting, and not those of a role or a missing consent', () => {
    expect(troublesOf(forbidden('turnVideoOn', 'MeetingRestricted'))).toEqual(['cameraForbidden']);
    expect(troublesOf(forbidden('unmuteMic', 'MeetingRestricted'))).toEqual(['microphoneForbidden']);
    expect(troublesOf(forbidden('unmuteMic', 'ExplicitConsentRequired'))).toEqual([]);
    expect(troublesOf(forbidden('turnVideoOn', 'RoleRestricted'))).toEqual([]);
  });
});
