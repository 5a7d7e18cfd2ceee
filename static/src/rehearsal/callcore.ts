import type * as acs from '@azure/communication-calling';
import type { CallContext } from './callcontext.ts';
import { CallInfo } from './callinfo.ts';
import { Commands } from './commands.ts';
import type { DeviceManager } from './devices.ts';
import { Emitter, type Update } from './emitter.ts';
import { CallingError } from './errors.ts';
import { type CallFeatures, callFeatures, notifyFeatures } from './features.ts';
import { Lobby } from './lobby.ts';
import type { LocalAudioStream, LocalVideoStream } from './localstream.ts';
import { Mesh } from './mesh.ts';
import { Outgoing } from './outgoing.ts';
import type { RemoteParticipant } from './participant.ts';
import type { Tracks } from './peer.ts';
import type { ServerMessage } from './protocol.ts';
import { Roster } from './roster.ts';
import type { EndCode, Signalling } from './signalling.ts';
import type { Threads } from './threads.ts';
import type { Role } from './wire.ts';

/** The number of pictures in a full room. */
const MOST_VIDEOS = 6;
const NOTHING: Tracks = [null, null, null];

interface Events {
  stateChanged: undefined;
  idChanged: undefined;
  isMutedChanged: undefined;
  isIncomingAudioMutedChanged: undefined;
  isScreenSharingOnChanged: undefined;
  isLocalVideoStartedChanged: undefined;
  remoteParticipantsUpdated: Update<RemoteParticipant>;
  localVideoStreamsUpdated: Update<LocalVideoStream>;
  localAudioStreamsUpdated: Update<LocalAudioStream>;
  remoteAudioStreamsUpdated: Update<acs.RemoteAudioStream>;
  roleChanged: undefined;
  mutedByOthers: undefined;
  callerInfoChanged: undefined;
  transferorInfoChanged: undefined;
}

/** The parts of a call, and its listeners. */
export interface CallParts {
  localId: string;
  signalling: Signalling;
  threads: Threads;
  devices: DeviceManager;
  options: acs.JoinCallOptions | undefined;
  /** Called just before the state becomes Disconnected. */
  ended(): void;
}

/** The state of a call, its handling of the server's messages, and its end. */
export abstract class CallCore extends Emitter<Events> {
  readonly id: string = crypto.randomUUID();
  readonly info = new CallInfo();
  readonly lobby: Lobby;
  state: acs.CallState = 'None';
  callEndReason?: acs.CallEndReason;
  role: acs.ParticipantRole = 'Unknown';
  isMuted = false;
  isIncomingAudioMuted = false;
  isScreenSharingOn = false;
  protected readonly features: CallFeatures;
  protected readonly roster: Roster;
  protected readonly outgoing: Outgoing;
  protected readonly commands: Commands;
  private readonly mesh: Mesh;
  private localId: string;
  private publishing: Promise<void> = Promise.resolve();
  private readonly over = new AbortController();

  constructor(private readonly parts: CallParts) {
    super();
    this.localId = parts.localId;
    const context = this.context();
    this.commands = new Commands(context.send);
    this.features = callFeatures(context);
    this.lobby = new Lobby(context);
    this.mesh = new Mesh(context.send);
    this.roster = new Roster(this.mesh, context);
    // These are our own classes in spite of their declared type, because a page gets its streams from this module.
    const video = (parts.options?.videoOptions?.localVideoStreams ?? []) as unknown as LocalVideoStream[];
    this.outgoing = new Outgoing(parts.devices, this.features.UserFacingDiagnostics, video);
    this.connectParts();
    // `join` returns a call in state None; everything else follows once the caller has it.
    setTimeout(() => this.dial());
  }

  /** Throws when the meeting does not allow this now. Before the meeting, everything is allowed. */
  protected require(capability: acs.ParticipantCapabilityName): void {
    const { isPresent, reason } = this.features.Capabilities.capabilities[capability];
    if (this.info.threadId && !isPresent) throw new CallingError(`${capability} is not allowed: ${reason}`, 403, 40300);
  }

  protected become(state: acs.CallState): void {
    if (this.state !== 'Disconnected') this.assign('state', state);
  }

  protected setMuted(muted: boolean): Promise<void> {
    this.assign('isMuted', muted);
    return this.publish();
  }

  /** Updates isScreenSharingOn. */
  protected noteScreen(): void {
    this.assign('isScreenSharingOn', this.outgoing.screen !== undefined);
  }

  protected async dropVideo(stream: LocalVideoStream): Promise<void> {
    this.outgoing.remove(stream);
    this.noteScreen();
    await this.publish();
  }

  /** Plays the others on the chosen speaker, unless incoming audio is muted. */
  protected readonly updateSound = (): void => {
    const speaker = this.parts.devices.selectedSpeaker?.id.replace(/^speaker:/, '') ?? '';
    this.roster.setSpeaker(speaker, this.isIncomingAudioMuted || this.state === 'LocalHold');
  };

  /** Sends our tracks and announces our state. One at a time, so that the last message has the latest state. */
  protected publish(): Promise<void> {
    this.publishing = this.publishing
      .then(() => this.publishNow())
      .catch((error: unknown) => {
        console.error('rehearsal: sending our media', error);
      });
    return this.publishing;
  }

  /** Ends the call, once. Devices and connections are released at once; listeners are called later. */
  protected finish({ code, subCode }: EndCode): void {
    if (this.callEndReason) return;
    this.callEndReason = { code, subCode };
    this.over.abort();
    this.parts.devices.off('selectedSpeakerChanged', this.updateSound);
    if (this.info.threadId) this.parts.threads.close(this.info.threadId, this.parts.signalling);
    this.parts.signalling.close();
    this.commands.close();
    this.mesh.close();
    this.roster.close();
    this.outgoing.close();
    this.noteScreen();
    // In the Calling SDK's order: the agent's list first, then the state.
    setTimeout(() => {
      this.parts.ended();
      this.become('Disconnected');
    });
  }

  /** Returns the part of this call that the features and the lobby can use. */
  private context(): CallContext {
    const localId = () => this.localId;
    return {
      id: this.id,
      get localId() {
        return localId();
      },
      send: (message) => this.parts.signalling.send(message),
      command: (command) => this.commands.give(command),
      publish: () => this.publish(),
    };
  }

  private connectParts(): void {
    const { signalling, devices } = this.parts;
    const diagnostics = this.features.UserFacingDiagnostics;
    signalling.on('message', (message) => this.receive(message));
    signalling.on('failed', (reason) => this.finish(reason));
    signalling.on('lost', () => diagnostics.reconnecting('socket', true));
    signalling.on('restored', () => {
      diagnostics.reconnecting('socket', false);
      void this.publish();
    });
    this.mesh.on('connection', () => diagnostics.reconnecting('media', this.mesh.unreachable));
    this.roster.on('remoteParticipantsUpdated', (update) => this.emit('remoteParticipantsUpdated', update));
    this.roster.on('hands', (hands) => this.features.RaiseHand.update(hands));
    this.roster.on('speaking', (ids) => this.features.DominantSpeakers.update(ids));
    this.outgoing.on('localAudioStreamsUpdated', (update) => this.emit('localAudioStreamsUpdated', update));
    this.outgoing.on('localVideoStreamsUpdated', (update) => {
      this.emit('localVideoStreamsUpdated', update);
      this.emit('isLocalVideoStartedChanged');
    });
    this.outgoing.on('changed', () => void this.publish());
    this.outgoing.on('screenEnded', () => {
      if (this.outgoing.screen) void this.dropVideo(this.outgoing.screen);
    });
    this.features.Capabilities.on('capabilitiesChanged', () => this.enforceCapabilities());
    devices.on('selectedSpeakerChanged', this.updateSound);
  }

  private dial(): void {
    if (this.callEndReason) return;
    const { signal } = this.over;
    addEventListener('offline', () => this.networkChanged(), { signal });
    addEventListener('online', () => this.networkChanged(), { signal });
    // A page that goes away hangs up, so that the others do not wait for it.
    addEventListener('pagehide', () => this.finish({ code: 0, subCode: 0 }), { signal });
    if (this.parts.options?.audioOptions?.muted) void this.setMuted(true);
    this.become('Connecting');
    void this.outgoing.begin().then(() => this.publish());
    this.parts.signalling.start();
  }

  private receive(message: ServerMessage): void {
    if (notifyFeatures(this.features, message)) return;
    switch (message.t) {
      case 'welcome':
        this.localId = message.id;
        this.mesh.iceServers = message.iceServers ?? [];
        return;
      case 'lobby':
        this.become('InLobby');
        return;
      case 'joined':
        this.enter(message);
        return;
      case 'ended':
        this.finish(message);
        return;
      case 'waiting':
        this.lobby.update(message.list ?? []);
        return;
      case 'mute':
        void this.setMuted(true);
        this.emit('mutedByOthers');
        return;
      case 'role':
        this.setRole(message.role);
        return;
      case 'commanded':
        this.commands.answered(message.command, message.ok, message.error);
        return;
      case 'state':
        if (message.id === this.localId) this.features.RaiseHand.setOwn(message.state.hand);
    }
    this.mesh.receive(message);
  }

  private enter(joined: ServerMessage & { t: 'joined' }): void {
    const { Captions, Capabilities, OptimalVideoCount } = this.features;
    this.info.setThreadId(joined.threadId);
    this.parts.threads.open(joined.threadId, this.parts.signalling, this.localId);
    Captions.becomeTeams();
    for (const [name, right] of Object.entries(joined.capabilities ?? {})) Capabilities.change({ name, ...right });
    this.assign('role', joined.role);
    this.become('Connected');
    Capabilities.setRole(joined.role);
    OptimalVideoCount.update(MOST_VIDEOS);
    if (joined.notice) notifyFeatures(this.features, { t: 'notice', ...joined.notice });
    this.updateSound();
    this.mesh.receive(joined);
    void this.openOwnMicrophone();
  }

  /** Opens the microphone inside the meeting. If it does not open, the visitor listens, muted. */
  private async openOwnMicrophone(): Promise<void> {
    if (!this.isMuted) await this.outgoing.openMicrophone().catch(() => this.setMuted(true));
    await this.publish();
  }

  private setRole(role: Role): void {
    this.assign('role', role);
    this.features.Capabilities.setRole(role);
  }

  /** Stops what the meeting no longer allows. */
  private enforceCapabilities(): void {
    const { turnVideoOn, unmuteMic, shareScreen } = this.features.Capabilities.capabilities;
    const { camera, screen } = this.outgoing;
    // In one step, so that nothing is sent in between.
    if (camera && !turnVideoOn.isPresent) void this.dropVideo(camera);
    if (screen && !shareScreen.isPresent) void this.dropVideo(screen);
    if (!unmuteMic.isPresent) void this.setMuted(true);
  }

  private async publishNow(): Promise<void> {
    if (!this.info.threadId || this.callEndReason) return;
    const tracks = this.state === 'LocalHold' ? NOTHING : await this.outgoing.tracks(this.isMuted);
    if (this.callEndReason) return;
    await this.mesh.publish(tracks);
    const [, camera, screen] = tracks;
    const state = {
      muted: this.isMuted,
      video: camera !== null,
      screen: screen !== null,
      hand: this.features.RaiseHand.up ? 1 : 0,
    };
    this.parts.signalling.send({ t: 'state', state });
  }

  private networkChanged(): void {
    const { network } = this.features.UserFacingDiagnostics;
    if (navigator.onLine) {
      network.clear('noNetwork', false);
      this.parts.signalling.hurry();
    } else {
      network.set('noNetwork', true);
    }
  }
}
