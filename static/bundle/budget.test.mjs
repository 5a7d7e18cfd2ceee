import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

// Checks the last build: the sizes of what a visitor fetches, and what the files contain.
const at = (path) => new URL(`../${path}`, import.meta.url);
const read = (path) => JSON.parse(readFileSync(at(path), 'utf8'));
const built = existsSync(at('dist/manifest.json')) && existsSync(at('.build/meta.json'));
if (!built) console.warn('budget.test.mjs: skipped, there is no build; `npm run build` makes one');

describe.skipIf(!built)('the build', () => {
  const { files, call, chat, rehearsal, locales } = built ? read('dist/manifest.json') : {};
  const { outputs } = built ? read('.build/meta.json') : {};
  const weight = (names) => names.reduce((sum, name) => sum + statSync(at(`dist/assets/${name}.br`)).size, 0);
  const language = Math.max(...Object.values(locales ?? {}).map(weight));
  const real = call?.length > 0;
  const rehearses = rehearsal?.length > 0;
  const inputs = (names) => names.flatMap((name) => Object.keys(outputs[`dist/assets/${name}`].inputs));

  it.runIf(real)('keeps a call without chat within 1.50 MB, with one language', () => {
    expect(weight(call) + language).toBeLessThanOrEqual(1_500_000);
  });

  it.runIf(rehearses)('keeps a call in a rehearsal within 500 kB, with one language', () => {
    expect(weight(rehearsal) + language).toBeLessThanOrEqual(500_000);
  });

  it('has the call in every language of the site', () => {
    const languages = readdirSync(at('../locales')).filter((name) => name.endsWith('.json'));
    expect(Object.keys(locales).sort()).toEqual(languages.map((name) => name.replace('.json', '')).sort());
  });

  it.runIf(rehearses)('keeps the stand-in for both SDKs within 14.4 kB, in one file', () => {
    const holders = rehearsal.filter((name) => inputs([name]).some((input) => input.startsWith('src/rehearsal/')));
    expect(holders).toHaveLength(1);
    expect(weight(holders)).toBeLessThanOrEqual(14_400);
  });

  it.runIf(rehearses)('keeps the Calling SDK out of a rehearsal', () => {
    expect(inputs(rehearsal).filter((input) => /@azure\/communication-(calling|calling-effects)\//.test(input))).toEqual([]);
  });

  it.each([
    ['visit.js', 12_000],
    ['callpage.js', 5_500],
    ['try.js', 5_000],
    ['host.js', 5_000],
  ])('keeps %s within %i bytes', (name, most) => {
    if (files[name]) expect(weight([files[name]])).toBeLessThanOrEqual(most);
  });

  it('keeps the device test within 6.1 kB, and its stylesheet within 4.2 kB', () => {
    expect(weight([files['check.js']])).toBeLessThanOrEqual(6_100);
    expect(weight([files['check.css']])).toBeLessThanOrEqual(4_200);
  });

  it("keeps the desk's script within 4 kB, and its stylesheet within 4.5 kB", () => {
    expect(weight([files['desk.js']])).toBeLessThanOrEqual(4_000);
    expect(weight([files['desk.css']])).toBeLessThanOrEqual(4_500);
  });

  it.runIf(real)('keeps the chat out of a call without chat', () => {
    const isChat = (input) => /communication-chat|ChatComposite\.js|MessageThread|dompurify|react-chat/.test(input);
    expect(inputs(call).filter(isChat)).toEqual([]);
    expect(inputs(chat).filter(isChat)).not.toEqual([]);
  });

  it('has the Calling SDK in one file and the effects in none', () => {
    const holders = (pattern) =>
      Object.keys(outputs).filter((name) => Object.keys(outputs[name].inputs).some((input) => pattern.test(input)));
    expect(holders(/node_modules\/@azure\/communication-calling\//)).toHaveLength(real ? 1 : 0);
    expect(holders(/node_modules\/@azure\/communication-calling-effects\//)).toEqual([]);
  });
});
