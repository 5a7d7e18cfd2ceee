import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Compression levels: the smallest files for a release, the shortest time while developing. */
const best = { brotli: 11, gzip: 9 };
export const fast = { brotli: 1, gzip: 1 };

const windowBits = 24;

/**
 * Writes each file compressed to dist/assets and removes all other files there. The compressed bytes are cached in
 * .build/cache by the hash of the content, because the Calling SDK alone takes brotli some ten seconds.
 */
export async function publish(root, files, level = best) {
  const assets = path.join(root, 'dist/assets');
  const cache = path.join(root, '.build/cache');
  await Promise.all([assets, cache].map((dir) => mkdir(dir, { recursive: true })));
  // The largest first, because the Calling SDK takes longest.
  const bySize = [...files].sort(([, a], [, b]) => b.length - a.length);
  const sizes = await Promise.all(
    bySize.map(async ([name, contents]) => {
      const { br, gz } = await compressed(cache, contents, level);
      await Promise.all([put(path.join(assets, `${name}.br`), br), put(path.join(assets, `${name}.gz`), gz)]);
      return { name, raw: contents.length, gz: gz.length, br: br.length };
    }),
  );
  await removeOthers(assets, new Set(sizes.flatMap(({ name }) => [`${name}.br`, `${name}.gz`])));
  return sizes;
}

async function compressed(cache, contents, level) {
  const settings = `br${level.brotli}-${windowBits} gz${level.gzip}`;
  const key = createHash('sha256').update(settings).update(contents).digest('hex');
  const [br, gz] = await Promise.all([
    cached(path.join(cache, `${key}.br`), () =>
      promisify(brotliCompress)(contents, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: level.brotli,
          [constants.BROTLI_PARAM_LGWIN]: windowBits,
          [constants.BROTLI_PARAM_SIZE_HINT]: contents.length,
        },
      }),
    ),
    cached(path.join(cache, `${key}.gz`), () => promisify(gzip)(contents, { level: level.gzip })),
  ]);
  return { br, gz };
}

async function cached(file, make) {
  try {
    return await readFile(file);
  } catch (err) {
    if (err.code !== 'ENOENT') throw err;
  }
  const made = await make();
  await put(file, made);
  return made;
}

/** Writes a temporary file and renames it, so that an interrupted build leaves no incomplete file under the final name. */
async function put(file, contents) {
  const partial = `${file}.${process.pid}.part`;
  await writeFile(partial, contents);
  await rename(partial, file);
}

async function removeOthers(dir, keep) {
  const names = await readdir(dir);
  await Promise.all(names.filter((name) => !keep.has(name)).map((name) => rm(path.join(dir, name), { recursive: true })));
}
