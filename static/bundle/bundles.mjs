import path from 'node:path';
import { directImports } from './direct.mjs';
import { leaveOut, noEffects, standIns } from './plugins.mjs';

const microsoft = ['src/sdk/microsoftcalling.ts', 'src/sdk/microsoftchat.ts'];
const rehearsal = 'src/rehearsal/index.ts';
const host = 'src/host/host.ts';

/**
 * What a build leaves out, by its name: `full` nothing, `rehearsal` Microsoft's two SDKs, and `production` all that is
 * for rehearsing. Throws on a name that is not one of these.
 */
export function leftOut(build) {
  const builds = { full: [], rehearsal: microsoft, production: [rehearsal, host] };
  if (!Object.hasOwn(builds, build)) {
    throw new Error(`build ${JSON.stringify(build)}: known builds are ${Object.keys(builds).join(', ')}`);
  }
  return builds[build];
}

/**
 * The esbuild runs of a build. The light scripts are a run of their own: they share no chunk with the call or with each
 * other, so that each stays one small file, and they run in browsers too old for the call, which they tell so. The server
 * tells older ones.
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
      entryPoints: [
        'src/visit/visit.ts',
        'src/check/check.ts',
        'src/try/try.ts',
        'src/desk/desk.ts',
        'src/staff/staff.ts',
        host,
      ].filter((entry) => !left.includes(entry)),
      format: 'esm',
      target: ['es2020'],
    },
    {
      ...common,
      entryPoints: ['css/visit.css', 'css/check.css', 'css/desk.css'],
      target: ['chrome109', 'firefox115', 'safari16.4'],
    },
    {
      ...common,
      entryPoints: ['src/visit/callpage.ts', 'src/stage/stage.ts'],
      format: 'esm',
      splitting: true,
      jsx: 'automatic',
      target: ['chrome109', 'firefox115', 'safari16.4'],
      plugins: [leaveOut(root, left), standIns(root), noEffects(), directImports()],
    },
  ];
}
