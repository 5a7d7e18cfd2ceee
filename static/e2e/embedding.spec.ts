// The site in a portal's frame, in a browser that blocks third-party cookies. It works only in a portal that is in the list
// and that passes permissions on.
import type { BrowserContext, Frame, Page } from '@playwright/test';
import { newMeeting } from './rehearsal.ts';
import { test as base, expect, serve } from './site.ts';

const portal = 'https://portal.example';
const allow = 'camera; microphone; display-capture; autoplay; fullscreen; screen-wake-lock; speaker-selection';

interface Each {
  /** A browser that trusts the certificate. The test serves every parent page. */
  context: BrowserContext;
}

const test = base.extend<Each, { framed: string }>({
  launchOptions: [
    async ({ launchOptions }, use) => {
      const args = [
        '--host-resolver-rules=MAP visit.example 127.0.0.1',
        '--test-third-party-cookie-phaseout',
        // The test maps a host on the internet to this machine.
        '--disable-features=LocalNetworkAccessChecks',
      ];
      await use({ ...launchOptions, args: [...(launchOptions.args ?? []), ...args] });
    },
    { scope: 'worker' },
  ],
  framed: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright requires a destructured first argument.
    async ({}, use) => {
      const settings = { TLS_SELF_SIGNED: 'on', FRAME_ANCESTORS: portal, REHEARSAL_ADMIT_SECONDS: '2' };
      await serve(settings, (address) => use(address.replace('localhost', 'visit.example')));
    },
    { scope: 'worker' },
  ],
  context: async ({ browser }, use) => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-GB' });
    await use(context);
    await context.close();
  },
});

/** Opens a page of another site that shows an address in a frame. Returns the frame. */
async function openParent(page: Page, parent: string, address: string, attributes = ''): Promise<Frame> {
  await page.route(`${parent}/**`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!DOCTYPE html><title>Portal</title><iframe src="${address}" ${attributes} width="380" height="700"></iframe>`,
    }),
  );
  await page.goto(`${parent}/appointments`);
  const element = await page.locator('iframe').elementHandle();
  const frame = await element?.contentFrame();
  if (!frame) throw new Error('the parent has no frame');
  return frame;
}

async function toVisit(frame: Frame, meeting: string): Promise<void> {
  await frame.getByLabel('Meeting link').fill(meeting);
  await frame.getByRole('button', { name: 'Continue' }).click();
  await expect(frame.getByLabel('Your full name')).toBeVisible();
}

test('in a portal from the list a visitor reaches the call, with a session for that portal only', async ({
  page,
  context,
  framed,
}) => {
  const violations: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy|Permissions.policy/i.test(message.text())) violations.push(message.text());
  });
  const frame = await openParent(page, portal, `${framed}/`, `allow="${allow}"`);
  await toVisit(frame, newMeeting());
  await frame.getByLabel('Your full name').fill('Sam Patel');
  await frame.getByRole('button', { name: 'Join visit' }).click();
  await expect(frame.locator('main')).toHaveAttribute('data-state', 'lobby');
  await expect(frame.locator('main')).toHaveAttribute('data-state', 'call');

  const kept = (await context.cookies()).filter(({ name }) => name === '__Host-anteroom');
  expect(kept).toHaveLength(1);
  expect(kept[0]).toMatchObject({ sameSite: 'None', secure: true, httpOnly: true, partitionKey: portal });
  expect(violations).toEqual([]);

  // The same site in its own tab has another session.
  const tab = await context.newPage();
  await tab.goto(`${framed}/visit`);
  expect(new URL(tab.url()).pathname).toBe('/');
});

test('this browser blocks third-party cookies', async ({ page }) => {
  await page.route('https://tracker.example/**', (route) => route.fulfill({ contentType: 'text/html', body: '<p>frame' }));
  const frame = await openParent(page, portal, 'https://tracker.example/');
  const set = (attributes: string) =>
    frame.evaluate((cookie) => {
      // biome-ignore lint/suspicious/noDocumentCookie: the test is about document.cookie in a frame.
      document.cookie = cookie;
      return document.cookie;
    }, `kept=1; SameSite=None; Secure${attributes}`);
  expect(await set('')).toBe('');
  expect(await set('; Partitioned')).toBe('kept=1');
});

test('no other site can show the site, neither in a frame nor around a portal’s frame', async ({ page, framed }) => {
  const refused: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('frame-ancestors')) refused.push(message.text());
  });
  const frame = await openParent(page, 'https://evil.example', `${framed}/`, `allow="${allow}"`);
  await expect.poll(() => refused.length).toBe(1);
  expect(frame.url()).not.toContain('visit.example');
  await expect(frame.locator('#main, #meeting')).toHaveCount(0);

  const inner = await openParent(page, 'https://evil2.example', `${portal}/appointments`);
  await page.route(`${portal}/**`, (route) =>
    route.fulfill({ contentType: 'text/html', body: `<!DOCTYPE html><iframe src="${framed}/"></iframe>` }),
  );
  await inner.goto(`${portal}/appointments`);
  await expect.poll(() => refused.length).toBe(2);
});

test('a site without a list cannot be framed', async ({ page }) => {
  await serve({ TLS_SELF_SIGNED: 'on' }, async (address) => {
    const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
    const frame = await openParent(page, portal, address.replace('localhost', 'visit.example'), `allow="${allow}"`);
    await refused;
    await expect(frame.locator('#main, #meeting')).toHaveCount(0);
  });
});

test('a frame without allow= gets no devices, and the page can detect the frame', async ({ page, framed }) => {
  const frame = await openParent(page, portal, `${framed}/`);
  await expect(frame.getByLabel('Meeting link')).toBeVisible();
  const found = await frame.evaluate(async () => ({
    embedded: self !== top,
    thrown: await navigator.mediaDevices.getUserMedia({ audio: true }).then(
      () => 'nothing',
      (err: Error) => err.name,
    ),
  }));
  expect(found).toEqual({ embedded: true, thrown: 'NotAllowedError' });
});
