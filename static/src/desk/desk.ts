// The script of the desk. Everything works without it. It copies, prints, starts with the browser's time zone, and examines a
// pasted text before the form is sent.
import { copyText } from '../copy.ts';
import { byId, readPageData, show, write } from '../visit/page.ts';
import { browserZone, chooseBrowserZone } from './zone.ts';

const { texts } = readPageData(document);

/** Copies a box's text, or selects it where the browser does not let a page copy. */
async function copy(button: HTMLElement): Promise<void> {
  const box = byId(button.dataset['copy'] ?? '');
  const said = button.parentElement?.querySelector<HTMLElement>('[role="status"]') ?? null;
  if (!(box instanceof HTMLTextAreaElement)) return;
  // Emptied first, so that screen readers announce a second copy too.
  write(said, '');
  write(said, texts[(await copyText(box)) ? 'desk.say.copied' : 'desk.say.copyFailed'] ?? '');
}

/** The server's answer about a pasted text. */
interface Examined {
  refusal?: string;
  title?: string;
  text: string;
}

const isExamined = (answer: unknown): answer is Examined =>
  typeof answer === 'object' && answer !== null && 'text' in answer && typeof answer.text === 'string';

let asked = 0;

/** Shows below the input what was pasted into it. Only the answer to the latest request counts. */
async function examine(meeting: string, passcode: string, noPasscode: boolean): Promise<void> {
  const found = byId('found');
  const mine = ++asked;
  let answer: Examined | undefined;
  if (meeting.trim()) {
    answer = { text: texts['desk.say.unreachable'] ?? '' };
    try {
      const response = await fetch('/desk/meeting', {
        method: 'POST',
        headers: { Accept: 'application/json' },
        body: new URLSearchParams({ meeting, passcode, ...(noPasscode && { noPasscode: '1' }) }),
        signal: timeout(10_000),
      });
      const read: unknown = await response.json();
      if (response.ok && isExamined(read)) answer = read;
    } catch {
      // Sending the form examines the text once more.
    }
  }
  if (mine !== asked || !found) return;
  // The error from the last submit is out of date.
  show(byId('meeting-error'), false);
  found.toggleAttribute('data-refused', Boolean(answer?.refusal));
  write(found, answer ? [answer.title, answer.text].filter(Boolean).join('. ') : '');
}

function timeout(ms: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), ms);
  return controller.signal;
}

const meeting = byId('meeting');
const passcode = byId('passcode');
if (meeting instanceof HTMLTextAreaElement && passcode instanceof HTMLInputElement) {
  const none = document.querySelector<HTMLInputElement>('input[name="noPasscode"]');
  const ask = () => void examine(meeting.value, passcode.value, none?.checked ?? false);
  none?.addEventListener('change', ask);
  meeting.addEventListener('change', ask);
  passcode.addEventListener('change', ask);
  // A paste is complete, so there is no need to wait until the input loses the focus.
  meeting.addEventListener('paste', () => setTimeout(ask));
}

// A meeting takes seconds to create: pressing twice must not create two.
const form = byId('desk-form');
let sent = false;
form?.addEventListener('submit', (event) => {
  if (sent) event.preventDefault();
  sent = true;
});
// The browser may show the same page again, by its Back button.
addEventListener('pageshow', () => {
  sent = false;
});

const zones = byId('zone');
if (zones instanceof HTMLSelectElement) chooseBrowserZone(zones, browserZone());

for (const button of document.querySelectorAll<HTMLElement>('[data-copy]'))
  button.addEventListener('click', () => void copy(button));
byId('print')?.addEventListener('click', () => print());
for (const part of document.querySelectorAll<HTMLElement>('[data-scripted]')) part.hidden = false;
