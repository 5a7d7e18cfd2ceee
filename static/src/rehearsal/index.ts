/**
 * The rehearsal's stand-in for the Calling SDK and the Chat SDK: their public API as far as the UI Library and our page
 * use it, over plain WebRTC and our own signalling server. Microsoft's packages serve as types only; no code of theirs is
 * in here. What it does not imitate: their media stack, telemetry, group and phone calls, spotlight, breakout rooms,
 * effects, statistics.
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
 * Makes one rehearsal: the classes that stand in for both SDKs' modules. Chat finds a meeting by the thread id of a call
 * that was made with the same rehearsal.
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
