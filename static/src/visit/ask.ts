import { byId } from './page.ts';

/**
 * Asks a question that the server wrote as a <dialog>. Resolves with the value of the button that was pressed, "" for
 * Escape; a page without the question answers "". While it is open, a second asking shares its answer.
 */
export function ask(id: string): Promise<string> {
  const box = byId(id);
  if (!(box instanceof HTMLDialogElement)) return Promise.resolve('');
  if (!box.open) {
    box.returnValue = '';
    box.showModal();
  }
  return new Promise((answered) => box.addEventListener('close', () => answered(box.returnValue), { once: true }));
}

/** Closes a question without an answer. */
export function dismiss(id: string): void {
  const box = byId(id);
  if (box instanceof HTMLDialogElement && box.open) box.close('');
}
