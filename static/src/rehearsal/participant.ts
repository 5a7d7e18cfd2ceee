import type * as acs from '@azure/communication-calling';
import { Emitter, type Update } from './emitter.ts';
import { type PersonIdentifier, personOf } from './identity.ts';
import type { Peer as Member } from './protocol.ts';
import { RemoteVideoStream } from './remotestream.ts';

interface Events {
  stateChanged: undefined;
  isMutedChanged: undefined;
  displayNameChanged: undefined;
  roleChanged: undefined;
  isSpeakingChanged: undefined;
  videoStreamsUpdated: Update<acs.RemoteVideoStream>;
}

/** Another person, in the meeting or in its lobby. */
export class RemoteParticipant extends Emitter<Events> implements acs.RemoteParticipant {
  readonly identifier: PersonIdentifier;
  readonly endpointDetails: acs.EndpointDetails[] = [];
  readonly camera: RemoteVideoStream;
  readonly screen: RemoteVideoStream;
  readonly videoStreams: readonly RemoteVideoStream[];
  displayName: string;
  role: acs.ParticipantRole;
  isMuted: boolean;
  isSpeaking = false;
  private readonly sound = new Audio();

  constructor(
    readonly rawId: string,
    member: Omit<Member, 'id'>,
    public state: 'Connected' | 'InLobby' | 'Disconnected',
    private readonly askToMute: () => Promise<void>,
    /** Two ids that no other stream of this call has. */
    streamIds: readonly [number, number],
  ) {
    super();
    this.identifier = personOf(rawId);
    this.displayName = member.name;
    this.role = member.role;
    this.isMuted = member.state.muted;
    this.camera = new RemoteVideoStream(streamIds[0], 'Video');
    this.screen = new RemoteVideoStream(streamIds[1], 'ScreenSharing');
    this.videoStreams = [this.camera, this.screen];
    this.sound.autoplay = true;
  }

  mute(): Promise<void> {
    return this.askToMute();
  }

  /** Sets this person's state and received streams: [microphone, camera, screen]. */
  update({ name, role, state }: Member, streams: readonly (MediaStream | undefined)[]): void {
    this.camera.update(state.video, streams[1]);
    this.screen.update(state.screen, streams[2]);
    this.listen(streams[0]);
    this.assign('displayName', name);
    this.assign('role', role);
    this.assign('isMuted', state.muted);
  }

  setSpeaking(speaking: boolean): void {
    this.assign('isSpeaking', speaking);
  }

  /** Plays this person on a speaker, by its browser id; "" is the default speaker. */
  setSpeaker(speaker: string, silent: boolean): void {
    this.sound.muted = silent;
    if ('setSinkId' in this.sound) this.sound.setSinkId(speaker).catch(() => undefined); // unplugged: the default speaker continues
  }

  /** Handles this person's departure. */
  leave(): void {
    this.listen(undefined);
    for (const stream of this.videoStreams) stream.update(false, undefined);
    this.assign('state', 'Disconnected');
  }

  private listen(stream: MediaStream | undefined): void {
    if (this.sound.srcObject === (stream ?? null)) return;
    this.sound.srcObject = stream ?? null;
    // A browser that plays sound only after a gesture starts with the next press.
    if (stream) this.sound.play().catch(() => addEventListener('pointerdown', this.playAgain, { once: true }));
  }

  private readonly playAgain = () => {
    if (this.sound.srcObject) void this.sound.play().catch(() => undefined);
  };
}
