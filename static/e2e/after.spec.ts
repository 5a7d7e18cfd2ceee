import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { readJSON } from '../screens/case.ts';
import { findings } from './axe.ts';
import { expect, serve, test, toVisit } from './site.ts';

interface Codes {
  code?: number;
  subCode?: number;
}

const { endings } = readJSON('teams/endings.json') as { endings: { ending: string; action: string; codes: Codes[] }[] };

/** Returns the address of an ending's page. For an ending without codes, it uses unknown ones. */
function addressOf(ending: string): string {
  const [codes] = endings.find((row) => row.ending === ending)?.codes ?? [];
  const { code, subCode } = codes ?? { code: 777, subCode: 777 };
  return `/visit/ended?code=${code ?? 0}&subCode=${subCode ?? 0}`;
}

/** Returns what axe finds, and by how many pixels the page is too wide. */
async function faultsOf(page: Page): Promise<string[]> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return [...(await findings(page)), ...(wide > 0 ? [`${wide} px too wide`] : [])];
}

test('every ending explains what happened and offers a next step and the phone number', async ({ page, site }) => {
  await toVisit(page, site);
  const withSurvey = new Set<string>();
  for (const { ending, action } of endings) {
    await page.goto(site + addressOf(ending));
    await expect(page.locator('main')).toHaveAttribute('data-ending', ending);
    if (await page.locator('#survey').count()) withSurvey.add(ending);
    else await expect(page.locator('main a[href^="tel:"]'), ending).toHaveClass(/btn/);
    const step = page.locator('main a[data-action]');
    await expect(step, ending).toHaveCount(action === 'done' ? 0 : 1);
    const to = await (action === 'done' ? page.locator('main .actions a').first() : step).getAttribute('href');
    if (!to?.startsWith('tel:')) expect((await page.request.get(site + to)).status(), `${ending}: ${to}`).toBe(200);
    expect(await page.locator('.btn:not(.btn-secondary)').count(), `${ending}: at most one primary button`).toBeLessThan(2);
    const low = await page
      .locator('main .btn, main .choice')
      .evaluateAll((all) => all.filter((e) => e.getBoundingClientRect().height < 44).length);
    expect(low, `${ending}: buttons lower than 44 px`).toBe(0);
  }
  expect([...withSurvey].sort()).toEqual(['ended-by-automation', 'everyone-left', 'host-ended', 'left', 'meeting-over']);
});

test('an ending in a browser without a visit asks for the link again', async ({ page, site }) => {
  await page.goto(site + addressOf('connection-lost'));
  await expect(page.locator('main')).toContainText('open your link again');
  await expect(page.locator('main a[data-action]')).toHaveCount(0);
  await expect(page.locator('#survey')).toHaveCount(0);
});

test('a name that is too long can be corrected in its field', async ({ page, site }) => {
  await toVisit(page, site);
  await page.goto(site + addressOf('name-too-long'));
  await page.getByRole('link', { name: 'Change your name' }).click();
  await expect(page.getByLabel('Your full name')).toBeVisible();
});

test.describe('the survey after a visit', () => {
  test('works by keyboard alone, and then thanks instead of asking again', { tag: '@journey' }, async ({ page, site }) => {
    await toVisit(page, site);
    await page.goto(site + addressOf('left'));
    await page.getByRole('radio', { name: 'Very good' }).focus();
    await page.keyboard.press('ArrowDown');
    await expect(page.getByRole('radio', { name: 'Good', exact: true })).toBeChecked();
    await page.keyboard.press('Tab');
    await page.keyboard.type('The sound was late.');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'Thank you' })).toBeVisible();
    await expect(page.locator('#survey')).toBeFocused();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Thank you');
    await expect(page).toHaveTitle(/^Thank you - /);
    await page.goto(site + addressOf('left'));
    await expect(page.locator('#survey-form')).toHaveCount(0);
    await expect(page.getByRole('link', { name: 'Rejoin' })).toBeVisible();
  });

  test('keeps the answer when the network fails, and sends it on the next press', async ({ page, site }) => {
    await toVisit(page, site);
    await page.goto(site + addressOf('meeting-over'));
    await page.getByRole('radio', { name: 'Very poor' }).check();
    await page.getByLabel('What could be better?').fill('Nobody came.');
    await page.route('**/visit/survey', (route) => route.abort());
    await page.getByRole('button', { name: 'Send answer' }).click();
    await expect(page.locator('#survey-unsent')).toBeFocused();
    await expect(page.locator('#survey-unsent')).toContainText('cannot reach');
    await expect(page.getByLabel('What could be better?')).toHaveValue('Nobody came.');
    await expect(page.getByRole('radio', { name: 'Very poor' })).toBeChecked();
    await page.unroute('**/visit/survey');
    await page.getByRole('button', { name: 'Send answer' }).click();
    await expect(page.getByRole('heading', { name: 'Thank you' })).toBeVisible();
  });

  test('asks for missing points in place', async ({ page, site }) => {
    await toVisit(page, site);
    await page.goto(site + addressOf('left'));
    await page.getByLabel('What could be better?').fill('Nothing.');
    await page.getByRole('button', { name: 'Send answer' }).click();
    await expect(page.locator('#survey-error')).toBeFocused();
    await expect(page.getByLabel('What could be better?')).toHaveValue('Nothing.');
    await page.getByRole('radio', { name: 'Neither' }).check();
    await page.route('**/visit/survey', (route) => route.abort());
    await page.getByRole('button', { name: 'Send answer' }).click();
    await expect(page.locator('#survey-unsent')).toBeFocused();
    await expect(page.locator('#survey-error')).toBeHidden();
    await page.unroute('**/visit/survey');
    await page.getByRole('button', { name: 'Send answer' }).click();
    await expect(page.getByRole('heading', { name: 'Thank you' })).toBeVisible();
  });

  test.describe('without JavaScript', () => {
    test.use({ javaScriptEnabled: false });

    test('works as an ordinary form', async ({ page, site }) => {
      await toVisit(page, site);
      await page.goto(site + addressOf('host-ended'));
      const text = page.getByLabel('What could be better?');
      await text.fill(`${'far too long '.repeat(100)}end`);
      await page.getByRole('radio', { name: 'Poor', exact: true }).check();
      await page.getByRole('button', { name: 'Send answer' }).click();
      await expect(page.locator('#survey-error')).toContainText('too long');
      await expect(text).toHaveValue(`${'far too long '.repeat(100)}end`);
      await expect(page.getByRole('radio', { name: 'Poor', exact: true })).toBeChecked();
      await text.fill('shorter');
      await page.getByRole('button', { name: 'Send answer' }).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Thank you');
    });

    test('is still filled in after the browser’s own error page and Back', async ({ page, site }) => {
      await toVisit(page, site);
      await page.goto(site + addressOf('host-ended'));
      await page.getByRole('radio', { name: 'Poor', exact: true }).check();
      await page.getByLabel('What could be better?').fill('Kept?');
      await page.route('**/visit/survey', (route) => route.abort('internetdisconnected'));
      await page.getByRole('button', { name: 'Send answer' }).click();
      await expect(page).toHaveURL(/chrome-error|survey/);
      await page.unroute('**/visit/survey');
      await page.goBack();
      await expect(page.getByLabel('What could be better?')).toHaveValue('Kept?');
      await expect(page.getByRole('radio', { name: 'Poor', exact: true })).toBeChecked();
    });
  });

  test('links to the organisation’s own survey if there is one', async ({ page }) => {
    await serve({ SURVEY_URL: 'https://forms.lamna.example/visit' }, async (site) => {
      await toVisit(page, site);
      await page.goto(site + addressOf('left'));
      const link = page.getByRole('link', { name: 'Answer one question' });
      await expect(link).toHaveAttribute('href', 'https://forms.lamna.example/visit');
      await expect(page.locator('#survey-form')).toHaveCount(0);
    });
  });
});

test.describe('the brand', () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><rect width="120" height="40" rx="8" fill="#c80"/></svg>`;

  // The yellow is unreadable on white, and the blue on black.
  for (const [colour, colorScheme] of [
    ['#ffd500', 'light'],
    ['#000060', 'dark'],
  ] as const) {
    test(`${colour} is readable in ${colorScheme}, and only the logo needs a request`, async ({ browser }) => {
      const logo = path.join(await mkdtemp(path.join(tmpdir(), 'logo-')), 'logo.svg');
      await writeFile(logo, svg);
      await serve({ BRAND_COLOUR: colour, BRAND_LOGO: logo, BRAND_NAME: 'Lamna Clinic' }, async (site) => {
        const context = await browser.newContext({ colorScheme, locale: 'en-GB' });
        const page = await context.newPage();
        const errors: string[] = [];
        page.on('console', (m) => {
          if (m.type() === 'error') errors.push(m.text());
        });
        let requests = 0;
        page.on('request', () => {
          requests += 1;
        });
        await page.goto(`${site}/`, { waitUntil: 'networkidle' });
        expect(requests).toBeLessThanOrEqual(6);
        expect(await faultsOf(page)).toEqual([]);
        const width = await page.locator('.logo').evaluate((e: HTMLImageElement) => e.complete && e.naturalWidth && e.width);
        expect(width).toBe(120);
        const button = page.getByRole('button', { name: 'Continue' });
        const background = await button.evaluate((e) => getComputedStyle(e).backgroundColor);
        expect(background).not.toBe(colorScheme === 'light' ? 'rgb(11, 92, 122)' : 'rgb(108, 196, 230)');
        await toVisit(page, site);
        expect(await faultsOf(page)).toEqual([]);
        await page.goto(site + addressOf('left'));
        expect(await faultsOf(page)).toEqual([]);
        expect(errors).toEqual([]);
        await context.close();
      });
    });
  }
});
