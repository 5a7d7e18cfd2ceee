import type * as acs from '@azure/communication-chat';
import { chatMessageOf, newestFirst } from './chatmessages.ts';
import { RestError } from './errors.ts';
import { personOf } from './identity.ts';
import type { Threads } from './threads.ts';
import type { Public } from './types.ts';

/** The service accepts one typing notification in this many milliseconds. */
const TYPING_INTERVAL = 8_000;

/** The newest receipt of each reader, by raw id. */
export type Receipts = Map<string, acs.ChatMessageReadReceipt>;

/** The lists of Azure's clients: to be read one by one, or page by page. */
interface Paged<T> {
  next(): Promise<IteratorResult<T>>;
  [Symbol.asyncIterator](): Paged<T>;
  byPage(): AsyncIterableIterator<T[]>;
}

/** The chat of one meeting. Its members are the people in the meeting, so none can be added or removed. */
export class ChatThreadClient implements Public<acs.ChatThreadClient> {
  private typedAt = Number.NEGATIVE_INFINITY;

  constructor(
    readonly threadId: string,
    private readonly threads: Threads,
    private readonly receipts: Receipts,
  ) {}

  async getProperties(): Promise<acs.ChatThreadProperties> {
    const { topic } = await this.threads.ask(this.threadId, { t: 'thread' });
    return { id: this.threadId, topic: topic ?? '', createdOn: new Date() };
  }

  async sendMessage(request: acs.SendMessageRequest): Promise<acs.SendChatMessageResult> {
    const message = { t: 'chat', text: request.content, client: crypto.randomUUID() } as const;
    const { id } = await this.threads.ask(this.threadId, message);
    if (!id) throw new RestError(502, 'NoMessageId');
    return { id };
  }

  async getMessage(messageId: string): Promise<acs.ChatMessage> {
    for await (const message of this.listMessages()) if (message.id === messageId) return message;
    throw new RestError(404, 'NotFound');
  }

  async updateMessage(messageId: string, options?: acs.UpdateMessageOptions): Promise<void> {
    await this.threads.ask(this.threadId, { t: 'edit', id: messageId, text: options?.content ?? '' });
  }

  async deleteMessage(messageId: string): Promise<void> {
    await this.threads.ask(this.threadId, { t: 'edit', id: messageId, deleted: true });
  }

  /** Lists the whole history of the room, newest first. */
  listMessages(): Paged<acs.ChatMessage> {
    return paged(this.pages());
  }

  listParticipants(): Paged<acs.ChatParticipant> {
    const { threads, threadId } = this;
    async function* pages() {
      const { members } = await threads.ask(threadId, { t: 'thread' });
      yield (members ?? []).map(({ id, name }): acs.ChatParticipant => ({ id: personOf(id), displayName: name }));
    }
    return paged(pages());
  }

  /** Lists the receipts that arrived while this page was in the meeting: the server stores none. */
  listReadReceipts(): Paged<acs.ChatMessageReadReceipt> {
    const { receipts } = this;
    async function* pages() {
      yield [...receipts.values()];
    }
    return paged(pages());
  }

  async sendReadReceipt(request: acs.SendReadReceiptRequest): Promise<void> {
    this.threads.send(this.threadId, { t: 'read', id: request.chatMessageId });
  }

  /** Resolves with false when it is too soon after the last notification. */
  async sendTypingNotification(): Promise<boolean> {
    if (Date.now() - this.typedAt < TYPING_INTERVAL) return false;
    this.threads.send(this.threadId, { t: 'typing' });
    this.typedAt = Date.now();
    return true;
  }

  readonly updateTopic = forbidden;
  readonly updateProperties = forbidden;
  readonly addParticipants = forbidden;
  readonly removeParticipant = forbidden;

  private async *pages() {
    let before: string | undefined;
    do {
      const { chat = [], more } = await this.threads.ask(this.threadId, { t: 'thread', ...(before && { before }) });
      yield newestFirst(chat).map(chatMessageOf);
      before = more ? chat[0]?.id : undefined;
    } while (before);
  }
}

async function forbidden(): Promise<never> {
  throw new RestError(403, 'Forbidden');
}

function paged<T>(pages: AsyncGenerator<T[], void>): Paged<T> {
  async function* each() {
    for await (const page of pages) yield* page;
  }
  const items = each();
  const list: Paged<T> = { next: () => items.next(), [Symbol.asyncIterator]: () => list, byPage: () => pages };
  return list;
}
