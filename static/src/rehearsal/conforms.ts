// Checks at compile time that no part of Microsoft's public API is missing here. Each class also has `implements`, which
// checks the types of what is there; this checks that all is there where `implements` had to leave members out.
import type * as calling from '@azure/communication-calling';
import type * as chat from '@azure/communication-chat';
import type { CallAgent } from './agent.ts';
import type { Call } from './call.ts';
import type { ChatClient } from './chatclient.ts';
import type { CallClient } from './client.ts';
import type { FeatureName, KnownFeatureName } from './features.ts';
import type { Missing, Nothing, Public } from './types.ts';

/** A meeting brings its thread along; nobody here makes, lists or deletes others. */
type ChatLeftOut = 'createChatThread' | 'listChatThreads' | 'deleteChatThread';

/** Each of these stops compiling when Microsoft adds a member that is not answered for here. */
export type Complete = [
  Nothing<Missing<CallClient, Public<calling.CallClient>>>,
  Nothing<Missing<CallAgent, calling.CallAgent>>,
  Nothing<Missing<Call, calling.Call>>,
  Nothing<Exclude<FeatureName, KnownFeatureName>>,
  Nothing<Exclude<Missing<ChatClient, Public<chat.ChatClient>>, ChatLeftOut>>,
];
