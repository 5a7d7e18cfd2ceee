import { describe, expect, it } from 'vitest';
import { troublesOf } from './troubles.ts';

const media = (name: string, value: unknown = true) => ({ diagnostics: { media: { latest: { [name]: { value } } } } });
const forbidden = (name: string, reason: string) => ({
  capabilitiesFeature: { capabilities: { [name]: { isPresent: false, reason } } },
});

describe('troublesOf', () => {
  it('reports nothing while all is well', () => {
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

  it('reports what the meeting forbids, and not what a role or a missing consent withholds', () => {
    expect(troublesOf(forbidden('turnVideoOn', 'MeetingRestricted'))).toEqual(['cameraForbidden']);
    expect(troublesOf(forbidden('unmuteMic', 'MeetingRestricted'))).toEqual(['microphoneForbidden']);
    expect(troublesOf(forbidden('unmuteMic', 'ExplicitConsentRequired'))).toEqual([]);
    expect(troublesOf(forbidden('turnVideoOn', 'RoleRestricted'))).toEqual([]);
  });
});
