import path from 'node:path';

import {
  callFace,
  callingSDK,
  callScripts,
  chatFace,
  chatSDK,
  localePrefix,
  pageScripts,
  rehearsalSDK,
  stylesheets,
} from './entries.mjs';

const { 'callpage.js': callPage, 'stage.js': stage } = callScripts;

/**
 * Returns what the server reads:
 *
 *   files      name that pages use (visit.js, visit.css, favicon.svg) → file in dist/assets; entries.mjs has the names
 *   call       all scripts of a call without chat: the visit's call page, the stage, CallComposite, the Calling SDK and
 *              their shared chunks
 *   chat       all scripts of a call with chat; it replaces `call`
 *   rehearsalCall, rehearsal   the same two for a rehearsal
 *   locales    language tag → the scripts with the UI Library's texts in that language, in addition to any of the four
 *
 * The server prefetches these lists. They start with the script that the visit's page loads and have no duplicates. `left`
 * names the entries that this build leaves out: `files` does not have them, and a list that needs one of them is empty.
 */
export function manifest(metafile, statics, left = []) {
  const byEntry = new Map();
  for (const [file, output] of Object.entries(metafile.outputs)) if (output.entryPoint) byEntry.set(output.entryPoint, file);
  const files = { ...statics };
  for (const [name, entry] of Object.entries({ ...pageScripts, ...callScripts, ...stylesheets })) {
    if (!left.includes(entry)) files[name] = path.basename(required(byEntry, entry));
  }
  const scripts = (...entries) => {
    if (entries.some((entry) => left.includes(entry))) return [];
    return closure(
      metafile,
      entries.map((entry) => required(byEntry, entry)),
    );
  };
  const locales = {};
  for (const [entry, file] of byEntry) {
    if (!entry.startsWith(localePrefix)) continue;
    const shared = new Set(scripts(stage, chatFace));
    locales[path.parse(entry).name] = closure(metafile, [file]).filter((name) => !shared.has(name));
  }
  return {
    files: Object.fromEntries(Object.entries(files).sort(([a], [b]) => a.localeCompare(b))),
    call: scripts(callPage, callFace, callingSDK),
    chat: scripts(callPage, chatFace, callingSDK, chatSDK),
    rehearsalCall: scripts(callPage, callFace, rehearsalSDK),
    rehearsal: scripts(callPage, chatFace, rehearsalSDK),
    locales,
  };
}

function required(byEntry, entry) {
  const file = byEntry.get(entry);
  if (!file) throw new Error(`make the manifest: ${entry} is not an entry of its own in this build`);
  return file;
}

/** Returns the files and everything they import statically, in order of discovery. */
function closure(metafile, entries) {
  const seen = new Set();
  const queue = [...entries];
  for (const file of queue) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const { path: imported, kind } of metafile.outputs[file].imports) {
      if (kind === 'import-statement') queue.push(imported);
    }
  }
  return [...seen].map((file) => path.basename(file));
}
