import { readFile } from 'node:fs/promises';
import path from 'node:path';

const libraries = /node_modules\/(@azure\/communication-react|@fluentui|@fluentui-contrib)\/.*\.m?js$/;
const named = /^(import|export)\s*\{([^}]*)\}\s*from\s*['"]([^'"]+)['"];?/gm;
const starred = /^export\s*\*\s*from\s*['"]([^'"]+)['"]/gm;

/**
 * Makes named imports inside the UI libraries import from the file that defines the name, not through index files.
 *
 * esbuild splits a bundle by file. An index file that both composites import pulls everything it exports into their shared
 * chunk, so a call without chat would include the whole chat. The plugin changes only packages that declare
 * `sideEffects: false`, whose index files only re-export. `change` gets each file's path and text and returns the text to
 * bundle.
 */
export function directImports(change) {
  return {
    name: 'direct-imports',
    setup(build) {
      const files = new Map();
      const read = (file) => {
        if (!files.has(file))
          files.set(
            file,
            readFile(file, 'utf8').then((text) => ({ text: change(file, text), ...reexports(text) })),
          );
        return files.get(file);
      };
      const resolved = new Map();
      const resolve = (specifier, from) => {
        const key = `${path.dirname(from)} ${specifier}`;
        if (!resolved.has(key)) {
          const options = { importer: from, resolveDir: path.dirname(from), kind: 'import-statement' };
          resolved.set(
            key,
            build.resolve(specifier, options).then((r) => (r.errors.length || r.external || r.sideEffects ? undefined : r.path)),
          );
        }
        return resolved.get(key);
      };

      /** Returns the file that defines an exported name, and its name there; undefined if `file` does not re-export it. */
      const origin = async (file, name, seen = new Set()) => {
        if (!libraries.test(file) || seen.has(file)) return undefined;
        seen.add(file);
        const { names, stars } = await read(file);
        const via = names.get(name);
        if (via) {
          const next = await resolve(via.from, file);
          if (!next) return undefined;
          return (await origin(next, via.name, seen)) ?? [next, via.name];
        }
        for (const star of stars) {
          const next = await resolve(star, file);
          if (!next) continue;
          const found = await origin(next, name, seen);
          if (found) return found;
          if ((await read(next)).own.has(name)) return [next, name];
        }
        return undefined;
      };

      build.onLoad({ filter: libraries }, async ({ path: file }) => {
        const { text } = await read(file);
        const edits = [];
        for (const match of text.matchAll(named)) {
          const [statement, keyword, list, specifier] = match;
          const target = await resolve(specifier, file);
          if (!target) continue;
          const lines = [];
          for (const { name, local } of clauses(list)) {
            const [at, there] = (await origin(target, name)) ?? [target, name];
            lines.push(`${keyword} { ${there} as ${local} } from ${JSON.stringify(at)};`);
          }
          edits.push([match.index, statement.length, lines.join(' ')]);
        }
        let contents = text;
        for (const [at, length, replacement] of edits.reverse())
          contents = contents.slice(0, at) + replacement + contents.slice(at + length);
        return { contents, loader: 'js' };
      });
    },
  };
}

function clauses(list) {
  return list
    .split(',')
    .map((clause) => clause.trim())
    .filter(Boolean)
    .map((clause) => {
      const [name, local = name] = clause.split(/\s+as\s+/);
      return { name, local };
    });
}

function reexports(text) {
  const names = new Map();
  const imported = new Map();
  const own = new Set();
  for (const [, keyword, list, from] of text.matchAll(named)) {
    for (const { name, local } of clauses(list)) (keyword === 'export' ? names : imported).set(local, { from, name });
  }
  for (const [, list] of text.matchAll(/^export\s*\{([^}]*)\}\s*;/gm)) {
    for (const { name, local } of clauses(list)) {
      if (imported.has(name)) names.set(local, imported.get(name));
      else own.add(local);
    }
  }
  for (const [, name] of text.matchAll(/^export\s+(?:async\s+)?(?:const|let|var|function\*?|class)\s+([\w$]+)/gm)) own.add(name);
  return { names, own, stars: [...text.matchAll(starred)].map(([, from]) => from) };
}
