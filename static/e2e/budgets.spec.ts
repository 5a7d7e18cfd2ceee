import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { languages } from '../screens/case.ts';
import { classicLink, expect, sealedLink, serve, test, toVisit } from './site.ts';

/**
 * Counts requests and their bytes with headers from now on. The scripts of the call count separately, as `prefetched`.
 * `unused` returns those of a call without chat that the page has not loaded yet.
 */
async function countTraffic(page: Page) {
  const manifest = JSON.parse(await readFile(new URL('../dist/manifest.json', import.meta.url), 'utf8'));
  const translations = Object.values<string[]>(manifest.locales).flat();
  const call = new Set<string>([...manifest.call, ...manifest.chat, ...translations].map((name: string) => `/assets/${name}`));
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.enable');
  const urls = new Map<string, string>();
  let requests = 0;
  let bytes = 0;
  let prefetched = 0;
  const hosts = new Set<string>();
  const loaded = new Set<string>();
  cdp.on('Network.requestWillBeSent', ({ requestId, request }) => urls.set(requestId, request.url));
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const url = new URL(urls.get(requestId) ?? 'about:blank');
    if (!url.protocol.startsWith('http')) return;
    hosts.add(url.host);
    if (call.has(url.pathname)) {
      loaded.add(url.pathname);
      prefetched += encodedDataLength;
      return;
    }
    requests += encodedDataLength > 0 ? 1 : 0;
    bytes += encodedDataLength;
  });
  return {
    read: () => ({
      requests,
      bytes,
      prefetched,
      hosts: [...hosts],
    }),
    unused: () => manifest.call.filter((name: string) => !loaded.has(`/assets/${name}`)),
    missing: (paths: string[]) => paths.filter((path) => !loaded.has(path)),
    reset: () => {
      requests = bytes = prefetched = 0;
      hosts.clear();
      loaded.clear();
    },
  };
}

test('the door stays within its budgets on first and second load, and contacts no other server', { tag: '@journey' }, async ({
  page,
  site,
}) => {
  const traffic = await countTraffic(page);
  await page.goto(`${site}/`, { waitUntil: 'networkidle' });
  const door = traffic.read();
  console.log('door, first load:', door);
  expect(door.requests).toBeLessThanOrEqual(6);
  expect(door.bytes).toBeLessThanOrEqual(20_000);
  expect(door.hosts).toEqual([new URL(site).host]);

  traffic.reset();
  await page.goto('about:blank');
  await page.goto(`${site}/`, { waitUntil: 'networkidle' });
  const again = traffic.read();
  console.log('door, second load:', again);
  expect(again.bytes).toBeGreaterThan(0);
  expect(again.bytes).toBeLessThan(2_000);
});

/** Opens a visit's page as the first page, and checks its budgets. */
async function measureVisit(page: Page, site: string, address: string) {
  const traffic = await countTraffic(page);
  await page.goto(address, { waitUntil: 'networkidle' });
  await expect(page.locator('#join-form .btn[type=submit]:not([value])')).toBeVisible();
  // The browser decides when to prefetch; everything else comes first.
  await expect.poll(() => traffic.read().prefetched).toBeGreaterThan(1_250_000);
  const first = traffic.read();
  console.log(`${new URL(page.url()).pathname.slice(0, 6)}, first load:`, first);
  expect(first.requests).toBeLessThanOrEqual(6);
  expect(first.bytes).toBeLessThanOrEqual(20_000);
  expect(first.prefetched).toBeLessThanOrEqual(1_360_000);
  expect(first.hosts).toEqual([new URL(site).host]);
}

test('the visit page as a first page stays within its budgets', async ({ page, site }) => {
  await measureVisit(page, site, `${site}/?meetingURL=${encodeURIComponent(classicLink)}`);
});

for (const locale of languages) {
  test(`a sealed link as a first page stays within its budgets, in ${locale}`, async ({ browser, service }) => {
    const context = await browser.newContext({ locale, viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    const keys = 'the-link-key-of-this-one-test';
    const settings = {
      ACS_CONNECTION_STRING: service.connectionString,
      LINK_KEYS: keys,
      ADMISSION: 'links',
      CHAT: 'off',
      BRAND_PHONE: '01234 567890',
      BRAND_NAME: 'Lamna Clinic',
    };
    await serve(settings, async (site) => {
      const address = await sealedLink(site, keys, [
        '--meeting',
        classicLink,
        '--start',
        'now',
        '--name',
        'Maria Silva',
        '--language',
        locale,
      ]);
      await measureVisit(page, site, address);
    });
    await context.close();
  });
}

test('Join runs the prefetched scripts and fetches none of them again', async ({ page, site }) => {
  const traffic = await countTraffic(page);
  await toVisit(page, site, classicLink);
  const listed = await page
    .locator('#prefetch')
    .evaluate((list: HTMLTemplateElement) =>
      [...list.content.querySelectorAll('link')].map((link) => link.getAttribute('href') ?? ''),
    );
  expect(listed.length).toBeGreaterThan(5);
  await expect.poll(() => traffic.missing(listed), { message: 'scripts that are not in the cache yet' }).toEqual([]);
  expect(traffic.read().prefetched).toBeGreaterThan(1_250_000);
  traffic.reset();
  await page.getByLabel('Your full name').fill('Sam');
  await page.getByRole('button', { name: 'Join visit' }).click();
  await expect(page.locator('main')).toHaveAttribute('data-state', 'connecting');
  await expect.poll(traffic.unused, { message: 'scripts of the call that did not run yet' }).toEqual([]);
  expect(traffic.read().prefetched).toBe(0);
});
