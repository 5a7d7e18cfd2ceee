import { canCall, canReceive, obstacle, standInForDevices } from './capable.ts';
import { byId, show, write } from './page.ts';

/**
 * Opens the form, or replaces it with what to do instead. The browser itself is asked, not its name; its name has chosen
 * the words.
 */
export function openGate(form: HTMLElement, say: { copied: string }, listen: () => void): void {
  const enter = () => {
    for (const gate of document.querySelectorAll<HTMLElement>('.gate')) gate.hidden = true;
    show(form, true);
  };
  for (const button of document.querySelectorAll<HTMLElement>('[data-copy]')) {
    button.addEventListener('click', () => void copy(button.dataset['copy'] ?? '', say.copied));
  }
  document.querySelector('[data-try]')?.addEventListener('click', enter);
  for (const offer of document.querySelectorAll<HTMLElement>('[data-listen]')) {
    offer.hidden = !canReceive();
    offer.querySelector('button')?.addEventListener('click', () => {
      standInForDevices();
      enter();
      listen();
    });
  }
  const found = obstacle();
  if (!found) {
    enter();
    return;
  }
  const gate = found === 'insecure' ? 'secure' : found === 'devices' && byId('gate-app') ? 'app' : 'browser';
  show(form, false);
  show(byId(`gate-${gate}`), true);
  show(byId('try-anyway'), canCall());
  byId(`gate-${gate}-title`)?.focus();
}

async function copy(text: string, copied: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    write(byId('live'), copied);
  } catch {
    // Without a clipboard the address can still be read, selected and copied by hand.
  }
  for (const shown of document.querySelectorAll<HTMLElement>('[data-address]')) shown.hidden = false;
}
