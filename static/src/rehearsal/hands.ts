import type * as acs from '@azure/communication-calling';
import { type CallContext, Feature } from './callcontext.ts';
import { updated } from './devices.ts';
import { personOf, rawIdOf } from './identity.ts';

/** A person's hand: 0 when it is down, otherwise its place in the order of raised hands. */
export interface Hand {
  id: string;
  order: number;
}

interface Events {
  raisedHandEvent: acs.RaisedHandChangedEvent;
  loweredHandEvent: acs.RaisedHandChangedEvent;
}

/** Returns the raised hands in order. */
export function raised(hands: readonly Hand[]): Hand[] {
  return hands.filter((hand) => hand.order > 0).sort((a, b) => a.order - b.order);
}

/** Raised hands. The server decides their order, so our own hand is up when the server has confirmed it. */
export class RaiseHandFeature extends Feature<Events> implements acs.RaiseHandCallFeature {
  /** Whether our own hand should be up. */
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

  /** Sets the server's place for our own hand. */
  setOwn(order: number): void {
    this.own = order;
    this.update(this.others);
  }

  /** Sets the others' hands. */
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
