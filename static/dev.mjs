// Rebuilds the bundle whenever a script or stylesheet changes: `make dev` runs it beside the server, which reads the bundle
// from dist/ and restarts on a new manifest.
import { watch } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundler } from './bundle/bundles.mjs';
import { fast } from './bundle/publish.mjs';
import { write } from './bundle/write.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));
const { rebuild } = await bundler(root, 'full', false);

let running = Promise.resolve();

/** Queues a rebuild. A mistake in a source is printed, and the next change tries again. */
function build(changed) {
  running = running.then(async () => {
    const started = performance.now();
    try {
      await write(root, 'full', await rebuild(changed), fast);
      console.log(`bundle: ${changed ?? 'everything'} in ${Math.round(performance.now() - started)} ms`);
    } catch (err) {
      console.error(`bundle: ${err.message}`);
    }
  });
  return running;
}

await build();
const waiting = new Map();
for (const folder of ['src', 'css']) {
  watch(path.join(root, folder), { recursive: true }, (_, name) => {
    if (!name || /\.test\.ts$|~$|\.sw.$/.test(name)) return;
    const changed = `${folder}/${name}`;
    // An editor writes a file in several steps.
    clearTimeout(waiting.get(changed));
    waiting.set(
      changed,
      setTimeout(() => build(changed), 30),
    );
  });
}
