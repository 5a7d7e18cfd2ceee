// A whole visit in Debian's Firefox, with video and sound.
import { expect, test } from '@playwright/test';
import type { Page } from 'puppeteer-core';
import { newMeeting } from '../e2e/rehearsal.ts';
import { serve } from '../e2e/site.ts';
import { installWitness } from '../e2e/witness.ts';
import { click, firefoxPath, inState, startFirefox } from './firefox.ts';
import { wrongLink } from './site.ts';

test.skip(!firefoxPath, 'SKIPPED: no Firefox (Debian: apt-get install firefox-esr)');

/** Types into the door's field and submits it. */
async function knock(page: Page, text: string): Promise<void> {
  await page.$eval('#meeting', (box) => {
    (box as HTMLTextAreaElement).value = '';
  });
  await page.type('#meeting', text);
  await Promise.all([page.waitForNavigation(), page.click('#door-form [type=submit]')]);
}

/** The scripts that the page has loaded, each with the bytes that came from the network. */
const scripts = (page: Page): Promise<Record<string, number>> =>
  page.evaluate(() =>
    Object.fromEntries(
      (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
        .filter(({ name }) => name.includes('/assets/') && name.endsWith('.js'))
        .map(({ name, transferSize }) => [name, transferSize]),
    ),
  );

/** How many frames of the others' videos, or of the visitor's own, were painted. */
const painted = (page: Page, whose: 'remote' | 'local'): Promise<number> =>
  page.evaluate((kind) => {
    const tracks = new Set(window.witness[kind].map(({ id }) => id));
    return [...document.querySelectorAll('video')]
      .filter(({ srcObject }) => srcObject instanceof MediaStream && srcObject.getTracks().some(({ id }) => tracks.has(id)))
      .reduce((sum, video) => sum + (video as unknown as { mozPaintedFrames: number }).mozPaintedFrames, 0);
  }, whose);

/** The sum of a figure over all connections of the call. */
const stat = (page: Page, type: string, kind: string, figure: string): Promise<number> =>
  page.evaluate(
    async (wantType, wantKind, name) => {
      let sum = 0;
      for (const connection of window.witness.connections) {
        for (const report of (await connection.getStats()).values()) {
          if (report.type === wantType && report.kind === wantKind) sum += report[name] ?? 0;
        }
      }
      return sum;
    },
    type,
    kind,
    figure,
  );

/** Waits until a figure grows. */
async function grows(read: () => Promise<number>, message: string): Promise<void> {
  const before = await read();
  await expect.poll(read, { message }).toBeGreaterThan(before);
}

test('Firefox: a whole visit has video and sound, prefetches its call and violates no policy', async () => {
  await serve({ REHEARSAL_ADMIT_SECONDS: '1', BRAND_PHONE: '01234 567890' }, async (site, violations) => {
    const browser = await startFirefox();
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => {
        if (message.text().startsWith('policy: ')) errors.push(message.text());
      });
      await page.evaluateOnNewDocument(installWitness, 'e2e.alive');
      await page.goto(`${site}/check`);
      await page.waitForSelector('h1');
      await page.goto(`${site}/`);
      await knock(page, wrongLink);
      await page.waitForSelector('#refusal');
      await knock(page, newMeeting());

      // The call is in the cache before Join.
      const listed = await page.$eval('#prefetch', (list) =>
        [...(list as HTMLTemplateElement).content.querySelectorAll('link')].map(({ href }) => href),
      );
      expect(listed.length).toBeGreaterThan(5);
      await expect.poll(async () => Object.keys(await scripts(page))).toEqual(expect.arrayContaining(listed));

      await page.click('#check-devices');
      await grows(() => painted(page, 'local'), 'the visitor’s own video moves');
      await page.evaluate(() => performance.clearResourceTimings());
      await page.type('#name', 'Sam Patel');
      await page.click('#join');
      await inState(page, 'call');
      const again = await scripts(page);
      const fetched = listed.filter((address) => (again[address] ?? 0) > 0);
      expect(fetched, 'scripts that Join fetched again').toEqual([]);
      expect(Object.keys(again).length).toBeGreaterThan(5);

      await grows(() => painted(page, 'remote'), 'the host’s video moves');
      await grows(() => stat(page, 'inbound-rtp', 'audio', 'packetsReceived'), 'sound arrives');
      await grows(() => stat(page, 'inbound-rtp', 'audio', 'totalAudioEnergy'), 'the sound is not silence');
      await grows(() => stat(page, 'outbound-rtp', 'video', 'framesEncoded'), 'the visitor’s video is sent');
      await grows(() => stat(page, 'outbound-rtp', 'audio', 'packetsSent'), 'the visitor’s sound is sent');

      await click(page, '#stage', 'Leave');
      await page.waitForSelector('#leave[open]');
      await Promise.all([page.waitForNavigation(), page.click('#leave [value=leave]')]);
      expect(await page.$eval('main', (main) => main.dataset['ending'])).toBe('left');
      await page.click('[name=points][value="5"]');
      await Promise.all([page.waitForNavigation(), page.click('#survey-form [type=submit]')]);
      expect(await page.$eval('h1', ({ textContent }) => textContent)).toBe('Thank you');
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
    expect(violations()).toEqual([]);
  });
});

test('Firefox: the page prefetches nothing if the browser asks to save data', async () => {
  await serve({ REHEARSAL_HOST: 'off' }, async (site) => {
    const browser = await startFirefox();
    try {
      const page = await browser.newPage();
      await page.setExtraHTTPHeaders({ 'Save-Data': 'on' });
      await page.goto(`${site}/`);
      await knock(page, newMeeting());
      expect(await page.$('#prefetch')).toBeNull();
    } finally {
      await browser.close();
    }
  });
});
