import type * as acs from '@azure/communication-calling';
import { type CallContext, Feature } from './callcontext.ts';
import { updated } from './devices.ts';
import { personOf, rawIdOf } from './identity.ts';

/** Somebody's hand: 0 is down, else its place in the order the hands went up. */
export interface Hand {
  id: string;
  order: number;
}

interface Events {
  raisedHandEvent: acs.RaisedHandChangedEvent;
  loweredHandEvent: acs.RaisedHandChangedEvent;
}

/** The hands that are up, first come first. */
export function raised(hands: readonly Hand[]): Hand[] {
  return hands.filter((hand) => hand.order > 0).sort((a, b) => a.order - b.order);
}

/** Raised hands. The order comes from the server, so a hand of our own is up once the server has said so. */
export class RaiseHandFeature extends Feature<Events> implements acs.RaiseHandCallFeature {
  /** Whether our own hand is to be up. */
  up = false;
  private own = 0;
  private others: readonly Hand[] = [];
  private hands: Hand[] = [];

  constructor(private readonly call: CallContext) {
    super();
  }

  raiseHand(): Promise<void> {
    return this.put(true);
  }

  lowerHand(): Promise<void> {
    return this.put(false);
  }

  async lowerHands(identifiers: acs.RaisedHand['identifier'][]): Promise<void> {
    await Promise.all(identifiers.map((identifier) => this.lower(rawIdOf(identifier))));
  }

  async lowerAllHands(): Promise<void> {
    await Promise.all(this.hands.map((hand) => this.lower(hand.id)));
  }

  getRaisedHands(): acs.RaisedHand[] {
    return this.hands.map((hand, i) => ({ identifier: personOf(hand.id), order: i + 1 }));
  }

  /** Where the server has put our own hand. */
  setOwn(order: number): void {
    this.own = order;
    this.update(this.others);
  }

  /** The others' hands as they are now. */
  update(others: readonly Hand[]): void {
    const before = this.hands;
    this.others = others;
    this.hands = raised([...others, { id: this.call.localId, order: this.own }]);
    const { added, removed } = updated(before, this.hands);
    for (const { id } of added) this.emit('raisedHandEvent', { identifier: personOf(id) });
    for (const { id } of removed) this.emit('loweredHandEvent', { identifier: personOf(id) });
  }

  private put(up: boolean): Promise<void> {
    this.up = up;
    return this.call.publish();
  }

  private lower(id: string): Promise<void> {
    return id === this.call.localId ? this.lowerHand() : this.call.command({ command: 'lower-hand', to: id });
  }
}
