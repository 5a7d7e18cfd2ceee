import { inVisit } from './onetab.ts';
import { byId, show } from './page.ts';
import type { Resume } from './resume.ts';

/** What a page needs that a visitor comes back to. */
export interface Returning {
  /** What tells this visit from others. */
  readonly visit: string;
  readonly resume: Resume;
  /** Whether the page before was cut off by the end of a wait, and this one is to wait again by itself. */
  readonly waitsAgain: boolean;
  /** Whether the form still waits for its visitor. */
  ready(): boolean;
  /** Joins with the devices of the last time. */
  join(): void;
  /** The same by a press that wants the visit in this tab, wherever else it is. */
  takeOver(): void;
}

/**
 * Greets a visitor whose visit is already under way: open in another tab, or cut off in this one by a reload or a crash.
 * Anybody else sees the page as it is.
 */
export async function greet(page: Returning): Promise<void> {
  if (page.waitsAgain) return page.join();
  const taken = await inVisit(navigator.locks, page.visit);
  if (!page.ready()) return;
  if (taken) offer('elsewhere', page);
  else if (page.resume.wasCutOff()) offer('disconnected', page);
}

/** Shows one of the page's two offers in the place of the form: to bring the visit to this tab, or to rejoin. */
export function offer(id: 'elsewhere' | 'disconnected', { takeOver }: Returning): void {
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
      takeOver();
    };
  swap(true);
  byId(`${id}-title`)?.focus();
}
