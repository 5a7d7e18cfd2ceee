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

function storage(): () => Storage {
  const kept = new Map<string, string>();
  const fake = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  return () => fake as unknown as Storage;
}

it('carries a rejoin over one navigation and not over a reload', () => {
  const session = storage();
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
])('keeps the devices (%#)', (choices) => {
  const session = storage();
  expect(keptChoices(session)).toBeUndefined();
  keepChoices(session, choices);
  expect(keptChoices(session)).toEqual(choices);
});

it('has no devices where what was kept is spoilt', () => {
  const session = storage();
  session().setItem('anteroom.devices', '{"camera":tr');
  expect(keptChoices(session)).toBeUndefined();
});

it('keeps that a visitor wants to be heard only, until that changes', () => {
  const local = storage();
  expect(keptSoundOnly(local)).toBe(false);
  keepSoundOnly(local, true);
  expect(keptSoundOnly(local)).toBe(true);
  keepSoundOnly(local, false);
  expect(keptSoundOnly(local)).toBe(false);
});

it('does without a storage that the browser refuses', () => {
  const refused = (): Storage => {
    throw new DOMException('denied', 'SecurityError');
  };
  carryRejoin(refused);
  keepChoices(refused, { camera: true, microphone: true });
  keepSoundOnly(refused, true);
  expect(keptSoundOnly(refused)).toBe(false);
  expect(takeRejoin(refused)).toBe(false);
  expect(keptChoices(refused)).toBeUndefined();
});

it('carries what was typed over one navigation, and forgets it then', () => {
  const session = storage();
  const fields = () => [
    { name: 'meeting', value: '' },
    { name: 'passcode', value: 'as the server wrote it' },
    { name: 'other', value: '' },
  ];
  carryTyped(session, [
    { name: 'meeting', value: 'a link' },
    { name: 'passcode', value: '' },
  ]);
  const there = fields();
  takeTyped(session, there);
  expect(there.map(({ value }) => value)).toEqual(['a link', 'as the server wrote it', '']);
  const later = fields();
  takeTyped(session, later);
  expect(later).toEqual(fields());
});

it.each(['{', '7', '[7]', '[["meeting"]]', 'null'])('leaves the fields alone where what was kept is spoilt: %s', (spoilt) => {
  const session = storage();
  session().setItem('anteroom.typed', spoilt);
  const fields = [{ name: 'meeting', value: 'typed' }];
  takeTyped(session, fields);
  expect(fields).toEqual([{ name: 'meeting', value: 'typed' }]);
});
