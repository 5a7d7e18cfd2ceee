import type * as acs from '@azure/communication-calling';
import { type CallContext, Feature } from './callcontext.ts';
import { notRehearsed } from './errors.ts';

/** Makes a feature that has its initial values and never changes. */
function inert<T extends acs.BaseFeature>(members: Omit<T, 'name' | 'dispose' | 'on' | 'off'> & { name?: string }): T {
  return Object.assign(new Feature(), members) as unknown as T;
}

const nothing = async () => {};

/** Makes the features of a call that a rehearsal does not need. */
export function inertFeatures(call: CallContext) {
  return {
    Transfer: inert<acs.TransferCallFeature>({
      transfer() {
        throw notRehearsed('Transferring a call');
      },
    }),
    Spotlight: inert<acs.SpotlightCallFeature>({
      maxParticipantsToSpotlight: 7,
      getSpotlightedParticipants: () => [],
      startSpotlight: nothing,
      stopSpotlight: nothing,
      stopAllSpotlight: nothing,
    }),
    PPTLive: inert<acs.PPTLiveCallFeature>({ isActive: false, target: document.createElement('div') }),
    BreakoutRooms: inert<acs.BreakoutRoomsCallFeature>({ breakoutRooms: [] }),
    CallSurvey: inert<acs.CallSurveyFeature>({
      submitSurvey: async (survey) => ({
        ...survey,
        id: crypto.randomUUID(),
        callId: call.id,
        localParticipantId: call.localId,
      }),
    }),
    MediaStats: inert<acs.MediaStatsCallFeature>({
      createCollector: () => new Feature(),
    }),
    DataChannel: inert<acs.DataChannelCallFeature>({
      createDataChannelSender() {
        throw notRehearsed('A data channel');
      },
    }),
    TeamsMeetingAudioConferencing: inert<acs.TeamsMeetingAudioConferencingCallFeature>({
      getTeamsMeetingAudioConferencingDetails: async () => ({ phoneConferenceId: '', phoneNumbers: [] }),
    }),
    TogetherMode: inert<acs.TogetherModeCallFeature>({
      togetherModeStream: [],
      togetherModeSeatingMap: new Map(),
      sceneSize: { width: 1280, height: 720 },
      start: nothing,
    }),
    MediaAccess: inert<acs.MediaAccessCallFeature>({
      permitAudio: nothing,
      forbidAudio: nothing,
      permitOthersAudio: nothing,
      forbidOthersAudio: nothing,
      permitVideo: nothing,
      forbidVideo: nothing,
      permitOthersVideo: nothing,
      forbidOthersVideo: nothing,
      getAllOthersMediaAccess: () => [],
      getMeetingMediaAccess: () => ({ isAudioPermitted: true, isVideoPermitted: true }),
    }),
    RealTimeText: inert<acs.RealTimeTextFeature>({ sendRealTimeText: nothing }),
  };
}

/** Returns the effects of a local stream. None is supported, because they need Microsoft's own package. */
export function streamFeature(factory: unknown): acs.BaseFeature {
  const { name } = factory as { name: string };
  const none = { name, isSupported: async () => false, startEffects: nothing, stopEffects: nothing };
  if (name === 'VideoEffects') return inert<acs.VideoEffectsFeature>({ ...none, activeEffects: [] });
  return inert<acs.AudioEffectsFeature>({ ...none, activeEffects: { echoCancellation: [], noiseSuppression: [] } });
}

/** Returns the environment for the notice about unsupported browsers: every browser that can rehearse is supported. */
export function debugInfo(): acs.DebugInfoCallClientFeature {
  return inert<acs.DebugInfoCallClientFeature>({
    name: 'DebugInfo',
    isCallClientActiveInAnotherTab: false,
    getEnvironmentInfo: async () => ({
      environment: { platform: navigator.platform, browser: 'rehearsal', browserVersion: '' },
      isSupportedPlatform: true,
      isSupportedBrowser: true,
      isSupportedBrowserVersion: true,
      isSupportedEnvironment: true,
    }),
  });
}
