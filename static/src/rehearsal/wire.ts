// The messages between this module and the signalling server: one JSON object per text frame, told apart by `t`.

/** The WebSocket subprotocol; a server that does not speak it is not ours. */
export const SUBPROTOCOL = 'anteroom.rehearsal.1';

/** Neither side accepts a longer frame (64 KiB). */
export const MAX_FRAME = 64 * 1024;

/** What somebody may do in the room; decided by the server from the token. */
export type Role = 'Organizer' | 'Presenter' | 'Attendee';

/** What a member shows now. `hand` is 0 when down, else its place in the order the hands went up. */
export interface MemberState {
  muted: boolean;
  video: boolean;
  screen: boolean;
  hand: number;
}

/** A member of the room. */
export interface Member {
  id: string;
  name: string;
  role: Role;
  state: MemberState;
}

/** Somebody in the lobby, as organisers see it. `since` is in milliseconds of the server's clock. */
export interface Waiting {
  id: string;
  name: string;
  since: number;
}

/** A chat message. `id` is numeric and increasing; `at`, `edited` and `deleted` are Unix milliseconds. */
export interface ChatEntry {
  id: string;
  seq: number;
  at: number;
  from: string;
  name: string;
  text: string;
  edited?: number;
  deleted?: number;
  client?: string;
}

/** Whether the meeting is recorded or transcribed, and whether this member still has to agree to it. */
export interface Notice {
  recording: boolean;
  transcription: boolean;
  consent: boolean;
}

/** A capability given or taken by the server, with Teams' own reason word. */
export interface CapabilityChange {
  name: string;
  present: boolean;
  reason?: string | undefined;
}

/** The first frame of every connection. `resume` reopens a session whose socket dropped. */
export interface Hello {
  token: string;
  name: string;
  meeting?: string | undefined;
  resume?: string | undefined;
}

/** What an organiser may order, also by the server's HTTP route. */
export type Command = { command: 'admit' | 'deny' | 'remove' | 'mute' | 'lower-hand'; to?: string } | { command: 'end' };

/** What this module sends. */
export type ClientMessage =
  | ({ t: 'hello' } & Hello)
  | { t: 'bye' }
  | { t: 'state'; state: MemberState }
  | { t: 'sdp'; to: string; sdp: RTCSessionDescriptionInit }
  | { t: 'ice'; to: string; ice: RTCIceCandidateInit }
  | { t: 'reaction'; reaction: string }
  | { t: 'typing' }
  | { t: 'read'; id: string }
  | { t: 'consent'; granted: boolean }
  | ({ t: 'command' } & Command)
  | ({ req: number } & ChatRequest);

/** What is asked of the chat. `before` is the id of the oldest message already known. */
export type ChatRequest =
  | { t: 'thread'; before?: string | undefined }
  | { t: 'chat'; text: string; client: string }
  | { t: 'edit'; id: string; text?: string; deleted?: boolean };

/** The answer to a chat request of the same `req`; `status` is an HTTP one. */
export interface Reply {
  t: 'reply';
  req: number;
  status: number;
  error?: string;
  id?: string;
  topic?: string;
  members?: { id: string; name: string }[];
  /** Oldest first. */
  chat?: ChatEntry[];
  /** There are messages older than the first of `chat`. */
  more?: boolean;
}

/** What the server sends. */
export type ServerMessage =
  | { t: 'welcome'; id: string; role: Role; resume: string; iceServers?: RTCIceServer[] | null; room?: string }
  | { t: 'lobby' }
  | {
      t: 'joined';
      role: Role;
      threadId: string;
      peers?: Member[] | null;
      notice?: Notice | null;
      capabilities?: Record<string, { present: boolean; reason?: string }> | null;
    }
  | { t: 'resumed'; peers?: Member[] | null }
  | { t: 'waiting'; list?: Waiting[] | null }
  | { t: 'peer'; peer: Member }
  | { t: 'gone'; id: string }
  | { t: 'state'; id: string; state: MemberState }
  | { t: 'sdp'; from: string; sdp: RTCSessionDescriptionInit }
  | { t: 'ice'; from: string; ice: RTCIceCandidateInit }
  | { t: 'ended'; code: number; subCode: number }
  | { t: 'refused'; type: string }
  | ({ t: 'notice' } & Notice)
  | ({ t: 'capability' } & CapabilityChange)
  | { t: 'diagnostic'; kind: 'network' | 'media'; name: string; value: number | boolean }
  | { t: 'network'; quality: 'good' | 'poor' | 'bad' | 'lost'; direction?: 'receive' | 'send' }
  | { t: 'mute' }
  | { t: 'lower-hand' }
  | { t: 'role'; role: Role }
  | { t: 'reaction'; from: string; reaction: string }
  | { t: 'typing'; from: string; name: string }
  | { t: 'read'; from: string; name: string; id: string; at?: number }
  | { t: 'caption'; from: string; name: string; text: string; final: boolean; language?: string; at?: number }
  | { t: 'chat'; msg: ChatEntry }
  | { t: 'commanded'; command: string; ok: boolean; error?: string }
  | Reply;

type Check = (value: unknown) => boolean;
const text: Check = (v) => typeof v === 'string';
const number: Check = (v) => typeof v === 'number';
const flag: Check = (v) => typeof v === 'boolean';
const absent: Check = (v) => v === undefined || v === null;
const orAbsent =
  (check: Check): Check =>
  (v) =>
    absent(v) || check(v);
const listOf =
  (check: Check): Check =>
  (v) =>
    Array.isArray(v) && v.every(check);
const shape =
  (fields: Record<string, Check>): Check =>
  (v) =>
    typeof v === 'object' && v !== null && Object.entries(fields).every(([k, check]) => check((v as never)[k]));
const anything = shape({});

const state = shape({ muted: flag, video: flag, screen: flag, hand: number });
const member = shape({ id: text, name: text, role: text, state });
const entry = shape({ id: text, at: number, from: text, name: text, text });
const notice = { recording: flag, transcription: flag, consent: flag };

/** What a message must have before anything here believes it. Unknown members are let through. */
const CHECKS: Record<ServerMessage['t'], Check> = {
  welcome: shape({ id: text, role: text, resume: text, iceServers: orAbsent(listOf(anything)) }),
  lobby: anything,
  joined: shape({
    role: text,
    threadId: text,
    peers: orAbsent(listOf(member)),
    notice: orAbsent(shape(notice)),
    capabilities: orAbsent(anything),
  }),
  resumed: shape({ peers: orAbsent(listOf(member)) }),
  waiting: shape({ list: orAbsent(listOf(shape({ id: text, name: text }))) }),
  peer: shape({ peer: member }),
  gone: shape({ id: text }),
  state: shape({ id: text, state }),
  sdp: shape({ from: text, sdp: shape({ type: text, sdp: text }) }),
  ice: shape({ from: text, ice: anything }),
  ended: shape({ code: number, subCode: number }),
  refused: shape({ type: text }),
  notice: shape(notice),
  capability: shape({ name: text, present: flag }),
  diagnostic: shape({ kind: text, name: text }),
  network: shape({ quality: text }),
  mute: anything,
  'lower-hand': anything,
  role: shape({ role: text }),
  reaction: shape({ from: text, reaction: text }),
  typing: shape({ from: text, name: text }),
  read: shape({ from: text, id: text }),
  caption: shape({ from: text, name: text, text, final: flag }),
  chat: shape({ msg: entry }),
  commanded: shape({ command: text, ok: flag }),
  reply: shape({ req: number, status: number, members: orAbsent(listOf(anything)), chat: orAbsent(listOf(entry)) }),
};

/** Reads one frame. Returns undefined for anything that is not a message of this protocol. */
export function parseMessage(frame: unknown): ServerMessage | undefined {
  if (typeof frame !== 'string' || frame.length > MAX_FRAME) return undefined;
  try {
    const message = JSON.parse(frame) as { t?: unknown } | null;
    const t = message?.t;
    if (typeof t !== 'string' || !Object.hasOwn(CHECKS, t)) return undefined;
    return CHECKS[t as ServerMessage['t']](message) ? (message as ServerMessage) : undefined;
  } catch {
    return undefined;
  }
}
