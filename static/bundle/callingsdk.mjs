import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { hashed } from './hash.mjs';

const assets = 'dist/assets';
const sdk = '@azure/communication-calling';
const shipped = `node_modules/${sdk}/dist-esm/sdk.bundle.js`;

/** Packages that the Calling SDK's file imports, with the scripts of ours that export them. */
const shared = {
  '@azure/logger': 'src/sdk/azurelogger.ts',
  '@azure/communication-common': 'src/sdk/azurecommon.ts',
};

/**
 * Makes Microsoft's Calling SDK a separate script, unchanged except for its two import specifiers: minifying it again makes
 * it larger when compressed, and its licence forbids removing its notices. The packages that it imports become scripts too,
 * so that the rest of the call can share them.
 *
 * Returns the files by name, their metafile, their legal comments, and `plugin`, which makes the call import all three.
 * `options` are those of the call's esbuild run. `sdkWanted` is false in a build without the SDK.
 */
export async function callingSDK(root, options, sdkWanted) {
  const { outputFiles, metafile } = await build({ ...options, entryPoints: Object.values(shared), plugins: [] });
  const files = new Map(
    outputFiles
      .filter((file) => !file.path.endsWith('.LEGAL.txt'))
      .map((file) => [path.basename(file.path), Buffer.from(file.contents)]),
  );
  const notices = outputFiles.filter((file) => file.path.endsWith('.LEGAL.txt')).map((file) => file.text);
  const scripts = {};
  for (const [name, entry] of Object.entries(shared)) scripts[name] = outputOf(metafile, entry);
  if (sdkWanted) {
    const contents = Buffer.from(rewriteImports(await readFile(path.join(root, shipped), 'utf8'), scripts));
    scripts[sdk] = hashed('callingsdk.js', contents);
    files.set(scripts[sdk], contents);
    metafile.inputs[shipped] = { bytes: contents.length, imports: [] };
    metafile.outputs[`${assets}/${scripts[sdk]}`] = {
      bytes: contents.length,
      inputs: { [shipped]: { bytesInOutput: contents.length } },
      imports: Object.keys(shared).map((name) => ({ path: `${assets}/${scripts[name]}`, kind: 'import-statement' })),
      exports: [],
    };
  }
  return { files, metafile, notices, plugin: importing(root, scripts) };
}

function outputOf(metafile, entry) {
  const found = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === entry);
  return path.basename(found[0]);
}

/** Replaces the SDK's two import specifiers. Throws if a new version of the SDK imports anything else. */
function rewriteImports(text, scripts) {
  let found = 0;
  const result = text.replace(/(import\{[^}]*\}from)"(@azure\/[\w-]+)"/g, (_, start, name) => {
    if (!shared[name]) throw new Error(`rewrite the Calling SDK: it imports ${name}`);
    found++;
    return `${start}"./${scripts[name]}"`;
  });
  if (found !== Object.keys(shared).length) throw new Error(`rewrite the Calling SDK: ${found} imports found`);
  return result;
}

function importing(root, scripts) {
  const owner = path.join(root, 'src/sdk/microsoftcalling.ts');
  return {
    name: 'calling-sdk',
    setup(build) {
      build.onResolve({ filter: /^@azure\/(logger|communication-common|communication-calling)$/ }, (args) => {
        if (args.path === sdk && args.importer !== owner) return undefined;
        return scripts[args.path] ? { path: `./${scripts[args.path]}`, external: true } : undefined;
      });
    },
  };
}

/** Replaces the imports by file name in a metafile with the paths that the metafile uses. Returns the metafile. */
export function withAssetPaths(metafile) {
  for (const output of Object.values(metafile.outputs)) {
    for (const imported of output.imports) {
      if (imported.external && imported.path.startsWith('./')) imported.path = `${assets}/${imported.path.slice(2)}`;
    }
  }
  return metafile;
}
