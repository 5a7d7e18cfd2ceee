// The page for trying a token. It passes everything to the call and sends nothing to our server.
import type { Page } from '@playwright/test';
import { desktop, hasEnded, inState, newMeeting, phone, test as rehearsed } from './rehearsal.ts';
import { classicLink, expect, serve } from './site.ts';
import { hearsSomebody, seesMoving } from './witness.ts';

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

/** Returns a list that grows with every request to our server other than for public files, or with a secret. */
function spyOn(page: Page, site: string, secrets: string[]): string[] {
  const told: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== site) return;
    const everything = decodeURIComponent(request.url()) + JSON.stringify(request.headers()) + (request.postData() ?? '');
    if (request.method() !== 'GET' || secrets.some((secret) => everything.includes(secret))) {
      told.push(`${request.method()} ${new URL(request.url()).pathname}`);
    }
  });
  return told;
}

rehearsed('what is pasted leads into the call, and our server is sent nothing of it', async ({ attended, somebody, network }) => {
  const meeting = newMeeting();
  const identity = await identityOf(attended, meeting);
  const page = await somebody({ viewport: desktop });
  const told = spyOn(page, attended, [identity.token, identity.userId, meeting, 'Sam Patel']);
  await page.goto(`${attended}/try`);
  await paste(page, identity, meeting);
  await inState(page, 'call');
  await seesMoving(page, 1);
  await hearsSomebody(page);
  await page.getByRole('button', { name: 'Leave' }).click();
  await hasEnded(page, 'left');
  expect(told).toEqual([]);
  expect(network.faults).toEqual([]);
});

rehearsed('with Azure the same goes to Microsoft alone', async ({ service, somebody }) => {
  const settings = { ACS_CONNECTION_STRING: service.connectionString, ADMISSION: 'open', TRY: 'on' };
  await serve(settings, async (site) => {
    const identity = await identityOf(site, classicLink);
    const page = await somebody({ viewport: phone });
    const told = spyOn(page, site, [identity.token, identity.userId, 'meetup-join', 'Sam Patel']);
    await page.goto(`${site}/try`);
    await paste(page, identity, classicLink);
    // There is no network to Microsoft here, so the SDK ends the call.
    await page.waitForURL('**/visit/ended?**');
    expect(new URL(page.url()).search).toBe('?code=490&subCode=4525');
    expect(told).toEqual([]);
  });
});

rehearsed('what is wrong is said beside the field', async ({ attended, somebody }) => {
  const meeting = newMeeting();
  const identity = await identityOf(attended, meeting);
  const page = await somebody({ viewport: phone });
  await page.goto(`${attended}/try`);
  await paste(page, { ...identity, token: 'junk' }, meeting);
  await expect(page.getByRole('alert')).toContainText('not an access token');
  await expect(page.getByLabel('Access token')).toBeFocused();
  await expect(page.getByLabel('Access token')).toHaveAttribute('aria-invalid', 'true');
});

rehearsed('a breach of the policy arrives at the server', async ({ attended, somebody }) => {
  const page = await somebody();
  await page.goto(`${attended}/`);
  const told = page.context().waitForEvent('request', (r) => new URL(r.url()).pathname === '/csp');
  await page.evaluate(() => fetch('https://evil.example/').catch(() => undefined));
  expect((await (await told).response())?.status()).toBe(204);
});
