import { describe, expect, it } from 'vitest';
import { browserName, type Finding, filled, referenceCode, report, type Standing, type Standings, verdict } from './results.ts';

const found = (state: Finding['state'], more: Partial<Finding> = {}): Finding => ({ state, text: 't', ...more });
const all = (standing: Standing, others: Partial<Standings> = {}): Standings => ({
  browser: standing,
  server: standing,
  call: standing,
  camera: standing,
  microphone: standing,
  speaker: standing,
  ...others,
});
const good = found('good');
const untested: Standing = { state: 'untested' };
const testing: Standing = { state: 'testing' };
const automatic = { browser: good, server: good, call: good };

describe('verdict', () => {
  it.each<[string, Standings]>([
    ['good', all(good)],
    ['testing', all(untested)],
    ['testing', all(good, { call: testing })],
    ['testing', all(good, { server: untested })],
    ['next', all(untested, automatic)],
    ['next', all(good, { camera: testing })],
    ['skipped', all(good, { camera: found('skipped') })],
    ['limit', all(good, { camera: found('skipped'), server: found('limit') })],
    ['next', all(untested, { ...automatic, server: found('limit') })],
    ['bad', all(good, { camera: found('bad'), server: found('limit') })],
    ['bad', all(untested, { ...automatic, camera: found('bad') })],
    ['blocked', all(untested, { ...automatic, call: found('bad') })],
    ['blocked', all(good, { call: found('bad'), camera: found('bad') })],
    ['testing', all(untested, { browser: good, server: testing, call: found('bad') })],
    ['offline', all(untested, { browser: good, server: found('bad'), call: found('bad') })],
    ['offline', all(untested, { browser: good, server: found('bad'), call: testing })],
    ['browser', all(untested, { browser: found('bad'), server: testing })],
    ['browser', all(found('bad'))],
    ['insecure', all(untested, { browser: { state: 'bad', text: 'check.say.browserInsecure' } })],
  ])('is %s (%#)', (want, standings) => {
    expect(verdict(standings)).toBe(want);
  });
});

describe('referenceCode', () => {
  it('skips bytes that would favour some letters', () => {
    const bytes = Uint8Array.from([0, 1, 29, 30, 31, 240, 255, 250, 239, 60, 2, 3, 4, 5, 6, 7]);
    expect(referenceCode(() => bytes)).toBe('23Z2-3Z24');
  });

  it('draws again until it has enough usable bytes', () => {
    let draws = 0;
    expect(referenceCode((into) => into.fill(++draws < 3 ? 255 : 0))).toBe('2222-2222');
    expect(draws).toBe(3);
  });

  it('returns a different code each time, from letters that are easy to read aloud', () => {
    const draw = (into: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(into);
    const codes = new Set(Array.from({ length: 200 }, () => referenceCode(draw)));
    expect(codes.size).toBe(200);
    for (const code of codes) expect(code).toMatch(/^[2-9A-HJKMNP-RT-Z]{4}-[2-9A-HJKMNP-RT-Z]{4}$/);
  });
});

it.each([
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.6778.85 Safari/537.36',
    'Chrome 131, Linux',
  ],
  ['Mozilla/5.0 (Linux; Android 14; SM-A326U) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36', 'Chrome 130, Android'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
    'Safari 17, iPhone or iPad',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 CriOS/126.0.1 Mobile/15E148 Safari/604.1',
    'Chrome 126, iPhone or iPad',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36 Edg/131.0.2903.70',
    'Edge 131, Windows',
  ],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:133.0) Gecko/20100101 Firefox/133.0', 'Firefox 133, macOS'],
  [
    'Mozilla/5.0 (Linux; Android 13; SAMSUNG SM-S911B) AppleWebKit/537.36 SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36',
    'Samsung Internet 27, Android',
  ],
  ['curl/8.0 Maria Silva', 'unknown browser, unknown system'],
  ['', 'unknown browser, unknown system'],
])('names the browser and the system without details: %s', (userAgent, want) => {
  expect(browserName(userAgent)).toBe(want);
});

it('fills in known values and keeps other placeholders', () => {
  expect(filled('{a} and {b} and {c}', { a: '1', b: '{a}' })).toBe('1 and {a} and {c}');
});

it('reports every test in plain text, without the model of the device', () => {
  const standings = all(untested, {
    server: found('good', { text: 'ms', values: { ms: '23' }, detail: '23 ms' }),
    camera: found('bad', { detail: 'NotFoundError' }),
  });
  const text = report(standings, {
    code: 'ABCD-2345',
    now: new Date('2026-11-23T21:30:45Z'),
    userAgent: 'Mozilla/5.0 (Linux; Android 14; SM-A326U) Chrome/130.0.6723.58 Mobile Safari/537.36',
    texts: {
      'check.say.reportTitle': 'Test {code}',
      'check.say.reportTime': 'Time: {time}',
      'check.say.good': 'Works.',
      'check.say.bad': 'Broken.',
      'check.say.untested': 'Not yet.',
      ms: 'In {ms} ms.',
      t: 'Buy one.',
    },
    titles: { browser: 'Browser', server: 'Us', call: 'Call', camera: 'Camera', microphone: 'Mic', speaker: 'Sound' },
  });
  expect(text.replace(/\([+-]\d\d:\d\d\)/, '(OFFSET)')).toBe(
    [
      'Test ABCD-2345',
      'Time: 2026-11-23 21:30 UTC (OFFSET)',
      'Chrome 130, Android',
      '',
      'Browser: Not yet.',
      'Us: Works. In 23 ms. (23 ms)',
      'Call: Not yet.',
      'Camera: Broken. Buy one. (NotFoundError)',
      'Mic: Not yet.',
      'Sound: Not yet.',
      '',
    ].join('\n'),
  );
  expect(text).not.toMatch(/SM-A326U|6723/);
});

it.each([
  [-330, '+05:30'],
  [0, '+00:00'],
  [570, '-09:30'],
])('writes the offset of a clock %i minutes behind UTC as %s', (minutes, want) => {
  const now = new Date('2026-11-23T00:00:00Z');
  now.getTimezoneOffset = () => minutes;
  const titles = { browser: '', server: '', call: '', camera: '', microphone: '', speaker: '' };
  const texts = { 'check.say.reportTime': '{time}' };
  expect(report(all(untested), { code: '', now, userAgent: '', texts, titles })).toContain(`UTC (${want})`);
});
