// Asks Microsoft's Calling SDK and the rehearsal's the same questions, offline. It fails if a difference is not in
// known.json, or if one in known.json no longer exists: `node probe/probe.mjs [--answers FILE]`. See docs/probe.md.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ask, launch } from './browser.mjs';
import { compare, row, table } from './compare.mjs';
import { bundle, deadSocket, SDKS, serve } from './pages.mjs';

const here = import.meta.dirname;
const installed = path.resolve(here, '../node_modules/@azure/communication-calling/package.json');

async function main() {
  const { values } = parseArgs({ options: { answers: { type: 'string' } } });
  if (!existsSync(installed)) {
    console.warn('contract probe: SKIPPED, @azure/communication-calling is not installed; `npm ci` in static/ installs it');
    if (process.env.CI === 'true') throw new Error('contract probe: must not be skipped when CI=true');
    return;
  }
  const { version } = JSON.parse(await readFile(installed, 'utf8'));
  const known = JSON.parse(await readFile(path.join(here, 'known.json'), 'utf8'));
  const started = performance.now();
  const [microsoft, rehearsal] = await askBoth();
  if (values.answers) await writeFile(values.answers, `${JSON.stringify({ microsoft, rehearsal }, null, 1)}\n`);

  console.log(`contract probe: Microsoft's Calling SDK ${version} and the rehearsal's\n\n${table(microsoft, rehearsal)}\n`);
  const findings = compare(microsoft, rehearsal, known);
  for (const finding of findings) report(finding);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`${known.length} known differences, ${findings.length} findings, ${seconds} s`);
  if (findings.length) process.exitCode = 1;
}

/** Resolves to the answers of both SDKs, in the order of SDKS. */
async function askBoth() {
  const server = await serve(await bundle());
  try {
    const browser = await launch();
    try {
      const socket = await deadSocket();
      return await Promise.all(SDKS.map((sdk) => ask(browser, { address: server.address, sdk, socket })));
    } finally {
      await browser.close();
    }
  } finally {
    server.close();
  }
}

function report({ key, finding, microsoft, rehearsal }) {
  console.error(`${key}: ${finding}`);
  if (microsoft !== rehearsal) console.error(`  ${row({ key, microsoft, rehearsal, reason: '?' })}`);
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
