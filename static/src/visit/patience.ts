// How the page waits for a ticket that it does not get at once. It comes with the call's script: most visitors never need it.
import type { JoinAnswer, Refusal } from './join.ts';
import { byId, show, write } from './page.ts';

// How long the page goes on asking by itself, in milliseconds.
const inLine = 8 * 60_000;
const inTrouble = 3 * 60_000;
const unreached = 12_000;
/** How often the page says how long the wait still is. */
const tick = 10_000;

// The problems that pass. A service that refuses the site's own credential is not among them: it needs the operator.
const rush = 'urn:anteroom:problem:service-busy';
const passing = [
  rush,
  ...['service-late', 'service-starting', 'service-unavailable', 'too-busy'].map((slug) => `urn:anteroom:problem:${slug}`),
];

/** The machine's time, for tests to replace. */
export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  random(): number;
}

const machine: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
  random: () => Math.random(),
};

/**
 * Asks for the ticket after the first answer until there is one, or asking again cannot help. Before each pause, and every
 * ten seconds of it, `waits` hears why and how many seconds are left.
 */
export async function joinPatiently(
  first: JoinAnswer,
  ask: () => Promise<JoinAnswer>,
  waits: (why: Refusal, seconds: number) => void,
  clock: Clock = machine,
): Promise<JoinAnswer> {
  const began = clock.now();
  let since = began;
  let patience = 0;
  for (let answer = first; ; answer = await ask()) {
    const { refusal } = answer;
    const pause = refusal ? pauseAfter(refusal, clock.random()) : 0;
    if (!refusal || !pause) return answer;
    if (patience !== patienceFor(refusal)) since = clock.now(); // another kind of trouble has its own time
    patience = patienceFor(refusal);
    const then = clock.now() + pause;
    if (then - since > patience || then - began > inLine) return answer;
    for (let left = pause; left > 0; left -= tick) {
      waits(refusal, Math.ceil(left / 1000));
      await clock.sleep(Math.min(left, tick));
    }
  }
}

function patienceFor(refusal: Refusal): number {
  if (refusal.kind !== 'said') return unreached;
  return isRush(refusal) ? inLine : inTrouble;
}

/** How long to wait before asking again; 0 where that does not help. Spread, so that a crowd does not come at once. */
function pauseAfter(refusal: Refusal, random: number): number {
  if (refusal.kind === 'unreachable' || refusal.kind === 'failed') return 2000 + 1000 * random;
  if (refusal.kind !== 'said' || typeof refusal.again !== 'number' || !passing.includes(String(refusal.type))) return 0;
  return refusal.again * 1000 + (isRush(refusal) ? 500 : 1000) * random;
}

/** Whether only a crowd is in the way. */
function isRush(refusal: Refusal): boolean {
  return refusal.kind === 'said' && refusal.type === rush;
}

/** Shows why the page waits, and for how long, after `first`. A screen reader hears it when the reason changes. */
export function sayingWhy(texts: Readonly<Record<string, string>>, first: () => void): (why: Refusal, seconds: number) => void {
  return (why, seconds) => {
    first();
    const text = isRush(why)
      ? (texts['visit.yourTurn'] ?? '').replace('{time}', inWords(seconds))
      : (texts['visit.retrying'] ?? '');
    const title = why.kind === 'said' ? why.title : (texts['visit.trying'] ?? '');
    const heading = byId('progress-title');
    if (heading?.textContent !== title) write(byId('live'), `${title}. ${text}`);
    write(heading, title);
    write(byId('progress-text'), text);
    show(byId('progress-help'), !isRush(why));
  };
}

/** So many seconds in fives and in the page's language, such as "20 seconds". */
function inWords(seconds: number): string {
  const unit = { style: 'unit', unit: 'second', unitDisplay: 'long' } as const;
  return new Intl.NumberFormat(document.documentElement.lang || undefined, unit).format(Math.ceil(seconds / 5) * 5);
}
