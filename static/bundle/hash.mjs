import { createHash } from 'node:crypto';
import path from 'node:path';

/** Returns the file name with eight characters of the contents' SHA-256, in esbuild's style: `favicon-3FCA7A2B.svg`. */
export function hashed(name, contents) {
  const { name: stem, ext } = path.parse(name);
  const digest = createHash('sha256').update(contents).digest('hex').slice(0, 8).toUpperCase();
  return `${stem}-${digest}${ext}`;
}
