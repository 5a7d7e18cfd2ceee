import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { leftOut } from './bundles.mjs';
import { hashed } from './hash.mjs';
import { licences } from './licences.mjs';
import { manifest } from './manifest.mjs';
import { publish } from './publish.mjs';

/**
 * Writes a bundle with the files of assets/ and the licences to dist/, and esbuild's metafile to .build/. It writes the
 * manifest last, so that the files of a new manifest exist. Returns the sizes of the files.
 */
export async function write(root, build, { files, metafile, notices }, level) {
  const statics = await readStatics(path.join(root, 'assets'));
  statics.set('licences.txt', Buffer.from(await licences(root, metafile, notices)));
  const named = {};
  for (const [name, contents] of statics) {
    named[name] = hashed(name, contents);
    files.set(named[name], contents);
  }
  await mkdir(path.join(root, '.build'), { recursive: true });
  await writeFile(path.join(root, '.build/meta.json'), JSON.stringify(metafile));
  const sizes = await publish(root, files, level);
  const lists = manifest(metafile, named, leftOut(build));
  await writeFile(path.join(root, 'dist/manifest.json'), `${JSON.stringify(lists, null, 1)}\n`);
  return sizes;
}

/** Returns the files of a folder by name, without its subfolders. */
async function readStatics(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((e) => e.isFile() && !e.name.startsWith('.')).map((e) => e.name);
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name))])));
}
