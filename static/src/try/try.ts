// The script of /try: the stage, with a pasted identity and token. It sends nothing to our server.
import type { Stage, StageEvents } from '../stage/contract.ts';
import { reloadWhenRestored } from '../stage/onestage.ts';
import { ConsentBox } from '../visit/consentbox.ts';
import { loadStage } from '../visit/loadstage.ts';
import { next, type State, type Step } from '../visit/machine.ts';
import { byId, readPageData, show, write } from '../visit/page.ts';
import { type Known, type Mistake, type Pasted, ticketOf } from './pasted.ts';

const data = readPageData(document);
const main = document.querySelector('main');
const form = byId('try-form');
const progress = byId('try-progress');
const element = byId('stage');
let state: State = 'ready';
let stage: Stage | undefined;

form?.addEventListener('submit', (event) => {
  event.preventDefault();
  void join();
});
addEventListener('pagehide', ({ persisted }) => {
  if (!persisted) stage?.dispose();
});
reloadWhenRestored();

async function join(): Promise<void> {
  clearMistakes();
  const made = ticketOf(pasted(), data.ticket as Known, Date.now());
  if ('textId' in made) return tell(made);
  if (!element || !step('join')) return;
  step('ticket');
  show(progress, true);
  write(progress, text('visit.connecting'));
  progress?.focus();
  try {
    const script = await loadStage(data.stage);
    stage = await script.openStage(element, made, events(), { camera: true, microphone: true, texts: data.texts });
  } catch (err) {
    step('refused');
    show(progress, false);
    const notBuilt = made.rehearsal ? 'visit.rehearsalNotBuilt' : 'visit.callNotBuilt';
    error(text(err instanceof Error && err.name === 'NotInThisBuild' ? notBuilt : 'visit.callNotLoaded'));
  }
}

function events(): StageEvents {
  let heard = false;
  const consent = new ConsentBox({
    say: (textId) => write(byId('live'), text(textId)),
    notice,
    focusCall: () => element?.focus(),
  });
  const arrived = (moved: Step, textId: string) => {
    step(moved);
    show(progress, false);
    show(element, true);
    notice();
    consent.remind();
    write(byId('live'), text(textId));
  };
  return {
    lobby: () => arrived('lobby', 'visit.waiting'),
    microphone: (on) => {
      heard = on;
    },
    admitted: () => arrived('admitted', heard ? 'visit.admittedHeard' : 'visit.admittedMuted'),
    reconnecting: () => notice('visit.reconnecting'),
    recording: (active) => write(byId('live'), text(active ? 'visit.recorded' : 'visit.recordingStopped')),
    consent: (agree) => consent.ask(agree),
    fault: () => undefined,
    ended: ({ code, subCode }) => {
      if (step('ended')) location.replace(`/visit/ended?code=${code}&subCode=${subCode}`);
    },
  };
}

function step(taken: Step): boolean {
  const found = next(state, taken);
  if (!found) return false;
  state = found;
  main?.setAttribute('data-state', found);
  return true;
}

function pasted(): Pasted {
  const typed = (name: string) => (byId(`try-${name}`) as HTMLInputElement | null)?.value ?? '';
  return {
    user: typed('user'),
    token: typed('token'),
    meeting: typed('meeting'),
    passcode: typed('passcode'),
    name: typed('name'),
  };
}

function tell({ field, textId }: Mistake): void {
  error(text(textId));
  const wrong = byId(`try-${field}`);
  wrong?.setAttribute('aria-invalid', 'true');
  wrong?.setAttribute('aria-errormessage', 'try-error');
  wrong?.focus();
}

function error(message: string): void {
  const box = byId('try-error');
  write(box, message);
  show(box, true);
  box?.focus();
}

function clearMistakes(): void {
  show(byId('try-error'), false);
  for (const field of form?.querySelectorAll('[aria-invalid]') ?? []) field.removeAttribute('aria-invalid');
}

/** Shows a line beside the call, optionally with a button, or removes it when there is no id. */
function notice(textId?: string, button?: { textId: string; press(): void }): void {
  const line = byId('notice');
  show(line, textId !== undefined);
  if (textId) write(line, text(textId));
  if (!button) return;
  const pressed = document.createElement('button');
  pressed.type = 'button';
  pressed.className = 'btn btn-secondary btn-small';
  pressed.textContent = text(button.textId);
  pressed.addEventListener('click', () => button.press());
  line?.append(' ', pressed);
}

function text(id: string): string {
  return data.texts[id] ?? '';
}
