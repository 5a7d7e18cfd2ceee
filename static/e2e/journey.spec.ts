import { ticketOf } from './rehearsal.ts';
import { classicLink, deviceCalls, expect, spyOnDevices, test, toVisit } from './site.ts';

test('a visitor with a pasted invitation gets one identity, and the page requests no device before Join', {
  tag: '@journey',
}, async ({ page, site, service }) => {
  await spyOnDevices(page);
  const posts: string[] = [];
  page.on('request', (r) => {
    if (r.method() === 'POST') posts.push(new URL(r.url()).pathname);
  });
  const before = (await service.ledger()).identities.length;
  await toVisit(page, site);
  await page.getByLabel('Your full name').fill('Sam Patel');
  await page.waitForLoadState('networkidle');
  expect(posts).toEqual(['/']);
  expect(await deviceCalls(page)).toEqual([]);
  expect((await service.ledger()).identities.length).toBe(before);

  const answer = page.waitForResponse('**/visit/join');
  await page.getByRole('button', { name: 'Join visit' }).dblclick();
  const ticket = await (await answer).json();
  expect(Object.keys(ticket).sort()).toEqual(
    ['chat', 'displayName', 'endpoint', 'expiresOn', 'locale', 'locator', 'rehearsal', 'role', 'token', 'userId'].sort(),
  );
  expect(ticket).toMatchObject({
    rehearsal: false,
    displayName: 'Sam Patel',
    locator: { meetingLink: classicLink },
    role: 'guest',
    locale: 'en-GB',
  });
  await expect(page.locator('main')).toHaveAttribute('data-state', 'connecting');
  expect(posts.filter((p) => p === '/visit/join')).toHaveLength(1);
  const ledger = (await service.ledger()).identities;
  expect(ledger.length).toBe(before + 1);
  expect(ledger.at(-1)?.id).toBe(ticket.userId);
});

test('without a connection from the Calling SDK to Microsoft the page explains it, and the visitor rejoins as the same person', async ({
  page,
  site,
}) => {
  const violations: string[] = [];
  page.on('console', (m) => {
    if (m.text().includes('Content Security Policy')) violations.push(m.text());
  });
  await toVisit(page, site, classicLink);
  await page.getByLabel('Your full name').fill('Sam Patel');
  const sdk = page.waitForResponse((r) => r.url().includes('/assets/callingsdk-'));
  const first = ticketOf(page);
  await page.getByRole('button', { name: 'Join visit' }).click();
  expect((await sdk).status()).toBe(200);
  await expect(page.locator('#progress-title')).toBeFocused();
  await expect(page.locator('#progress-text')).toHaveText(/Still connecting/);
  await page.waitForURL('**/visit/ended?**');
  // The SDK reports 490/4525, offline, but our own server answers.
  await expect(page.locator('main')).toHaveAttribute('data-ending', 'network-blocked');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your network blocks video calls');
  await expect(page.locator('main')).not.toContainText('quality');

  const second = ticketOf(page);
  await page.goto(`${site}/visit`);
  await page.getByRole('button', { name: 'Join visit' }).click();
  expect(await second).toBe(await first);

  // After a reload the page waits for Join again, because a reload is not a gesture. Join is still the same person.
  await page.reload();
  await expect(page.locator('main')).toHaveAttribute('data-state', 'ready');
  const third = ticketOf(page);
  await page.getByRole('button', { name: 'Join visit' }).click();
  expect(await third).toBe(await first);
  expect(violations).toEqual([]);
});

test('the door shows a refusal in place, keeps the input and moves the focus to the message', { tag: '@journey' }, async ({
  page,
  site,
}) => {
  await page.goto(`${site}/`);
  await page.getByLabel('Meeting link').fill('https://teams.live.com/meet/9312345678901?p=abcdefgh');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('alert')).toBeFocused();
  await expect(page.getByRole('alert')).toContainText('This is a personal Teams meeting');
  await expect(page.getByLabel('Meeting link')).toHaveValue('https://teams.live.com/meet/9312345678901?p=abcdefgh');
});

test('a meeting link in the address is accepted, and no address keeps it', async ({ page, site }) => {
  await page.goto(`${site}/?meetingURL=${encodeURIComponent(classicLink)}`);
  await expect(page).toHaveURL(`${site}/visit`);
  await page.goBack().catch(() => null);
  expect(page.url()).not.toContain('meetup');
});

test('a missing name is reported at the field, which gets the focus', async ({ page, site, service }) => {
  await toVisit(page, site);
  const before = (await service.ledger()).identities.length;
  await page.getByRole('button', { name: 'Join visit' }).click();
  await expect(page.getByText('Error: Enter your name')).toBeVisible();
  await expect(page.getByLabel('Your full name')).toBeFocused();
  await page.getByLabel('Your full name').fill('a'.repeat(65));
  await page.getByRole('button', { name: 'Join visit' }).click();
  await expect(page.getByText('at most 64 characters')).toBeVisible();
  expect((await service.ledger()).identities.length).toBe(before);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });
  test('the door works, and the visit explains that it needs JavaScript', { tag: '@journey' }, async ({ page, site }) => {
    await page.goto(`${site}/`);
    await page.getByLabel('Meeting link').fill(classicLink);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your video visit');
    await expect(page.locator('noscript .note')).toContainText('Video visits need JavaScript');
    await expect(page.locator('noscript a[href="tel:01234567890"]')).toBeVisible();
    // The page shows nothing that cannot work, and repeats nothing.
    await expect(page.getByLabel('Your full name')).toBeHidden();
    await expect(page.locator('.note:visible')).toHaveCount(1);
  });
});

test('one press changes the language and keeps what was typed', async ({ page, site }) => {
  await page.goto(`${site}/`);
  await page.getByLabel('Meeting link').fill(classicLink);
  await page.getByRole('link', { name: 'العربية' }).click();
  await expect(page.locator('html[lang=ar][dir=rtl]')).toBeVisible();
  await expect(page.locator('#meeting')).toHaveValue(classicLink);
  await page.locator('#door-form [type=submit]').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('زيارتك بالفيديو');
  await page.locator('#name').fill('سارة علي');
  await page.getByRole('link', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your video visit');
  await expect(page.getByLabel('Your full name')).toHaveValue('سارة علي');
  await page.reload();
  await expect(page.getByLabel('Your full name')).toHaveValue('');
  // During a visit there is no language link, because it would leave the page.
  await page.getByLabel('Your full name').fill('Sam Patel');
  await page.getByRole('button', { name: 'Join visit' }).click();
  await expect(page.locator('main')).toHaveAttribute('data-state', 'connecting');
  await expect(page.locator('.languages')).toBeHidden();
});
