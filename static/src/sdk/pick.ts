import type { Ticket } from '../ticket.ts';
import { provideCallingSDK } from './calling.ts';
import { provideChatSDK } from './chat.ts';

/** Says that this build lacks the SDK a ticket needs. The page recognises it by its name, for it comes from another bundle. */
export class NotInThisBuild extends Error {
  override readonly name = 'NotInThisBuild';
}

/**
 * Fetches the SDKs that a ticket needs and puts them in place: the one choice between Microsoft's and the rehearsal's.
 * A chat SDK that does not arrive is left out: it must not cost the visitor the call, and the chat says so by itself.
 * Rejects with NotInThisBuild, or with the browser's own error when the Calling SDK cannot be fetched.
 */
export async function pickSDK(ticket: Ticket): Promise<void> {
  if (ticket.rehearsal) throw new NotInThisBuild('pick the SDK: this build has none for a rehearsal');
  const [calling, chat] = await Promise.all([
    import('./microsoftcalling.ts'),
    ticket.chat ? import('./microsoftchat.ts').catch(() => undefined) : undefined,
  ]);
  provideCallingSDK(calling);
  if (chat) provideChatSDK(chat);
}
