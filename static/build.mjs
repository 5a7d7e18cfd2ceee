// Builds what the browser runs: `node build.mjs [--build full|rehearsal|production]`.
//
// In: src/ (TypeScript), css/, assets/. Out: dist/assets/<name>-<hash>.<ext>.br and .gz (never the raw file: the server
// unpacks the .gz for the few who take neither) and dist/manifest.json, which bundle/manifest.mjs describes.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { bundles, leftOut } from './bundle/bundles.mjs';
import { hashed } from './bundle/hash.mjs';
import { licences } from './bundle/licences.mjs';
import { manifest } from './bundle/manifest.mjs';
import { publish } from './bundle/publish.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));

async function main() {
  const { values } = parseArgs({ options: { build: { type: 'string', default: 'full' } } });
  const started = performance.now();
  const results = await Promise.all(bundles(root, values.build).map((options) => build(options)));
  const bundled = performance.now();

  const metafile = {
    inputs: Object.assign({}, ...results.map((r) => r.metafile.inputs)),
    outputs: Object.assign({}, ...results.map((r) => r.metafile.outputs)),
  };
  const files = new Map();
  let notices = '';
  for (const file of results.flatMap((r) => r.outputFiles)) {
    if (file.path.endsWith('.LEGAL.txt')) notices += file.text;
    else files.set(path.basename(file.path), Buffer.from(file.contents));
  }
  const statics = await readStatics(path.join(root, 'assets'));
  statics.set('licences.txt', Buffer.from(await licences(root, metafile, notices)));
  const named = {};
  for (const [name, contents] of statics) {
    named[name] = hashed(name, contents);
    files.set(named[name], contents);
  }

  await mkdir(path.join(root, '.build'), { recursive: true });
  await writeFile(path.join(root, '.build/meta.json'), JSON.stringify(metafile));
  const sizes = await publish(root, files);
  await writeFile(
    path.join(root, 'dist/manifest.json'),
    `${JSON.stringify(manifest(metafile, named, leftOut(values.build)), null, 1)}\n`,
  );

  report(sizes, bundled - started, performance.now() - bundled);
}

/** The files of a folder, by name. Folders inside it are not taken. */
async function readStatics(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((e) => e.isFile() && !e.name.startsWith('.')).map((e) => e.name);
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name))])));
}

function report(sizes, bundling, compressing) {
  const kB = (n) => `${(n / 1000).toFixed(1)} kB`.padStart(11);
  for (const { name, raw, gz, br } of sizes) console.log(`${name.padEnd(44)}${kB(raw)} raw${kB(gz)} gz${kB(br)} br`);
  console.log(`bundled in ${(bundling / 1000).toFixed(1)} s, compressed in ${(compressing / 1000).toFixed(1)} s`);
}

main().catch((err) => {
  console.error(err instanceof Error ? err.message : err);
  process.exitCode = 1;
});
