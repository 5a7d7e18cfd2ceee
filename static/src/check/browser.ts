import { type Obstacle, obstacle } from '../visit/capable.ts';
import { type Finding, insecure } from './results.ts';

/** What the test of the browser found. */
export interface Features {
  /** What keeps the browser from calls, by the same rule as on the visit's page. */
  obstacle: Obstacle | undefined;
  /** Names of the codecs in upper case; absent where the browser does not list them. */
  codecs?: readonly string[] | undefined;
  /** What works better, in words, if the site's table of browsers names something. */
  better?: string | undefined;
}

/** Returns what this browser can do. Opens no device. */
export function features(better?: string): Features {
  return { obstacle: obstacle(), codecs: codecs(), better };
}

function codecs(): string[] | undefined {
  if (typeof RTCRtpReceiver !== 'function' || !RTCRtpReceiver.getCapabilities) return undefined;
  const names = (['audio', 'video'] as const).flatMap((kind) => RTCRtpReceiver.getCapabilities(kind)?.codecs ?? []);
  return [...new Set(names.map(({ mimeType }) => mimeType.split('/')[1]?.toUpperCase() ?? ''))];
}

const wanted = ['H264', 'VP8', 'OPUS'];

/** Returns what the features mean for a visit. */
export function judge({ obstacle: found, codecs, better }: Features): Finding {
  if (found === 'insecure') return { state: 'bad', text: insecure, detail: 'no secure context' };
  if (found) {
    return { state: 'bad', text: 'check.say.browserOld', detail: found === 'old' ? 'too old' : 'no WebRTC or getUserMedia' };
  }
  const has = wanted.filter((name) => codecs?.includes(name));
  const detail = codecs ? has.join(' ') || 'no codecs' : 'codecs unknown';
  const cannot = codecs && (!has.includes('OPUS') || has.length < 2);
  if (cannot) return { state: 'bad', text: 'check.say.browserOld', detail };
  if (codecs && has.length < wanted.length) return { state: 'limit', text: 'check.say.browserPart', detail };
  if (better) return { state: 'limit', text: 'check.say.browserPoor', values: { better }, detail };
  return { state: 'good', text: 'check.say.browserGood', detail };
}
