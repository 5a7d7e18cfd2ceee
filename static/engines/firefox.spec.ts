// A whole visit in Debian's Firefox, with picture and sound.
import { expect, test } from '@playwright/test';
import type { Page } from 'puppeteer-core';
import { newMeeting } from '../e2e/rehearsal.ts';
import { serve } from '../e2e/site.ts';
import { firefoxPath, inState, startFirefox } from './firefox.ts';

test.skip(!firefoxPath, 'SKIPPED: no Firefox (Debian: apt-get install firefox-esr)');

/** From the door to the visit's page. */
async function knock(page: Page, site: string): Promise<void> {
  await page.goto(`${site}/`);
  await page.type('#meeting', newMeeting());
  await Promise.all([page.waitForNavigation(), page.click('#door-form [type=submit]')]);
}

interface Timing {
  name: string;
  transferSize: number;
}

const scripts = (page: Page): Promise<Timing[]> =>
  page.evaluate(() =>
    (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .filter(({ name }) => name.includes('/assets/') && name.endsWith('.js'))
      .map(({ name, transferSize }) => ({ name, transferSize })),
  );

test('Firefox: the call is prefetched, and Join reads it from the cache', async () => {
  await serve({ REHEARSAL_ADMIT_SECONDS: '1' }, async (site, violations) => {
    const browser = await startFirefox();
    const page = await browser.newPage();
    page.on('console', (m) => console.log(m.type(), m.text()));
    await knock(page, site);
    const listed = await page.$$eval('#prefetch', ([list]) => (list as HTMLTemplateElement).content.querySelectorAll('link').length);
    await expect.poll(async () => (await scripts(page)).length).toBeGreaterThan(listed);
    console.log(await scripts(page));
    await page.evaluate(() => performance.clearResourceTimings());
    await page.type('#name', 'Sam Patel');
    await page.click('#join-form [type=submit]:not([value])');
    await inState(page, 'call');
    console.log(await scripts(page));
    await browser.close();
    console.log(violations());
  });
});
