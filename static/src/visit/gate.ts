import { byId, show, write } from './page.ts';

type Gate = 'app' | 'browser' | 'secure';

/**
 * Opens the way that fits this browser: the form, or in its place what to do instead. Asked of the browser, not of its
 * name; its name has chosen the words.
 */
export function openGate(form: HTMLElement, say: { copied: string }): void {
  const enter = () => {
    for (const gate of document.querySelectorAll<HTMLElement>('.gate')) gate.hidden = true;
    show(form, true);
  };
  for (const button of document.querySelectorAll<HTMLElement>('[data-copy]')) {
    button.addEventListener('click', () => void copy(button.dataset['copy'] ?? '', say.copied));
  }
  document.querySelector('[data-try]')?.addEventListener('click', enter);
  const gate = gateFor();
  if (!gate) {
    enter();
    return;
  }
  show(form, false);
  show(byId(`gate-${gate}`), true);
  show(byId('try-anyway'), canCall());
  byId(`gate-${gate}-title`)?.focus();
}

function gateFor(): Gate | undefined {
  if (!isSecureContext) return 'secure';
  if (!canCall()) return byId('gate-app') ? 'app' : 'browser';
  // What the call's script needs, and browsers had not before Chrome 98, Firefox 105 and Safari 16.4.
  return typeof structuredClone === 'function' && typeof OffscreenCanvas === 'function' ? undefined : 'browser';
}

/** Whether this browser can be in a call at all. */
export function canCall(): boolean {
  return typeof RTCPeerConnection !== 'undefined' && typeof navigator.mediaDevices?.getUserMedia === 'function';
}

async function copy(text: string, copied: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    write(byId('live'), copied);
  } catch {
    // Without a clipboard the address can still be read, marked and copied by hand.
  }
  for (const shown of document.querySelectorAll<HTMLElement>('[data-address]')) shown.hidden = false;
}
