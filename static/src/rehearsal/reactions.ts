import type * as acs from '@azure/communication-calling';
import { type CallContext, Feature } from './callcontext.ts';

const REACTIONS: readonly string[] = ['like', 'heart', 'laugh', 'surprised', 'applause'] satisfies acs.Reaction[];

interface Events {
  reaction: acs.ReactionEventPayload;
}

/** Reactions that are shown over a picture for a moment. The server sends our own back like all others. */
export class ReactionFeature extends Feature<Events> implements acs.ReactionCallFeature {
  constructor(private readonly call: CallContext) {
    super();
  }

  async sendReaction(message: acs.ReactionMessage): Promise<void> {
    this.call.send({ t: 'reaction', reaction: message.reactionType });
  }

  /** Shows a person's reaction; an unknown one is ignored. */
  show(from: string, reaction: string): void {
    if (!REACTIONS.includes(reaction)) return;
    // The raw id, in spite of the type: the Calling SDK sends it, and the UI Library finds people by it.
    const identifier = from as unknown as acs.ReactionEventPayload['identifier'];
    this.emit('reaction', { identifier, reactionMessage: { reactionType: reaction as acs.Reaction } });
  }
}
