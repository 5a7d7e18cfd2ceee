import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { chromium } from '@playwright/test';

/** The sets of questions, each asked on a page of its own; `denied` is the one where the visitor forbids all devices. */
const QUESTIONS = ['call', 'denied', 'devices', 'links', 'tokens'];

/** How long a page may take for its questions, in milliseconds. Microsoft's SDK waits for servers that it cannot reach. */
const PATIENCE = 150_000;

/** Starts a Chromium with fake devices that can reach this machine and nothing else, wherever it runs. */
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

/** Asks one SDK everything. Rejects with the page's own fault when a question could not be asked. */
export async function ask(browser, { address, sdk, socket }) {
  const sets = await Promise.all(QUESTIONS.map((questions) => askSet(browser, { address, sdk, socket, questions })));
  return Object.assign({}, ...sets);
}

async function askSet(browser, { address, sdk, socket, questions }) {
  // A context of its own: pages of one context see each other, and so do the SDKs in them.
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
