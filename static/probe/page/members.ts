// The members that Microsoft's declarations name. A list that lacks a member, or has one too many, does not compile.
import type * as acs from '@azure/communication-calling';

type Words<S extends string> = S extends `${infer Word} ${infer Rest}` ? Word | Words<Rest> : S;

/** Returns the names in `lines`, which have spaces between. They must be all members of `T`; the error names the others. */
function all<T>() {
  return <const L extends string>(...lines: [Words<L>, keyof T] extends [keyof T, Words<L>] ? L[] : Mismatch<T, Words<L>>[]) =>
    lines.join(' ').split(' ') as readonly string[];
}

type Mismatch<T, W> = { missing: Exclude<keyof T, W>; unknown: Exclude<W, keyof T> };

export const CLIENT = all<acs.CallClient>()('createCallAgent createTeamsCallAgent dispose feature getDeviceManager');

export const AGENT = all<acs.CallAgent>()('calls connectionState dispose displayName join kind off on startCall');

export const CAPTIONS = all<acs.Captions>()(
  'activeSpokenLanguage isCaptionsFeatureActive kind off on setSpokenLanguage startCaptions',
  'stopCaptions supportedSpokenLanguages',
);

export const NETWORK = all<acs.NetworkDiagnostics>()('getLatest off on');

export const MEDIA = all<acs.MediaDiagnostics>()('getLatest off on');

export const REMOTE = all<acs.RemoteDiagnostics>()(
  'getLatest isSendingDiagnosticsEnabled off on startSendingDiagnostics stopSendingDiagnostics',
);

export const CALL = all<acs.Call>()(
  'addParticipant callEndReason callerInfo direction dispose feature hangUp hold id info',
  'isIncomingAudioMuted isLocalVideoStarted isMuted isScreenSharingOn kind lobby localAudioStreams',
  'localVideoStreams mute muteAllRemoteParticipants muteIncomingAudio off on remoteAudioStreams',
  'remoteParticipants removeParticipant resume role sendDtmf setConstraints startAudio',
  'startScreenSharing startVideo state stopAudio stopScreenSharing stopVideo transferorInfo unmute',
  'unmuteIncomingAudio',
);

export const INFO = all<acs.CallInfo>()('getServerCallId groupId offCallInfoChanged onCallInfoChanged participantId threadId');

export const LOBBY = all<acs.Lobby>()('admit admitAll off on participants reject');

export const DEVICES = all<acs.DeviceManager>()(
  'askDevicePermission getCameras getMicrophones getSpeakers isSpeakerSelectionAvailable off on',
  'selectMicrophone selectSpeaker selectedMicrophone selectedSpeaker startPreheatDevices',
  'stopPreheatDevices',
);

export const LOCAL_VIDEO = all<acs.LocalVideoStream>()(
  'dispose feature getMediaStream mediaStreamType off on setMediaStream source switchSource',
);

export const LOCAL_AUDIO = all<acs.LocalAudioStream>()(
  'dispose feature getMediaStream getVolume mediaStreamType off on setMediaStream source switchSource',
);

export const RENDERER = all<acs.VideoStreamRenderer>()('createView dispose size');

export const VIEW = all<acs.VideoStreamRendererView>()('dispose isMirrored scalingMode target updateScalingMode');

/** The members of each feature. The record must have every feature. */
export const FEATURES: Record<keyof typeof acs.Features, readonly string[]> = {
  Recording: all<acs.RecordingCallFeature>()(
    'dispose grantTeamsConsent isRecordingActive isTeamsConsentRequired name off on recordings',
  ),
  Transfer: all<acs.TransferCallFeature>()('dispose name off on transfer'),
  Transcription: all<acs.TranscriptionCallFeature>()(
    'dispose grantTeamsConsent isTeamsConsentRequired isTranscriptionActive name off on',
  ),
  Captions: all<acs.CaptionsCallFeature>()('captions dispose name off on'),
  RaiseHand: all<acs.RaiseHandCallFeature>()('dispose getRaisedHands lowerAllHands lowerHand lowerHands name off on raiseHand'),
  Reaction: all<acs.ReactionCallFeature>()('dispose name off on sendReaction'),
  Spotlight: all<acs.SpotlightCallFeature>()(
    'dispose getSpotlightedParticipants maxParticipantsToSpotlight name off on startSpotlight',
    'stopAllSpotlight stopSpotlight',
  ),
  PPTLive: all<acs.PPTLiveCallFeature>()('activePresenterId dispose isActive name off on target'),
  BreakoutRooms: all<acs.BreakoutRoomsCallFeature>()(
    'assignedBreakoutRooms breakoutRooms breakoutRoomsSettings dispose name off on',
  ),
  Capabilities: all<acs.CapabilitiesFeature>()('capabilities dispose name off on'),
  DominantSpeakers: all<acs.DominantSpeakersCallFeature>()('dispose dominantSpeakers name off on'),
  CallSurvey: all<acs.CallSurveyFeature>()('dispose name submitSurvey'),
  UserFacingDiagnostics: all<acs.UserFacingDiagnosticsFeature>()('dispose media name network remote'),
  MediaStats: all<acs.MediaStatsCallFeature>()('createCollector dispose name'),
  DebugInfo: all<acs.DebugInfoCallClientFeature>()('dispose getEnvironmentInfo isCallClientActiveInAnotherTab name off on'),
  VideoEffects: all<acs.VideoEffectsFeature>()('activeEffects dispose isSupported name off on startEffects stopEffects'),
  AudioEffects: all<acs.AudioEffectsFeature>()('activeEffects dispose isSupported name off on startEffects stopEffects'),
  DataChannel: all<acs.DataChannelCallFeature>()('createDataChannelSender dispose name off on'),
  OptimalVideoCount: all<acs.OptimalVideoCountCallFeature>()('dispose lastOvcChangeReason name off on optimalVideoCount'),
  TeamsMeetingAudioConferencing: all<acs.TeamsMeetingAudioConferencingCallFeature>()(
    'dispose getTeamsMeetingAudioConferencingDetails name',
  ),
  TogetherMode: all<acs.TogetherModeCallFeature>()(
    'dispose name off on sceneSize start togetherModeSeatingMap togetherModeStream',
  ),
  MediaAccess: all<acs.MediaAccessCallFeature>()(
    'dispose forbidAudio forbidOthersAudio forbidOthersVideo forbidVideo getAllOthersMediaAccess',
    'getMeetingMediaAccess name off on permitAudio permitOthersAudio permitOthersVideo permitVideo',
  ),
  RealTimeText: all<acs.RealTimeTextFeature>()('dispose name off on sendRealTimeText'),
};
