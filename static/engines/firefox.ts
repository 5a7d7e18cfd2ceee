// Debian's Firefox, driven by WebDriver BiDi.
import puppeteer, { type Browser, type LaunchOptions, type Page } from 'puppeteer-core';
import { found } from './installed.ts';

/** The path of Firefox; undefined if it is not installed. */
export const firefoxPath = found(['firefox-esr', 'firefox']);

/** Starts Firefox with a fake camera and microphone, to which it gives access without a prompt. */
export function startFirefox(options: LaunchOptions = {}): Promise<Browser> {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: firefoxPath ?? '',
    defaultViewport: { width: 1280, height: 800 },
    ...options,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'permissions.default.camera': 1,
      'permissions.default.microphone': 1,
      'media.autoplay.default': 0,
      'intl.accept_languages': 'en-GB,en',
      ...options.extraPrefsFirefox,
    },
  });
}

/** Waits for `data-state` of the visit's page. */
export async function inState(page: Page, state: string): Promise<void> {
  await page.waitForSelector(`main[data-state="${state}"]`);
}

/** Presses the button with a name inside an element. */
export async function click(page: Page, within: string, name: string): Promise<void> {
  await page.locator(`${within} ::-p-aria([name="${name}"][role="button"])`).click();
}
