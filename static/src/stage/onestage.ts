// A page can have only one stage. These functions load a new page for another call.

/** Reloads a page that the browser restores from its cache, because its call has ended. */
export function reloadWhenRestored(): void {
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.reload();
  });
}

/** Replaces an element by a note that the call has ended, with a link that loads the page again. */
export function replaceWithNote(element: HTMLElement | null, ended: string, again: string): void {
  const note = document.createElement('p');
  note.className = 'note';
  note.tabIndex = -1;
  const link = document.createElement('a');
  link.href = location.pathname;
  link.textContent = again;
  note.append(ended, ' ', link);
  element?.replaceWith(note);
  note.focus();
}
