import { expect, it, vi } from 'vitest';
import type { Waiting } from '../contract.ts';
import { type WatchedLobby, watchLobby } from './lobby.ts';

const sam = { identifier: { kind: 'communicationUser', communicationUserId: '8:acs:sam' }, displayName: 'Sam' } as const;
const host = {
  identifier: {
    kind: 'microsoftTeamsUser',
    microsoftTeamsUserId: 'x',
    rawId: '8:orgid:x',
    isAnonymous: false,
    cloud: 'public',
  },
} as const;

function setup() {
  let onChange: (() => void) | undefined;
  const fake = {
    participants: [] as WatchedLobby['participants'],
    on: (_event: string, listener: () => void) => {
      onChange = listener;
    },
    off: (_event: string, listener: () => void) => {
      if (onChange === listener) onChange = undefined;
    },
    admit: vi.fn(async () => undefined),
    reject: vi.fn(async () => undefined),
  };
  const change = (...participants: WatchedLobby['participants']) => {
    fake.participants = participants;
    onChange?.();
  };
  return { fake, change };
}

it('reports the waiting people, and admits or denies the chosen one', async () => {
  const { fake, change } = setup();
  const seen: (readonly Waiting[])[] = [];
  const stop = watchLobby(fake as unknown as WatchedLobby, (people) => seen.push(people));
  change(sam, host);
  expect(seen.map((people) => people.map(({ id, name }) => `${id} ${name}`))).toEqual([[], ['8:acs:sam Sam', '8:orgid:x ']]);
  await seen[1]?.[0]?.admit();
  expect(fake.admit).toHaveBeenCalledExactlyOnceWith(sam.identifier);
  await seen[1]?.[1]?.deny();
  expect(fake.reject).toHaveBeenCalledExactlyOnceWith(host.identifier);
  stop();
  change();
  expect(seen).toHaveLength(2);
});
