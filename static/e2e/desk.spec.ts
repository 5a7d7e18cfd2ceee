// The desk, where staff make links, also by keyboard and without a script.
import type { Page } from '@playwright/test';
import { test as base, classicLink, expect, invitation, serve } from './site.ts';

const passphrase = 'quiet river 77';

const test = base.extend<object, { desk: string }>({
  desk: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright requires a destructured first argument.
    async ({}, use) => {
      await serve({ DESK_PASSPHRASE: passphrase, BRAND_NAME: 'Lamna Clinic', BRAND_PHONE: '01234 567890' }, use);
    },
    { scope: 'worker' },
  ],
});

async function signIn(page: Page, desk: string) {
  await page.goto(`${desk}/desk`);
  await page.getByLabel('Passphrase').fill(passphrase);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('New visit');
}

/** Fills in the four fields of a visit. */
async function fillIn(page: Page, meeting = '273 501 234 567 8 passcode AbCdEf12') {
  await page.getByLabel('Teams meeting', { exact: true }).fill(meeting);
  await page.getByLabel("Visitor's name").fill('Sam Patel');
  await page.getByLabel('Person they meet').fill('Dr Asha Rao');
  await page.getByLabel('Start time').fill('14:30');
}

test('the field reports what was pasted, and what to do about it', async ({ page, desk }) => {
  await signIn(page, desk);
  const box = page.getByLabel('Teams meeting', { exact: true });
  const found = page.locator('#found');
  for (const [text, message] of [
    [invitation, 'This is a Teams meeting. Its link is long'],
    [`https://eur01.safelinks.protection.outlook.com/?url=${encodeURIComponent(classicLink)}&data=05`, 'This is a Teams meeting'],
    ['273 501 234 567 8 passcode AbCdEf12', 'by meeting ID and passcode'],
    ['https://teams.live.com/meet/9312345678901?p=x', 'personal Teams meeting. Visitors cannot join'],
    [
      'https://events.teams.microsoft.com/event/aaaabbbb-0000-cccc-1111-dddd2222eeee@aaaabbbb-0000-cccc-1111-dddd2222eeee',
      'sign up',
    ],
  ] as const) {
    await box.fill(text);
    await box.blur();
    await expect(found).toContainText(message);
  }
  await page.getByRole('button', { name: 'Create link' }).click();
  await expect(page.locator('#summary')).toBeFocused();
  await expect(page.locator('#meeting-error')).toContainText('sign up');
  await page.locator('#summary a').first().click();
  await expect(box).toBeFocused();
});

test('after four fields the link can be copied', { tag: '@journey' }, async ({ page, desk, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await signIn(page, desk);
  await fillIn(page);
  await page.getByRole('button', { name: 'Create link' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The visit is ready to send');
  await page.getByRole('button', { name: 'Copy' }).first().click();
  await expect(page.getByRole('status').first()).toHaveText('Copied');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(await page.locator('#link').inputValue());
  expect(link).toMatch(/^http:\/\/localhost:\d+\/v\/[a-z0-9]+$/);
  expect(await page.title()).not.toContain('Sam');
  expect(page.url()).not.toContain('Sam');
});

test('the sheet prints on one page of A4 and of Letter', async ({ page, desk }) => {
  await signIn(page, desk);
  await fillIn(page, invitation);
  await page.getByRole('button', { name: 'Create link' }).click();
  await expect(page.locator('#link')).toBeVisible();
  for (const format of ['A4', 'Letter']) {
    const pdf = (await page.pdf({ format })).toString('latin1');
    expect(pdf.match(/\/Type\s*\/Page\b/g), format).toHaveLength(1);
  }
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('.handout')).toBeVisible();
  await expect(page.locator('#link')).toBeHidden();
});

test('the desk works by keyboard alone', async ({ page, desk }) => {
  await page.goto(`${desk}/desk`);
  await page.getByLabel('Passphrase').focus();
  await page.keyboard.type(passphrase);
  await page.keyboard.press('Enter');
  await page.getByLabel('Teams meeting', { exact: true }).focus();
  await page.keyboard.type('273 501 234 567 8 passcode AbCdEf12');
  for (const name of ['Passcode', 'My invitation has no passcode', "Visitor's name", 'Person they meet', 'Date']) {
    await page.keyboard.press('Tab');
    await expect(page.getByLabel(name, { exact: name === 'Passcode' })).toBeFocused();
  }
  await page.getByLabel('Start time').focus();
  await page.keyboard.type('0230PM');
  await page.keyboard.press('Enter');
  await expect(page.locator('#link')).toBeVisible();
});

test('the desk works without a script', { tag: '@journey' }, async ({ browser, desk }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-GB' });
  const page = await context.newPage();
  await signIn(page, desk);
  await fillIn(page, 'nothing of Teams');
  await page.getByRole('button', { name: 'Create link' }).click();
  await expect(page.locator('#meeting-error')).toContainText('We found no Teams meeting');
  await expect(page.getByLabel("Visitor's name")).toHaveValue('Sam Patel');
  await page.getByLabel('Teams meeting', { exact: true }).fill(invitation);
  await page.getByRole('button', { name: 'Create link' }).click();
  await expect(page.locator('#link')).toHaveValue(/\/v\//);
  await expect(page.getByRole('button', { name: 'Copy' })).toHaveCount(0);
  await page.getByRole('link', { name: 'New visit with the same person' }).click();
  await expect(page.getByLabel('Person they meet')).toHaveValue('Dr Asha Rao');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByLabel('Passphrase')).toBeVisible();
  await context.close();
});

test.describe('in New York', () => {
  test.use({ timezoneId: 'America/New_York' });

  test('the desk starts with the browser’s time zone', async ({ page, desk }) => {
    await signIn(page, desk);
    await expect(page.getByLabel("The visitor's time zone")).toHaveValue('America/New_York');
    await page.goto(`${desk}/desk/batch`);
    await expect(page.getByLabel('Time zone, for rows without one')).toHaveValue('America/New_York');
    // A form with a mistake keeps the chosen zone.
    await page.goto(`${desk}/desk`);
    await page.getByLabel("The visitor's time zone").selectOption('Europe/Paris');
    await page.getByRole('button', { name: 'Create link' }).click();
    await expect(page.locator('#summary')).toBeFocused();
    await expect(page.getByLabel("The visitor's time zone")).toHaveValue('Europe/Paris');
  });
});

test.describe('in Kolkata', () => {
  // Some browsers call this zone Asia/Calcutta, which the list does not contain.
  test.use({ timezoneId: 'Asia/Kolkata' });

  test('a browser’s time zone is added to the list if it is missing', async ({ page, desk }) => {
    await signIn(page, desk);
    await expect(page.getByLabel("The visitor's time zone")).toHaveValue(/^Asia\/(Kolkata|Calcutta)$/);
  });
});

test('an ambiguous date in a file leads to one question with two buttons', async ({ page, desk }) => {
  await signIn(page, desk);
  await page.goto(`${desk}/desk/batch`);
  await page.getByLabel('Time zone, for rows without one').selectOption('America/Toronto');
  const content = 'meeting,start\n273 501 234 567 8 passcode AbCdEf12,5/6/2027 14:30\n';
  await page.getByLabel('CSV file').setInputFiles({ name: 'visits.csv', mimeType: 'text/csv', buffer: Buffer.from(content) });
  await page.getByRole('button', { name: 'Make the links' }).click();
  await expect(page.locator('#doubt')).toBeFocused();
  await expect(page.getByRole('button', { name: 'Saturday 5 June 2027' })).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Thursday 6 May 2027' }).click();
  expect((await download).suggestedFilename()).toBe('visits.csv');
});
