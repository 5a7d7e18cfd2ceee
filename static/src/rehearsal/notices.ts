import type * as acs from '@azure/communication-calling';
import { type CallContext, Feature } from './callcontext.ts';
import { CallingError } from './errors.ts';
import type { Notice } from './protocol.ts';

interface RecordingEvents {
  isRecordingActiveChanged: undefined;
  recordingsUpdated: { added: acs.RecordingInfo[]; removed: acs.RecordingInfo[] };
}

/**
 * Whether the meeting is recorded. If the meeting's policy requires consent, one consent covers recording and transcription,
 * as in the Calling SDK.
 */
export class RecordingFeature extends Feature<RecordingEvents> implements acs.RecordingCallFeature {
  isRecordingActive = false;
  isTeamsConsentRequired = false;
  readonly recordings: acs.RecordingInfo[] = [];

  constructor(private readonly call: CallContext) {
    super();
  }

  grantTeamsConsent(): Promise<void> {
    return consent(this.call);
  }

  apply(notice: Notice): void {
    this.isTeamsConsentRequired = notice.consent;
    this.assign('isRecordingActive', notice.recording);
  }
}

/** Sends the consent. Rejects when there is no connection. */
async function consent(call: CallContext): Promise<void> {
  if (!call.send({ t: 'consent', granted: true })) throw new CallingError('Consent: no connection', 503, 50300);
}

interface TranscriptionEvents {
  isTranscriptionActiveChanged: undefined;
}

/** Whether the meeting is transcribed. */
export class TranscriptionFeature extends Feature<TranscriptionEvents> implements acs.TranscriptionCallFeature {
  isTranscriptionActive = false;
  isTeamsConsentRequired = false;

  constructor(private readonly call: CallContext) {
    super();
  }

  grantTeamsConsent(): Promise<void> {
    return consent(this.call);
  }

  apply(notice: Notice): void {
    this.isTeamsConsentRequired = notice.consent;
    this.assign('isTranscriptionActive', notice.transcription);
  }
}
