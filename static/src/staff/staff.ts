// The light script of the page on which signed-in staff join a visit as themselves: the same stage as a visitor's, and the
// lobby.
import type { Stage, StageEvents } from '../stage/contract.ts';
import { reloadWhenRestored, replaceWithNote } from '../stage/onestage.ts';
import { readTicket, type Ticket } from '../ticket.ts';
import { loadStage } from '../visit/loadstage.ts';
import { byId, readPageData, show, write } from '../visit/page.ts';
import { WaitingList } from './waitinglist.ts';

const data = readPageData(document);
const join = byId('staff-join');
const answer = byId('staff-answer');
const stageElement = byId('stage');
let stage: Stage | undefined;

join?.addEventListener('click', () => void joinCall());
addEventListener('pagehide', ({ persisted }) => {
  if (!persisted) stage?.dispose();
});
reloadWhenRestored();

/** What the server answers when staff cannot join. */
interface StaffFailure {
  title?: string;
  detail?: string;
  signIn?: string;
}

async function joinCall(): Promise<void> {
  if (!stageElement || join?.getAttribute('aria-disabled') === 'true') return;
  join?.setAttribute('aria-disabled', 'true');
  write(answer, text('visit.connecting'));
  try {
    const script = loadStage(data.stage);
    const ticket = await fetchTicket();
    if (!ticket) return;
    show(join, false);
    show(stageElement, true);
    stageElement.focus();
    stage = await (await script).openStage(stageElement, ticket, events(), { camera: true, microphone: true, texts: data.texts });
  } catch {
    join?.removeAttribute('aria-disabled');
    write(answer, text('staff.call.failed'));
  }
}

/** Resolves with the ticket, or with nothing when the server has explained why there is none. */
async function fetchTicket(): Promise<Ticket | undefined> {
  const response = await fetch('/host/join', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify({ seal: data.seal }),
    signal: AbortSignal.timeout(20_000),
  });
  const body: unknown = await response.json();
  if (response.ok) return { ...readTicket(body), seal: data.seal };
  explain((body ?? {}) as StaffFailure);
  return undefined;
}

function explain({ title, detail, signIn }: StaffFailure): void {
  join?.removeAttribute('aria-disabled');
  write(answer, [title, detail].filter(Boolean).join('. ') || text('staff.call.failed'));
  if (!signIn || !answer) return;
  const link = document.createElement('a');
  link.href = `${signIn}&return=${location.pathname}`;
  link.textContent = text('staff.call.signIn');
  answer.append(' ', link);
}

function events(): StageEvents {
  const waiting = new WaitingList({
    admit: text('host.admit'),
    deny: text('host.deny'),
    failed: () => write(answer, text('host.failed')),
  });
  return {
    lobby: () => write(answer, text('staff.call.lobby')),
    admitted: () => write(answer, text('staff.call.joined')),
    reconnecting: () => write(answer, text('visit.reconnecting')),
    // Teams does not ask its own users for consent; the library shows a notice.
    recording: () => undefined,
    consent: () => undefined,
    fault: () => undefined,
    ended: () => {
      waiting.update([]);
      over();
    },
    waiting: (people) => waiting.update(people),
  };
}

/** Ends the stage. A page can have only one, so joining again needs a new page. */
function over(): void {
  stage = undefined;
  show(stageElement, false);
  write(answer, '');
  replaceWithNote(join, text('staff.call.ended'), text('staff.call.again'));
}

function text(id: string): string {
  return data.texts[id] ?? '';
}
