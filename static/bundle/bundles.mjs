import path from 'node:path';
import { directImports } from './direct.mjs';
import { callingSDK, callScripts, chatSDK, pageScripts, rehearsalSDK, stylesheets } from './entries.mjs';
import { leaveOut, noEffects, standIns } from './plugins.mjs';

const microsoft = [callingSDK, chatSDK];
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
 * Returns the esbuild runs of a build. The page scripts have a run of their own: they share no chunk with the call or with
 * each other, so each stays one small file. Their target is older, because they tell visitors with an old browser that it
 * cannot run the call.
 */
export function bundles(root, build) {
  const left = leftOut(build);
  const common = {
    absWorkingDir: root,
    outdir: path.join(root, 'dist/assets'),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    minify: true,
    metafile: true,
    write: false,
    legalComments: 'external',
    logLevel: 'warning',
    charset: 'utf8',
    define: { 'process.env.NODE_ENV': '"production"' },
  };
  return [
    {
      ...common,
      entryPoints: Object.values(pageScripts).filter((entry) => !left.includes(entry)),
      format: 'esm',
      target: ['es2020'],
    },
    {
      ...common,
      entryPoints: Object.values(stylesheets),
      target: ['chrome109', 'firefox115', 'safari16.4'],
    },
    {
      ...common,
      entryPoints: Object.values(callScripts),
      format: 'esm',
      splitting: true,
      jsx: 'automatic',
      target: ['chrome109', 'firefox115', 'safari16.4'],
      plugins: [leaveOut(root, left), standIns(root), noEffects(), directImports()],
    },
  ];
}
