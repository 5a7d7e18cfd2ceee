import type { EndReason, StageEvents, Trouble } from '../contract.ts';
import { type Qualities, WeakNetwork } from './network.ts';
import { type Capabilities, type MediaFlags, troublesOf } from './troubles.ts';

/** The part of a call adapter that the watch reads. The library's CallAdapter has it. */
export interface WatchedAdapter {
  getState(): WatchedState;
  onStateChange(handler: (state: WatchedState) => void): void;
  offStateChange(handler: (state: WatchedState) => void): void;
  on(event: 'callEnded', handler: (event: Partial<EndReason>) => void): void;
  off(event: 'callEnded', handler: (event: Partial<EndReason>) => void): void;
}

/** The part of the adapter's state that the watch reads. */
export interface WatchedState {
  page: string;
  call?:
    | {
        state: string;
        isMuted?: boolean;
        localVideoStreams?: { mediaStreamType: string }[];
        recording?: { isRecordingActive: boolean };
        transcription?: { isTranscriptionActive: boolean };
        diagnostics?: {
          network: { latest: Qualities & Reachability };
          media?: { latest: MediaFlags };
        };
        capabilitiesFeature?: { capabilities: Capabilities } | undefined;
      }
    | undefined;
  endedCall?: { callEndReason?: Partial<EndReason> | undefined } | undefined;
}

/** The part of the SDK's network diagnostics that tells a connection from none. */
interface Reachability {
  networkReconnect?: { value: unknown } | undefined;
  networkRelaysNotReachable?: { value: unknown } | undefined;
}

type Watched = Pick<
  StageEvents,
  'lobby' | 'admitted' | 'reconnecting' | 'recording' | 'microphone' | 'camera' | 'weak' | 'unreachable' | 'trouble' | 'ended'
>;

// The pages on which the library shows an ended call. `badRequest` comes without a callEnded event, so that the event
// alone would leave a visitor with a wrong meeting ID waiting for ever.
const endedPages = new Set([
  'leftCall',
  'removedFromCall',
  'accessDeniedTeamsMeeting',
  'joinCallFailedDueToNoNetwork',
  'badRequest',
]);

// DiagnosticQuality.Good; the SDK reports Poor and Bad while it tries to reconnect.
const good = 1;

/**
 * Turns an adapter's states into the stage's events, each once for each change, and `ended` exactly once.
 * The function it returns ends the watch.
 */
export function watch(adapter: WatchedAdapter, events: Watched): () => void {
  let place: 'outside' | 'lobby' | 'reconnecting' | 'meeting' = 'outside';
  let recorded = false;
  let microphone: boolean | undefined;
  let camera: boolean | undefined;
  let weak = false;
  let unreachable = false;
  let over = false;
  const network = new WeakNetwork(() => performance.now());
  let told: Trouble[] = [];

  const stop = () => {
    over = true;
    adapter.off('callEnded', onEnded);
    adapter.offStateChange(onState);
  };
  const end = (reason: Partial<EndReason> | undefined) => {
    if (over) return;
    stop();
    events.ended({ code: reason?.code ?? -1, subCode: reason?.subCode ?? -1 });
  };
  // The event is sent before the state that goes with it, and is bare when the SDK gave no reason.
  const onEnded = (event: Partial<EndReason>) =>
    end(event.code === undefined ? adapter.getState().endedCall?.callEndReason : event);
  const onState = (state: WatchedState) => {
    if (over) return;
    if (endedPages.has(state.page)) {
      end(state.endedCall?.callEndReason);
      return;
    }
    const next = placeOf(state) ?? place;
    const changed = next !== place;
    place = next;
    const on = next === 'meeting' && state.call ? !state.call.isMuted : microphone;
    if (on !== undefined && on !== microphone) events.microphone?.(on);
    microphone = on;
    // Hanging up a call also turns the camera off.
    const seen = placeOf(state) === 'meeting' && state.call ? isSeen(state.call) : camera;
    if (seen !== undefined && seen !== camera) events.camera?.(seen);
    camera = seen;
    if (changed && next === 'lobby') events.lobby();
    if (changed && next === 'meeting') events.admitted();
    if (changed && next === 'reconnecting') events.reconnecting();
    const active = isRecorded(state);
    if (active !== recorded) {
      recorded = active;
      events.recording(active);
    }
    const bad = network.isWeak(state.call?.diagnostics?.network.latest ?? {});
    if (bad !== weak) events.weak?.(bad);
    weak = bad;
    const cut = state.call?.diagnostics?.network.latest.networkRelaysNotReachable?.value === true;
    if (cut && !unreachable) events.unreachable?.();
    unreachable ||= cut;
    const troubles = next === 'meeting' && state.call ? troublesOf(state.call) : [];
    for (const kind of told.filter((one) => !troubles.includes(one))) events.trouble?.(kind, false);
    for (const kind of troubles.filter((one) => !told.includes(one))) events.trouble?.(kind, true);
    told = troubles;
  };

  adapter.on('callEnded', onEnded);
  adapter.onStateChange(onState);
  onState(adapter.getState());
  return stop;
}

/** Where the visitor is, undefined while that is neither the lobby nor the meeting. */
export function placeOf({ call }: Pick<WatchedState, 'call'>): 'lobby' | 'reconnecting' | 'meeting' | undefined {
  if (call?.state === 'InLobby') return 'lobby';
  if (call?.state !== 'Connected') return undefined;
  const reconnect = call.diagnostics?.network.latest.networkReconnect;
  return reconnect && reconnect.value !== good ? 'reconnecting' : 'meeting';
}

function isSeen({ localVideoStreams = [] }: Pick<NonNullable<WatchedState['call']>, 'localVideoStreams'>): boolean {
  return localVideoStreams.some(({ mediaStreamType }) => mediaStreamType === 'Video');
}

function isRecorded({ call }: WatchedState): boolean {
  return Boolean(call?.recording?.isRecordingActive || call?.transcription?.isTranscriptionActive);
}
