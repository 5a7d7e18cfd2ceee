import type * as acs from '@azure/communication-calling';

/** What is compared: the part of the Calling SDK that a page takes at run time. Its declared types are Microsoft's for both. */
export type SDK = Pick<
  typeof acs,
  'CallClient' | 'DiagnosticQuality' | 'Features' | 'LocalAudioStream' | 'LocalVideoStream' | 'VideoStreamRenderer'
>;
