import path from 'node:path';

const callPage = 'src/visit/callpage.ts';
const stage = 'src/stage/stage.ts';
const callFace = 'src/stage/callface.tsx';
const chatFace = 'src/stage/chatface.tsx';
const callingSDK = 'src/sdk/microsoftcalling.ts';
const chatSDK = 'src/sdk/microsoftchat.ts';
const rehearsalSDK = 'src/rehearsal/index.ts';
const localePrefix = 'src/stage/locales/';

/**
 * What the server reads:
 *
 *   files      stable name → file in dist/assets, for whatever a page names: visit.js, check.js, try.js, desk.js, host.js, visit.css,
 *              check.css, desk.css, callpage.js, stage.js, favicon.svg
 *   call       every script of a real call without chat: the visit's page of it with the stage, CallComposite, Calling SDK
 *              and what they share
 *   chat       every script of a real call with chat. It stands instead of `call`, not beside it
 *   rehearsalCall, rehearsal   the same two of a rehearsal, in the place of both
 *   locales    language tag → the scripts of the UI Library's texts in that language, beside any of the four
 *
 * The lists are what to prefetch, the script that the visit's page names first. They hold no duplicates. `left` names the entries that this build leaves
 * out: a call that needs one of them has an empty list, a file that is one of them is missing.
 */
export function manifest(metafile, statics, left = []) {
  const byEntry = new Map();
  for (const [file, output] of Object.entries(metafile.outputs)) if (output.entryPoint) byEntry.set(output.entryPoint, file);
  const files = { ...statics };
  for (const [name, entry] of [
    ['visit.js', 'src/visit/visit.ts'],
    ['check.js', 'src/check/check.ts'],
    ['try.js', 'src/try/try.ts'],
    ['desk.js', 'src/desk/desk.ts'],
    ['host.js', 'src/host/host.ts'],
    ['callpage.js', callPage],
    ['stage.js', stage],
    ['visit.css', 'css/visit.css'],
    ['check.css', 'css/check.css'],
    ['desk.css', 'css/desk.css'],
  ]) {
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

/** The files and everything they import statically, in order of discovery. */
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
