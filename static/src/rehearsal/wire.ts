// Frames of the rehearsal's protocol: one JSON object per text frame. The types are generated from the server's.
import { type ClientMessage, MESSAGES, OBJECTS, type Peer, type ServerMessage } from './protocol.ts';

/** The longest frame that either side accepts, in bytes (64 KiB). */
export const MAX_FRAME = 64 * 1024;

/** A person's role in the room, which the server reads from the token. */
export type Role = Peer['role'];

/** The answer to a chat request with the same `req`. */
export type Reply = Extract<ServerMessage, { t: 'reply' }>;

/** The first frame of every connection. `resume` continues a session whose socket was lost. */
export type Hello = Omit<Extract<ClientMessage, { t: 'hello' }>, 't'>;

/** A capability that the server has given or taken away, with Teams' own word for the reason. */
export type CapabilityChange = Omit<Extract<ServerMessage, { t: 'capability' }>, 't'>;

type WithoutReq<M> = M extends unknown ? Omit<M, 'req'> : never;

/** A request to the chat, before it has its number. */
export type ChatRequest = WithoutReq<Extract<ClientMessage, { req: number }>>;

/** Returns the message in a frame, or undefined for anything that is not a message of this protocol. */
export function parseMessage(frame: unknown): ServerMessage | undefined {
  if (typeof frame !== 'string' || frame.length > MAX_FRAME) return undefined;
  try {
    const message = JSON.parse(frame) as { t?: unknown } | null;
    const t = message?.t;
    if (typeof t !== 'string' || !Object.hasOwn(MESSAGES, t)) return undefined;
    return hasMembers(message, MESSAGES[t as ServerMessage['t']]) ? (message as ServerMessage) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value is an object with these members. Other members are allowed. */
function hasMembers(value: unknown, members: Record<string, string>): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.entries(members).every(([name, type]) => isOf((value as Record<string, unknown>)[name], type))
  );
}

function isOf(value: unknown, type: string): boolean {
  if (type === 'any') return true;
  if (type.endsWith('?')) return value === undefined || value === null || isOf(value, type.slice(0, -1));
  if (type.endsWith('[]')) return Array.isArray(value) && value.every((v) => isOf(v, type.slice(0, -2)));
  const object = OBJECTS[type];
  if (object) return hasMembers(value, object);
  return type === 'object' ? typeof value === 'object' && value !== null : typeof value === type;
}
