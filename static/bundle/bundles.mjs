import path from 'node:path';
import { context } from 'esbuild';
import { callingSDK, withAssetPaths } from './callingsdk.mjs';
import { directImports } from './direct.mjs';
import { callScripts, chatSDK, callingSDK as microsoftCalling, pageScripts, rehearsalSDK, stylesheets } from './entries.mjs';
import { changeControlBar, leaveOut, noEffects, noNotifications, standIns } from './plugins.mjs';

const microsoft = [microsoftCalling, chatSDK];
const host = pageScripts['host.js'];

/**
 * Returns the entries that a build leaves out: `full` none, `rehearsal` Microsoft's two SDKs, `production` the rehearsal's
 * SDK and host page. Throws on any other name.
 */
export function leftOut(build) {
  const builds = { full: [], rehearsal: microsoft, production: [rehearsalSDK, host] };
  if (!Object.hasOwn(builds, build)) {
    throw new Error(`build ${JSON.stringify(build)}: known builds are ${Object.keys(builds).join(', ')}`);
  }
  return builds[build];
}

/**
 * Bundles everything for a build, in memory. Returns the files by name, the merged metafiles of all esbuild runs, and the
 * legal comments found in the sources.
 */
export async function bundle(root, build, minify = true) {
  const { rebuild, dispose } = await bundler(root, build, minify);
  const result = await rebuild();
  await dispose();
  return result;
}

/**
 * Prepares a build that can be repeated. `rebuild` takes the path of a changed file, relative to the root, and repeats only
 * the esbuild runs that read it; without a path it repeats all. It returns the same as `bundle`.
 */
export async function bundler(root, build, minify) {
  const runs = runsOf(root, build, minify);
  const azure = await callingSDK(root, runs.call, !leftOut(build).includes(microsoftCalling));
  runs.call.plugins.push(azure.plugin);
  const contexts = await Promise.all(Object.values(runs).map((options) => context(options)));
  let results = [];
  const rebuild = async (changed) => {
    const isStale = (result) => !changed || !result || changed in result.metafile.inputs;
    results = await Promise.all(contexts.map((run, i) => (isStale(results[i]) ? run.rebuild() : results[i])));
    return merge(azure, results);
  };
  return { rebuild, dispose: () => Promise.all(contexts.map((run) => run.dispose())) };
}

function merge(azure, results) {
  const files = new Map(azure.files);
  let notices = azure.notices.join('');
  for (const file of results.flatMap((result) => result.outputFiles)) {
    if (file.path.endsWith('.LEGAL.txt')) notices += file.text;
    else files.set(path.basename(file.path), Buffer.from(file.contents));
  }
  const metafiles = [azure.metafile, ...results.map((result) => result.metafile)];
  const metafile = withAssetPaths({
    inputs: Object.assign({}, ...metafiles.map(({ inputs }) => inputs)),
    outputs: Object.assign({}, ...metafiles.map(({ outputs }) => outputs)),
  });
  return { files, metafile, notices };
}

/**
 * Returns the esbuild runs of a build. The page scripts have a run of their own: they share no chunk with the call or with
 * each other, so each stays one small file. Their target is older, because they tell visitors with an old browser that it
 * cannot run the call.
 */
function runsOf(root, build, minify) {
  const left = leftOut(build);
  const common = {
    absWorkingDir: root,
    outdir: path.join(root, 'dist/assets'),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    minify,
    metafile: true,
    write: false,
    legalComments: 'external',
    logLevel: 'warning',
    charset: 'utf8',
    define: { 'process.env.NODE_ENV': '"production"' },
  };
  return {
    pages: {
      ...common,
      entryPoints: Object.values(pageScripts).filter((entry) => !left.includes(entry)),
      format: 'esm',
      target: ['es2020'],
    },
    styles: {
      ...common,
      entryPoints: Object.values(stylesheets),
      target: ['chrome109', 'firefox115', 'safari16.4'],
    },
    call: {
      ...common,
      entryPoints: Object.values(callScripts),
      format: 'esm',
      splitting: true,
      jsx: 'automatic',
      target: ['chrome109', 'firefox115', 'safari16.4'],
      plugins: [leaveOut(root, left), standIns(root), noEffects(), noNotifications(), directImports(changeControlBar)],
    },
  };
}
