import { describe, expect, it } from 'vitest';
import type { EndReason } from '../contract.ts';
import { type WatchedAdapter, type WatchedState, watch } from './watch.ts';

type CallState = NonNullable<WatchedState['call']>;

/** An adapter with the parts that watch uses. */
class Adapter implements WatchedAdapter {
  private readonly onEnded = new Set<(event: Partial<EndReason>) => void>();
  private readonly onState = new Set<(state: WatchedState) => void>();
  private state: WatchedState = { page: 'configuration' };
  getState = () => this.state;
  onStateChange = (handler: (state: WatchedState) => void) => void this.onState.add(handler);
  offStateChange = (handler: (state: WatchedState) => void) => void this.onState.delete(handler);
  on = (_event: 'callEnded', handler: (event: Partial<EndReason>) => void) => void this.onEnded.add(handler);
  off = (_event: 'callEnded', handler: (event: Partial<EndReason>) => void) => void this.onEnded.delete(handler);
  get listeners() {
    return this.onEnded.size + this.onState.size;
  }
  set(state: WatchedState): void {
    this.state = state;
    for (const handler of [...this.onState]) handler(state);
  }
  call(call: CallState): void {
    this.set({ page: call.state === 'Connected' ? 'call' : 'lobby', call });
  }
  callEnded(event: Partial<EndReason>): void {
    for (const handler of [...this.onEnded]) handler(event);
  }
}

function setup() {
  const adapter = new Adapter();
  const seen: string[] = [];
  const stop = watch(adapter, {
    lobby: () => seen.push('lobby'),
    admitted: () => seen.push('admitted'),
    reconnecting: () => seen.push('reconnecting'),
    recording: (active) => seen.push(`recording ${active}`),
    weak: (on) => seen.push(`weak ${on}`),
    trouble: (kind, on) => seen.push(`${kind} ${on}`),
    ended: ({ code, subCode }) => seen.push(`ended ${code}/${subCode}`),
  });
  return { adapter, seen, stop };
}

const reconnecting = (value: unknown): CallState => ({
  state: 'Connected',
  diagnostics: { network: { latest: { networkReconnect: { value } } } },
});

describe('watch', () => {
  it('reports the lobby and the admission once', () => {
    const { adapter, seen } = setup();
    for (const state of ['None', 'Connecting', 'InLobby', 'InLobby', 'Connected', 'Connected']) adapter.call({ state });
    expect(seen).toEqual(['lobby', 'admitted']);
  });

  it('reports the beginning and the end of a trouble once', () => {
    const { adapter, seen } = setup();
    const camera = (value: boolean): CallState => ({
      state: 'Connected',
      diagnostics: { network: { latest: {} }, media: { latest: { cameraStoppedUnexpectedly: { value } } } },
    });
    for (const value of [false, true, true, false, false]) adapter.call(camera(value));
    expect(seen).toEqual(['admitted', 'camera true', 'camera false']);
  });

  it('reports camera and microphone before the admission, and then each change', () => {
    const adapter = new Adapter();
    const seen: string[] = [];
    const quiet = { lobby() {}, reconnecting() {}, recording() {}, ended() {} };
    watch(adapter, {
      ...quiet,
      admitted: () => seen.push('admitted'),
      microphone: (on) => seen.push(`microphone ${on}`),
      camera: (on) => seen.push(`camera ${on}`),
    });
    const screen = { mediaStreamType: 'ScreenSharing' };
    const video = { mediaStreamType: 'Video' };
    adapter.call({ state: 'InLobby', isMuted: false, localVideoStreams: [video] });
    for (const localVideoStreams of [[video], [], [screen], [screen, video]])
      adapter.call({ state: 'Connected', isMuted: false, localVideoStreams });
    adapter.call({ state: 'Connected', isMuted: true, localVideoStreams: [video] });
    adapter.call({ state: 'Disconnecting', isMuted: true, localVideoStreams: [] });
    expect(seen).toEqual(['microphone true', 'camera true', 'admitted', 'camera false', 'camera true', 'microphone false']);
  });

  it('reports an unreachable network once, before the end', () => {
    const adapter = new Adapter();
    const seen: string[] = [];
    watch(adapter, {
      ...{ lobby() {}, admitted() {}, reconnecting() {}, recording() {} },
      unreachable: () => seen.push('unreachable'),
      ended: ({ subCode }) => seen.push(`ended ${subCode}`),
    });
    for (const value of [false, true, true, false, true])
      adapter.call({ state: 'Connecting', diagnostics: { network: { latest: { networkRelaysNotReachable: { value } } } } });
    adapter.callEnded({ code: 410, subCode: 3111 });
    expect(seen).toEqual(['unreachable', 'ended 3111']);
  });

  it('reports the beginning and the end of a reconnection', () => {
    const { adapter, seen } = setup();
    adapter.call({ state: 'Connected' });
    for (const quality of [3, 2, 1, 1]) adapter.call(reconnecting(quality));
    expect(seen).toEqual(['admitted', 'reconnecting', 'admitted']);
  });

  it('reports when recording or transcription starts and when both have ended', () => {
    const { adapter, seen } = setup();
    adapter.call({ state: 'Connected', transcription: { isTranscriptionActive: true } });
    adapter.call({ state: 'Connected', transcription: { isTranscriptionActive: true }, recording: { isRecordingActive: true } });
    adapter.call({ state: 'Connected', recording: { isRecordingActive: true } });
    adapter.call({ state: 'Connected' });
    expect(seen).toEqual(['admitted', 'recording true', 'recording false']);
  });

  it('reports the end once if both the event and the state have it', () => {
    const { adapter, seen } = setup();
    adapter.callEnded({ code: 0, subCode: 5854 });
    adapter.set({ page: 'accessDeniedTeamsMeeting', endedCall: { callEndReason: { code: 0, subCode: 5854 } } });
    adapter.callEnded({ code: 0, subCode: 0 });
    expect(seen).toEqual(['ended 0/5854']);
    expect(adapter.listeners).toBe(0);
  });

  it('reports the end from the state if the library sends no event', () => {
    const { adapter, seen } = setup();
    adapter.set({ page: 'badRequest', endedCall: { callEndReason: { code: 400, subCode: 5751 } } });
    expect(seen).toEqual(['ended 400/5751']);
  });

  it.each(['leftCall', 'removedFromCall', 'accessDeniedTeamsMeeting', 'joinCallFailedDueToNoNetwork', 'badRequest'])(
    'reports the end on the page %s, with -1 for a missing reason',
    (page) => {
      const { adapter, seen } = setup();
      adapter.set({ page });
      expect(seen).toEqual(['ended -1/-1']);
    },
  );

  it('reads the reason from the state if the event has none', () => {
    const { adapter, seen } = setup();
    adapter.set({ page: 'lobby', endedCall: { callEndReason: { code: 410, subCode: 3112 } } });
    adapter.callEnded({});
    expect(seen).toEqual(['ended 410/3112']);
  });

  it('reports nothing after it was stopped', () => {
    const { adapter, seen, stop } = setup();
    stop();
    adapter.call({ state: 'Connected' });
    adapter.callEnded({ code: 0, subCode: 0 });
    expect(seen).toEqual([]);
  });

  it('reports the microphone in the lobby, and every change in the call', () => {
    const adapter = new Adapter();
    const seen: string[] = [];
    const record = (text: string) => () => void seen.push(text);
    watch(adapter, {
      lobby: record('lobby'),
      admitted: record('admitted'),
      reconnecting: record('reconnecting'),
      recording: record('recording'),
      microphone: (on) => seen.push(`microphone ${on}`),
      ended: record('ended'),
    });
    adapter.call({ state: 'InLobby', isMuted: false });
    adapter.call({ state: 'Connected', isMuted: false });
    for (const isMuted of [true, true, false]) adapter.call({ state: 'Connected', isMuted });
    expect(seen).toEqual(['lobby', 'microphone true', 'admitted', 'microphone false', 'microphone true']);
  });

  it('reports the beginning and the end of a weak network', () => {
    const { adapter, seen } = setup();
    for (const value of [3, 1, 3, 3, 1]) {
      adapter.call({ state: 'Connected', diagnostics: { network: { latest: { networkReceiveQuality: { value } } } } });
    }
    expect(seen).toEqual(['admitted', 'weak true', 'weak false']);
  });
});
