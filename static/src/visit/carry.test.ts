import { expect, it } from 'vitest';
import {
  carryRejoin,
  carryTyped,
  keepChoices,
  keepSoundOnly,
  keptChoices,
  keptSoundOnly,
  takeRejoin,
  takeTyped,
} from './carry.ts';
import { deniedStorage, fakeStorage } from './fakestorage.ts';

it('carries a rejoin over one navigation and not over a reload', () => {
  const session = fakeStorage();
  expect(takeRejoin(session)).toBe(false);
  carryRejoin(session);
  expect(takeRejoin(session)).toBe(true);
  expect(takeRejoin(session)).toBe(false);
});

it.each([
  { camera: true, microphone: true },
  { camera: true, microphone: false },
  { camera: false, microphone: true },
  { camera: false, microphone: false },
  { camera: true, microphone: true, cameraId: 'c', microphoneId: 'm', speakerId: 's' },
])('stores the choice of devices (%#)', (choices) => {
  const session = fakeStorage();
  expect(keptChoices(session)).toBeUndefined();
  keepChoices(session, choices);
  expect(keptChoices(session)).toEqual(choices);
});

it('returns no choice of devices if the stored text is not JSON', () => {
  const session = fakeStorage();
  session().setItem('anteroom.devices', '{"camera":tr');
  expect(keptChoices(session)).toBeUndefined();
});

it('stores whether a visitor wants to join with sound only', () => {
  const local = fakeStorage();
  expect(keptSoundOnly(local)).toBe(false);
  keepSoundOnly(local, true);
  expect(keptSoundOnly(local)).toBe(true);
  keepSoundOnly(local, false);
  expect(keptSoundOnly(local)).toBe(false);
});

it('works without storage', () => {
  carryRejoin(deniedStorage);
  keepChoices(deniedStorage, { camera: true, microphone: true });
  keepSoundOnly(deniedStorage, true);
  expect(keptSoundOnly(deniedStorage)).toBe(false);
  expect(takeRejoin(deniedStorage)).toBe(false);
  expect(keptChoices(deniedStorage)).toBeUndefined();
});

it('carries typed text over one navigation only', () => {
  const session = fakeStorage();
  const fields = () => [
    { name: 'meeting', value: '' },
    { name: 'passcode', value: 'from the server' },
    { name: 'other', value: '' },
  ];
  carryTyped(session, [
    { name: 'meeting', value: 'a link' },
    { name: 'passcode', value: '' },
  ]);
  const filled = fields();
  takeTyped(session, filled);
  expect(filled.map(({ value }) => value)).toEqual(['a link', 'from the server', '']);
  const later = fields();
  takeTyped(session, later);
  expect(later).toEqual(fields());
});

it.each(['{', '7', '[7]', '[["meeting"]]', 'null'])('ignores stored text that is invalid: %s', (invalid) => {
  const session = fakeStorage();
  session().setItem('anteroom.typed', invalid);
  const fields = [{ name: 'meeting', value: 'typed' }];
  takeTyped(session, fields);
  expect(fields).toEqual([{ name: 'meeting', value: 'typed' }]);
});
