import {
  type CallAdapter,
  CallWithChatComposite,
  type ChatAdapter,
  createAzureCommunicationChatAdapter,
} from '@azure/communication-react';
// Not among the names that the package exports: the factory it does export creates the chat by itself and lets a chat
// that is refused end in an unhandled rejection and a pane that loads for ever.
import { AzureCommunicationCallWithChatAdapter } from '../../../node_modules/@azure/communication-react/dist/dist-esm/react-composites/src/composites/CallWithChatComposite/adapter/AzureCommunicationCallWithChatAdapter.js';
import { type ChatNeeds, commonProps, type OpenFace } from './face.ts';
import { Patience } from './patience.ts';
import { placeOf } from './watch.ts';

// How long a chat may take while the visitor is in the meeting, and how long after a refusal it is asked for again, in
// milliseconds. Teams adds a visitor to the meeting's thread a moment after it has let them in.
const chatWithin = 15_000;
const askAgainAfter = 3_000;

/** A call with chat. The chat is opened when the meeting has let the visitor in, and its failure leaves the call alone. */
export const openFace: OpenFace = (call, needs) => {
  const adapter = new AzureCommunicationCallWithChatAdapter(call);
  const openChat = (threadId: string) => createAzureCommunicationChatAdapter(chatArguments(needs, threadId));
  adapter.setCreateChatAdapterCallback(openChat);
  let waiting = true;
  const patience = new Patience(chatWithin, () => {
    waiting = false;
    needs.failed();
  });
  // A broken connection has its own notice and does not count as a failure of the chat.
  call.onStateChange((state) => patience.run(waiting && placeOf(state) === 'meeting'));
  whenThreaded(call, async (threadId) => {
    while (waiting && placeOf(call.getState())) {
      const chat = await usableChat(openChat(threadId));
      if (!chat) {
        await new Promise((done) => setTimeout(done, askAgainAfter));
      } else if (waiting) {
        waiting = false;
        patience.run(false);
        adapter.setChatAdapterPromise(Promise.resolve(chat));
        needs.ready();
        chat.on('error', (error) => {
          if (isRefused(error)) void confirmRefusal(call, chat, needs);
        });
        return;
      }
    }
  });
  return {
    adapter,
    render: (look) => <CallWithChatComposite adapter={adapter} {...commonProps(look)} options={look.options} />,
  };
};

/** The chat, when the visitor may read it: one that can be opened and not read would show a pane full of errors. */
async function usableChat(opening: Promise<ChatAdapter>): Promise<ChatAdapter | undefined> {
  const chat = await opening.catch(() => undefined);
  try {
    await chat?.fetchInitialData();
    return chat;
  } catch {
    chat?.dispose();
    return undefined;
  }
}

/** Whether the service no longer lets the visitor use the chat. */
function isRefused({ innerError }: { innerError?: unknown }): boolean {
  const status = (innerError as { statusCode?: unknown } | undefined)?.statusCode;
  return status === 403 || status === 404;
}

/** Tries a refused chat once more, because the service refuses everything for a moment after a broken connection. */
async function confirmRefusal(call: CallAdapter, chat: ChatAdapter, needs: ChatNeeds): Promise<void> {
  await new Promise((done) => setTimeout(done, askAgainAfter));
  if (placeOf(call.getState()) !== 'meeting') return;
  await chat.fetchInitialData().catch(() => needs.failed());
}

function chatArguments({ ticket, credential }: ChatNeeds, threadId: string) {
  const { endpoint, displayName, userId } = ticket;
  return { endpoint, displayName, credential, threadId, userId: { communicationUserId: userId } };
}

/** Calls back once, in the meeting, with the thread that it talks in: a moment later than the visitor is in, or never. */
function whenThreaded(call: CallAdapter, threaded: (threadId: string) => void): void {
  const look = () => {
    const state = call.getState().call;
    if (state?.state !== 'Connected' || !state.info?.threadId) return;
    call.offStateChange(look);
    threaded(state.info.threadId);
  };
  call.onStateChange(look);
}
