import type * as acs from '@azure/communication-calling';

/** The part of the Calling SDK that is compared: what a page uses at run time. Both SDKs have Microsoft's types. */
export type SDK = Pick<
  typeof acs,
  'CallClient' | 'DiagnosticQuality' | 'Features' | 'LocalAudioStream' | 'LocalVideoStream' | 'VideoStreamRenderer'
>;
