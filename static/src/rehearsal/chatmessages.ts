import type { ChatMessage } from '@azure/communication-chat';
import { personOf } from './identity.ts';
import type { ChatMessage as ChatEntry } from './protocol.ts';

/** Returns a message as the chat service lists it. A deleted one has no content. */
export function chatMessageOf(entry: ChatEntry): ChatMessage {
  const message: ChatMessage = {
    id: entry.id,
    type: 'text',
    sequenceId: String(entry.seq),
    version: String(entry.deleted || entry.edited || entry.at),
    content: entry.deleted ? {} : { message: entry.text },
    senderDisplayName: entry.name,
    sender: personOf(entry.from),
    createdOn: new Date(entry.at),
    metadata: {},
  };
  if (entry.edited) message.editedOn = new Date(entry.edited);
  if (entry.deleted) message.deletedOn = new Date(entry.deleted);
  return message;
}

/** Returns the event for a message: the service distinguishes new, changed and deleted messages. */
export function kindOf(entry: ChatEntry): 'chatMessageReceived' | 'chatMessageEdited' | 'chatMessageDeleted' {
  if (entry.deleted) return 'chatMessageDeleted';
  return entry.edited ? 'chatMessageEdited' : 'chatMessageReceived';
}

/** Sorts messages as the service does: newest first, and by id within a millisecond. Ids are decimal numbers. */
export function newestFirst(entries: readonly ChatEntry[]): ChatEntry[] {
  const byId = (a: string, b: string) => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
  return [...entries].sort((a, b) => b.at - a.at || byId(b.id, a.id));
}
