import { expect, it } from 'vitest';
import { carryRejoin, keepChoices, keptChoices, takeRejoin } from './carry.ts';

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
])('keeps the devices (%#)', (choices) => {
  const session = storage();
  expect(keptChoices(session)).toBeUndefined();
  keepChoices(session, choices);
  expect(keptChoices(session)).toEqual(choices);
});

it('does without a storage that the browser refuses', () => {
  const refused = (): Storage => {
    throw new DOMException('denied', 'SecurityError');
  };
  carryRejoin(refused);
  keepChoices(refused, { camera: true, microphone: true });
  expect(takeRejoin(refused)).toBe(false);
  expect(keptChoices(refused)).toBeUndefined();
});
