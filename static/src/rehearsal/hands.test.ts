import { describe, expect, it, vi } from 'vitest';
import type { CallContext } from './callcontext.ts';
import { RaiseHandFeature, raised } from './hands.ts';

function setup() {
  const publish = vi.fn(async () => {});
  const command = vi.fn(async () => {});
  const call: CallContext = { id: 'call', localId: '8:acs:me', send: () => true, command, publish };
  const feature = new RaiseHandFeature(call);
  const events: string[] = [];
  const idOf = (identifier: object) => Object.values(identifier)[1];
  feature.on('raisedHandEvent', ({ identifier }) => events.push(`up ${idOf(identifier)}`));
  feature.on('loweredHandEvent', ({ identifier }) => events.push(`down ${idOf(identifier)}`));
  const ids = () => feature.getRaisedHands().map(({ identifier, order }) => `${order} ${idOf(identifier)}`);
  return { feature, events, ids, publish, command };
}

it('sorts raised hands by the time at which they went up', () => {
  const hands = [
    { id: 'c', order: 9 },
    { id: 'a', order: 0 },
    { id: 'b', order: 2 },
  ];
  expect(raised(hands).map((h) => h.id)).toEqual(['b', 'c']);
});

describe('RaiseHandFeature', () => {
  it('lists our own hand only after the server has numbered it', async () => {
    const { feature, events, ids, publish } = setup();
    await feature.raiseHand();
    expect(publish).toHaveBeenCalledOnce();
    expect(feature.up).toBe(true);
    expect(events).toEqual([]);
    feature.update([{ id: '8:acs:a', order: 1 }]);
    feature.setOwn(2);
    expect(ids()).toEqual(['1 8:acs:a', '2 8:acs:me']);
    expect(events).toEqual(['up 8:acs:a', 'up 8:acs:me']);
  });

  it('emits each hand once and renumbers the rest', () => {
    const { feature, events, ids } = setup();
    feature.update([
      { id: '8:acs:a', order: 1 },
      { id: '8:acs:b', order: 3 },
    ]);
    feature.update([
      { id: '8:acs:a', order: 0 },
      { id: '8:acs:b', order: 3 },
    ]);
    expect(events).toEqual(['up 8:acs:a', 'up 8:acs:b', 'down 8:acs:a']);
    expect(ids()).toEqual(['1 8:acs:b']);
  });

  it('lowers our own hand, and sends a command to lower others', async () => {
    const { feature, command } = setup();
    feature.update([{ id: '8:acs:a', order: 1 }]);
    await feature.raiseHand();
    feature.setOwn(2);
    await feature.lowerAllHands();
    expect(feature.up).toBe(false);
    expect(command.mock.calls).toEqual([[{ command: 'lower-hand', to: '8:acs:a' }]]);
  });
});
