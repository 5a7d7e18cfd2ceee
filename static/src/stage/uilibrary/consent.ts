import type { CapabilitiesFeature, RecordingCallFeature, TranscriptionCallFeature } from '@azure/communication-calling';
import type { StageEvents } from '../contract.ts';

/** The features of a call that concern consent. */
export interface ConsentFeatures {
  recording: Pick<RecordingCallFeature, 'isRecordingActive' | 'isTeamsConsentRequired' | 'grantTeamsConsent' | 'on' | 'off'>;
  transcription: Pick<
    TranscriptionCallFeature,
    'isTranscriptionActive' | 'isTeamsConsentRequired' | 'grantTeamsConsent' | 'on' | 'off'
  >;
  capabilities: Pick<CapabilitiesFeature, 'capabilities' | 'on' | 'off'>;
}

/**
 * Reports when a meeting that is recorded or transcribed needs this visitor's explicit consent, and when it no longer does.
 * The UI Library does not: it only removes microphone, camera and screen. Returns a function that ends the watch.
 */
export function watchConsent(features: ConsentFeatures, consent: StageEvents['consent']): () => void {
  const { recording, transcription, capabilities } = features;
  let asked = false;
  const update = () => {
    const needed = isNeeded(features);
    if (needed === asked) return;
    asked = needed;
    consent(needed ? () => grant(features) : undefined);
  };
  recording.on('isRecordingActiveChanged', update);
  transcription.on('isTranscriptionActiveChanged', update);
  // The need for consent has no event of its own, but it removes and restores capabilities.
  capabilities.on('capabilitiesChanged', update);
  update();
  return () => {
    recording.off('isRecordingActiveChanged', update);
    transcription.off('isTranscriptionActiveChanged', update);
    capabilities.off('capabilitiesChanged', update);
  };
}

/** A meeting whose policy requires consent reports so before anything is recorded. Then there is nothing to agree to yet. */
function isNeeded({ recording, transcription, capabilities }: ConsentFeatures): boolean {
  if (!recording.isTeamsConsentRequired && !transcription.isTeamsConsentRequired) return false;
  const withheld = Object.values(capabilities.capabilities).some(({ reason }) => reason === 'ExplicitConsentRequired');
  return withheld || recording.isRecordingActive || transcription.isTranscriptionActive;
}

/** Grants the consents that are still needed; the first one usually covers both. */
async function grant({ recording, transcription }: ConsentFeatures): Promise<void> {
  for (const feature of [recording, transcription]) if (feature.isTeamsConsentRequired) await feature.grantTeamsConsent();
}
