import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const locks = ['package-lock.json', 'bench/package-lock.json', 'engines/package-lock.json', 'kql/package-lock.json'];

it.each(locks)('has an integrity hash for every package of %s', (name) => {
  const { packages } = JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));
  const unhashed = Object.keys(packages).filter((key) => key && !packages[key].integrity);
  expect(unhashed).toEqual([]);
});
