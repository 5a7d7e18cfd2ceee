// The findings of the tests and what follows from them. This file uses no page and no device.

/** The tests, in the order of the page. */
export const tests = ['browser', 'server', 'call', 'camera', 'microphone', 'speaker'] as const;
export type TestName = (typeof tests)[number];

/** How a test ended. `text` is the id of the text with its meaning and the next step; `values` fill that text. */
export interface Finding {
  state: 'good' | 'limit' | 'bad' | 'skipped';
  text: string;
  values?: Readonly<Record<string, string>>;
  /** For the report only, in technical words; it identifies no person or device. */
  detail?: string;
}

/** The current result of a test. */
export type Standing = Finding | { state: 'untested' | 'testing' };

/** The current results of all tests. */
export type Standings = Readonly<Record<TestName, Standing>>;

/** The id of each state's name. */
export const stateTexts: Readonly<Record<Standing['state'], string>> = {
  untested: 'check.say.untested',
  testing: 'check.say.testing',
  good: 'check.say.good',
  limit: 'check.say.limit',
  bad: 'check.say.bad',
  skipped: 'check.say.skipped',
};

/** The text about the browser on a page without https. */
export const insecure = 'check.say.browserInsecure';

/** The result of all tests together. */
export type Verdict = 'testing' | 'blocked' | 'offline' | 'insecure' | 'browser' | 'next' | 'limit' | 'bad' | 'skipped' | 'good';

/** The ids of a verdict's title and text. */
export const verdictTexts: Readonly<Record<Verdict, readonly [title: string, text: string]>> = {
  testing: ['check.say.verdictTesting', 'check.say.verdictTestingText'],
  blocked: ['check.say.verdictBlocked', 'check.say.verdictBlockedText'],
  offline: ['check.say.verdictOffline', 'check.say.verdictOfflineText'],
  insecure: ['check.say.verdictInsecure', 'check.say.verdictInsecureText'],
  browser: ['check.say.verdictBrowser', 'check.say.verdictBrowserText'],
  next: ['check.say.verdictNext', 'check.say.verdictNextText'],
  limit: ['check.say.verdictLimit', 'check.say.verdictLimitText'],
  bad: ['check.say.verdictBad', 'check.say.verdictBadText'],
  skipped: ['check.say.verdictSkipped', 'check.say.verdictSkippedText'],
  good: ['check.say.verdictGood', 'check.say.verdictGoodText'],
};

/** Returns the verdict. A fault that makes visits impossible counts at once, the rest when all tests have ended. */
export function verdict(standings: Standings): Verdict {
  const { browser, server, call } = standings;
  const states = tests.map((name) => standings[name].state);
  if (browser.state === 'bad') return browser.text === insecure ? 'insecure' : 'browser';
  if (server.state === 'bad') return 'offline';
  // A silent call service means nothing while our own server may be unreachable too.
  if (call.state === 'bad' && server.state !== 'testing') return 'blocked';
  if ([browser, server, call].some(({ state }) => state === 'testing' || state === 'untested')) return 'testing';
  if (states.includes('bad')) return 'bad';
  if (states.includes('untested') || states.includes('testing')) return 'next';
  if (states.includes('limit')) return 'limit';
  return states.includes('skipped') ? 'skipped' : 'good';
}

// Without letters and digits that are easily confused when read aloud.
const alphabet = '23456789ABCDEFGHJKMNPQRTUVWXYZ';

/** Returns a random code of eight characters to name a report on the phone. It reveals nothing about the visitor. */
export function referenceCode(draw: (into: Uint8Array<ArrayBuffer>) => Uint8Array): string {
  let code = '';
  while (code.length < 8) {
    for (const byte of draw(new Uint8Array(16))) if (byte < 240 && code.length < 8) code += alphabet[byte % alphabet.length];
  }
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

const families: readonly (readonly [string, RegExp])[] = [
  ['Edge', /(?:Edg|EdgA|EdgiOS)\/(\d+)/],
  ['Opera', /(?:OPR|OPT)\/(\d+)/],
  ['Samsung Internet', /SamsungBrowser\/(\d+)/],
  ['Firefox', /(?:Firefox|FxiOS)\/(\d+)/],
  ['Chrome', /(?:Chrome|CriOS)\/(\d+)/],
  ['Safari', /Version\/(\d+)[.\d]* .*Safari/],
];
const systems: readonly (readonly [string, RegExp])[] = [
  ['Android', /Android/],
  ['iPhone or iPad', /iPhone|iPad|iPod/],
  ['Windows', /Windows/],
  ['ChromeOS', /CrOS/],
  ['macOS', /Macintosh/],
  ['Linux', /Linux/],
];

/** Returns the browser's name and major version and the system's name, which millions of visitors share. */
export function browserName(userAgent: string): string {
  const family = families.find(([, pattern]) => pattern.test(userAgent));
  const system = systems.find(([, pattern]) => pattern.test(userAgent));
  const version = family?.[1].exec(userAgent)?.[1];
  return `${family ? `${family[0]} ${version}` : 'unknown browser'}, ${system?.[0] ?? 'unknown system'}`;
}

/** Fills the placeholders of a text. */
export function filled(text: string, values: Readonly<Record<string, string>> = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** What a report contains besides the findings. */
export interface Circumstances {
  code: string;
  now: Date;
  userAgent: string;
  /** The texts of the page, by id, and the name of each test. */
  texts: Readonly<Record<string, string>>;
  titles: Readonly<Record<TestName, string>>;
}

/** Returns the report as plain text. */
export function report(standings: Standings, { code, now, userAgent, texts, titles }: Circumstances): string {
  const say = (id: string, values?: Readonly<Record<string, string>>) => filled(texts[id] ?? '', values);
  const lines = tests.map((name) => {
    const found = standings[name];
    const parts = [say(stateTexts[found.state])];
    if ('text' in found) parts.push(say(found.text, found.values));
    if ('detail' in found && found.detail) parts.push(`(${found.detail})`);
    return `${titles[name]}: ${parts.join(' ')}`;
  });
  return [
    say('check.say.reportTitle', { code }),
    say('check.say.reportTime', { time: `${now.toISOString().slice(0, 16).replace('T', ' ')} UTC (${offset(now)})` }),
    browserName(userAgent),
    '',
    ...lines,
    '',
  ].join('\n');
}

/** Returns the offset of the device's clock from UTC, such as +05:30. */
function offset(now: Date): string {
  const minutes = -now.getTimezoneOffset();
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
}
