// Takes a picture of every case in cases.mjs on a phone of 390 by 844, and writes docs/screens.md, where they stand side
// by side. Run by `make screens`; it needs bin/anteroom and a Chromium.
import { spawn } from 'node:child_process';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { parts } from './cases.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'docs/screens');
const across = 4;
const mostBytes = 60 * 1024;
const meeting = 'https://teams.microsoft.com/meet/2735012345678?p=AbCdEfGhIj';

/** Serves a rehearsal as a clinic would; resolves with its address. */
function serve() {
  const env = {
    PATH: process.env.PATH,
    BRAND_NAME: 'Lamna Clinic',
    BRAND_PHONE: '01234 567890',
    BRAND_PRIVACY_URL: 'https://lamna.example/privacy',
    REHEARSAL_HOST: 'off',
  };
  const child = spawn(path.join(root, 'bin/anteroom'), ['serve', '--listen', '127.0.0.1:0'], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const address = new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
      const found = /open (http:\/\/localhost:\d+)/.exec(output);
      if (found) resolve(found[1]);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`anteroom ended with ${code}: run \`make build\` first`)));
  });
  return { address, stop: () => child.kill('SIGINT') };
}

/** Takes one picture in a browser of its own, so that no case sees another's cookies. */
async function take(browser, site, { name, open, context }) {
  const visitor = await browser.newContext({
    viewport: { width: 390, height: 844 },
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...context,
  });
  const page = await visitor.newPage();
  await page.goto(`${site}/?meetingURL=${encodeURIComponent(meeting)}`);
  await open(page, site);
  const file = path.join(folder, `${name}.jpg`);
  await page.screenshot({ path: file, type: 'jpeg', quality: 42, scale: 'css', fullPage: true, animations: 'disabled' });
  await visitor.close();
  const { size } = await stat(file);
  if (size > mostBytes) throw new Error(`${name}.jpg has ${size} bytes, more than ${mostBytes}`);
  return size;
}

function table(cases) {
  const rows = [];
  for (let i = 0; i < cases.length; i += across) {
    const row = cases.slice(i, i + across);
    const cells = (cell) => `|${[...row.map(cell), ...Array(across - row.length).fill('')].map((text) => ` ${text} |`).join('')}`;
    rows.push(cells(({ name, title }) => `![${title}](screens/${name}.jpg)<br>${title}<br>\`${name}\``));
  }
  return [`|${' |'.repeat(across)}`, `|${'---|'.repeat(across)}`, ...rows].join('\n');
}

const { address, stop } = serve();
const browser = await chromium.launch({
  ...(process.env.CHROMIUM ? { executablePath: process.env.CHROMIUM } : {}),
  args: ['--no-sandbox', '--use-fake-device-for-media-stream'],
});
try {
  const site = await address;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  let total = 0;
  let page = '# Every page that a visitor may meet\n\nOn a phone of 390 by 844, made by `make screens`.\n';
  for (const { title, cases } of parts.filter(({ cases }) => cases.length > 0)) {
    for (const one of cases) total += await take(browser, site, one);
    page += `\n## ${title}\n\n${table(cases)}\n`;
  }
  await writeFile(path.join(root, 'docs/screens.md'), page);
  console.log(`docs/screens.md: ${parts.flatMap(({ cases }) => cases).length} pictures, ${Math.round(total / 1024)} KiB`);
} finally {
  await browser.close();
  stop();
}
