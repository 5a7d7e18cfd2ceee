// Every page in Debian's WebKitGTK, which has no WebRTC, and a visit with a stub for WebRTC.
import { expect, test } from '@playwright/test';
import axe from 'axe-core';
import { By, until, type WebDriver } from 'selenium-webdriver';
import { newMeeting } from '../e2e/rehearsal.ts';
import { serve } from '../e2e/site.ts';
import { admit, hostPath, wrongLink } from './site.ts';
import { hasWebKit, openWebKit, withScript, withWebKit } from './webkit.ts';

test.skip(!hasWebKit, 'SKIPPED: no WebKitGTK (Debian: apt-get install webkit2gtk-driver xvfb)');

const within = 45_000;

// Records a page's errors.
const witness = `
  const faults = (window.faults = []);
  addEventListener('error', ({ message }) => faults.push(message));
  addEventListener('unhandledrejection', ({ reason }) => faults.push(String(reason)));
  addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => faults.push(effectiveDirective + ' forbids ' + blockedURI));
`;

// Nobody else is in the room, so the page never opens a connection.
const webRTC = 'window.RTCPeerConnection = class extends EventTarget {};';

const run = <T>(driver: WebDriver, script: (...args: never[]) => T, ...args: unknown[]): Promise<T> =>
  driver.executeScript(`return (${script})(...arguments)`, ...args);

const see = (driver: WebDriver, css: string) => driver.wait(until.elementLocated(By.css(css)), within, css);

/** Clicks by script, because WebKitWebDriver does not always scroll to the element. */
async function press(driver: WebDriver, css: string): Promise<void> {
  const element = await see(driver, css);
  await driver.wait(until.elementIsVisible(element), within, css);
  await driver.executeScript('arguments[0].click()', element);
}

async function knock(driver: WebDriver, text: string, shows: string): Promise<void> {
  const box = await see(driver, '#meeting');
  await box.clear();
  await box.sendKeys(text);
  await press(driver, '#door-form [type=submit]');
  await see(driver, shows);
}

const faults = (driver: WebDriver) => run(driver, () => (window as unknown as { faults: string[] }).faults);

/** Returns axe's findings for the page. */
async function findings(driver: WebDriver): Promise<string[]> {
  await driver.executeScript(axe.source);
  return driver.executeAsyncScript(
    `const done = arguments[0];
    axe.run({ exclude: [['#stage']] }, { resultTypes: ['violations'] })
      .then(({ violations }) => done(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 120)))));`,
  );
}

test('WebKit: every page opens without an error, and a browser without WebRTC is advised to use another', async () => {
  const settings = {
    REHEARSAL_HOST: 'off',
    BRAND_PHONE: '01234 567890',
    DESK_PASSPHRASE: 'a passphrase for one test',
    LINK_KEYS: 'the-link-key-of-this-one-test',
    ADMISSION: 'open',
  };
  await serve(settings, (site, violations) =>
    withScript(witness, site, (address) =>
      withWebKit(async (driver) => {
        const good = async (page: string) => {
          await see(driver, 'h1');
          expect(await faults(driver), page).toEqual([]);
          expect(await findings(driver), page).toEqual([]);
        };
        const pages = ['/', '/?lang=ar', '/check?lang=en', '/try', '/desk', '/nowhere', '/visit/ended?code=0&subCode=0'];
        for (const page of [...pages, '/visit/ended?code=0&subCode=5854', '/visit/ended?code=410&subCode=3112']) {
          await driver.get(address + page);
          await good(page);
        }
        await driver.get(`${address}/`);
        await knock(driver, wrongLink, '#refusal');
        await good('a refusal');
        await knock(driver, newMeeting(), '#join-form');
        await good('the visit');
        expect(await (await see(driver, '#gate-browser')).isDisplayed()).toBe(true);
        const host = await run(driver, hostPath);
        await driver.get(address + host);
        await see(driver, 'h1');
        expect(violations()).toEqual([]);
      }),
    ),
  );
});

test('WebKit: a visit with WebRTC stubbed goes from door to survey and violates no policy', async () => {
  await serve({ REHEARSAL_HOST: 'off', BRAND_PHONE: '01234 567890' }, (site, violations) =>
    withScript(witness + webRTC, site, (address) =>
      withWebKit(async (driver) => {
        await driver.get(`${address}/`);
        await knock(driver, newMeeting(), '#join-form');
        await press(driver, '#check-devices');
        await driver.wait(() => run(driver, () => (document.querySelector('#self') as HTMLVideoElement).videoWidth > 0), within);
        await (await see(driver, '#name')).sendKeys('Sam Patel');
        await press(driver, '#join');
        await see(driver, 'main[data-state=lobby]');
        await admit(site, await run(driver, hostPath));
        await see(driver, 'main[data-state=call]');
        await press(driver, '#stage [aria-label="Leave"]');
        await press(driver, '#leave [value=leave]');
        await see(driver, 'main[data-ending=left]');
        await press(driver, '.choice:has([value="5"])');
        expect(await faults(driver)).toEqual([]);
        await press(driver, '#survey-form [type=submit]');
        await driver.wait(until.titleContains('Thank you'), within);
        expect(violations()).toEqual([]);
      }),
    ),
  );
});

// Waits for the prefetch and then types, at which the page's script loads the call.
const typeAfterPrefetch = `
  addEventListener('load', async () => {
    const list = document.getElementById('prefetch');
    if (!list) return;
    const asked = [...list.content.querySelectorAll('link')].map((link) => new URL(link.getAttribute('href'), location).href);
    const { stage } = JSON.parse(document.getElementById('page-data').textContent);
    const there = () => performance.getEntriesByType('resource').filter(({ responseEnd }) => responseEnd > 0).map(({ name }) => name);
    while (!asked.every((address) => there().includes(address))) await new Promise((later) => setTimeout(later, 100));
    document.getElementById('join-form').dispatchEvent(new Event('input'));
    await import(stage);
    await fetch('/healthz?loaded');
  });
`;

test('WebKit: the page prefetches the call, and typing loads it from the cache', async () => {
  await serve({ REHEARSAL_HOST: 'off' }, (site, violations) =>
    withScript(witness + webRTC + typeAfterPrefetch, site, (address, asked) =>
      openWebKit(`${address}/?meetingURL=${encodeURIComponent(newMeeting())}`, async () => {
        await expect.poll(() => asked, { timeout: within }).toContain('/healthz?loaded');
        const scripts = asked.filter((path) => path.startsWith('/assets/') && path.endsWith('.js'));
        expect(scripts.length).toBeGreaterThan(5);
        expect(
          scripts.filter((path, i) => scripts.indexOf(path) !== i),
          'scripts fetched again',
        ).toEqual([]);
        expect(violations()).toEqual([]);
      }),
    ),
  );
});
