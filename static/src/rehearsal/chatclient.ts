import type * as acs from '@azure/communication-chat';
import { kindOf } from './chatmessages.ts';
import { ChatThreadClient, type Receipts } from './chatthread.ts';
import { Emitter } from './emitter.ts';
import { personOf } from './identity.ts';
import type { ThreadEvents, Threads } from './threads.ts';

interface Events {
  chatMessageReceived: acs.ChatMessageReceivedEvent;
  chatMessageEdited: acs.ChatMessageEditedEvent;
  chatMessageDeleted: acs.ChatMessageDeletedEvent;
  typingIndicatorReceived: acs.TypingIndicatorReceivedEvent;
  readReceiptReceived: acs.ReadReceiptReceivedEvent;
  chatThreadCreated: acs.ChatThreadCreatedEvent;
  chatThreadDeleted: acs.ChatThreadDeletedEvent;
  chatThreadPropertiesUpdated: acs.ChatThreadPropertiesUpdatedEvent;
  participantsAdded: acs.ParticipantsAddedEvent;
  participantsRemoved: acs.ParticipantsRemovedEvent;
  realTimeNotificationConnected: undefined;
  realTimeNotificationDisconnected: undefined;
}

/** Chat, over the signalling of the call: it works while the page is inside a meeting. */
export class ChatClient extends Emitter<Events> {
  private readonly receipts: Receipts = new Map();
  private listening = false;

  constructor(private readonly threads: Threads) {
    super();
  }

  getChatThreadClient(threadId: string): ChatThreadClient {
    return new ChatThreadClient(threadId, this.threads, this.receipts);
  }

  /** Rejects, like the service, when the meeting's chat refuses us, because this is its first request. */
  async startRealtimeNotifications(): Promise<void> {
    if (this.listening) return;
    await Promise.all(this.threads.ids.map((id) => this.threads.ask(id, { t: 'thread' })));
    this.listening = true;
    this.threads.on('message', this.onMessage);
    this.threads.on('typing', this.onTyping);
    this.threads.on('read', this.onRead);
    this.emit('realTimeNotificationConnected');
  }

  async stopRealtimeNotifications(): Promise<void> {
    if (!this.listening) return;
    this.listening = false;
    this.threads.off('message', this.onMessage);
    this.threads.off('typing', this.onTyping);
    this.threads.off('read', this.onRead);
    this.emit('realTimeNotificationDisconnected');
  }

  private readonly onMessage = ({ threadId, entry }: ThreadEvents['message']): void => {
    const base = {
      ...eventOf(threadId, entry.from, entry.name),
      id: entry.id,
      version: String(entry.deleted || entry.edited || entry.at),
      type: 'Text',
      createdOn: new Date(entry.at),
      message: entry.text,
      metadata: {},
    };
    const kind = kindOf(entry);
    if (kind === 'chatMessageReceived') this.emit(kind, base);
    else if (kind === 'chatMessageEdited') this.emit(kind, { ...base, editedOn: new Date(entry.edited ?? entry.at) });
    else this.emit(kind, { ...base, deletedOn: new Date(entry.deleted ?? entry.at) });
  };

  private readonly onTyping = ({ threadId, from, name }: ThreadEvents['typing']): void => {
    const now = new Date();
    this.emit('typingIndicatorReceived', { ...eventOf(threadId, from, name), version: String(+now), receivedOn: now });
  };

  private readonly onRead = ({ threadId, from, name, id, at }: ThreadEvents['read']): void => {
    this.receipts.set(from, { sender: personOf(from), chatMessageId: id, readOn: at });
    this.emit('readReceiptReceived', { ...eventOf(threadId, from, name), chatMessageId: id, readOn: at });
  };
}

function eventOf(threadId: string, from: string, name: string) {
  return { threadId, sender: personOf(from), senderDisplayName: name, recipient: personOf('') };
}
