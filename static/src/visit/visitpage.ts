import type { Ticket } from '../ticket.ts';
import type { CallPage } from './callpage.ts';
import { canCall } from './capable.ts';
import { type Choices, carryRejoin, keepChoices, keptChoices, takeRejoin } from './carry.ts';
import { Chime } from './chime.ts';
import { DevicePanel } from './devicepanel.ts';
import { openGate } from './gate.ts';
import { askToJoin, type Refusal } from './join.ts';
import { type CallScript, loadStage, loadTexts } from './loadstage.ts';
import { next, type State, type Step } from './machine.ts';
import { byId, type PageData, show, write } from './page.ts';
import { Resume } from './resume.ts';
import { greet, offer, type Returning } from './returning.ts';

// When a connection that does not come about is spoken of, and when a way out is offered, in milliseconds after Join.
const speakAfter = 10_000;
const offerAfter = 30_000;

const session = () => sessionStorage;

/** Brings the visit page to life: the name, Join, and all that follows until the page of the ending. */
export function startVisit(form: HTMLFormElement, data: PageData): void {
  const page = new VisitPage(form, data);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    page.pressed();
    const way = event.submitter instanceof HTMLButtonElement ? event.submitter.value : '';
    void page.join(page.devices.choices(way));
  });
  openGate(form, { copied: data.texts['preview.copied'] ?? '' }, () => page.listen());
  form.addEventListener('input', () => page.prepare(), { once: true });
  byId('try-again')?.addEventListener('click', (event) => {
    event.preventDefault();
    page.tryAgain();
  });
  addEventListener('pagehide', ({ persisted }) => {
    if (!persisted) page.close();
  });
  // A page that the browser kept whole and shows again has a call that is gone.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.reload();
  });
  if (takeRejoin(session) && page.name() !== '') {
    page.takeOver = true;
    page.returning.join();
  } else {
    void greet(page.returning);
  }
}

class VisitPage {
  /** What comes before the ticket. */
  readonly devices: DevicePanel;
  readonly returning: Returning;
  /** Set by a press that wants the visit in this tab, wherever else it is. */
  takeOver = false;
  /** What follows the ticket, once its script is there. */
  private call: CallPage | undefined;
  private state: State = 'ready';
  private script: Promise<CallScript> | undefined;
  private texts: Readonly<Record<string, string>> = {};
  private timers: number[] = [];
  private spent = false;
  private readonly resume: Resume;
  private readonly chime = new Chime();
  private readonly since: number | undefined;
  private readonly main = document.querySelector('main');
  private readonly progress = byId('visit-progress');

  constructor(
    private readonly form: HTMLFormElement,
    private readonly data: PageData,
  ) {
    this.devices = new DevicePanel(form, data.texts);
    this.resume = new Resume(session, data.visit ?? '');
    this.since = this.resume.takeWaiting();
    this.returning = {
      visit: data.visit ?? '',
      resume: this.resume,
      waitsAgain: this.since !== undefined,
      ready: () => this.state === 'ready',
      join: () => void this.join(keptChoices(session)),
      takeOver: () => {
        this.takeOver = true;
        this.pressed();
        this.returning.join();
      },
    };
  }

  name(): string {
    return this.field('name')?.value.trim() ?? '';
  }

  /** To be called while a press is handled that may lead to a call: only then may the page make a sound later. */
  pressed(): void {
    this.chime.unlock();
  }

  /** Fetches and evaluates the call's script ahead of Join; a failure here is told only when Join needs it. */
  prepare(): void {
    this.load().catch(() => undefined);
  }

  /** Joins without devices in a browser that has none: at once where the name is there. */
  listen(): void {
    this.devices.forgo();
    if (this.name() === '') this.field('name')?.focus();
    else this.form.requestSubmit();
  }

  async join(choices: Choices = this.devices.choices('')): Promise<void> {
    const name = this.name();
    this.clearErrors();
    if (name === '') return this.nameError(this.text('visit.nameMissing'));
    if (this.state !== 'ready') return;
    if (!canCall()) return this.refuse(this.text('visit.unsupportedBrowser'));
    // While the browser's question is open, another press joins another way.
    const ready = await this.devices.prepare(choices);
    if (!ready || this.state !== 'ready') return;
    keepChoices(session, choices);
    if (this.spent) return this.tryAgain();
    this.step('join');
    this.beginProgress();
    const script = this.load();
    script.catch(() => undefined);
    const ask = () => askToJoin(fetch.bind(globalThis), name, choices, this.data);
    const first = await ask();
    // How to wait and ask again comes with the call's script.
    const loaded = first.ticket ? undefined : await script.catch(() => undefined);
    const waits = () => this.stopTimers();
    const { ticket, refusal } = loaded ? await loaded.joinPatiently(first, ask, loaded.sayingWhy(this.texts, waits)) : first;
    if (!ticket) return this.refused(refusal);
    if (loaded) this.beginProgress();
    this.step('ticket');
    await this.open(script, ticket, choices);
  }

  /** A fresh page, because the Calling SDK does not survive a second try in the same one. */
  tryAgain(): void {
    carryRejoin(session);
    this.close();
    location.reload();
  }

  close(): void {
    this.call?.close();
  }

  private async open(loading: Promise<CallScript>, ticket: Ticket, choices: Choices): Promise<void> {
    const script = await loading.catch(() => undefined);
    if (!script) return this.notLoaded();
    const { data, resume, chime, since } = this;
    this.call ??= new script.CallPage(
      { ...data, texts: { ...data.texts, ...this.texts } },
      {
        resume,
        chime,
        since,
        state: () => this.state,
        step: (step) => this.step(step),
        connected: () => this.stopTimers(),
        notLoaded: () => this.notLoaded(),
        taken: () => {
          this.backToForm();
          offer('elsewhere', this.returning);
        },
      },
    );
    await this.call.open(ticket, choices, this.takeOver);
  }

  /** Browsers remember a script that did not arrive; only a fresh page fetches it again. */
  private notLoaded(): void {
    this.spent = true;
    this.refuse(this.text('visit.callNotLoaded'));
  }

  private refused(refusal: Refusal): void {
    if (refusal.kind === 'name') {
      this.backToForm();
      this.nameError(refusal.text);
      return;
    }
    const ids = { failed: 'visit.joinFailed', unreachable: 'visit.unreachable' };
    if (refusal.kind === 'said') this.refuse(refusal.text, refusal.title);
    else this.refuse(this.text(ids[refusal.kind]));
  }

  /** Gives the form back with a message above it. */
  private refuse(message: string, title = ''): void {
    this.backToForm();
    const box = byId('join-error');
    write(byId('join-error-title'), title);
    show(byId('join-error-title'), title !== '');
    write(byId('join-error-text'), message);
    show(box, true);
    box?.focus();
  }

  private beginProgress(): void {
    this.stopTimers();
    show(this.form, false);
    show(this.progress, true);
    show(byId('progress-help'), false);
    write(byId('progress-title'), this.text('visit.connecting'));
    write(byId('progress-text'), this.text('visit.connectingText'));
    byId('progress-title')?.focus();
    this.timers = [
      window.setTimeout(() => this.say('visit.stillConnecting', byId('progress-text')), speakAfter),
      window.setTimeout(() => {
        show(byId('progress-help'), true);
        this.say('visit.noConnection', byId('progress-text'));
      }, offerAfter),
    ];
  }

  private backToForm(): void {
    this.step('refused');
    this.stopTimers();
    show(this.progress, false);
    show(this.form, true);
  }

  /** Says a text to screen readers, and writes it where it can be seen. */
  private say(textId: string, seen: HTMLElement | null): void {
    const text = this.text(textId);
    write(byId('live'), text);
    write(seen, text);
  }

  private nameError(message: string): void {
    const box = byId('name-error');
    write(box, message);
    show(box, true);
    const field = this.field('name');
    byId('name-field')?.classList.add('field-error');
    field?.setAttribute('aria-invalid', 'true');
    field?.focus();
  }

  private clearErrors(): void {
    show(byId('name-error'), false);
    show(byId('join-error'), false);
    byId('name-field')?.classList.remove('field-error');
    this.field('name')?.removeAttribute('aria-invalid');
  }

  private load(): Promise<CallScript> {
    this.script ??= Promise.all([loadStage<CallScript>(this.data.stage), loadTexts()]).then(([script, texts]) => {
      this.texts = texts;
      return script;
    });
    return this.script;
  }

  private step(step: Step): boolean {
    const state = next(this.state, step);
    if (!state) return false;
    this.state = state;
    this.main?.setAttribute('data-state', state);
    document.body.dataset['state'] = state;
    return true;
  }

  private stopTimers(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  private field(name: string): HTMLInputElement | null {
    return this.form.querySelector<HTMLInputElement>(`input[name=${name}]`);
  }

  private text(id: string): string {
    return this.data.texts[id] ?? '';
  }
}
