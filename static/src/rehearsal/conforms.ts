// Checks at compile time that no part of Microsoft's public API is missing here. Each class also has `implements`, which
// checks the types of existing members; this file checks that no member is missing where `implements` excludes some.
import type * as calling from '@azure/communication-calling';
import type * as chat from '@azure/communication-chat';
import type { CallAgent } from './agent.ts';
import type { Call } from './call.ts';
import type { ChatClient } from './chatclient.ts';
import type { CallClient } from './client.ts';
import type { FeatureName, KnownFeatureName } from './features.ts';
import type { Missing, Nothing, Public } from './types.ts';

/** A meeting has its own thread; the site never makes, lists or deletes others. */
type ChatLeftOut = 'createChatThread' | 'listChatThreads' | 'deleteChatThread';

/** Each of these stops compiling when Microsoft adds a member that is missing here. */
export type Complete = [
  Nothing<Missing<CallClient, Public<calling.CallClient>>>,
  Nothing<Missing<CallAgent, calling.CallAgent>>,
  Nothing<Missing<Call, calling.Call>>,
  Nothing<Exclude<FeatureName, KnownFeatureName>>,
  Nothing<Exclude<Missing<ChatClient, Public<chat.ChatClient>>, ChatLeftOut>>,
];
