import type * as acs from '@azure/communication-calling';
import { type Recorder, toText } from './answers.ts';
import { LINK } from './links.ts';
import { AGENT, CALL, CAPTIONS, CLIENT, FEATURES, INFO, LOBBY, MEDIA, NETWORK, REMOTE } from './members.ts';
import type { SDK } from './sdk.ts';
import { credential } from './tokens.ts';

/** Asks about one visit to a meeting that cannot be reached: client, agent, the call until it ends, and afterwards. */
export async function askCall(sdk: SDK, recorder: Recorder): Promise<void> {
  const { Good, Poor, Bad } = sdk.DiagnosticQuality;
  recorder.note('exports.DiagnosticQuality', [Good, Poor, Bad]);
  recorder.note(
    'exports.Features',
    Object.keys(FEATURES).filter((name) => name in sdk.Features),
  );
  const client = new sdk.CallClient();
  const agent = await askClient(sdk, client, recorder.at('client'));
  recorder.at('agent').members(agent, AGENT);
  await recorder.at('agent').attempt('listening to an unknown event', () => agent.on('nonsense' as 'callsUpdated', () => {}));
  const devices = await client.getDeviceManager();
  await devices.askDevicePermission({ audio: true, video: true });
  const [camera] = await devices.getCameras();
  if (!camera) throw new Error('the browser has no fake camera');
  const stream = new sdk.LocalVideoStream(camera);

  const events = new EventLog();
  agent.on('callsUpdated', ({ added, removed }) => events.milestone(`callsUpdated +${added.length} -${removed.length}`));
  events.milestone('join');
  const call = agent.join(
    { meetingLink: LINK },
    { audioOptions: { muted: true }, videoOptions: { localVideoStreams: [stream] } },
  );
  events.milestone(`returned ${call.state}`);
  const ended = events.follow(call);
  askNewCall(agent, call, recorder.at('call'));
  askFeatures(sdk, call, recorder.at('features'));
  await ended;
  // Some events come after the end.
  await new Promise((resolve) => setTimeout(resolve, 500));
  events.copyTo(recorder.at('events'));
  const { network, media } = call.feature(sdk.Features.UserFacingDiagnostics);
  recorder.note('ended call.diagnostics', { network: network.getLatest(), media: media.getLatest() });
  await askEndedCall(call, stream, recorder.at('ended call'));
  await askDisposal(client, agent, recorder.at('disposal'));
}

async function askClient(sdk: SDK, client: acs.CallClient, recorder: Recorder): Promise<acs.CallAgent> {
  recorder.members(client, CLIENT);
  recorder.note('extensible', Object.isExtensible(client));
  const debug = client.feature(sdk.Features.DebugInfo);
  recorder.at('DebugInfo').members(debug, FEATURES.DebugInfo);
  recorder.note('the same feature every time', debug === client.feature(sdk.Features.DebugInfo));
  // The values depend on the browser.
  recorder.note('environment', Object.keys(await debug.getEnvironmentInfo()).sort());
  const devices = await client.getDeviceManager();
  recorder.note('the same devices every time', devices === (await client.getDeviceManager()));
  const agent = await client.createCallAgent(credential(), { displayName: 'Probe' });
  await recorder.attempt('second agent', () => client.createCallAgent(credential(), { displayName: 'Probe' }));
  return agent;
}

function askNewCall(agent: acs.CallAgent, call: acs.Call, recorder: Recorder): void {
  recorder.members(call, CALL);
  recorder.at('info').members(call.info, INFO);
  recorder.at('lobby').members(call.lobby, LOBBY);
  recorder.note("among the agent's", agent.calls[0] === call);
}

function askFeatures(sdk: SDK, call: acs.Call, recorder: Recorder): void {
  const features = new Map<string, acs.CallFeature>();
  for (const [name, members] of Object.entries(FEATURES)) {
    const factory = sdk.Features[name as keyof typeof FEATURES] as acs.CallFeatureFactory<acs.CallFeature>;
    if (name === 'DebugInfo' || name === 'VideoEffects' || name === 'AudioEffects') continue;
    try {
      const feature = call.feature(factory);
      features.set(name, feature);
      recorder.at(name).members(feature, members);
      recorder.note(`${name}, the same every time`, feature === call.feature(factory));
    } catch (error) {
      recorder.note(name, `throws ${toText(error)}`);
    }
  }
  const { captions } = features.get('Captions') as acs.CaptionsCallFeature;
  recorder.at('Captions.captions').members(captions, CAPTIONS);
  const { network, media, remote } = features.get('UserFacingDiagnostics') as acs.UserFacingDiagnosticsFeature;
  recorder.at('UserFacingDiagnostics.network').members(network, NETWORK);
  recorder.at('UserFacingDiagnostics.media').members(media, MEDIA);
  recorder.at('UserFacingDiagnostics.remote').members(remote, REMOTE);
  recorder.note('UserFacingDiagnostics.network, latest', network.getLatest());
  recorder.note('UserFacingDiagnostics.media, latest', media.getLatest());
}

const EVENTS = [
  'idChanged',
  'isMutedChanged',
  'isIncomingAudioMutedChanged',
  'isScreenSharingOnChanged',
  'isLocalVideoStartedChanged',
  'localVideoStreamsUpdated',
  'localAudioStreamsUpdated',
  'remoteParticipantsUpdated',
  'remoteAudioStreamsUpdated',
  'roleChanged',
  'mutedByOthers',
  'callerInfoChanged',
  'transferorInfoChanged',
] as const;

/** Records the order of events: the milestones, and for every other event the milestone before it. */
class EventLog {
  private readonly milestones: string[] = [];
  private readonly others = new Map<string, string[]>(EVENTS.map((name) => [name, []]));
  private end: acs.CallEndReason | undefined;

  milestone(event: string): void {
    this.milestones.push(event);
  }

  /** Records the call's events. Resolves when the call has ended. */
  follow(call: acs.Call): Promise<void> {
    for (const name of EVENTS) {
      call.on(name as 'localVideoStreamsUpdated', (update) => {
        const counts = update?.added ? `+${update.added.length} -${update.removed.length} ` : '';
        this.others.get(name)?.push(`${counts}after ${this.milestones.at(-1)}`);
      });
    }
    return new Promise((resolve) => {
      call.on('stateChanged', () => {
        this.milestone(call.state);
        this.end = call.callEndReason;
        if (call.state === 'Disconnected') resolve();
      });
    });
  }

  copyTo(recorder: Recorder): void {
    recorder.note('order', this.milestones);
    recorder.note('call end reason', this.end);
    for (const [name, times] of this.others) recorder.note(name, times);
  }
}

async function askEndedCall(call: acs.Call, stream: acs.LocalVideoStream, recorder: Recorder): Promise<void> {
  recorder.note('state', call.state);
  recorder.note('is muted', call.isMuted);
  recorder.note('local video streams', call.localVideoStreams.length);
  recorder.note('local audio streams', call.localAudioStreams.length);
  await recorder.attempt('hanging up', () => call.hangUp());
  await recorder.attempt('mute', () => call.mute());
  await recorder.attempt('unmute', () => call.unmute());
  await recorder.attempt('start video', () => call.startVideo(stream));
  await recorder.attempt('stop video', () => call.stopVideo(stream));
  await recorder.attempt('hold', () => call.hold());
  await recorder.attempt('resume', () => call.resume());
  await recorder.attempt('share a screen', () => call.startScreenSharing());
  await recorder.attempt('send a tone', () => call.sendDtmf('Num1'));
}

async function askDisposal(client: acs.CallClient, agent: acs.CallAgent, recorder: Recorder): Promise<void> {
  await recorder.attempt('disposal of the agent', () => agent.dispose());
  recorder.note('calls', agent.calls);
  await recorder.attempt('join with a disposed agent', () => agent.join({ meetingLink: LINK }));
  await recorder.attempt('second disposal of the agent', () => agent.dispose());
  await recorder.attempt('another agent of the client', () => client.createCallAgent(credential()));
  await recorder.attempt('disposal of the client', () => client.dispose());
  await recorder.attempt('second disposal of the client', () => client.dispose());
  await recorder.attempt('an agent of a disposed client', () => client.createCallAgent(credential()));
}
