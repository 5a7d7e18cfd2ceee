/** What keeps this browser from calls: an address without https, no devices or connections, or its age. */
export type Obstacle = 'insecure' | 'devices' | 'old';

/** Returns what prevents visits in this browser, for the visit's page and the device test. Opens no device. */
export function obstacle(): Obstacle | undefined {
  if (!isSecureContext) return 'insecure';
  if (!canCall()) return 'devices';
  // The call's script needs these; browsers lacked them before Chrome 98, Firefox 105 and Safari 16.4.
  return typeof structuredClone === 'function' && typeof OffscreenCanvas === 'function' ? undefined : 'old';
}

/** Whether this browser has what every call needs. */
export function canCall(): boolean {
  return typeof RTCPeerConnection !== 'undefined' && typeof navigator.mediaDevices?.getUserMedia === 'function';
}

/** Whether this browser lacks devices alone: it can still show and play a call. */
export function canReceive(): boolean {
  return typeof RTCPeerConnection !== 'undefined' && !navigator.mediaDevices;
}

/** Gives the call's scripts a browser with no camera and no microphone, where there is nothing that they could ask. */
export function standInForDevices(): void {
  const getUserMedia = async () => Promise.reject(new DOMException('', 'NotFoundError'));
  const none = Object.assign(new EventTarget(), { enumerateDevices: async () => [], getUserMedia });
  Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: none });
}

/** Facts about this browser that its User-Agent does not reveal. */
export interface Traits {
  /** An iPad asks for the pages of a Mac, but no Mac has a touch screen. */
  touchPoints: number;
  /** Telegram's browser on iOS calls itself Safari, but brings this object. */
  telegram: boolean;
}

/** The values of `data-for` that fit a browser; what is for others does not belong on its page. */
export function fitting({ touchPoints, telegram }: Traits): ReadonlySet<string> {
  return new Set(['', touchPoints > 1 ? 'ipad' : 'mac', ...(telegram ? ['telegram'] : [])]);
}

/** Removes the words for browsers that this one turned out not to be. */
export function removeOthersWords(doc: Document): void {
  const own = fitting({ touchPoints: navigator.maxTouchPoints, telegram: 'TelegramWebviewProxy' in window });
  for (const element of doc.querySelectorAll<HTMLElement>('[data-for]')) {
    if (!own.has(element.dataset['for'] ?? '')) element.remove();
  }
}
