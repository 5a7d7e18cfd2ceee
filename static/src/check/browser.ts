import { type Finding, insecure } from './results.ts';

/** What a call needs of a browser, as this one has it. */
export interface Features {
  secure: boolean;
  connection: boolean;
  devices: boolean;
  /** Names of the codecs in upper case; absent where the browser does not say. */
  codecs?: readonly string[] | undefined;
}

/** Reads what this browser can do. Opens nothing. */
export function features(): Features {
  const connection = typeof RTCPeerConnection === 'function';
  return {
    secure: isSecureContext,
    connection,
    devices: typeof navigator.mediaDevices?.getUserMedia === 'function',
    codecs: connection ? codecs() : undefined,
  };
}

function codecs(): string[] | undefined {
  if (typeof RTCRtpReceiver !== 'function' || !RTCRtpReceiver.getCapabilities) return undefined;
  const names = (['audio', 'video'] as const).flatMap((kind) => RTCRtpReceiver.getCapabilities(kind)?.codecs ?? []);
  return [...new Set(names.map(({ mimeType }) => mimeType.split('/')[1]?.toUpperCase() ?? ''))];
}

const wanted = ['H264', 'VP8', 'OPUS'];

/** What the features mean for a visit. */
export function judge({ secure, connection, devices, codecs }: Features): Finding {
  if (!secure) return { state: 'bad', text: insecure, detail: 'no secure context' };
  if (!connection || !devices) {
    return { state: 'bad', text: 'check.say.browserOld', detail: connection ? 'no getUserMedia' : 'no WebRTC' };
  }
  const has = wanted.filter((name) => codecs?.includes(name));
  const detail = codecs ? has.join(' ') || 'no codecs' : 'codecs unknown';
  const cannot = codecs && (!has.includes('OPUS') || has.length < 2);
  if (cannot) return { state: 'bad', text: 'check.say.browserOld', detail };
  if (codecs && has.length < wanted.length) return { state: 'limit', text: 'check.say.browserPart', detail };
  return { state: 'good', text: 'check.say.browserGood', detail };
}
