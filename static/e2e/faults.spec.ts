import { expect, test, toVisit } from './site.ts';

// Faults of the identity service and of our own server after Join. The tests share one service, so they run in order.
test.describe.configure({ mode: 'serial' });

// TestEveryFaultOfTheServiceIsExplained covers every fault. These tests cover two temporary faults and a lasting one.
const temporary = [
  [
    { kind: 'throttled', times: 1, retryAfterSeconds: 8 },
    'Many people are joining right now',
    /turn comes in about \d+ seconds?/,
  ],
  [{ kind: 'unavailable', times: 3 }, 'Sorry, there is a problem with the video service', /we keep trying/i],
] as const;

for (const [fault, title, words] of temporary) {
  test(`${fault.kind}: the page explains why it waits, and joins without a press`, async ({ page, site, service }) => {
    await toVisit(page, site);
    await page.getByLabel('Your full name').fill('Sam Patel');
    await service.fault(fault);
    await page.getByRole('button', { name: 'Join visit' }).click();
    await expect(page.locator('#progress-title')).toHaveText(title);
    await expect(page.locator('#progress-text')).toHaveText(words);
    await expect(page.locator('#live')).toHaveText(words);
    await expect(page.locator('#join-error')).toBeHidden();
    const answer = await page.waitForResponse('**/visit/join');
    expect(answer.status()).toBe(200);
  });
}

test('denied: the page explains the fault, keeps the name and lets the visitor retry', async ({ page, site, service }) => {
  await toVisit(page, site);
  await page.getByLabel('Your full name').fill('Sam Patel');
  await service.fault({ kind: 'denied', times: 9 });
  await page.getByRole('button', { name: 'Join visit' }).click();
  const alert = page.locator('#join-error');
  await expect(alert).toBeFocused();
  await expect(alert).toHaveText(/until it is put right/i);
  await expect(page.getByLabel('Your full name')).toHaveValue('Sam Patel');
  await expect(page.locator('main')).toHaveAttribute('data-state', 'ready');
  await service.clearFaults();
  const answer = page.waitForResponse('**/visit/join');
  await page.getByRole('button', { name: 'Join visit' }).click();
  expect((await answer).status()).toBe(200);
});

test('no connection to our server: the page explains it and keeps the name', async ({ page, site }) => {
  await toVisit(page, site);
  await page.getByLabel('Your full name').fill('Sam Patel');
  await page.route('**/visit/join', (route) => route.abort());
  await page.getByRole('button', { name: 'Join visit' }).click();
  await expect(page.locator('#progress-title')).toHaveText('We cannot reach our service');
  await expect(page.locator('#progress-help')).toBeVisible();
  await expect(page.locator('#join-error')).toHaveText(/cannot reach our service/, { timeout: 20_000 });
  await expect(page.getByLabel('Your full name')).toHaveValue('Sam Patel');
});

test('the call’s script cannot be loaded: the page explains it, and a second press retries', async ({ page, site }) => {
  await page.route('**/assets/callpage-*.js', (route) => route.abort());
  await toVisit(page, site);
  await page.getByLabel('Your full name').fill('Sam Patel');
  await page.getByRole('button', { name: 'Join visit' }).click();
  await expect(page.locator('#join-error')).toHaveText(/could not be loaded/);
  await page.unroute('**/assets/callpage-*.js');
  const answer = page.waitForResponse('**/visit/join');
  await page.getByRole('button', { name: 'Join visit' }).click();
  expect((await answer).status()).toBe(200);
});
