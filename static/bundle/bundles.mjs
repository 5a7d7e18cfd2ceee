import path from 'node:path';
import { directImports } from './direct.mjs';
import { noEffects, standIns } from './plugins.mjs';

const builds = ['full'];

/**
 * The esbuild runs of a build. The light script is a run of its own: it shares no chunk with the call, so that it stays
 * one small file, and it is lowered for browsers too old for the call, which it has to tell so.
 */
export function bundles(root, build) {
  if (!builds.includes(build)) throw new Error(`build ${JSON.stringify(build)}: known builds are ${builds.join(', ')}`);
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
    { ...common, entryPoints: ['src/visit/visit.ts'], format: 'esm', target: ['es2018'] },
    { ...common, entryPoints: ['css/visit.css'], target: ['chrome109', 'firefox115', 'safari16.4'] },
    {
      ...common,
      entryPoints: ['src/stage/stage.ts'],
      format: 'esm',
      splitting: true,
      jsx: 'automatic',
      target: ['chrome109', 'firefox115', 'safari16.4'],
      plugins: [standIns(root), noEffects(), directImports()],
    },
  ];
}
