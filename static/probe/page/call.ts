import type * as acs from '@azure/communication-calling';
import { inWords, type Notebook } from './answers.ts';
import { LINK } from './links.ts';
import { AGENT, CALL, CAPTIONS, CLIENT, FEATURES, INFO, LOBBY, MEDIA, NETWORK, REMOTE } from './members.ts';
import type { SDK } from './sdk.ts';
import { credential } from './tokens.ts';

/** One visit to a meeting that cannot be reached: a client, an agent, a call from its beginning to its end, and after. */
export async function askCall(sdk: SDK, notebook: Notebook): Promise<void> {
  const { Good, Poor, Bad } = sdk.DiagnosticQuality;
  notebook.note('exports.DiagnosticQuality', [Good, Poor, Bad]);
  notebook.note(
    'exports.Features',
    Object.keys(FEATURES).filter((name) => name in sdk.Features),
  );
  const client = new sdk.CallClient();
  const agent = await askClient(sdk, client, notebook.at('client'));
  notebook.at('agent').members(agent, AGENT);
  await notebook.at('agent').attempt('listening to an unknown event', () => agent.on('nonsense' as 'callsUpdated', () => {}));
  const devices = await client.getDeviceManager();
  await devices.askDevicePermission({ audio: true, video: true });
  const [camera] = await devices.getCameras();
  if (!camera) throw new Error('the browser has no fake camera');
  const stream = new sdk.LocalVideoStream(camera);

  const diary = new Diary();
  agent.on('callsUpdated', ({ added, removed }) => diary.mark(`callsUpdated +${added.length} -${removed.length}`));
  diary.mark('join');
  const call = agent.join(
    { meetingLink: LINK },
    { audioOptions: { muted: true }, videoOptions: { localVideoStreams: [stream] } },
  );
  diary.mark(`returned ${call.state}`);
  const ended = diary.follow(call);
  askNewCall(agent, call, notebook.at('call'));
  askFeatures(sdk, call, notebook.at('features'));
  await ended;
  // What comes late belongs to the diary too.
  await new Promise((resolve) => setTimeout(resolve, 500));
  diary.copyTo(notebook.at('events'));
  const { network, media } = call.feature(sdk.Features.UserFacingDiagnostics);
  notebook.note('ended call.diagnostics', { network: network.getLatest(), media: media.getLatest() });
  await askEndedCall(call, stream, notebook.at('ended call'));
  await askDisposal(client, agent, notebook.at('disposal'));
}

async function askClient(sdk: SDK, client: acs.CallClient, notes: Notebook): Promise<acs.CallAgent> {
  notes.members(client, CLIENT);
  notes.note('extensible', Object.isExtensible(client));
  const debug = client.feature(sdk.Features.DebugInfo);
  notes.at('DebugInfo').members(debug, FEATURES.DebugInfo);
  notes.note('the same feature every time', debug === client.feature(sdk.Features.DebugInfo));
  // Its values are those of the browser that is asked.
  notes.note('environment', Object.keys(await debug.getEnvironmentInfo()).sort());
  const devices = await client.getDeviceManager();
  notes.note('the same devices every time', devices === (await client.getDeviceManager()));
  const agent = await client.createCallAgent(credential(), { displayName: 'Probe' });
  await notes.attempt('second agent', () => client.createCallAgent(credential(), { displayName: 'Probe' }));
  return agent;
}

function askNewCall(agent: acs.CallAgent, call: acs.Call, notes: Notebook): void {
  notes.members(call, CALL);
  notes.at('info').members(call.info, INFO);
  notes.at('lobby').members(call.lobby, LOBBY);
  notes.note("among the agent's", agent.calls[0] === call);
}

function askFeatures(sdk: SDK, call: acs.Call, notes: Notebook): void {
  const features = new Map<string, acs.CallFeature>();
  for (const [name, members] of Object.entries(FEATURES)) {
    const factory = sdk.Features[name as keyof typeof FEATURES] as acs.CallFeatureFactory<acs.CallFeature>;
    if (name === 'DebugInfo' || name === 'VideoEffects' || name === 'AudioEffects') continue;
    try {
      const feature = call.feature(factory);
      features.set(name, feature);
      notes.at(name).members(feature, members);
      notes.note(`${name}, the same every time`, feature === call.feature(factory));
    } catch (error) {
      notes.note(name, `throws ${inWords(error)}`);
    }
  }
  const { captions } = features.get('Captions') as acs.CaptionsCallFeature;
  notes.at('Captions.captions').members(captions, CAPTIONS);
  const { network, media, remote } = features.get('UserFacingDiagnostics') as acs.UserFacingDiagnosticsFeature;
  notes.at('UserFacingDiagnostics.network').members(network, NETWORK);
  notes.at('UserFacingDiagnostics.media').members(media, MEDIA);
  notes.at('UserFacingDiagnostics.remote').members(remote, REMOTE);
  notes.note('UserFacingDiagnostics.network, latest', network.getLatest());
  notes.note('UserFacingDiagnostics.media, latest', media.getLatest());
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

/** What happened in which order: the great events, and after which of them each small one came. */
class Diary {
  private readonly marks: string[] = [];
  private readonly small = new Map<string, string[]>(EVENTS.map((name) => [name, []]));
  private end: acs.CallEndReason | undefined;

  mark(event: string): void {
    this.marks.push(event);
  }

  /** Writes until the call is over. */
  follow(call: acs.Call): Promise<void> {
    for (const name of EVENTS) {
      call.on(name as 'localVideoStreamsUpdated', (update) => {
        const counts = update?.added ? `+${update.added.length} -${update.removed.length} ` : '';
        this.small.get(name)?.push(`${counts}after ${this.marks.at(-1)}`);
      });
    }
    return new Promise((resolve) => {
      call.on('stateChanged', () => {
        this.mark(call.state);
        this.end = call.callEndReason;
        if (call.state === 'Disconnected') resolve();
      });
    });
  }

  copyTo(notes: Notebook): void {
    notes.note('order', this.marks);
    notes.note('call end reason', this.end);
    for (const [name, times] of this.small) notes.note(name, times);
  }
}

async function askEndedCall(call: acs.Call, stream: acs.LocalVideoStream, notes: Notebook): Promise<void> {
  notes.note('state', call.state);
  notes.note('is muted', call.isMuted);
  notes.note('local video streams', call.localVideoStreams.length);
  notes.note('local audio streams', call.localAudioStreams.length);
  await notes.attempt('hanging up', () => call.hangUp());
  await notes.attempt('mute', () => call.mute());
  await notes.attempt('unmute', () => call.unmute());
  await notes.attempt('start video', () => call.startVideo(stream));
  await notes.attempt('stop video', () => call.stopVideo(stream));
  await notes.attempt('hold', () => call.hold());
  await notes.attempt('resume', () => call.resume());
  await notes.attempt('share a screen', () => call.startScreenSharing());
  await notes.attempt('send a tone', () => call.sendDtmf('Num1'));
}

async function askDisposal(client: acs.CallClient, agent: acs.CallAgent, notes: Notebook): Promise<void> {
  await notes.attempt('disposal of the agent', () => agent.dispose());
  notes.note('calls', agent.calls);
  await notes.attempt('join with a disposed agent', () => agent.join({ meetingLink: LINK }));
  await notes.attempt('second disposal of the agent', () => agent.dispose());
  await notes.attempt('another agent of the client', () => client.createCallAgent(credential()));
  await notes.attempt('disposal of the client', () => client.dispose());
  await notes.attempt('second disposal of the client', () => client.dispose());
  await notes.attempt('an agent of a disposed client', () => client.createCallAgent(credential()));
}
