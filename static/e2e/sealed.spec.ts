import type { Page } from '@playwright/test';
import { test as base, deviceCalls, expect, sealedLink, serve, spyOnDevices } from './site.ts';

const keys = 'the-link-key-of-this-one-test';
const meeting = 'https://teams.microsoft.com/meet/2735012345678?p=AbCdEfGhIj';
const settings = {
  LINK_KEYS: keys,
  ADMISSION: 'links',
  BRAND_NAME: 'Lamna Clinic',
  BRAND_PHONE: '01234 567890',
  REHEARSAL_ADMIT_SECONDS: '600',
};

/** A rehearsal whose visits open by link only. */
const test = base.extend<object, { clinic: string }>({
  clinic: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright requires a destructured first argument.
    async ({}, use) => serve(settings, use),
    { scope: 'worker' },
  ],
});

/** Makes a link. A start must be in UTC, because the machine can have any time zone. */
function link(site: string, flags: string[], start = 'now'): Promise<string> {
  return sealedLink(site, keys, ['--meeting', meeting, '--start', start, ...flags]);
}

const inMinutes = (n: number) => `${new Date(Date.now() + n * 60_000).toISOString().slice(0, 16)}:00Z`;

/** Returns by how many pixels the page is too wide. */
async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

test('a link leads to the lobby, and its page shows heading, time and Join without scrolling', { tag: '@journey' }, async ({
  page,
  clinic,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await spyOnDevices(page);
  const posts: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') posts.push(new URL(request.url()).pathname);
  });
  await page.goto(await link(clinic, ['--name', 'Maria Silva']));
  for (const part of [
    page.getByRole('heading', { level: 1 }),
    page.locator('main time'),
    page.getByRole('button', { name: 'Join visit', exact: true }),
  ]) {
    await expect(part).toBeInViewport({ ratio: 1 });
  }
  expect(await deviceCalls(page)).not.toContain('getUserMedia');
  expect(posts).toEqual([]);
  for (const width of [320, 390, 1280]) {
    await page.setViewportSize({ width, height: 844 });
    expect(await overflow(page), `${width} wide`).toBeLessThanOrEqual(0);
  }
  await page.context().grantPermissions(['camera', 'microphone']);
  await expect(page.getByLabel('Your full name')).toHaveValue('Maria Silva');
  await page.getByRole('button', { name: 'Join visit', exact: true }).click();
  await expect(page.locator('main')).toHaveAttribute('data-state', 'lobby');
  await expect(page.locator('#waiting-title')).toHaveText('You are waiting for Dr Asha Rao');
});

test('a link works after its session was lost or belongs to another visit', async ({ page, context, clinic }) => {
  await context.grantPermissions(['camera', 'microphone']);
  const [first, second] = await Promise.all([link(clinic, ['--name', 'Ana']), link(clinic, ['--name', 'Bo'])]);
  await page.goto(first);
  await context.clearCookies();
  await context.addCookies([{ name: 'anteroom', value: 'of-a-key-that-is-gone', url: clinic }]);
  const answered = page.waitForResponse((r) => r.url().endsWith('/visit/join') && r.ok());
  await page.getByRole('button', { name: 'Join visit', exact: true }).click();
  expect((await (await answered).json()).displayName).toBe('Ana');
  await page.close();

  // A new tab, because the first one remembers the visit.
  const tab = await context.newPage();
  await tab.goto(first);
  const other = await context.newPage();
  await other.goto(second);
  const statuses: number[] = [];
  tab.on('response', (r) => {
    if (r.url().endsWith('/visit/join')) statuses.push(r.status());
  });
  const again = tab.waitForResponse((r) => r.url().endsWith('/visit/join') && r.ok());
  await tab.getByRole('button', { name: 'Join visit', exact: true }).click();
  expect((await (await again).json()).displayName).toBe('Ana');
  expect(statuses).toEqual([409, 200]);
});

test('the page of a visit later today shows the form to join when the visit opens', async ({ page, clinic }) => {
  await page.clock.install();
  const [early, open] = await Promise.all([link(clinic, ['--zone', 'UTC'], inMinutes(60)), link(clinic, [])]);
  const answer = await page.goto(early);
  if ((await page.locator('main').getAttribute('data-state')) === 'early') test.skip(true, 'it is nearly midnight in UTC');
  expect(answer?.status()).toBe(200);
  await expect(page.locator('main')).toHaveAttribute('data-state', 'early-today');
  await expect(page.locator('#countdown')).toContainText(/\d+ minutes/);
  await expect(page.getByRole('button', { name: 'Join visit' })).toHaveCount(0);
  // From now on the server answers as if the visit were open.
  await page.route(early, async (route) => route.fulfill({ response: await route.fetch({ url: open }) }));
  await page.clock.fastForward('01:00:00');
  await expect(page.getByRole('button', { name: 'Join visit', exact: true })).toBeVisible();
  expect(page.url()).toBe(early);
});

test('the sheet of a visit on another day prints on one page', async ({ page, clinic }) => {
  await page.goto(await link(clinic, ['--name', 'Maria Silva'], inMinutes(4 * 24 * 60)));
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Your visit is on');
  await expect(page.getByRole('button', { name: 'Print this page' })).toBeVisible();
  const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
  expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
  await page.emulateMedia({ media: 'print' });
  const square = await page.locator('.code-square').boundingBox();
  expect(square?.width).toBeCloseTo((4 / 2.54) * 96, 0);
  expect(await page.locator('.paper-phone').evaluate((e) => getComputedStyle(e).fontSize)).toBe('24px');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the page shows organisation, time and phone number, and explains that it needs JavaScript', async ({ page, clinic }) => {
    const answer = await page.goto(await link(clinic, ['--name', 'Maria Silva']));
    expect(answer?.status()).toBe(200);
    await expect(page.locator('header')).toContainText('Lamna Clinic');
    await expect(page.locator('main time')).toContainText('Today');
    await expect(page.locator('main noscript a[href="tel:01234567890"]')).toBeVisible();
    await expect(page.locator('main noscript p').first()).toContainText('Video visits need JavaScript');
    const calendar = await page.locator('a[href$="/visit.ics"]').getAttribute('href');
    expect((await page.request.get(clinic + calendar)).headers()['content-type']).toContain('text/calendar');
  });
});
