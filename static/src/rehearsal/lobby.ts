import type * as acs from '@azure/communication-calling';
import type { CallContext } from './callcontext.ts';
import { updated } from './devices.ts';
import { Emitter, type Update } from './emitter.ts';
import { rawIdOf } from './identity.ts';
import { RemoteParticipant } from './participant.ts';
import type { Person as Waiting } from './protocol.ts';

interface Events {
  lobbyParticipantsUpdated: Update<RemoteParticipant>;
}

/** The people in the lobby. Only an organiser receives the list and may admit or reject them. */
export class Lobby extends Emitter<Events> implements acs.Lobby {
  participants: readonly RemoteParticipant[] = [];

  constructor(private readonly call: CallContext) {
    super();
  }

  async admit(participant: unknown): Promise<void> {
    await this.call.command({ command: 'admit', to: rawIdOf(participant) });
  }

  async reject(participant: unknown): Promise<void> {
    await this.call.command({ command: 'deny', to: rawIdOf(participant) });
  }

  async admitAll(): Promise<acs.AdmitAllOperationResult> {
    const results = await Promise.allSettled(this.participants.map((p) => this.admit(p.identifier)));
    const failureCount = results.filter((r) => r.status === 'rejected').length;
    return { successCount: results.length - failureCount, failureCount };
  }

  /** Sets the whole list. A person who was in it before keeps the same object. */
  update(list: readonly Waiting[]): void {
    const before = this.participants;
    this.participants = list.map((w) => before.find((p) => p.rawId === w.id) ?? this.knocking(w));
    const update = updated(before, this.participants);
    if (update.added.length + update.removed.length) this.emit('lobbyParticipantsUpdated', update);
  }

  private knocking({ id, name }: Waiting): RemoteParticipant {
    const state = { muted: true, video: false, screen: false, hand: 0 };
    return new RemoteParticipant(id, { name, role: 'Attendee', state }, 'InLobby', async () => {}, [0, 0]);
  }
}
