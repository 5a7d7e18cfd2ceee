// The light script of the page on which a person hosts a rehearsal: the same stage as a visitor's, the lobby, and a button
// for everything that can happen in a meeting.

import { WaitingList } from '../staff/waitinglist.ts';
import type { Stage, StageEvents } from '../stage/contract.ts';
import { reloadWhenRestored, replaceWithNote } from '../stage/onestage.ts';
import { readTicket, type Ticket } from '../ticket.ts';
import { loadStage } from '../visit/loadstage.ts';
import { byId, readPageData, show, write } from '../visit/page.ts';
import { sendCommand } from './commands.ts';

const data = readPageData(document);
const hosting = readHosting();
const start = byId('host-start');
const answer = byId('command-answer');
const stageElement = byId('stage');
let stage: Stage | undefined;

start?.addEventListener('click', () => void host(), { once: true });
for (const button of document.querySelectorAll<HTMLElement>('button[data-command]')) {
  button.addEventListener('click', () => void give(button.dataset.command ?? ''));
}
const form = byId('ending-form');
form?.addEventListener('submit', (event) => {
  event.preventDefault();
  const ending = form.querySelector<HTMLSelectElement>('select[name=ending]')?.value ?? '';
  void give(JSON.stringify({ command: 'fault', ending }));
});
addEventListener('pagehide', ({ persisted }) => {
  if (!persisted) stage?.dispose();
});
reloadWhenRestored();

async function host(): Promise<void> {
  if (!stageElement || !hosting) return over('host.failed');
  show(start, false);
  show(stageElement, true);
  stageElement.focus();
  write(answer, text('visit.connecting'));
  try {
    const script = await loadStage(data.stage);
    const setup = { camera: true, microphone: true, texts: data.texts };
    stage = await script.openStage(stageElement, hosting.ticket, events(), setup);
  } catch (err) {
    over(err instanceof Error && err.name === 'NotInThisBuild' ? 'visit.rehearsalNotBuilt' : 'visit.callNotLoaded');
  }
}

function events(): StageEvents {
  const waiting = new WaitingList({
    admit: text('host.admit'),
    deny: text('host.deny'),
    failed: () => write(answer, text('host.failed')),
  });
  return {
    lobby: () => undefined,
    admitted: () => write(answer, text('host.hosting')),
    reconnecting: () => write(answer, text('visit.reconnecting')),
    // The host's own command; only visitors receive a notice and a question.
    recording: () => undefined,
    consent: () => undefined,
    fault: () => write(answer, text('visit.chatUnavailable')),
    ended: () => {
      waiting.update([]);
      over('host.ended');
    },
    waiting: (people) => waiting.update(people),
  };
}

/** Ends the stage. A page can have only one, so hosting again needs a new page. */
function over(textId: string): void {
  stage = undefined;
  show(stageElement, false);
  write(answer, '');
  replaceWithNote(start, text(textId), text('host.again'));
}

async function give(command: string): Promise<void> {
  if (!hosting) return;
  // Emptied first, so that screen readers announce the same answer again.
  write(answer, '');
  const given = await sendCommand(fetch.bind(globalThis), hosting.room, hosting.hostKey, command);
  write(answer, given.done ? text('host.done') : given.detail || text('host.failed'));
}

/** Returns the host's part of the page's data, or undefined when it is incomplete. */
function readHosting(): { ticket: Ticket; hostKey: string; room: string } | undefined {
  const { ticket, hostKey, room } = data;
  if (!hostKey || !room) return undefined;
  try {
    return { ticket: readTicket(ticket), hostKey, room };
  } catch {
    return undefined;
  }
}

function text(id: string): string {
  return data.texts[id] ?? '';
}
