import { createHash } from 'node:crypto';
import path from 'node:path';

/** The file name with eight characters of its content's SHA-256, in esbuild's own style: `favicon-3FKQ7A2B.svg`. */
export function hashed(name, contents) {
  const { name: stem, ext } = path.parse(name);
  const digest = createHash('sha256').update(contents).digest('hex').slice(0, 8).toUpperCase();
  return `${stem}-${digest}${ext}`;
}
