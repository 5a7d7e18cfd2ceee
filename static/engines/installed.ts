import { existsSync } from 'node:fs';
import path from 'node:path';

/** Finds the first of these programs, by name on the PATH or by its whole path. */
export function found(programs: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(':');
  return programs.flatMap((name) => folders.map((folder) => path.resolve(folder, name))).find((file) => existsSync(file));
}
