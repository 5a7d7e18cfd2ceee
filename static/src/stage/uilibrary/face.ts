import type { AzureCommunicationTokenCredential } from '@azure/communication-common';
import type {
  CallAdapter,
  CallCompositeOptions,
  CallWithChatControlOptions,
  CommonCallAdapter,
  CompositeLocale,
} from '@azure/communication-react';
import type { PartialTheme } from '@fluentui/react';
import type { JSX } from 'react';
import type { Ticket } from '../../ticket.ts';
import { menuItemsFor } from './controls.ts';
import type { FormFactor } from './formfactor.ts';

/** What both composites are given. */
export interface Look {
  locale: CompositeLocale;
  fluentTheme: PartialTheme;
  formFactor: FormFactor;
  rtl: boolean;
  role: Ticket['role'];
  /** False while nobody's picture is shown. A change of it makes the composite anew, with or without them. */
  pictures: boolean;
  options: CallCompositeOptions & { callControls: CallWithChatControlOptions };
}

/** The props that both composites share. */
export function commonProps({ locale, fluentTheme, formFactor, rtl, role }: Look) {
  return { locale, fluentTheme, formFactor, rtl, onFetchParticipantMenuItems: menuItemsFor(role) };
}

/** What a chat needs. It calls `ready` once it works, and `failed` when it does not, or no longer. */
export interface ChatNeeds {
  ticket: Ticket;
  credential: AzureCommunicationTokenCredential;
  ready(): void;
  failed(): void;
}

/** One of the library's composites, with the adapter it stands on. Each kind is a chunk of its own. */
export interface Face {
  /** What the composite calls, in which the page has a word, and what the page disposes through. */
  adapter: Pick<CommonCallAdapter, 'askDevicePermission' | 'createStreamView' | 'leaveCall' | 'dispose'>;
  render(look: Look): JSX.Element;
}

/** Makes a face on a call adapter. */
export type OpenFace = (call: CallAdapter, chat: ChatNeeds) => Face;
