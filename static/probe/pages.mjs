import { createServer } from 'node:http';
import path from 'node:path';
import { build } from 'esbuild';

/** The two SDKs that are compared, by the names of their pages. */
export const SDKS = ['microsoft', 'rehearsal'];

const root = path.dirname(import.meta.dirname);

/** Bundles the page of questions for each SDK. Resolves to the scripts by name. */
export async function bundle() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: SDKS.map((name) => `probe/page/${name}.ts`),
    outdir: '.',
    bundle: true,
    write: false,
    format: 'esm',
    target: 'chrome109',
    logLevel: 'warning',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  return new Map(outputFiles.map((file) => [path.basename(file.path, '.js'), file.contents]));
}

/** Serves each script and its page on localhost: the Calling SDK refuses plain http on any other host. */
export async function serve(scripts) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const [, name, script] = /^\/(\w+)(\.js)?$/.exec(pathname) ?? [];
    const found = scripts.get(name);
    if (!found) response.writeHead(404).end();
    else if (script) response.writeHead(200, { 'content-type': 'text/javascript' }).end(found);
    else response.writeHead(200, { 'content-type': 'text/html' }).end(page(name));
  });
  const port = await listen(server);
  return { address: `http://localhost:${port}`, close: () => server.close() };
}

/** Returns a WebSocket address on which nothing listens. */
export async function deadSocket() {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return `ws://localhost:${port}/`;
}

function listen(server) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, 'localhost', () => resolve(server.address().port));
  });
}

function page(name) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title><body><script type="module" src="/${name}.js"></script>`;
}
