// The seam: all that a page knows of a call. The face behind it is today the ACS UI Library (uilibrary.tsx).
import type { Ticket } from '../ticket.ts';
import type { Shades } from './theme.ts';
import { openUILibrary } from './uilibrary.tsx';

export { endingOf } from '../endings.ts';

/** Why a call ended, in the Calling SDK's numbers; -1 where the SDK gave none. */
export interface EndReason {
  code: number;
  subCode: number;
}

/** Something that the visitor has to do without, while the call goes on. */
export interface Fault {
  kind: 'chat';
}

/** What a stage tells its page. Each is called on a change, never twice in a row with the same news. */
export interface StageEvents {
  /** The visitor waits to be let in. */
  lobby(): void;
  /** The visitor is in the meeting: for the first time, or again after a reconnect. */
  admitted(): void;
  /** The connection broke and the SDK tries to restore it; `admitted` or `ended` follows. */
  reconnecting(): void;
  /** The visitor's microphone was turned on or off, by whomever. In a meeting only; the first comes before `admitted`. */
  microphone?(on: boolean): void;
  /** The network was poor or bad twice in a row (true), or is good again (false). */
  weak?(on: boolean): void;
  /** Asked when the visitor pressed Leave in the call; an answer of false stays. Without it Leave leaves at once. */
  leaving?(): Promise<boolean>;
  /** The meeting is recorded or transcribed from now on (true), or no longer (false). */
  recording(active: boolean): void;
  /**
   * The meeting is recorded or transcribed, and nobody hears or sees the visitor before they agree by calling `agree`,
   * which rejects when that could not be said. Without `agree`: there is nothing to agree to any more.
   */
  consent(agree: (() => Promise<void>) | undefined): void;
  /** Who waits to be let in, on every change. Only a host is told. */
  waiting?(people: readonly Waiting[]): void;
  /** The call is over, or never came to be. Called once; nothing follows it. */
  ended(reason: EndReason): void;
  /** Called at most once for each kind. */
  fault(fault: Fault): void;
}

/** Somebody in the lobby, as a host sees them. */
export interface Waiting {
  id: string;
  name: string;
  /** Lets them in. Rejects when the service does not. */
  admit(): Promise<void>;
  /** Sends them away. Rejects when the service does not. */
  deny(): Promise<void>;
}

/** What the visitor chose on the page, and the page's own words for the call. */
export interface Setup {
  camera: boolean;
  microphone: boolean;
  /** The browser's ids of the devices to begin with; absent, or gone since, leaves it to the SDK. */
  cameraId?: string | undefined;
  microphoneId?: string | undefined;
  speakerId?: string | undefined;
  /** The visitor is not offered a camera, or to share a screen. */
  noCamera?: boolean | undefined;
  noShare?: boolean | undefined;
  /** Text id → text. Only ids that begin with `stage.` are read; a missing one leaves the library's own text. */
  texts: Readonly<Record<string, string>>;
  /** The organisation's colour for the call, which is dark; undefined leaves the library's own. */
  brand?: Shades | undefined;
}

/** A call that has been opened. */
export interface Stage {
  /** Hangs up. Resolves when the SDK has done so; the reason arrives by `ended`. Never rejects. */
  leave(): Promise<void>;
  /** Whether the others can hear the visitor: false when muted, and when the system has taken the microphone away. */
  heard(): Promise<boolean>;
  /** Turns the microphone on, and opens it anew where the system has taken it away. Rejects when it stays silent. */
  unmute(): Promise<void>;
  /** Turns a device of the visitor on or off, also while they wait. Rejects when it does not follow. */
  turn(device: 'camera' | 'microphone', on: boolean): Promise<void>;
  /** Turns the visitor's camera off and shows nobody's picture, which saves the network both; or shows them again. */
  soundOnly(on: boolean): Promise<void>;
  /** Takes the call out of the page at once, without another event. */
  dispose(): void;
}

const marker = 'stage';

/**
 * Joins the meeting and shows the call inside `element`, which has to have a size of its own.
 *
 * Whatever goes wrong with the call itself arrives by `events.ended`, also while joining. The promise rejects only when
 * no call was tried: with an error named NotInThisBuild when this build cannot do what the ticket asks for, or with the
 * browser's error when a script could not be fetched.
 *
 * One stage can be opened for each page load, because the Calling SDK does not survive a second agent in a page.
 */
export async function openStage(element: HTMLElement, ticket: Ticket, events: StageEvents, setup: Setup): Promise<Stage> {
  const page = element.ownerDocument.documentElement;
  if (page.dataset[marker]) throw new Error('open the stage: this page has had one already; load it again');
  const stage = await openUILibrary(element, ticket, events, setup, () => {
    page.dataset[marker] = 'used';
  });
  return stage;
}
