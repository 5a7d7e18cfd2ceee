import type { Finding } from './results.ts';

/** What the browser reports about its connection (Network Information API; not in Safari and Firefox). */
export interface Hints {
  effectiveType?: string;
  /** In Mbit/s, rounded and capped by the browser. */
  downlink?: number;
  saveData?: boolean;
}

const rounds = 6;
const slowFrom = 300;

/** Times small answers of our own server, except the first, which opens the connection. */
export async function testServer(
  send: typeof fetch,
  now: () => number,
  hints: Hints | undefined,
  signal: AbortSignal,
): Promise<Finding> {
  const times: number[] = [];
  let answered = 0;
  for (let round = 0; round < rounds; round++) {
    const began = now();
    try {
      const response = await send('/healthz', { cache: 'no-store', credentials: 'omit', signal });
      // A Wi-Fi sign-in page also answers, but not with this.
      if (!response.ok || (await response.text()).trim() !== 'ok') continue;
    } catch {
      continue;
    }
    answered++;
    if (round > 0) times.push(now() - began);
  }
  if (times.length === 0) return { state: 'bad', text: 'check.say.serverOver', detail: `${answered} of ${rounds} answers` };
  const median = Math.round(times.sort((a, b) => a - b)[times.length >> 1] ?? 0);
  const values = { ms: String(median) };
  const detail = [`${median} ms, ${answered} of ${rounds} answers`, ...hinted(hints)].join(', ');
  if (answered < rounds) return { state: 'limit', text: 'check.say.serverLost', detail };
  if (median >= slowFrom) return { state: 'limit', text: 'check.say.serverSlow', values, detail };
  if (isWeak(hints)) return { state: 'limit', text: 'check.say.serverWeak', detail };
  if (hints?.saveData) return { state: 'limit', text: 'check.say.serverSaving', detail };
  return { state: 'good', text: 'check.say.serverGood', values, detail };
}

// Teams needs 500 kbit/s for a small picture.
function isWeak(hints: Hints | undefined): boolean {
  return /2g/.test(hints?.effectiveType ?? '') || (hints?.downlink ?? 1) < 0.5;
}

function hinted(hints: Hints | undefined): string[] {
  if (!hints) return [];
  const { effectiveType, downlink, saveData } = hints;
  return [effectiveType ?? '', downlink === undefined ? '' : `${downlink} Mbit/s`, saveData ? 'saves data' : ''].filter(Boolean);
}

const answerWithin = 20_000;

/** Resolves with the promise's value, or with `late` when it fails or 20 seconds have passed. */
function inTime<T>(promise: Promise<T>, late: T): Promise<T> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(late), answerWithin);
    promise.then(resolve, () => resolve(late)).finally(() => clearTimeout(timer));
  });
}

/** The addresses of the call service. */
export interface Addresses {
  probes?: readonly string[];
  relay?: string;
  socket?: string;
}

/** The answers of the call service. */
export interface Answers {
  /** The hosts that answered, and how many were asked. */
  hosts: number;
  asked: number;
  /** Whether the relay answered over UDP, the fast way for audio and video. */
  udp: boolean;
}

/** Returns what the answers of the real call service mean. */
export function judgeCall({ hosts, asked, udp }: Answers): Finding {
  const detail = `${hosts} of ${asked} hosts over https, UDP ${udp ? 'open' : 'without answer'}`;
  if (hosts === 0) return { state: 'bad', text: 'check.say.callBlocked', detail };
  if (hosts < asked) return { state: 'limit', text: 'check.say.callPart', detail };
  return udp ? { state: 'good', text: 'check.say.callGood', detail } : { state: 'limit', text: 'check.say.callSlow', detail };
}

/** Contacts everything that a call needs, as far as it answers without a visit. */
export async function testCall({ probes = [], relay = '', socket = '' }: Addresses, signal: AbortSignal): Promise<Finding> {
  if (socket) return rehearse(socket, signal);
  const hosts = probes.map((address) => inTime(answers(address, signal), false));
  const udp = inTime(relayAnswers(relay, signal), false);
  const answered = await Promise.all(hosts);
  return judgeCall({ hosts: answered.filter(Boolean).length, asked: hosts.length, udp: await udp });
}

// Any answer is good enough; its content is opaque. HEAD, because a body could be blocked for its type.
async function answers(address: string, signal: AbortSignal): Promise<boolean> {
  await fetch(`${address}/`, { method: 'HEAD', mode: 'no-cors', cache: 'no-store', credentials: 'omit', signal });
  return true;
}

/** Whether a STUN server answers. The address in its answer is not used. */
function relayAnswers(relay: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const connection = new RTCPeerConnection({ iceServers: [{ urls: relay }] });
    closeOnAbort([connection], signal);
    let failed = false;
    const end = (answered: boolean) => {
      connection.close();
      resolve(answered);
    };
    connection.onicecandidateerror = () => {
      failed = true;
    };
    connection.onicecandidate = ({ candidate }) => {
      if (candidate?.type === 'srflx') end(true);
      // A device with a public address gets no second candidate, and no error.
      else if (!candidate) end(!failed);
    };
    connection.createDataChannel('');
    connection.setLocalDescription().catch(reject);
  });
}

/** Tests a rehearsal: whether our signalling opens and the browser can call itself. */
async function rehearse(path: string, signal: AbortSignal): Promise<Finding> {
  const address = Object.assign(new URL(path, location.href), { protocol: location.protocol.replace('http', 'ws') });
  const [socket, loop] = await Promise.all([
    inTime(socketOpens(address.href, signal), false),
    inTime(callsItself(signal), false),
  ]);
  const detail = `WebSocket ${socket ? 'open' : 'without answer'}, WebRTC ${loop ? 'connects' : 'does not connect'}`;
  const good = socket && loop;
  return { state: good ? 'good' : 'bad', text: good ? 'check.say.callRehearsal' : 'check.say.callBlocked', detail };
}

function socketOpens(address: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(address);
    signal.addEventListener('abort', () => socket.close());
    socket.onopen = () => {
      resolve(true);
      socket.close();
    };
    socket.onerror = () => resolve(false);
  });
}

async function callsItself(signal: AbortSignal): Promise<boolean> {
  const [one, other] = [new RTCPeerConnection(), new RTCPeerConnection()];
  closeOnAbort([one, other], signal);
  one.onicecandidate = ({ candidate }) => void other.addIceCandidate(candidate ?? undefined).catch(() => undefined);
  other.onicecandidate = ({ candidate }) => void one.addIceCandidate(candidate ?? undefined).catch(() => undefined);
  const open = new Promise<boolean>((resolve) => {
    one.createDataChannel('').onopen = () => resolve(true);
  });
  await one.setLocalDescription();
  if (one.localDescription) await other.setRemoteDescription(one.localDescription);
  await other.setLocalDescription();
  if (other.localDescription) await one.setRemoteDescription(other.localDescription);
  return open;
}

function closeOnAbort(connections: RTCPeerConnection[], signal: AbortSignal): void {
  signal.addEventListener('abort', () => {
    for (const connection of connections) connection.close();
  });
}
