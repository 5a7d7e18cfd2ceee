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

const data: ReturnType<typeof readPageData> & Addresses = readPageData(document);
const { texts } = data;
removeOthersWords(document);
const items = eachTest((name) => new Item(name, texts, update));
let code = '';
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

/** Starts the tests that need no person. The verdict and the report follow from all tests. */
function start(): void {
  code ||= referenceCode((into) => crypto.getRandomValues(into));
  say('start', 'check.say.again');
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

/** Shows the current verdict and report. */
function update(): void {
  for (const name of tests) {
    const open = ['untested', 'testing', 'bad'].includes(items[name].standing.state);
    if (!open) moveFocus(`${name}-skip`, `${name}-start`);
    show(byId(`${name}-skip`), open);
  }
  if (!code) return;
  const standings = eachTest((name) => items[name].standing);
  const name = verdict(standings);
  const box = byId('verdict');
  if (box && box.dataset['verdict'] !== name) {
    box.dataset['verdict'] = name;
    const [title, text] = verdictTexts[name];
    say('verdict-title', title);
    say('verdict-text', text);
    show(byId('verdict-help'), ['blocked', 'offline', 'insecure', 'browser'].includes(name));
  }
  show(box, true);
  show(byId('report-part'), true);
  write(byId('reference'), code);
  const titles = eachTest((test) => items[test].title);
  const area = byId('report');
  const now = new Date();
  if (area instanceof HTMLTextAreaElement)
    area.value = report(standings, { code, now, userAgent: navigator.userAgent, texts, titles });
}

/** Connects the buttons of a test that a person starts. `off` turns off what the test left on. */
function startedByHand(name: 'camera' | 'microphone' | 'speaker', test: () => void, off: () => void): void {
  const [begin, skip, stop] = [`${name}-start`, `${name}-skip`, `${name}-off`];
  const turnOff = () => {
    off();
    moveFocus(stop, begin);
    show(byId(stop), false);
  };
  onPress(begin, () => {
    if (!code) start();
    turnOff();
    test();
  });
  onPress(skip, () => {
    items[name].stop();
    turnOff();
    items[name].find({ state: 'skipped', text: 'check.say.skippedText' });
  });
  onPress(stop, turnOff);
  addEventListener('pagehide', turnOff);
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
    show(byId('camera-off'), true);
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
    show(byId('microphone-off'), true);
    await heard.heard;
    return { state: 'good', text: 'check.say.microphoneGood' };
  });
}

startedByHand('microphone', testMicrophone, () => {
  heard?.stop();
  heard = undefined;
  showLevel(0);
  show(byId('level'), false);
});

function testSpeaker(): void {
  void items.speaker.run(playing, async ({ signal }): Promise<Finding> => {
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
}

startedByHand('speaker', testSpeaker, () => items.speaker.stop());

async function copyReport(): Promise<void> {
  const area = byId('report');
  if (!(area instanceof HTMLTextAreaElement)) return;
  // Emptied first, so that screen readers announce a second copy too.
  write(byId('copied'), '');
  say('copied', (await copyText(area)) ? 'check.say.copied' : 'check.say.copyFailed');
}

onPress('start', start);
onPress('copy', () => void copyReport());
for (const part of document.querySelectorAll<HTMLElement>('[data-scripted]')) part.hidden = false;
