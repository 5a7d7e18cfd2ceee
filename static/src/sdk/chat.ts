// What every import of '@azure/communication-chat' resolves to in the bundle; see calling.ts.
import type * as acs from '@azure/communication-chat';

/** The part of the Chat SDK that the UI Library uses at run time. */
export type ChatSDK = Pick<typeof acs, 'ChatClient'>;

export let ChatClient: ChatSDK['ChatClient'];

/** Fills the binding. Everything that uses it must be called after it. */
export function provideChatSDK(sdk: ChatSDK): void {
  ({ ChatClient } = sdk);
}
