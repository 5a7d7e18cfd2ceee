import { existsSync } from 'node:fs';
import path from 'node:path';

/** Returns the path of the first of these programs that is installed. Each is given by name or by path. */
export function found(programs: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(':');
  return programs.flatMap((name) => folders.map((folder) => path.resolve(folder, name))).find((file) => existsSync(file));
}
