import type * as acs from '@azure/communication-calling';
import { CallCore } from './callcore.ts';
import { CallingError, notRehearsed } from './errors.ts';
import type { CallFeatures } from './features.ts';
import { rawIdOf } from './identity.ts';
import { type LocalAudioStream, LocalVideoStream, SCREEN } from './localstream.ts';
import type { RemoteParticipant } from './participant.ts';

/** The members whose types name Microsoft's classes: those have private members, so no other class is assignable. */
type Nominal =
  | 'localVideoStreams'
  | 'localAudioStreams'
  | 'startVideo'
  | 'stopVideo'
  | 'startScreenSharing'
  | 'startAudio'
  | 'on'
  | 'off';

/**
 * One visit to a meeting, with the visitor's actions. Its states have the order of the Calling SDK's: None while `join`
 * returns, then Connecting, InLobby, Connected, and finally Disconnected, with the reason already set. After a lost
 * connection it stays Connected, and the diagnostic `networkReconnect` reports the loss.
 */
export class Call extends CallCore implements Omit<acs.Call, Nominal> {
  readonly kind: acs.CallKind = 'Call' as acs.CallKind;
  readonly direction = 'Outgoing';
  readonly callerInfo: acs.CallerInfo = { identifier: undefined };
  readonly transferorInfo?: acs.CallerInfo;
  readonly remoteAudioStreams: readonly acs.RemoteAudioStream[] = [];

  get remoteParticipants(): readonly RemoteParticipant[] {
    return this.roster.participants;
  }

  get localVideoStreams(): readonly LocalVideoStream[] {
    return this.outgoing.video;
  }

  get localAudioStreams(): readonly LocalAudioStream[] {
    return this.outgoing.audio;
  }

  get isLocalVideoStarted(): boolean {
    return this.outgoing.camera !== undefined;
  }

  feature<T extends acs.CallFeature>(factory: acs.CallFeatureFactory<T>): T {
    const { name } = factory as unknown as { name: keyof CallFeatures };
    if (!Object.hasOwn(this.features, name)) throw new CallingError(`${name} is not a feature of calls`, 400, 40000);
    if (name === 'TeamsMeetingAudioConferencing' && !this.info.threadId) {
      throw new CallingError(`${name} is of Teams meetings only`, 400, 45950);
    }
    return this.features[name] as acs.CallFeature as T;
  }

  async mute(): Promise<void> {
    this.live(500, 41015);
    await this.setMuted(true);
  }

  /** Rejects with code 403 when the meeting does not allow it or the microphone does not open. */
  async unmute(): Promise<void> {
    this.live(400, 41016);
    this.require('unmuteMic');
    if (this.info.threadId) await this.outgoing.openMicrophone();
    await this.setMuted(false);
  }

  async startVideo(stream: LocalVideoStream): Promise<void> {
    this.live(500, 43002);
    this.require(stream.mediaStreamType === 'ScreenSharing' ? 'shareScreen' : 'turnVideoOn');
    await this.outgoing.add(stream);
    await this.publish();
  }

  async stopVideo(stream: LocalVideoStream): Promise<void> {
    this.live(400, 41030);
    await this.dropVideo(stream);
  }

  /** Shares the given screen, or asks the browser for one. Rejects when the visitor chooses none. */
  async startScreenSharing(stream: LocalVideoStream = new LocalVideoStream(SCREEN)): Promise<void> {
    this.live(412, 41071);
    if (this.outgoing.screen) return;
    await this.startVideo(stream);
    this.noteScreen();
  }

  async stopScreenSharing(): Promise<void> {
    if (this.outgoing.screen) await this.dropVideo(this.outgoing.screen);
  }

  async startAudio(stream: LocalAudioStream): Promise<void> {
    this.outgoing.replaceAudio(stream);
    await this.unmute();
  }

  stopAudio(): void {
    void this.setMuted(true);
  }

  async hold(): Promise<void> {
    this.live(500, 41033);
    await this.setHold('LocalHold');
  }

  async resume(): Promise<void> {
    this.live(500, 41034);
    await this.setHold('Connected');
  }

  async muteIncomingAudio(): Promise<void> {
    this.setIncomingAudioMuted(true);
  }

  async unmuteIncomingAudio(): Promise<void> {
    this.setIncomingAudioMuted(false);
  }

  async muteAllRemoteParticipants(): Promise<void> {
    await Promise.all(this.remoteParticipants.map((participant) => participant.mute()));
  }

  async removeParticipant(identifier: unknown): Promise<void> {
    await this.commands.give({ command: 'remove', to: rawIdOf(identifier) });
  }

  async hangUp(options?: acs.HangUpOptions): Promise<void> {
    if (options?.forEveryone && !this.callEndReason) {
      // The call may end before the answer arrives.
      await this.commands.give({ command: 'end' }).catch((error: unknown) => {
        if (!this.callEndReason) throw error;
      });
    }
    if (this.callEndReason) return;
    this.become('Disconnecting');
    this.finish({ code: 0, subCode: 0 });
  }

  addParticipant(): never {
    throw notRehearsed('Adding a person');
  }

  /** Does nothing: a rehearsal has no tones. */
  async sendDtmf(): Promise<void> {
    this.live(400, 41022);
  }

  async setConstraints(): Promise<void> {}
  dispose(): void {}

  /** Throws the given pair once the call is over, as the Calling SDK does. */
  private live(code: number, subCode: number): void {
    if (this.state === 'Disconnected') throw new CallingError('The call is over', code, subCode);
  }

  private async setHold(state: 'LocalHold' | 'Connected'): Promise<void> {
    if (!this.info.threadId) throw new CallingError('Only a connected call can be held', 400, 40000);
    this.become(state);
    this.updateSound();
    await this.publish();
  }

  private setIncomingAudioMuted(muted: boolean): void {
    this.assign('isIncomingAudioMuted', muted);
    this.updateSound();
  }
}
