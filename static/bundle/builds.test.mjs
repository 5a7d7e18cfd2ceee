import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bundle, leftOut } from './bundles.mjs';
import { manifest } from './manifest.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Builds without minifying and without writing files, which does not change the inputs. */
async function inputsOf(name) {
  const { metafile } = await bundle(root, name, false);
  return { inputs: Object.keys(metafile.inputs), lists: manifest(metafile, {}, leftOut(name)) };
}

const microsoftSDKs = /node_modules\/@azure\/communication-(calling|calling-effects|chat)\//;
const rehearsal = /^src\/(rehearsal|host)\//;

describe('a build', { timeout: 120_000 }, () => {
  it('for a rehearsal has no Calling SDK, effects or Chat SDK', async () => {
    const { inputs, lists } = await inputsOf('rehearsal');
    expect(inputs.filter((input) => microsoftSDKs.test(input))).toEqual([]);
    expect(inputs.filter((input) => rehearsal.test(input))).toContain('src/rehearsal/index.ts');
    expect(lists).toMatchObject({ call: [], chat: [], files: { 'host.js': expect.any(String) } });
    expect(lists.rehearsal).not.toEqual([]);
  });

  it('for production has no part of the rehearsal', async () => {
    const { inputs, lists } = await inputsOf('production');
    expect(inputs.filter((input) => rehearsal.test(input))).toEqual([]);
    expect(inputs.some((input) => microsoftSDKs.test(input))).toBe(true);
    expect(lists.rehearsal).toEqual([]);
    expect(lists.files).not.toHaveProperty(['host.js']);
    expect(lists.call).not.toEqual([]);
    expect(lists.chat).not.toEqual([]);
  });

  it('in full has both, and lists for a rehearsal only what a rehearsal needs', async () => {
    const { inputs, lists } = await inputsOf('full');
    expect(inputs.some((input) => microsoftSDKs.test(input))).toBe(true);
    expect(inputs).toContain('src/rehearsal/index.ts');
    for (const list of [lists.call, lists.chat, lists.rehearsal]) expect(list).not.toEqual([]);
    const calling = lists.call.filter((name) => !lists.rehearsal.includes(name));
    expect(calling.some((name) => name.startsWith('callingsdk'))).toBe(true);
  });
});

it('rejects an unknown build', () => {
  expect(() => leftOut('toString')).toThrow('known builds are full, rehearsal, production');
});
