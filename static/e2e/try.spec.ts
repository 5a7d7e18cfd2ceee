// The page for trying a token. It passes its fields to the call and sends nothing of them to our server.
import type { Page } from '@playwright/test';
import { desktop, expectEnding, expectState, newMeeting, phone, test as rehearsed } from './rehearsal.ts';
import { classicLink, expect, serve } from './site.ts';
import { expectMovingVideos, expectSound } from './witness.ts';

interface Identity {
  userId: string;
  token: string;
}

/** Returns an identity that a rehearsal issues to a visitor. */
async function identityOf(site: string, meeting: string): Promise<Identity> {
  const door = await fetch(site, { method: 'POST', body: new URLSearchParams({ meeting }), redirect: 'manual' });
  const Cookie = (door.headers.get('Set-Cookie') ?? '').split(';')[0] ?? '';
  const answer = await fetch(`${site}/visit/join`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Cookie },
    body: JSON.stringify({ name: 'Sam' }),
  });
  return answer.json();
}

async function paste(page: Page, { userId, token }: Identity, meeting: string): Promise<void> {
  await page.getByLabel('User id').fill(userId);
  await page.getByLabel('Access token').fill(token);
  await page.getByLabel('Meeting link or meeting ID').fill(meeting);
  await page.getByLabel('Name', { exact: true }).fill('Sam Patel');
  await page.getByRole('button', { name: 'Join meeting' }).click();
}

/** Returns a list to which every request to our server is added that is not a GET or contains a secret. */
function watchRequests(page: Page, site: string, secrets: string[]): string[] {
  const requests: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== site) return;
    const everything = decodeURIComponent(request.url()) + JSON.stringify(request.headers()) + (request.postData() ?? '');
    if (request.method() !== 'GET' || secrets.some((secret) => everything.includes(secret))) {
      requests.push(`${request.method()} ${new URL(request.url()).pathname}`);
    }
  });
  return requests;
}

rehearsed('pasted values lead into the call, and none of them reaches our server', async ({ attended, openPage, network }) => {
  const meeting = newMeeting();
  const identity = await identityOf(attended, meeting);
  const page = await openPage({ viewport: desktop });
  const requests = watchRequests(page, attended, [identity.token, identity.userId, meeting, 'Sam Patel']);
  await page.goto(`${attended}/try`);
  await paste(page, identity, meeting);
  await expectState(page, 'call');
  await expectMovingVideos(page, 1);
  await expectSound(page);
  await page.getByRole('button', { name: 'Leave' }).click();
  await expectEnding(page, 'left');
  expect(requests).toEqual([]);
  expect(network.faults).toEqual([]);
});

rehearsed('with Azure none of the pasted values reaches our server', async ({ service, openPage }) => {
  const settings = { ACS_CONNECTION_STRING: service.connectionString, ADMISSION: 'open', TRY: 'on' };
  await serve(settings, async (site) => {
    const identity = await identityOf(site, classicLink);
    const page = await openPage({ viewport: phone });
    const requests = watchRequests(page, site, [identity.token, identity.userId, 'meetup-join', 'Sam Patel']);
    await page.goto(`${site}/try`);
    await paste(page, identity, classicLink);
    // There is no network to Microsoft here, so the SDK ends the call.
    await page.waitForURL('**/visit/ended?**');
    expect(new URL(page.url()).search).toBe('?code=490&subCode=4525');
    expect(requests).toEqual([]);
  });
});

rehearsed('a mistake is shown beside its field', async ({ attended, openPage }) => {
  const meeting = newMeeting();
  const identity = await identityOf(attended, meeting);
  const page = await openPage({ viewport: phone });
  await page.goto(`${attended}/try`);
  await paste(page, { ...identity, token: 'junk' }, meeting);
  await expect(page.getByRole('alert')).toContainText('not an access token');
  await expect(page.getByLabel('Access token')).toBeFocused();
  await expect(page.getByLabel('Access token')).toHaveAttribute('aria-invalid', 'true');
});

rehearsed('a violation of the Content-Security-Policy is reported to the server', async ({ attended, openPage }) => {
  const page = await openPage();
  await page.goto(`${attended}/`);
  const report = page.context().waitForEvent('request', (r) => new URL(r.url()).pathname === '/csp');
  await page.evaluate(() => fetch('https://evil.example/').catch(() => undefined));
  expect((await (await report).response())?.status()).toBe(204);
});
