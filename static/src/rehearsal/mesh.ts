import { Emitter } from './emitter.ts';
import { Peer, type Tracks } from './peer.ts';
import type { ClientMessage, Peer as Member, ServerMessage } from './protocol.ts';

interface Events {
  /** A person is in the room. */
  added: Peer;
  /** A person has left the room. */
  gone: Peer;
  /** A person's state or received media changed. */
  changed: Peer;
  /** The connection to a person changed. */
  connection: undefined;
}

/**
 * The other people of a room, each on a direct WebRTC connection. A newcomer sends offers to those who are
 * already there; everybody else answers.
 */
export class Mesh extends Emitter<Events> {
  /** By raw id. */
  readonly peers = new Map<string, Peer>();
  /** Sent by the server before the first person is added. */
  iceServers: RTCIceServer[] = [];
  private tracks: Tracks = [null, null, null];

  constructor(private readonly send: (message: ClientMessage) => void) {
    super();
  }

  /** True when there are people and none of them is reachable. */
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

  /** Sends these tracks to everyone from now on. */
  async publish(tracks: Tracks): Promise<void> {
    this.tracks = tracks;
    await Promise.all([...this.peers.values()].map((peer) => peer.publish(tracks)));
  }

  /** Closes every connection. Nobody is reported as gone. */
  close(): void {
    for (const peer of this.peers.values()) peer.close();
    this.peers.clear();
  }

  /** Updates the members after a lost socket. The server has kept the offers of newcomers, and they follow. */
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
