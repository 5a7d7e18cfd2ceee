import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bundle, leftOut } from './bundles.mjs';
import { manifest } from './manifest.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Builds without writing and without minifying: what goes in is the same. */
async function inputsOf(name) {
  const { metafile } = await bundle(root, name, false);
  return { inputs: Object.keys(metafile.inputs), lists: manifest(metafile, {}, leftOut(name)) };
}

const ofMicrosoft = /node_modules\/@azure\/communication-(calling|calling-effects|chat)\//;
const ofRehearsal = /^src\/(rehearsal|host)\//;

describe('what a build is made of', { timeout: 120_000 }, () => {
  it('is for a rehearsal nothing of the Calling SDK, its effects and the Chat SDK', async () => {
    const { inputs, lists } = await inputsOf('rehearsal');
    expect(inputs.filter((input) => ofMicrosoft.test(input))).toEqual([]);
    expect(inputs.filter((input) => ofRehearsal.test(input))).toContain('src/rehearsal/index.ts');
    expect(lists).toMatchObject({ call: [], chat: [], files: { 'host.js': expect.any(String) } });
    expect(lists.rehearsal).not.toEqual([]);
  });

  it('is in production nothing of the rehearsal', async () => {
    const { inputs, lists } = await inputsOf('production');
    expect(inputs.filter((input) => ofRehearsal.test(input))).toEqual([]);
    expect(inputs.some((input) => ofMicrosoft.test(input))).toBe(true);
    expect(lists.rehearsal).toEqual([]);
    expect(lists.files).not.toHaveProperty(['host.js']);
    expect(lists.call).not.toEqual([]);
    expect(lists.chat).not.toEqual([]);
  });

  it('is in full both, and for a rehearsal only what a rehearsal needs', async () => {
    const { inputs, lists } = await inputsOf('full');
    expect(inputs.some((input) => ofMicrosoft.test(input))).toBe(true);
    expect(inputs).toContain('src/rehearsal/index.ts');
    for (const list of [lists.call, lists.chat, lists.rehearsal]) expect(list).not.toEqual([]);
    const calling = lists.call.filter((name) => !lists.rehearsal.includes(name));
    expect(calling.some((name) => name.startsWith('callingsdk'))).toBe(true);
  });
});

it('refuses a build that it does not know', () => {
  expect(() => leftOut('toString')).toThrow('known builds are full, rehearsal, production');
});
