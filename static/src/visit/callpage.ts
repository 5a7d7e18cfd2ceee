// The script of the call: all that follows the ticket. It is fetched when the form is first touched, with the stage in it.
import { endingOf, reasonFor } from '../endings.ts';
import type { EndReason, Stage, StageEvents, Trouble } from '../stage/contract.ts';
import { openStage } from '../stage/stage.ts';
import type { Ticket } from '../ticket.ts';
import { ask } from './ask.ts';
import { type Choices, carryRejoin, keepLink } from './carry.ts';
import type { Chime } from './chime.ts';
import { ConsentBox } from './consentbox.ts';
import { Lines } from './lines.ts';
import type { State, Step } from './machine.ts';
import { Microphone } from './microphone.ts';
import { notify, offerNotification } from './notify.ts';
import { OneTab } from './onetab.ts';
import { byId, type PageData, show, write } from './page.ts';
import { Reconnecting } from './reconnecting.ts';
import { Beats, report, reportLeft } from './report.ts';
import type { Resume } from './resume.ts';
import { isBlocked } from './verdict.ts';
import { Waiting } from './waiting.ts';
import { WakeLock } from './wakelock.ts';

export { joinPatiently, sayingWhy } from './patience.ts';

const troubleTexts: Record<Trouble, string> = {
  camera: 'visit.cameraLost',
  microphone: 'visit.microphoneLost',
  muted: 'visit.speakingMuted',
  noCamera: 'visit.noCamera',
  cameraForbidden: 'visit.cameraForbidden',
  microphoneForbidden: 'visit.microphoneForbidden',
};

// How long hanging up may take before the page goes on without it, in milliseconds.
const leaveWithin = 5_000;

// How long screen readers take to hear the page again after a dialog has closed, in milliseconds.
const settleAfter = 500;

// Endings that the page itself decides on.
const elsewhere = reasonFor('open-elsewhere');
const waitedTooLong = reasonFor('waited-too-long');
const blocked = reasonFor('network-blocked');
const left = reasonFor('left');

/** What a call needs of the page it is on. */
export interface Around {
  readonly resume: Resume;
  /** Unlocked by the press that led here. */
  readonly chime: Chime;
  /** Since when the visitor waits whom the page before had wait again, in milliseconds since 1970. */
  readonly since: number | undefined;
  state(): State;
  /** Moves the visit on; false when the step does not belong there. */
  step(step: Step): boolean;
  /** There is nothing more to tell about connecting. */
  connected(): void;
  /** The call's script did not arrive. */
  notLoaded(): void;
  /** The visit is open in another tab. */
  taken(): void;
}

/** All that follows the ticket, until the page of the ending: waiting to be let in, and what stands around the call. */
export class CallPage {
  private stage: Stage | undefined;
  private goodbye: EndReason | undefined;
  private over = false;
  private unreachable = false;
  private readonly tab: OneTab;
  private since: number | undefined;
  private choices: Choices = { camera: false, microphone: false };
  /** Whether the others see the visitor, undefined before the meeting. */
  private camera: boolean | undefined;
  private readonly element = byId('stage');
  private readonly awake = new WakeLock();
  private readonly beats = new Beats();
  private readonly title = document.title;
  private readonly lines = new Lines(
    (id) => this.text(id),
    () => this.element?.focus(),
  );
  private readonly waiting: Waiting;
  private readonly reconnecting = new Reconnecting(this.lines, () => this.rejoin());
  private readonly microphone = new Microphone(this.lines, () => this.stage);
  private readonly consent = new ConsentBox({
    say: (textId) => this.lines.say(textId),
    notice: (textId, button) => (textId ? this.lines.put('consent', textId, button) : this.lines.take('consent')),
    focusCall: (before) => this.focusCall(before),
  });

  constructor(
    private readonly data: PageData,
    private readonly around: Around,
  ) {
    this.tab = new OneTab(navigator.locks, data.visit ?? '');
    this.since = around.since;
    this.waiting = new Waiting(data, {
      say: (words) => this.lines.sayWords(words),
      call: () => this.beckon('visit.stillTitle', 'visit.stillThere'),
      leave: () => this.leave(left),
      turn: async (device, on) => this.stage?.turn(device, on),
      tooLong: () => this.leave(waitedTooLong),
    });
    offerNotification((id) => this.text(id));
  }

  /**
   * Opens the call; `takeOver` has it in this tab, wherever else the visit is. Whatever becomes of it is told to the page
   * around it, or ends in another page.
   */
  async open(ticket: Ticket, choices: Choices, takeOver: boolean): Promise<void> {
    const { element, around } = this;
    this.choices = choices;
    if (!element) return;
    if (!(await this.tab.claim(takeOver, () => this.leave(elsewhere)))) return around.taken();
    try {
      const { texts, brand, noCamera, noShare } = this.data;
      const stage = await openStage(element, ticket, this.events(), { ...choices, texts, brand, noCamera, noShare });
      this.stage = stage;
      // Ended while the scripts were still on their way.
      if (this.over) stage.dispose();
    } catch (err) {
      this.tab.release();
      // By its name: the class is in a script that may not have arrived.
      if (err instanceof Error && err.name === 'NotInThisBuild') this.unable(ticket.rehearsal);
      else around.notLoaded();
    }
  }

  /** Takes the call down with the page, without a word. */
  close(): void {
    this.beats.stop();
    this.stage?.dispose();
  }

  /** This build has no call of that kind, which no second try will change. */
  private unable(rehearsal: boolean): void {
    this.around.step('unable');
    this.around.connected();
    write(byId('progress-title'), this.text(rehearsal ? 'visit.rehearsalNotBuiltTitle' : 'visit.callNotBuiltTitle'));
    write(byId('progress-text'), this.text(rehearsal ? 'visit.rehearsalNotBuilt' : 'visit.callNotBuilt'));
    byId('progress-title')?.focus();
  }

  private events(): StageEvents {
    return {
      lobby: () => this.lobby(),
      admitted: () => this.admitted(),
      reconnecting: () => {
        this.reconnecting.start();
        report({ event: 'reconnecting' });
      },
      microphone: (on) => this.microphone.turned(on),
      camera: (on) => this.cameraTurned(on),
      weak: (on) => this.weak(on),
      unreachable: () => {
        this.unreachable = true;
      },
      trouble: (kind, on) => this.trouble(kind, on),
      leaving: async () => {
        const leaves = (await ask('leave')) === 'leave';
        // Then nobody has to hear that the camera goes off.
        if (leaves) this.camera = undefined;
        return leaves;
      },
      recording: (active) => {
        this.lines.pin(active ? 'stage.recorded' : undefined);
        // The question says it too, and must not be talked over.
        if (!this.consent.open) this.lines.say(active ? 'visit.recorded' : 'visit.recordingStopped');
        if (active) report({ event: 'recording' });
      },
      consent: (agree) => this.consent.ask(agree),
      fault: () => {
        this.lines.put('chat', 'visit.chatUnavailable');
        report({ event: 'fault' });
      },
      ended: (reason) => void this.ended(reason),
    };
  }

  private lobby(): void {
    const held = this.holdsFocus('#visit-progress, #stage');
    this.arrive('lobby', 'visit.tabWaiting');
    this.waiting.start(this.choices, this.since);
    this.lines.say('visit.waiting');
    if (held) byId('waiting-title')?.focus();
  }

  private admitted(): void {
    // Admitted while in the call is the end of a reconnect: said, but no change of state.
    const again = this.around.state() === 'call';
    const waited = this.waiting.began > 0;
    const held = this.holdsFocus('#visit-progress, #waiting, #leave, #still');
    const asked = document.querySelector('dialog[open]') !== null;
    this.arrive('admitted', 'visit.tabCall');
    this.waiting.stop();
    this.since = undefined;
    this.reconnecting.stop();
    if (held) this.element?.focus();
    // Until an open dialog has gone, the region outside it is not heard.
    const welcome = () => this.lines.say(again ? 'visit.reconnected' : this.welcome());
    if (asked) window.setTimeout(welcome, settleAfter);
    else welcome();
    if (waited) this.beckon('visit.letInTitle', 'visit.letIn');
  }

  private welcome(): string {
    if (this.data.role === 'audience') return 'visit.admittedAudience';
    return this.microphone.on ? 'visit.admittedHeard' : 'visit.admittedMuted';
  }

  /** The visitor is in the lobby or in the meeting, where the composite has taken over what is seen. */
  private arrive(step: 'lobby' | 'admitted', titleId: string): void {
    this.around.step(step);
    this.around.connected();
    show(byId('visit-progress'), false);
    show(this.element, true);
    // Under the waiting page the composite goes on, out of reach.
    if (this.element) this.element.inert = step === 'lobby';
    // A target that takes the focus: <main> would only be where the next Tab begins.
    document.querySelector('.skip')?.setAttribute('href', step === 'lobby' ? '#waiting-title' : '#stage');
    document.title = this.text(titleId) + this.title.slice(this.title.lastIndexOf(' - '));
    this.awake.start();
    this.around.resume.begin();
    const waited = this.waiting.began > 0 ? Math.round((Date.now() - this.waiting.began) / 1000) : 0;
    report({ event: step, waited: step === 'admitted' ? waited : 0, call: this.stage?.callId() });
    this.beats.start(step === 'lobby' ? 'waiting' : 'in-call');
  }

  /** Whether the keyboard is nowhere, or within what is about to go away. */
  private holdsFocus(going: string): boolean {
    const { activeElement, body } = document;
    return !activeElement || activeElement === body || activeElement.closest(going) !== null;
  }

  private focusCall(before: Element | null): void {
    if (before instanceof HTMLElement && before !== document.body) before.focus();
    if (document.activeElement !== before || before === document.body) this.element?.focus();
  }

  /** Calls back a visitor who looks elsewhere: by a sound, and by a notification where one was wished for. */
  private beckon(titleId: string, textId: string): void {
    this.around.chime.play();
    notify(this.text(titleId), this.text(textId));
  }

  private cameraTurned(on: boolean): void {
    if (this.camera === !on) this.lines.say(on ? 'visit.cameraOn' : 'visit.cameraOff');
    this.camera = on;
  }

  private weak(on: boolean): void {
    if (on) this.lines.put('weak', 'visit.weak', { textId: 'visit.soundOnly', press: () => void this.soundOnly(true) });
    else this.lines.take('weak');
  }

  private trouble(kind: Trouble, on: boolean): void {
    if (!on) {
      this.lines.take(kind);
      return;
    }
    const unmute = { textId: 'visit.unmute', press: () => void this.stage?.unmute().catch(() => undefined) };
    this.lines.put(kind, troubleTexts[kind], kind === 'muted' ? unmute : undefined);
  }

  private async soundOnly(on: boolean): Promise<void> {
    // Said together with the pictures of the others.
    if (on) this.camera = false;
    await this.stage?.soundOnly(on).catch(() => undefined);
    this.lines.take('weak');
    if (!on) return this.lines.say('visit.picturesShown');
    this.lines.put('pictures', 'visit.soundOnlyOn', { textId: 'visit.showPictures', press: () => void this.showPictures() });
  }

  private async showPictures(): Promise<void> {
    this.lines.take('pictures');
    await this.soundOnly(false);
  }

  /** A fresh page, because the Calling SDK does not survive a second call in the same one. */
  private rejoin(): void {
    carryRejoin(() => sessionStorage);
    this.close();
    location.reload();
  }

  /** Hangs up for a reason of the page's own. */
  private leave(reason: EndReason): void {
    this.goodbye ??= reason;
    if (this.stage) void this.stage.leave();
    window.setTimeout(() => void this.ended(reason), this.stage ? leaveWithin : 0);
  }

  private async ended(told: EndReason): Promise<void> {
    if (this.over) return;
    this.over = true;
    const before = this.around.state();
    const since = this.waiting.began;
    this.finish();
    let reason = this.goodbye ?? told;
    let ending = endingOf(reason.code, reason.subCode);
    report({ event: 'ended', ...reason, call: this.stage?.callId() });
    if (ending.ending === 'waited-too-long' && !this.goodbye && this.since === undefined) {
      this.around.resume.waitAgain(since || Date.now());
      location.reload();
      return;
    }
    // Firefox reports a blocked network as a failure of sound and picture.
    const failed = ending.ending === 'media-failed' && this.unreachable;
    const offline = before === 'connecting' && ending.ending === 'offline' && (await isBlocked(fetch.bind(globalThis)));
    if (failed || offline) {
      reason = blocked;
      ending = endingOf(reason.code, reason.subCode);
    }
    if (ending.ending === 'left') this.lines.say('visit.left');
    keepLink(() => sessionStorage, this.data.link);
    if (ending.final) reportLeft(this.data.visit);
    location.replace(`/visit/ended?code=${reason.code}&subCode=${reason.subCode}`);
  }

  private finish(): void {
    this.around.step('ended');
    this.waiting.stop();
    this.reconnecting.stop();
    this.microphone.stop();
    this.awake.stop();
    this.beats.stop();
    this.around.chime.close();
    this.around.resume.end();
    this.tab.release();
  }

  private text(id: string): string {
    return this.data.texts[id] ?? '';
  }
}
