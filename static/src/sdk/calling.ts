// What every import of '@azure/communication-calling' resolves to in the bundle: bindings that stay empty until a page
// has chosen an SDK, so that the choice can be made at run time and the SDK can be a chunk of its own.
import type * as acs from '@azure/communication-calling';

/** The part of the Calling SDK that the UI Library uses at run time; it uses the rest only as types. */
export type CallingSDK = Pick<typeof acs, 'CallClient' | 'Features' | 'LocalVideoStream' | 'VideoStreamRenderer'>;

export let CallClient: CallingSDK['CallClient'];
export let Features: CallingSDK['Features'];
export let LocalVideoStream: CallingSDK['LocalVideoStream'];
export let VideoStreamRenderer: CallingSDK['VideoStreamRenderer'];

/** The SDK's enum of the same name. The UI Library reads it while its modules are evaluated, before an SDK is chosen. */
export const DiagnosticQuality = { Good: 1, Poor: 2, Bad: 3 } satisfies Record<keyof typeof acs.DiagnosticQuality, number>;

/** Fills the bindings. Everything that uses them must be called after it. */
export function provideCallingSDK(sdk: CallingSDK): void {
  ({ CallClient, Features, LocalVideoStream, VideoStreamRenderer } = sdk);
}
