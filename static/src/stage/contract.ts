// The contract between a page and its call: types only. Each stage is a folder next to this file that exports an OpenStage.
import type { Ticket } from '../ticket.ts';

/** Why a call ended: the Calling SDK's code and subcode, -1 where the SDK reported none. */
export interface EndReason {
  code: number;
  subCode: number;
}

/** A part of the call that does not work while the call goes on. */
export interface Fault {
  kind: 'chat';
}

/**
 * Something that is wrong during the call and may pass: the camera or microphone has stopped working (`camera`,
 * `microphone`), the visitor speaks while muted (`muted`), there is no camera to use (`noCamera`), or the host does not
 * allow cameras or microphones (`cameraForbidden`, `microphoneForbidden`).
 */
export type Trouble = 'camera' | 'microphone' | 'muted' | 'noCamera' | 'cameraForbidden' | 'microphoneForbidden';

/** The events that a stage reports to its page. Each reports a change, never the same state twice in a row. */
export interface StageEvents {
  /** The visitor is in the lobby. */
  lobby(): void;
  /** The visitor is in the meeting: for the first time, or again after a reconnect. */
  admitted(): void;
  /** The connection broke and the SDK tries to restore it; `admitted` or `ended` follows. */
  reconnecting(): void;
  /** Somebody turned the visitor's microphone on or off. In a meeting only; the first call comes before `admitted`. */
  microphone?(on: boolean): void;
  /** The same for the visitor's camera. With both of these events, it is for the page to tell screen readers. */
  camera?(on: boolean): void;
  /** The network was poor or bad twice in a row (true), or is good again (false). */
  weak?(on: boolean): void;
  /** The SDK found that the network lets no sound and picture through. Called at most once, before `ended`. */
  unreachable?(): void;
  /** A trouble began (true) or passed (false). */
  trouble?(kind: Trouble, on: boolean): void;
  /** Called when the visitor presses Leave in the call. False stays in the call; without this event Leave leaves at once. */
  leaving?(): Promise<boolean>;
  /** The meeting is recorded or transcribed from now on (true), or no longer (false). */
  recording(active: boolean): void;
  /**
   * The meeting is recorded or transcribed, and nobody hears or sees the visitor until the page calls `agree`, which
   * rejects if the service does not take the answer. Without `agree`: no consent is needed any more.
   */
  consent(agree: (() => Promise<void>) | undefined): void;
  /** The people in the lobby, on every change. Only a host gets it. */
  waiting?(people: readonly Waiting[]): void;
  /** The call is over or could not be joined. Called once, as the last event. */
  ended(reason: EndReason): void;
  /** Called at most once for each kind. */
  fault(fault: Fault): void;
}

/** A person in the lobby, for the host. */
export interface Waiting {
  id: string;
  name: string;
  /** Admits the person. Rejects if the service does not. */
  admit(): Promise<void>;
  /** Denies the person entry. Rejects if the service does not. */
  deny(): Promise<void>;
}

/** The visitor's choices on the page, and the page's texts for the call. */
export interface Setup {
  camera: boolean;
  microphone: boolean;
  /** The browser's ids of the devices to start with. If absent or unplugged since, the SDK chooses. */
  cameraId?: string | undefined;
  microphoneId?: string | undefined;
  speakerId?: string | undefined;
  /** The visitor is not offered a camera, or to share a screen. */
  noCamera?: boolean | undefined;
  noShare?: boolean | undefined;
  /** Text id → text. The stage reads ids that begin with `stage.`; without one, it shows its library's text. */
  texts: Readonly<Record<string, string>>;
  /** The organisation's colours for the call, which is dark; undefined keeps the library's. */
  brand?: Shades | undefined;
}

/** An open call. */
export interface Stage {
  /** Hangs up. Resolves when the SDK has done so; `ended` reports the reason. Never rejects. */
  leave(): Promise<void>;
  /** Whether the others can hear the visitor: false when muted, and when the system has taken the microphone away. */
  heard(): Promise<boolean>;
  /** Turns the microphone on, and reopens it where the system has taken it away. Rejects if it stays silent. */
  unmute(): Promise<void>;
  /** Turns a device of the visitor on or off, also in the lobby. Rejects if it does not follow. */
  turn(device: 'camera' | 'microphone', on: boolean): Promise<void>;
  /** Turns the visitor's camera off and hides all pictures to save bandwidth, or shows the pictures again. */
  soundOnly(on: boolean): Promise<void>;
  /** Returns the SDK's ID of the call, undefined before there is one. */
  callId(): string | undefined;
  /** Removes the call from the page at once, without another event. */
  dispose(): void;
}

/** The organisation's colours for text and buttons on a dark ground. The server derives them, so they have enough contrast. */
export interface Shades {
  brand: string;
  hover: string;
  onBrand: string;
}

/**
 * Opens a call inside an element; see openStage. The stage calls `started` when its scripts have arrived, before it makes
 * the first object of the SDK.
 */
export type OpenStage = (
  element: HTMLElement,
  ticket: Ticket,
  events: StageEvents,
  setup: Setup,
  started: () => void,
) => Promise<Stage>;
