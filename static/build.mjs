// Builds what the browser runs: `node build.mjs [--build full|rehearsal|production]`.
//
// Input: src/ (TypeScript), css/, assets/. Output: dist/assets/<name>-<hash>.<ext>.br and .gz (no raw files: the server
// unpacks the .gz for clients that accept neither) and dist/manifest.json, which bundle/manifest.mjs describes.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle } from './bundle/bundles.mjs';
import { write } from './bundle/write.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));

async function main() {
  const { values } = parseArgs({ options: { build: { type: 'string', default: 'full' } } });
  const started = performance.now();
  const result = await bundle(root, values.build);
  const bundled = performance.now();
  const sizes = await write(root, values.build, result);
  report(sizes, bundled - started, performance.now() - bundled);
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
