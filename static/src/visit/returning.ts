import type { CallPage } from './callpage.ts';
import { byId, show } from './page.ts';

/** What a page needs that a visitor comes back to. */
export interface Returning {
  call: CallPage;
  /** Joins with the devices of the last time. */
  join(): void;
}

/**
 * Greets a visitor whose visit is already under way: open in another tab, or cut off in this one by a reload or a crash.
 * Anybody else sees the page as it is.
 */
export async function greet({ call, join }: Returning): Promise<void> {
  if (call.waitsAgain) return join();
  if (await call.tab.taken()) return offer('elsewhere', call, join);
  if (call.resume.wasCutOff()) offer('disconnected', call, join);
}

/** Offers to bring the visit from another tab to this one. */
export function offerTakeOver({ call, join }: Returning): void {
  offer('elsewhere', call, join);
}

/** Shows one of the page's two offers in the place of the form. */
function offer(id: 'elsewhere' | 'disconnected', call: CallPage, join: () => void): void {
  const box = byId(id);
  show(byId('before'), false);
  show(box, true);
  const back = () => {
    show(box, false);
    show(byId('before'), true);
  };
  const once = { once: true };
  byId(`${id}-join`)?.addEventListener(
    'click',
    () => {
      back();
      call.takeOver = true;
      call.pressed();
      join();
    },
    once,
  );
  byId(`${id}-back`)?.addEventListener('click', back, once);
  byId(`${id}-title`)?.focus();
}
