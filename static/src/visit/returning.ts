import type { CallPage } from './callpage.ts';
import { byId, show } from './page.ts';

/** What a page needs that a visitor comes back to. */
export interface Returning {
  call: CallPage;
  /** Whether the form still waits for its visitor. */
  ready(): boolean;
  /** Joins with the devices of the last time. */
  join(): void;
}

/**
 * Greets a visitor whose visit is already under way: open in another tab, or cut off in this one by a reload or a crash.
 * Anybody else sees the page as it is.
 */
export async function greet(page: Returning): Promise<void> {
  const { call } = page;
  if (call.waitsAgain) return page.join();
  const taken = await call.tab.taken();
  if (!page.ready()) return;
  if (taken) offer('elsewhere', page);
  else if (call.resume.wasCutOff()) offer('disconnected', page);
}

/** Shows one of the page's two offers in the place of the form: to bring the visit to this tab, or to rejoin. */
export function offer(id: 'elsewhere' | 'disconnected', { call, join }: Returning): void {
  const swap = (offered: boolean) => {
    show(byId('before'), !offered);
    show(byId(id), offered);
  };
  const back = byId(`${id}-back`);
  const again = byId(`${id}-join`);
  if (back) back.onclick = () => swap(false);
  if (again)
    again.onclick = () => {
      swap(false);
      call.takeOver = true;
      call.pressed();
      join();
    };
  swap(true);
  byId(`${id}-title`)?.focus();
}
