import type { ClientMessage, Peer as Member } from './protocol.ts';

/** Microphone, camera and screen, in the order of the three m-lines that every connection has. */
export type Tracks = [MediaStreamTrack | null, MediaStreamTrack | null, MediaStreamTrack | null];

const KINDS = ['audio', 'video', 'video'] as const;

/** What a peer needs from its mesh. */
export interface PeerContext {
  iceServers: RTCIceServer[];
  tracks: Tracks;
  send(message: ClientMessage): void;
  changed(): void;
  connection(): void;
}

/**
 * One other person and the WebRTC connection to them. The three m-lines never change: turning something on or off
 * replaces a track. Only an ICE restart needs another negotiation, which only the side that offered may begin.
 */
export class Peer {
  /** The received streams: [microphone, camera, screen]. */
  readonly streams: (MediaStream | undefined)[] = [];
  private connection: RTCPeerConnection | undefined;
  private offered = false;
  private tracks: Tracks;
  /** Runs one step at a time, in the order of the messages: a description is set before its candidates. */
  private steps: Promise<void> = Promise.resolve();

  constructor(
    public member: Member,
    private readonly context: PeerContext,
  ) {
    this.tracks = context.tracks;
  }

  /** True when ICE has given up on this connection. */
  get failed(): boolean {
    return this.connection?.connectionState === 'failed';
  }

  /** How loud this person is now, 0 to 1. */
  get audioLevel(): number {
    return this.connection?.getReceivers()[0]?.getSynchronizationSources()[0]?.audioLevel ?? 0;
  }

  /** Begins a connection. */
  offer(): void {
    this.step(async () => {
      const connection = this.open();
      this.offered = true;
      for (const kind of KINDS) connection.addTransceiver(kind, { direction: 'sendrecv' });
      await this.replaceTracks();
      await connection.setLocalDescription();
      this.sendDescription();
    });
  }

  /** After a gap in the signalling: sends our offer again if it may have been lost. */
  retry(): void {
    this.step(async () => {
      if (this.offered && this.connection?.signalingState === 'have-local-offer') this.sendDescription();
    });
  }

  /** Handles an offer or an answer. */
  describe(description: RTCSessionDescriptionInit): void {
    this.step(async () => {
      if (description.type === 'answer') {
        if (this.connection?.signalingState === 'have-local-offer') await this.connection.setRemoteDescription(description);
        return;
      }
      const usable = this.connection?.signalingState === 'stable' && !this.offered;
      const connection = usable && this.connection ? this.connection : this.open();
      this.offered = false;
      await connection.setRemoteDescription(description);
      for (const transceiver of connection.getTransceivers()) transceiver.direction = 'sendrecv';
      await this.replaceTracks();
      await connection.setLocalDescription();
      this.sendDescription();
    });
  }

  /** Handles an ICE candidate. One that fails belongs to an earlier connection. */
  candidate(candidate: RTCIceCandidateInit): void {
    this.step(async () => this.connection?.addIceCandidate(candidate).catch(() => undefined));
  }

  /** Sends these tracks from now on. */
  publish(tracks: Tracks): Promise<void> {
    this.tracks = tracks;
    return this.step(() => this.replaceTracks());
  }

  /** Ends the connection and its streams. */
  close(): void {
    const connection = this.connection;
    this.connection = undefined;
    this.streams.length = 0;
    if (!connection) return;
    connection.onicecandidate = connection.onconnectionstatechange = connection.ontrack = null;
    connection.close();
  }

  private step(work: () => Promise<void>): Promise<void> {
    this.steps = this.steps.then(work).catch((error: unknown) => console.error('rehearsal: connecting a peer', error));
    return this.steps;
  }

  private open(): RTCPeerConnection {
    this.close();
    const connection = new RTCPeerConnection({ iceServers: this.context.iceServers });
    this.connection = connection;
    connection.onicecandidate = ({ candidate }) => {
      if (candidate) this.context.send({ t: 'ice', to: this.member.id, ice: candidate.toJSON() });
    };
    connection.onconnectionstatechange = () => {
      if (this.failed && this.offered) void this.step(() => this.restart());
      this.context.connection();
    };
    connection.ontrack = ({ track, transceiver }) => {
      this.streams[connection.getTransceivers().indexOf(transceiver)] = new MediaStream([track]);
      track.onmute = track.onunmute = this.context.changed;
      this.context.changed();
    };
    return connection;
  }

  private async restart(): Promise<void> {
    if (!this.connection || !this.failed) return;
    this.connection.restartIce();
    await this.connection.setLocalDescription();
    this.sendDescription();
  }

  private sendDescription(): void {
    const description = this.connection?.localDescription;
    if (description) this.context.send({ t: 'sdp', to: this.member.id, sdp: description.toJSON() });
  }

  private async replaceTracks(): Promise<void> {
    const senders = this.connection?.getTransceivers().slice(0, KINDS.length) ?? [];
    await Promise.all(
      senders.map(({ sender }, i) => {
        const track = this.tracks[i] ?? null;
        return sender.track === track ? undefined : sender.replaceTrack(track);
      }),
    );
  }
}
