import { Emitter } from './emitter.ts';
import { Peer, type Tracks } from './peer.ts';
import type { ClientMessage, Peer as Member, ServerMessage } from './protocol.ts';

interface Events {
  /** Somebody is in the room. */
  added: Peer;
  /** Somebody left the room. */
  gone: Peer;
  /** What somebody shows, or the media that came from there, changed. */
  changed: Peer;
  /** The connection to somebody changed. */
  connection: undefined;
}

/**
 * The other people of a room, each on a direct WebRTC connection. A newcomer sends offers to those who are
 * already there; everybody else answers.
 */
export class Mesh extends Emitter<Events> {
  /** By raw id. */
  readonly peers = new Map<string, Peer>();
  /** Given by the server before anybody is added. */
  iceServers: RTCIceServer[] = [];
  private tracks: Tracks = [null, null, null];

  constructor(private readonly send: (message: ClientMessage) => void) {
    super();
  }

  /** True when there are people and not one of them can be reached. */
  get unreachable(): boolean {
    return this.peers.size > 0 && [...this.peers.values()].every((peer) => peer.failed);
  }

  /** Handles a message that concerns the mesh; others are ignored. */
  receive(message: ServerMessage): void {
    switch (message.t) {
      case 'joined':
        for (const member of message.peers ?? []) this.add(member).offer();
        return;
      case 'resumed':
        this.resync(message.peers ?? []);
        return;
      case 'peer':
        this.add(message.peer);
        return;
      case 'gone':
        this.remove(message.id);
        return;
      case 'state': {
        const peer = this.peers.get(message.id);
        if (peer) this.update(peer, { ...peer.member, state: message.state });
        return;
      }
      case 'sdp':
        this.peers.get(message.from)?.describe(message.sdp);
        return;
      case 'ice':
        if (message.ice) this.peers.get(message.from)?.candidate(message.ice);
        return;
    }
  }

  /** What everybody is sent from now on. */
  async publish(tracks: Tracks): Promise<void> {
    this.tracks = tracks;
    await Promise.all([...this.peers.values()].map((peer) => peer.publish(tracks)));
  }

  /** Closes every connection. Nobody is reported as gone. */
  close(): void {
    for (const peer of this.peers.values()) peer.close();
    this.peers.clear();
  }

  /** After a lost socket: who is there now. The offers of those who came meanwhile were kept for us and follow. */
  private resync(members: Member[]): void {
    for (const id of [...this.peers.keys()]) if (!members.some((m) => m.id === id)) this.remove(id);
    for (const member of members) this.add(member).retry();
  }

  private add(member: Member): Peer {
    const known = this.peers.get(member.id);
    if (known) {
      this.update(known, member);
      return known;
    }
    const peer = new Peer(member, {
      iceServers: this.iceServers,
      tracks: this.tracks,
      send: this.send,
      changed: () => this.emit('changed', peer),
      connection: () => this.emit('connection'),
    });
    this.peers.set(member.id, peer);
    this.emit('added', peer);
    return peer;
  }

  private update(peer: Peer, member: Member): void {
    peer.member = member;
    this.emit('changed', peer);
  }

  private remove(id: string): void {
    const peer = this.peers.get(id);
    if (!peer) return;
    this.peers.delete(id);
    peer.close();
    this.emit('gone', peer);
    this.emit('connection');
  }
}
