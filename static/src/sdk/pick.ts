import type { Ticket } from '../ticket.ts';
import { type CallingSDK, provideCallingSDK } from './calling.ts';
import { type ChatSDK, provideChatSDK } from './chat.ts';

type SDKs = readonly [CallingSDK, ChatSDK | undefined];

/**
 * Fetches the SDKs that a ticket needs and provides them. Only here the build chooses between Microsoft's and the rehearsal's.
 * A chat SDK that cannot be fetched is omitted: the call works without it, and the chat reports it.
 * Rejects with NotInThisBuild when this build lacks them, or with the browser's own error when they
 * cannot be fetched.
 */
export async function pickSDK({ rehearsal, chat: wanted }: Ticket): Promise<void> {
  const [calling, chat] = await (rehearsal ? rehearsals() : microsofts(wanted));
  provideCallingSDK(calling);
  if (chat) provideChatSDK(chat);
}

async function microsofts(chat: boolean): Promise<SDKs> {
  return Promise.all([import('./microsoftcalling.ts'), chat ? import('./microsoftchat.ts').catch(() => undefined) : undefined]);
}

async function rehearsals(): Promise<SDKs> {
  const { createRehearsalSDK } = await import('../rehearsal/index.ts');
  const sdk: unknown = createRehearsalSDK({ socketUrl: `${location.origin.replace(/^http/, 'ws')}/rehearsal/socket` });
  // Microsoft's classes have private members, so no other class is assignable; rehearsal/conforms.ts compares the rest.
  return [sdk as CallingSDK, sdk as ChatSDK];
}
