/**
 * The rehearsal's replacement for the Calling SDK and the Chat SDK: the part of their public API that the UI Library and
 * our page use, over plain WebRTC and our own signalling server. It imports only types from Microsoft's packages. It does
 * not imitate their media stack, telemetry, group and phone calls, spotlight, breakout rooms, effects or statistics.
 */

import type * as acs from '@azure/communication-calling';
import { ChatClient } from './chatclient.ts';
import { CallClient, type RehearsalConfig } from './client.ts';
import { Quality } from './diagnostics.ts';
import { Features } from './features.ts';
import { LocalAudioStream, LocalVideoStream } from './localstream.ts';
import { VideoStreamRenderer } from './renderer.ts';
import { Threads } from './threads.ts';

export type { CallAgent } from './agent.ts';
export type { Call } from './call.ts';
export type { RehearsalConfig } from './client.ts';
export type { Signalling } from './signalling.ts';

/**
 * Makes the classes that replace both SDKs' modules. A chat client finds a meeting by the thread id of a call that was made
 * with the same classes.
 */
export function createRehearsalSDK(config: RehearsalConfig) {
  const threads = new Threads();
  return {
    CallClient: class extends CallClient {
      constructor(_options?: acs.CallClientOptions) {
        super(config, threads);
      }
    },
    ChatClient: class extends ChatClient {
      constructor(_endpoint?: string, _credential?: unknown, _options?: unknown) {
        super(threads);
      }
    },
    DiagnosticQuality: Quality,
    Features,
    LocalAudioStream,
    LocalVideoStream,
    VideoStreamRenderer,
  };
}
