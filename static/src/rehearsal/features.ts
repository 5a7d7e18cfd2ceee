import type * as acs from '@azure/communication-calling';
import type { CallContext } from './callcontext.ts';
import { CapabilitiesFeature } from './capabilities.ts';
import { CaptionsFeature } from './captions.ts';
import { DiagnosticsFeature } from './diagnostics.ts';
import { RaiseHandFeature } from './hands.ts';
import { inertFeatures } from './inert.ts';
import { RecordingFeature, TranscriptionFeature } from './notices.ts';
import type { ServerMessage } from './protocol.ts';
import { ReactionFeature } from './reactions.ts';
import { DominantSpeakersFeature, OptimalVideoCountFeature } from './speakers.ts';

/** The name of a feature, as a page writes it: `Features.Recording`. */
export type FeatureName = keyof typeof acs.Features;

const NAMES = [
  'Recording',
  'Transfer',
  'Transcription',
  'Captions',
  'RaiseHand',
  'Reaction',
  'Spotlight',
  'PPTLive',
  'BreakoutRooms',
  'Capabilities',
  'DominantSpeakers',
  'CallSurvey',
  'UserFacingDiagnostics',
  'MediaStats',
  'DebugInfo',
  'VideoEffects',
  'AudioEffects',
  'DataChannel',
  'OptimalVideoCount',
  'TeamsMeetingAudioConferencing',
  'TogetherMode',
  'MediaAccess',
  'RealTimeText',
] as const satisfies readonly FeatureName[];

/** The names that this module implements: all of them, as conforms.ts checks. */
export type KnownFeatureName = (typeof NAMES)[number];

/** What a page passes to `feature()`. The members are names here; in the Calling SDK they are factories. */
export const Features = Object.freeze(
  Object.fromEntries(NAMES.map((name) => [name, Object.freeze({ name })])),
) as unknown as typeof acs.Features;

/** The own names of three features, which differ from the names that pages use. */
const OWN_NAMES: Partial<Record<string, string>> = {
  Captions: 'captions',
  UserFacingDiagnostics: 'Diagnostics',
  TogetherMode: 'TeamsTogetherMode',
};

/** The features of streams and of the client; every other one is a feature of a call. */
type Elsewhere = 'DebugInfo' | 'VideoEffects' | 'AudioEffects';

/** Makes every feature of one call. The type ensures that the list is complete. */
export function callFeatures(call: CallContext) {
  const features = {
    ...inertFeatures(call),
    Recording: new RecordingFeature(call),
    Transcription: new TranscriptionFeature(call),
    RaiseHand: new RaiseHandFeature(call),
    UserFacingDiagnostics: new DiagnosticsFeature(),
    Capabilities: new CapabilitiesFeature(),
    Captions: new CaptionsFeature(),
    Reaction: new ReactionFeature(call),
    DominantSpeakers: new DominantSpeakersFeature(),
    OptimalVideoCount: new OptimalVideoCountFeature(),
  } satisfies Record<Exclude<FeatureName, Elsewhere>, acs.CallFeature>;
  for (const [name, feature] of Object.entries(features)) Object.assign(feature, { name: OWN_NAMES[name] ?? name });
  return features;
}

/** Every feature of one call, by name. */
export type CallFeatures = ReturnType<typeof callFeatures>;

/** Passes a message to the features that handle it. Returns false when there are none. */
export function notifyFeatures(features: CallFeatures, message: ServerMessage): boolean {
  switch (message.t) {
    case 'notice':
      features.Recording.apply(message);
      features.Transcription.apply(message);
      features.Capabilities.setConsentRequired(message.consent);
      return true;
    case 'capability':
      features.Capabilities.change(message);
      return true;
    case 'diagnostic':
      features.UserFacingDiagnostics.set(message.kind, message.name, message.value);
      return true;
    case 'network':
      features.UserFacingDiagnostics.setQuality(message.quality, message.direction);
      return true;
    case 'lower-hand':
      void features.RaiseHand.lowerHand();
      return true;
    case 'reaction':
      features.Reaction.show(message.from, message.reaction);
      return true;
    case 'caption':
      features.Captions.captions.receive(message);
      return true;
    default:
      return false;
  }
}
