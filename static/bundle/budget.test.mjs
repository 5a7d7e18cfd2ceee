import { existsSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

// Reads the last build: what a visitor fetches, and what it is made of.
const at = (path) => new URL(`../${path}`, import.meta.url);
const read = (path) => JSON.parse(readFileSync(at(path), 'utf8'));
const built = existsSync(at('dist/manifest.json')) && existsSync(at('.build/meta.json'));
if (!built) console.warn('budget.test.mjs: skipped, there is no build; `npm run build` makes one');

describe.skipIf(!built)('the build', () => {
  const { files, call, chat, locales } = built ? read('dist/manifest.json') : {};
  const { outputs } = built ? read('.build/meta.json') : {};
  const weight = (names) => names.reduce((sum, name) => sum + statSync(at(`dist/assets/${name}.br`)).size, 0);
  const inputs = (names) => names.flatMap((name) => Object.keys(outputs[`dist/assets/${name}`].inputs));

  it('keeps a call without chat within 1.50 MB, with one language', () => {
    expect(weight(call) + weight(locales['en-GB'])).toBeLessThanOrEqual(1_500_000);
  });

  it('keeps the light script within 5 kB', () => {
    expect(weight([files['visit.js']])).toBeLessThanOrEqual(5_000);
  });

  it('fetches no chat for a call without chat', () => {
    const isChat = (input) => /communication-chat|ChatComposite\.js|MessageThread|dompurify|react-chat/.test(input);
    expect(inputs(call).filter(isChat)).toEqual([]);
    expect(inputs(chat).filter(isChat)).not.toEqual([]);
  });

  it('holds the Calling SDK in one file and the effects in none', () => {
    const holders = (pattern) =>
      Object.keys(outputs).filter((name) => Object.keys(outputs[name].inputs).some((input) => pattern.test(input)));
    expect(holders(/node_modules\/@azure\/communication-calling\//)).toHaveLength(1);
    expect(holders(/node_modules\/@azure\/communication-calling-effects\//)).toEqual([]);
  });
});
