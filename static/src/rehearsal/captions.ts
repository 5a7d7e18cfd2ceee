import type * as acs from '@azure/communication-calling';
import { Feature } from './callcontext.ts';
import { Emitter } from './emitter.ts';
import { personOf } from './identity.ts';
import type { ServerMessage } from './protocol.ts';

interface Events {
  CaptionsActiveChanged: undefined;
  CaptionsReceived: acs.TeamsCaptionsInfo & acs.CaptionsInfo;
  SpokenLanguageChanged: undefined;
  CaptionLanguageChanged: undefined;
}

/** One caption from the server. */
export type Caption = Extract<ServerMessage, { t: 'caption' }>;

/** Live captions. There is no speech recognition: the text comes from a host's command or from the host itself. */
class Captions extends Emitter<Events> implements acs.TeamsCaptions {
  kind: acs.CaptionsKind = 'Captions';
  isCaptionsFeatureActive = false;
  activeSpokenLanguage = 'en-gb';
  activeCaptionLanguage = 'en';
  readonly supportedSpokenLanguages = ['en-gb', 'en-us', 'de-de', 'fr-fr'];
  readonly supportedCaptionLanguages = ['en', 'de', 'fr'];

  async startCaptions(options?: acs.StartCaptionsOptions): Promise<void> {
    if (options?.spokenLanguage) this.activeSpokenLanguage = options.spokenLanguage;
    this.assign('isCaptionsFeatureActive', true, 'CaptionsActiveChanged');
  }

  async stopCaptions(): Promise<void> {
    this.assign('isCaptionsFeatureActive', false, 'CaptionsActiveChanged');
  }

  async setSpokenLanguage(language: string): Promise<void> {
    this.assign('activeSpokenLanguage', language, 'SpokenLanguageChanged');
  }

  async setCaptionLanguage(language: string): Promise<void> {
    this.assign('activeCaptionLanguage', language, 'CaptionLanguageChanged');
  }

  receive(caption: Caption): void {
    if (!this.isCaptionsFeatureActive) return;
    this.emit('CaptionsReceived', {
      speaker: { identifier: personOf(caption.from), displayName: caption.name, endpointDetails: [] },
      resultType: caption.final ? 'Final' : 'Partial',
      timestamp: caption.at ? new Date(caption.at) : new Date(),
      spokenLanguage: caption.language || this.activeSpokenLanguage,
      spokenText: caption.text,
      captionText: caption.text,
      captionLanguage: this.activeCaptionLanguage,
    });
  }
}

interface FeatureEvents {
  CaptionsKindChanged: undefined;
}

/** A call has plain captions until it is connected to a meeting; from then on they are Teams captions. */
export class CaptionsFeature extends Feature<FeatureEvents> implements acs.CaptionsCallFeature {
  readonly captions = new Captions();

  becomeTeams(): void {
    this.captions.kind = 'TeamsCaptions';
    this.emit('CaptionsKindChanged');
  }
}
