import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

// Reads the last build: what a visitor's browser is sent, and under which terms.
const at = (path) => new URL(`../${path}`, import.meta.url);
const built = existsSync(at('.build/meta.json'));
if (!built) console.warn('licences.test.mjs: skipped, there is no build; `npm run build` makes one');

const taken = [
  'MIT',
  '0BSD',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '(MPL-2.0 OR Apache-2.0)',
  'Unlicense',
  'CC0-1.0',
];

// Not open source, and said so in NOTICE.md.
const microsofts = ['@azure/communication-calling'];

describe.skipIf(!built)('licences of what is bundled', () => {
  const { inputs } = built ? JSON.parse(readFileSync(at('.build/meta.json'), 'utf8')) : { inputs: {} };
  const folders = new Set(Object.keys(inputs).flatMap((i) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(i) ?? []));
  const packages = [...folders].map((folder) => JSON.parse(readFileSync(at(`${folder}/package.json`), 'utf8')));

  it('are all on the list, but for the one of Microsoft’s that NOTICE.md names', () => {
    expect(packages.length).toBeGreaterThan(30);
    const others = packages.filter(({ name, license }) => !taken.includes(license) && !microsofts.includes(name));
    expect(others.map(({ name, version, license }) => `${name} ${version}: ${JSON.stringify(license)}`)).toEqual([]);
    const notice = readFileSync(at('../NOTICE.md'), 'utf8');
    for (const name of microsofts) expect(notice).toContain(name);
  });
});
