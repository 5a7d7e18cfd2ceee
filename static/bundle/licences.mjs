import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Returns the licences of everything that was bundled as one text: each package's licence file, then the notices in the
 * sources. Microsoft's Calling SDK has its own licence, which must be distributed with it.
 */
export async function licences(root, metafile, notices) {
  const packages = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) packages.add(found[1]);
  }
  const parts = await Promise.all([...packages].sort().map((dir) => onePackage(path.join(root, dir))));
  return [...parts, `Notices found in the sources\n\n${notices}`].join(`\n${'-'.repeat(72)}\n\n`);
}

async function onePackage(dir) {
  const { name, version, license } = JSON.parse(await readFile(path.join(dir, 'package.json'), 'utf8'));
  const names = await readdir(dir);
  const file = names.find((n) => /^(licen[cs]e|copying)(\.|$)/i.test(n));
  const text = file ? await readFile(path.join(dir, file), 'utf8') : `(the package carries no licence file)\n`;
  return `${name} ${version} (${typeof license === 'string' ? license : 'see below'})\n\n${text}`;
}
