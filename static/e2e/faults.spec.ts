import { expect, test, toVisit } from './site.ts';

// Every fault of the identity service, as the visitor reads it. One site and one service: in order.
test.describe.configure({ mode: 'serial' });

const many = 9;
const faults = [
  [{ kind: 'throttled', times: many }, /wait a few seconds/i],
  [{ kind: 'throttled', times: many, retryAfterSeconds: 30 }, /wait a few seconds/i],
  [{ kind: 'serverError', times: many }, /wait a minute/i],
  [{ kind: 'unavailable', times: many }, /wait a minute/i],
  [{ kind: 'html', times: many }, /wait a minute/i],
  [{ kind: 'drop', times: many }, /wait a minute/i],
  [{ kind: 'dropAnswer', times: many }, /wait a minute/i],
  [{ kind: 'truncated', times: many }, /wait a minute/i],
  [{ kind: 'malformed', times: many }, /wait a minute/i],
  [{ kind: 'wrongTypes', times: many }, /wait a minute/i],
  [{ kind: 'missing', times: many }, /wait a minute/i],
  [{ kind: 'expired', times: many }, /wait a minute/i],
  [{ kind: 'huge', times: many }, /wait a minute/i],
  [{ kind: 'redirect', times: many }, /wait a minute/i],
  [{ kind: 'denied', times: many }, /until it is put right/i],
  [{ kind: 'slow', times: many, delayMs: 60_000 }, /did not answer in time/i],
] as const;

for (const [fault, words] of faults) {
  test(`${fault.kind}${'retryAfterSeconds' in fault ? ' with Retry-After' : ''}: the visitor reads what happened and can go on`, async ({
    page,
    site,
    service,
  }) => {
    await toVisit(page, site);
    await page.getByLabel('Your full name').fill('Sam Patel');
    await service.fault(fault);
    await page.getByRole('button', { name: 'Join visit' }).click();
    const alert = page.locator('#join-error');
    await expect(alert).toBeFocused({ timeout: 20_000 });
    await expect(alert).toHaveText(words);
    await expect(page.getByLabel('Your full name')).toHaveValue('Sam Patel');
    await expect(page.locator('main')).toHaveAttribute('data-state', 'ready');
    await service.clearFaults();
    const answer = page.waitForResponse('**/visit/join');
    await page.getByRole('button', { name: 'Join visit' }).click();
    expect((await answer).status()).toBe(200);
  });
}

test('our own server is gone: the page says so and keeps the name', async ({ page, site }) => {
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
