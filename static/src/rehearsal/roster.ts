import type { CallContext } from './callcontext.ts';
import { Emitter, type Update } from './emitter.ts';
import type { Hand } from './hands.ts';
import type { Mesh } from './mesh.ts';
import { RemoteParticipant } from './participant.ts';
import type { Peer } from './peer.ts';

/** How often the audio levels are measured, in milliseconds, and the level (0 to 1) from which a person speaks. */
const LISTENING_INTERVAL = 300;
const SPEAKING_LEVEL = 0.02;

interface Events {
  remoteParticipantsUpdated: Update<RemoteParticipant>;
  /** All hands, with their raw ids, after a hand may have moved. */
  hands: Hand[];
  /** The raw ids of the people who are speaking. */
  speaking: string[];
}

/** The other people in a call: a participant for each peer of the mesh. */
export class Roster extends Emitter<Events> {
  participants: readonly RemoteParticipant[] = [];
  private readonly peers = new Map<RemoteParticipant, Peer>();
  private nextStreamId = 1;
  private speaker = '';
  private silent = false;
  private readonly listening: ReturnType<typeof setInterval>;

  constructor(
    mesh: Mesh,
    private readonly call: CallContext,
  ) {
    super();
    mesh.on('added', (peer) => this.add(peer));
    mesh.on('gone', (peer) => this.remove(peer));
    mesh.on('changed', (peer) => this.update(peer));
    this.listening = setInterval(() => this.listen(), LISTENING_INTERVAL);
  }

  /** Plays everyone on this speaker, or mutes everyone. */
  setSpeaker(speaker: string, silent: boolean): void {
    this.speaker = speaker;
    this.silent = silent;
    for (const participant of this.participants) participant.setSpeaker(speaker, silent);
  }

  /** Handles the end of the call: everyone leaves, but stays on the list, as in the Calling SDK. */
  close(): void {
    clearInterval(this.listening);
    for (const participant of this.participants) participant.leave();
  }

  private add(peer: Peer): void {
    const { id } = peer.member;
    const mute = () => this.call.command({ command: 'mute', to: id });
    const streamIds = [this.nextStreamId++, this.nextStreamId++] as const;
    const participant = new RemoteParticipant(id, peer.member, 'Connected', mute, streamIds);
    this.peers.set(participant, peer);
    this.participants = [...this.participants, participant];
    participant.setSpeaker(this.speaker, this.silent);
    this.emit('remoteParticipantsUpdated', { added: [participant], removed: [] });
    this.update(peer);
  }

  private update(peer: Peer): void {
    this.of(peer)?.update(peer.member, peer.streams);
    this.emitHands();
  }

  private remove(peer: Peer): void {
    const participant = this.of(peer);
    if (!participant) return;
    this.peers.delete(participant);
    participant.leave();
    this.participants = this.participants.filter((p) => p !== participant);
    this.emit('remoteParticipantsUpdated', { added: [], removed: [participant] });
    this.emitHands();
  }

  private emitHands(): void {
    this.emit(
      'hands',
      [...this.peers.values()].map(({ member }) => ({ id: member.id, order: member.state.hand })),
    );
  }

  private of(peer: Peer): RemoteParticipant | undefined {
    return this.participants.find((p) => this.peers.get(p) === peer);
  }

  private listen(): void {
    for (const [participant, peer] of this.peers) {
      participant.setSpeaking(!participant.isMuted && peer.audioLevel > SPEAKING_LEVEL);
    }
    const speaking = this.participants.filter((p) => p.isSpeaking).map((p) => p.rawId);
    if (speaking.length) this.emit('speaking', speaking);
  }
}
