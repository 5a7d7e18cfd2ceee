// The script of the page on which a visitor tests the device. It opens, asks and measures nothing before a press.
import { copyText } from '../copy.ts';
import { removeOthersWords } from '../visit/capable.ts';
import { byId, readPageData, show, write } from '../visit/page.ts';
import { features, judge } from './browser.ts';
import type { Wait } from './clock.ts';
import { asking, close, listen, listening, open, playing, playNotes, seePicture } from './devices.ts';
import { Item } from './item.ts';
import { type Addresses, type Hints, testCall, testServer } from './network.ts';
import { type Finding, referenceCode, report, type TestName, tests, verdict, verdictTexts } from './results.ts';
import { type Device, isFinished, type Step, stepAfter, steps } from './steps.ts';

const data: ReturnType<typeof readPageData> & Addresses = readPageData(document);
const { texts } = data;
removeOthersWords(document);
const items = eachTest((name) => new Item(name, texts, update));
/** What turns off the device of a step. */
const turnOff: Partial<Record<Step, () => void>> = {};
let code = '';
let current: Step | 'done' | undefined;
let late: ReturnType<typeof setTimeout> | undefined;

function eachTest<T>(make: (name: TestName) => T): Record<TestName, T> {
  const made: Partial<Record<TestName, T>> = {};
  for (const name of tests) made[name] = make(name);
  return made as Record<TestName, T>; // `tests` holds every name
}

/** Writes a text of the catalogue into an element. */
function say(id: string, textId: string): void {
  write(byId(id), texts[textId] ?? '');
}

function onPress(id: string, act: () => void, options?: AddEventListenerOptions): void {
  byId(id)?.addEventListener('click', act, options);
}

/** Moves the focus before the element that has it is hidden. */
function moveFocus(from: string, to: string): void {
  if (byId(from)?.contains(document.activeElement)) byId(to)?.focus();
}

const atServer: Wait = {
  text: 'check.say.serverTesting',
  late: 'check.say.serverLate',
  over: { state: 'bad', text: 'check.say.serverOver', detail: 'no answer' },
};
const atCall: Wait = {
  text: 'check.say.callTesting',
  late: 'check.say.callLate',
  over: { state: 'bad', text: 'check.say.callBlocked', detail: 'no answer' },
};

/** Shows a step, or all results, in place of what was shown. The focus moves to its heading. */
function go(to: Step | 'done'): void {
  if (current && current !== 'done') turnOff[current]?.();
  current = to;
  const done = to === 'done';
  const main = byId('main');
  if (main) main.dataset['step'] = to;
  show(byId('intro'), false);
  for (const step of steps) show(byId(`step-${step}`), done || step === to);
  write(byId('step-title'), byId(`step-${to}`)?.dataset['title'] ?? '');
  show(byId('step-title'), !done);
  show(byId('report-part'), done);
  // All results end with the way back, above their list.
  const wayBack = byId('way-back');
  if (wayBack) byId(done ? 'verdict-part' : 'step-speaker')?.after(wayBack);
  byId('back')?.classList.toggle('btn', done);
  update();
  byId(done ? 'verdict-title' : 'step-title')?.focus();
}

const goOn = (from: Step) => go(stepAfter(from, standings()));

/** Runs the tests that need no person. The verdict and the report follow from all tests. */
function testConnection(): void {
  code ||= referenceCode((into) => crypto.getRandomValues(into));
  go('connection');
  clearTimeout(late);
  late = setTimeout(() => {
    if (byId('verdict')?.dataset['verdict'] === 'testing') say('verdict-text', 'check.say.verdictLate');
  }, 10_000);
  const hints = (navigator as Navigator & { connection?: Hints }).connection;
  void items.server.run(atServer, ({ signal }) =>
    testServer(
      (address, init) => fetch(address, init),
      () => performance.now(),
      hints,
      signal,
    ),
  );
  const can = judge(features(data.better));
  items.browser.find(can);
  void items.call.run(atCall, ({ signal }) => testCall(data, signal));
}

const standings = () => eachTest((name) => items[name].standing);

/** Shows the current verdict, report and buttons. */
function update(): void {
  const now = standings();
  for (const name of ['camera', 'microphone', 'speaker'] as const) updateButtons(name, isFinished(name, now));
  const troubled = ['browser', 'server', 'call'].some((name) => ['bad', 'limit'].includes(now[name as TestName].state));
  show(byId('connection-controls'), isFinished('connection', now) && (current !== 'done' || troubled));
  show(byId('connection-next'), current !== 'done');
  const name = verdict(now);
  const box = byId('verdict');
  if (box && box.dataset['verdict'] !== name) {
    box.dataset['verdict'] = name;
    const [title, text] = verdictTexts[name];
    say('verdict-title', title);
    say('verdict-text', text);
    show(byId('verdict-help'), ['blocked', 'offline', 'insecure', 'browser'].includes(name));
  }
  show(box, current === 'connection' || current === 'done');
  write(byId('reference'), code);
  const titles = eachTest((test) => items[test].title);
  const area = byId('report');
  if (area instanceof HTMLTextAreaElement)
    area.value = report(now, { code, now: new Date(), userAgent: navigator.userAgent, texts, titles });
}

/** The label of a step's button after its test. */
const againTexts: Readonly<Record<Device, string>> = {
  camera: 'check.say.cameraAgain',
  microphone: 'check.say.microphoneAgain',
  speaker: 'check.say.speakerAgain',
};

/** The words of a step's two buttons before its test. */
const firstWords = new Map<string, string>();

function label(id: string, textId: string, changed: boolean): void {
  const button = byId(id);
  if (!button) return;
  if (!firstWords.has(id)) firstWords.set(id, button.textContent);
  write(button, (changed ? texts[textId] : firstWords.get(id)) ?? '');
}

/** One button of a step tests, also again, and the other leads on. The next one to press is the louder. */
function updateButtons(name: Device, finished: boolean): void {
  const { state } = items[name].standing;
  const well = finished && state !== 'bad';
  label(`${name}-start`, againTexts[name], finished && state !== 'skipped');
  label(`${name}-skip`, 'check.say.next', finished);
  byId(`${name}-start`)?.classList.toggle(
    'btn-secondary',
    well || current === 'done' || (name === 'speaker' && state === 'testing'),
  );
  byId(`${name}-skip`)?.classList.toggle('btn-secondary', !well);
  show(byId(`${name}-start`), current !== 'done' || state !== 'good');
  show(byId(`${name}-skip`), current !== 'done');
}

/** Connects the buttons of a step that a person starts. `off` turns off what the test left on. */
function startedByHand(name: Device, test: () => void, off: () => void): void {
  turnOff[name] = off;
  onPress(`${name}-start`, () => {
    if (current !== name) go(name);
    off();
    test();
  });
  onPress(`${name}-skip`, () => {
    if (!('text' in items[name].standing)) {
      items[name].stop();
      items[name].find({ state: 'skipped', text: 'check.say.skippedText' });
    }
    goOn(name);
  });
  addEventListener('pagehide', off);
}

let seen: MediaStream | undefined;
const video = byId('camera-video');

function testCamera(): void {
  void items.camera.run(asking, async (attempt): Promise<Finding> => {
    const stream = await open('camera', attempt);
    if (!(stream instanceof MediaStream)) return stream;
    if (attempt.signal.aborted || !(video instanceof HTMLVideoElement)) return asking.over;
    seen = stream;
    video.srcObject = stream;
    show(byId('camera-picture'), true);
    return seePicture(video, attempt);
  });
}

startedByHand('camera', testCamera, () => {
  close(seen);
  seen = undefined;
  if (video instanceof HTMLVideoElement) video.srcObject = null;
  show(byId('camera-picture'), false);
});

let heard: ReturnType<typeof listen> | undefined;

function showLevel(level: number): void {
  byId('level')?.setAttribute('aria-valuenow', String(level));
  const bar = byId('level-bar');
  if (bar) bar.style.inlineSize = `${level}%`;
}

function testMicrophone(): void {
  void items.microphone.run(asking, async (attempt): Promise<Finding> => {
    const stream = await open('microphone', attempt);
    if (!(stream instanceof MediaStream)) return stream;
    if (attempt.signal.aborted) return asking.over;
    attempt.wait(listening);
    heard = listen(stream, showLevel);
    show(byId('level'), true);
    return heard.heard;
  });
}

startedByHand('microphone', testMicrophone, () => {
  heard?.stop();
  heard = undefined;
  showLevel(0);
  show(byId('level'), false);
});

async function testSpeaker(): Promise<void> {
  await items.speaker.run(playing, async ({ signal }): Promise<Finding> => {
    const answered = new Promise<Finding>((resolve) => {
      onPress('heard', () => resolve({ state: 'good', text: 'check.say.speakerGood' }), { signal });
      onPress('not-heard', () => resolve({ state: 'bad', text: 'check.say.speakerBad' }), { signal });
    });
    signal.addEventListener('abort', () => {
      moveFocus('speaker-answers', 'speaker-start');
      show(byId('speaker-answers'), false);
    });
    show(byId('speaker-answers'), true);
    try {
      await playNotes(signal);
    } catch {
      return { state: 'bad', text: 'check.say.speakerFailed' };
    }
    return answered;
  });
  // The answer ends the step, and the press on it has been heard.
  if (current === 'speaker' && items.speaker.standing.state === 'good') goOn('speaker');
}

startedByHand(
  'speaker',
  () => void testSpeaker(),
  () => items.speaker.stop(),
);

function openNetwork(): void {
  const part = byId('network');
  if (part instanceof HTMLDetailsElement) part.open = true;
}

async function copyReport(): Promise<void> {
  const area = byId('report');
  if (!(area instanceof HTMLTextAreaElement)) return;
  // Emptied first, so that screen readers announce a second copy too.
  write(byId('copied'), '');
  say('copied', (await copyText(area)) ? 'check.say.copied' : 'check.say.copyFailed');
}

onPress('start', testConnection);
onPress('again', testConnection);
onPress('connection-next', () => goOn('connection'));
onPress('network-link', openNetwork);
if (location.hash === '#network') openNetwork();
onPress('copy', () => void copyReport());
for (const part of document.querySelectorAll<HTMLElement>('[data-scripted]')) part.hidden = false;
