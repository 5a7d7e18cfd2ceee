// The pages for the desk, for operators, and for trying a token.
import { roomOf } from '../../e2e/rehearsal.ts';
import { classicLink } from '../../e2e/site.ts';
import { alone, type Case, type Journey, type Person, submit, toVisit } from '../case.ts';
import { passphrase } from '../sites.ts';

async function signIn({ page }: Person, secret: string): Promise<void> {
  await page.locator('#passphrase').fill(secret);
  await page.locator('main form .btn').click();
}

/** Fills in the form for a visit and submits it. */
async function makeVisit({ page }: Person, meeting: string): Promise<void> {
  await page.locator('#meeting').fill(meeting);
  await page.locator('#name').fill('Sam Patel');
  await page.locator('#host').fill('Dr Asha Rao');
  await page.locator('#time').fill('14:30');
  await submit(page, '#desk-form');
}

/** Uploads a file of visits. */
async function send({ page }: Person, rows: string): Promise<void> {
  await page.locator('#file').setInputFiles({ name: 'visits.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) });
  await page.locator('main form .btn').click();
}

const desk: Journey = {
  cases: [
    {
      name: 'desk-sign-in',
      title: 'Signing in at the desk',
      open: async ({ page, sites }) => page.goto(`${sites.clinic}/desk`),
    },
    {
      name: 'desk-wrong',
      title: 'A wrong passphrase',
      open: async (person) => {
        await signIn(person, 'noisy river 77');
        await person.page.locator('#passphrase-error').waitFor();
      },
    },
    {
      name: 'desk',
      title: 'A new visit',
      open: async (person) => {
        await signIn(person, passphrase);
        await person.page.locator('#desk-form summary').click();
      },
    },
    {
      name: 'desk-faults',
      title: 'A new visit with mistakes',
      open: async (person) => {
        await person.page.locator('#minutes').fill('long');
        await makeVisit(person, 'https://teams.live.com/meet/9312345678901?p=x');
        await person.page.locator('#summary').waitFor();
      },
    },
    {
      name: 'desk-sheet',
      title: 'The sheet with the link',
      open: async (person) => {
        await person.page.locator('#minutes').fill('15');
        await makeVisit(person, '273 501 234 567 8 passcode AbCdEf12');
        await person.page.locator('#link').waitFor();
      },
    },
    {
      name: 'desk-sheet-long',
      title: 'A link that is too long for a text message',
      open: async (person) => {
        const { page, sites } = person;
        await page.goto(`${sites.clinic}/desk`);
        await makeVisit(person, classicLink);
        await page.locator('#link').waitFor();
      },
    },
    {
      name: 'desk-batch',
      title: 'Many visits at once',
      open: async ({ page, sites }) => page.goto(`${sites.clinic}/desk/batch`),
    },
    {
      name: 'desk-batch-empty',
      title: 'A file that cannot be read',
      open: async (person) => {
        await send(person, 'what,when\nx,soon\n');
        await person.page.locator('#file-error').waitFor();
      },
    },
    {
      name: 'desk-batch-faults',
      title: 'Rows with mistakes',
      open: async (person) => {
        await send(
          person,
          'meeting,start,minutes\nx,soon,15\n273 501 234 567 8 passcode AbCdEf12,2026-11-24 14:30,15\n,2026-11-24,long\n',
        );
        await person.page.locator('table').waitFor();
      },
    },
    {
      name: 'doctor',
      title: 'How the site is set up',
      open: async ({ page, sites }) => page.goto(`${sites.clinic}/desk/doctor`),
    },
    {
      name: 'desk-again',
      title: 'The session has expired',
      open: async (person) => {
        const { page, sites } = person;
        await page.goto(`${sites.clinic}/desk`);
        await page.context().clearCookies();
        await makeVisit(person, classicLink);
        await page.locator('#passphrase').waitFor();
      },
    },
  ],
};

// A token that this page accepts, with a made-up signature.
const claims = { skypeid: 'acs:a_b', exp: 4102444800, acsScope: 'voip' };
const token = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

/** Returns the case of a mistake in one of the four fields. */
const mistake = (field: string, title: string, pasted: string[]): Case => ({
  name: `try-${field}`,
  title,
  ...(field !== 'user' && { like: 'try-user' }),
  open: async ({ page }) => {
    for (const [n, name] of ['user', 'token', 'meeting', 'name'].entries())
      await page.locator(`#try-${name}`).fill(pasted[n] ?? '');
    await submit(page, '#try-form');
    await page.locator(`#try-${field}[aria-invalid=true]`).waitFor();
  },
});

const tried: Journey = {
  cases: [
    {
      name: 'try',
      title: 'Joining with your own token',
      open: async ({ page, sites }) => page.goto(`${sites.clinic}/try`),
    },
    mistake('user', 'No user id', ['a_b', token, classicLink, 'Sam']),
    mistake('token', 'No access token', ['8:acs:a_b', 'junk', classicLink, 'Sam']),
    mistake('meeting', 'No meeting', ['8:acs:a_b', token, 'soon', 'Sam']),
    mistake('passcode', 'No passcode', ['8:acs:a_b', token, '273 501 234 567 8', 'Sam']),
    mistake('name', 'No name', ['8:acs:a_b', token, classicLink, '']),
  ],
};

const host = alone({
  name: 'host',
  title: 'Hosting a rehearsal',
  open: async (person) => {
    await toVisit(person);
    await person.page.goto((await roomOf(person.page, person.sites.clinic)).address);
  },
});

/** Signs in at the stand-in for Entra as the account whose name contains `who`, and grants the permissions. */
async function signInAs({ page }: Person, who: string): Promise<void> {
  await page.locator('button', { hasText: who }).click();
  const accept = page.locator('button[value=accept]');
  await accept.or(page.locator('.desk-nav')).first().waitFor();
  if (await accept.isVisible()) await accept.click();
}

/** Submits the form with "create a meeting" chosen. */
async function create({ page }: Person): Promise<void> {
  await page.locator('[name=way][value=create]').check();
  await page.locator('#time').fill('14:30');
  await submit(page, '#desk-form');
}

const meetings: Journey = {
  cases: [
    {
      name: 'desk-create-first',
      title: 'Creating a meeting needs a sign-in',
      open: async (person) => {
        await person.page.goto(`${person.sites.clinic}/desk`);
        await signIn(person, passphrase);
        await create(person);
        await person.page.locator('a[href*="for=meetings"]').waitFor();
      },
    },
    {
      name: 'desk-create-back',
      title: 'Back from Microsoft, with the form still filled in',
      open: async (person) => {
        await person.page.locator('a[href*="for=meetings"]').click();
        await signInAs(person, 'Robin');
        await person.page.locator('.note').waitFor();
      },
    },
    {
      name: 'desk-create-licence',
      title: 'No licence for creating meetings',
      open: async (person) => {
        await submit(person.page, '#desk-form');
        await person.page.locator('#failure').waitFor();
      },
    },
    {
      name: 'desk-signed-out',
      title: 'Signed out at Microsoft',
      open: async ({ page }) => {
        // Microsoft's page is not part of the site.
        await page.route('**/oauth2/v2.0/logout*', (route) => route.fulfill({ status: 204 }));
        await page.locator('.desk-nav button').click();
        await page.locator('a[href*=logout]').waitFor();
      },
    },
    {
      name: 'staff-role',
      title: 'An account without the role for the desk',
      open: async (person) => {
        await person.page.goto(`${person.sites.clinic}/desk/sign-in/microsoft`);
        await person.page.locator('button', { hasText: 'Noor' }).click();
        await person.page.locator('main .btn').waitFor();
      },
    },
  ],
};

export const staff = [desk, meetings, tried, host];
