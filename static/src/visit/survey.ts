import { byId, show } from './page.ts';

// How long an answer may be on its way before the visitor is told that it did not get through, in milliseconds.
const patience = 20_000;

/**
 * Sends the one question after a visit without leaving the page, so that an answer that the network swallows is still
 * there. Everything else is the form's own way: when the server has something to say about the answer, the browser sends
 * it again and shows the server's page.
 */
export function startSurvey(form: HTMLFormElement, send: typeof fetch, go: (address: string) => void): void {
  // Browsers reveal the first line of a text box that gets the focus, and leave the rest below the screen.
  const text = byId('survey-text');
  text?.addEventListener('focus', () => text.scrollIntoView({ block: 'nearest' }));
  let busy = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    for (const told of ['survey-unsent', 'survey-error']) show(byId(told), false);
    try {
      const body = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
      const headers = { Accept: 'text/html' };
      const signal = AbortSignal.timeout?.(patience) ?? null;
      const answer = await send(form.action, { method: 'POST', body, headers, signal });
      if (!answer.ok) form.submit();
      // A redirect loses the part of the page that it was to show.
      else go(`${answer.url.split('#')[0]}#survey`);
    } catch {
      show(byId('survey-unsent'), true);
      byId('survey-unsent')?.focus();
    }
    busy = false;
  });
}
