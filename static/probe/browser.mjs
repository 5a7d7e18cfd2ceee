import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { chromium } from '@playwright/test';

/** The sets of questions. Each set has its own page; in `denied` the visitor has forbidden all devices. */
const QUESTIONS = ['call', 'denied', 'devices', 'links', 'tokens'];

/** How long a page may take to answer a set, in milliseconds. Microsoft's SDK waits for servers that it cannot reach. */
const PATIENCE = 150_000;

/** Starts Chromium with fake devices. It can reach this machine only. */
export function launch() {
  const executablePath =
    process.env.CHROMIUM || execFileSync(path.resolve(import.meta.dirname, '../e2e/chromium'), { encoding: 'utf8' }).trim();
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost',
      '--use-fake-device-for-media-stream=device-count=2',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

/** Asks one SDK every question. Rejects with the page's error when a question could not be asked. */
export async function ask(browser, { address, sdk, socket }) {
  const sets = await Promise.all(QUESTIONS.map((questions) => askSet(browser, { address, sdk, socket, questions })));
  return Object.assign({}, ...sets);
}

async function askSet(browser, { address, sdk, socket, questions }) {
  // Each set has its own context, because SDKs in pages of one context notice each other.
  const context = await browser.newContext({ permissions: questions === 'denied' ? [] : ['camera', 'microphone'] });
  try {
    const page = await context.newPage();
    const faults = [];
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(`${address}/${sdk}?${new URLSearchParams({ ask: questions, socket })}`, { timeout: PATIENCE });
    await page.waitForFunction('globalThis.probed', undefined, { timeout: PATIENCE }).catch(() => {
      throw new Error(
        `ask ${sdk} about ${questions}: no answer in ${PATIENCE / 1000} s; ${faults.join('; ') || 'no page error'}`,
      );
    });
    const { answers, fault } = await page.evaluate('globalThis.probed');
    if (fault) throw new Error(`ask ${sdk} about ${questions}: ${fault}`);
    return answers;
  } finally {
    await context.close();
  }
}
