import {
  type CallAdapter,
  CallWithChatComposite,
  type ChatAdapter,
  createAzureCommunicationChatAdapter,
} from '@azure/communication-react';
// Not among the names that the package exports: the factory it does export creates the chat by itself and lets a chat
// that is refused end in an unhandled rejection and a pane that loads for ever.
import { AzureCommunicationCallWithChatAdapter } from '../../node_modules/@azure/communication-react/dist/dist-esm/react-composites/src/composites/CallWithChatComposite/adapter/AzureCommunicationCallWithChatAdapter.js';
import { type ChatNeeds, commonProps, type OpenFace } from './face.ts';

// How long a chat may take from the moment the visitor is in the meeting, and how long after a refusal it is asked for
// again, in milliseconds. Teams adds a visitor to the meeting's thread a moment after it has let them in.
const chatWithin = 15_000;
const askAgainAfter = 3_000;

/** A call with chat. The chat is opened when the meeting has let the visitor in, and its failure leaves the call alone. */
export const openFace: OpenFace = (call, needs) => {
  const adapter = new AzureCommunicationCallWithChatAdapter(call);
  const openChat = (threadId: string) => createAzureCommunicationChatAdapter(chatArguments(needs, threadId));
  adapter.setCreateChatAdapterCallback(openChat);
  whenIn(call, async (thread) => {
    let waiting = true;
    const patience = setTimeout(() => {
      waiting = false;
      needs.failed();
    }, chatWithin);
    const threadId = await thread;
    while (waiting) {
      const chat = await usableChat(openChat(threadId));
      if (!chat) {
        await new Promise((done) => setTimeout(done, askAgainAfter));
      } else if (waiting) {
        clearTimeout(patience);
        adapter.setChatAdapterPromise(Promise.resolve(chat));
        needs.ready();
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

function chatArguments({ ticket, credential }: ChatNeeds, threadId: string) {
  const { endpoint, displayName, userId } = ticket;
  return { endpoint, displayName, credential, threadId, userId: { communicationUserId: userId } };
}

/** Calls back once, when the visitor is in the meeting, with the thread that it talks in; the thread may come later, or never. */
function whenIn(call: CallAdapter, entered: (thread: Promise<string>) => void): void {
  let resolve: (threadId: string) => void = () => {};
  const thread = new Promise<string>((done) => {
    resolve = done;
  });
  let inside = false;
  const look = () => {
    const state = call.getState().call;
    if (state?.state !== 'Connected') return;
    if (!inside) {
      inside = true;
      entered(thread);
    }
    if (!state.info?.threadId) return;
    call.offStateChange(look);
    resolve(state.info.threadId);
  };
  call.onStateChange(look);
}
