import { expect, test, toVisit } from './site.ts';

// Faults of the identity service and of our own server after Join. The tests share one site and one service, so they run in order.
test.describe.configure({ mode: 'serial' });

// TestEveryFaultOfTheServiceHasWords covers every fault; here are one that passes by itself and one that does not.
const faults = [
  [{ kind: 'throttled', times: 9 }, /wait a few seconds/i],
  [{ kind: 'denied', times: 9 }, /until it is put right/i],
] as const;

for (const [fault, words] of faults) {
  test(`${fault.kind}: the page explains the fault, keeps the name and lets the visitor retry`, async ({
    page,
    site,
    service,
  }) => {
    await toVisit(page, site);
    await page.getByLabel('Your full name').fill('Sam Patel');
    await service.fault(fault);
    await page.getByRole('button', { name: 'Join visit' }).click();
    const alert = page.locator('#join-error');
    await expect(alert).toBeFocused();
    await expect(alert).toHaveText(words);
    await expect(page.getByLabel('Your full name')).toHaveValue('Sam Patel');
    await expect(page.locator('main')).toHaveAttribute('data-state', 'ready');
    await service.clearFaults();
    const answer = page.waitForResponse('**/visit/join');
    await page.getByRole('button', { name: 'Join visit' }).click();
    expect((await answer).status()).toBe(200);
  });
}

test('our own server is gone: the page says so and keeps the name', { tag: '@journey' }, async ({ page, site }) => {
  await toVisit(page, site);
  await page.getByLabel('Your full name').fill('Sam Patel');
  await page.route('**/visit/join', (route) => route.abort());
  await page.getByRole('button', { name: 'Join visit' }).click();
  await expect(page.locator('#join-error')).toHaveText(/cannot reach our service/);
  await expect(page.getByLabel('Your full name')).toHaveValue('Sam Patel');
});

test('the call cannot be fetched: the page says so and a second press tries again', async ({ page, site }) => {
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
