// A visit's page before Join, and the pages of a link before and after the visit's time.
import { alone, type Case, inMinutes, type Journey, linkTo, submit, toVisit } from '../case.ts';

const name = 'Sam Patel';

const pasted: Journey = {
  cases: [
    { name: 'visit', title: 'By a pasted link', open: toVisit },
    {
      name: 'visit-name-missing',
      title: 'Join without a name',
      open: async ({ page }) => {
        await submit(page, '#join-form');
        await page.locator('#name-error:not([hidden])').waitFor();
      },
    },
    {
      name: 'visit-join-failed',
      title: 'Join failed: no answer',
      open: async ({ page }) => {
        await page.locator('#name').fill(name);
        await page.route('**/visit/join', (route) => route.abort());
        await submit(page, '#join-form');
        await page.locator('#join-error:not([hidden])').waitFor();
      },
    },
  ],
};

const often = alone({
  name: 'visit-join-often',
  title: 'Join failed: too many joins',
  open: async (person) => {
    const { page, sites } = person;
    await page.goto((await linkTo(person, 'now', '--name', name)).replace(sites.clinic, sites.links));
    await page.request.post(`${sites.links}/visit/join`, { data: { name } });
    await submit(page, '#join-form');
    await page.locator('#join-error:not([hidden])').waitFor();
  },
});

const connecting: Journey = {
  cases: [
    {
      name: 'connecting',
      title: 'Connecting',
      open: async (person) => {
        const { page } = person;
        await page.clock.install();

        await page.routeWebSocket('**/rehearsal/socket', () => undefined);
        await page.route('**/assets/callpage-*.js', () => undefined);
        await toVisit(person);
        await page.locator('#name').fill(name);
        await submit(page, '#join-form');
        await page.locator('#visit-progress:not([hidden])').waitFor();
      },
    },
    {
      name: 'connecting-long',
      title: 'Still connecting after 30 seconds',
      open: async ({ page }) => {
        await page.clock.fastForward(10_100);
        await page.clock.fastForward(20_000);
        await page.locator('#progress-help:not([hidden])').waitFor();
      },
    },
  ],
};

/** Returns the case of a page that a link opens. */
const byLink = (caseName: string, title: string, start: () => string, flags: string[] = []): Case => ({
  name: caseName,
  title,
  open: async (person) => void (await person.page.goto(await linkTo(person, start(), ...flags))),
});

/** Returns a time zone in which it is not yet late, so that a visit can be later today. */
function zone(): string {
  const hour = new Intl.DateTimeFormat('en-GB', { hour: 'numeric', hourCycle: 'h23', timeZone: 'Europe/London' }).format();
  return Number(hour) < 22 ? 'Europe/London' : 'America/Los_Angeles';
}

export const visits = [pasted, often, connecting];

export const bookings: Journey[] = [
  {
    cases: [
      byLink('visit-booked', 'By the link of a visit', () => 'now', ['--name', name]),
      byLink('visit-late', 'After it should have started', () => inMinutes(-30), ['--name', name, '--minutes', '15']),
      byLink('visit-audience', 'For a visitor who only watches', () => 'now', ['--role', 'audience']),
      byLink('visit-less', 'Without camera, chat and sharing', () => 'now', [
        '--camera',
        'off',
        '--chat',
        'off',
        '--share',
        'off',
      ]),
    ],
  },
  {
    cases: [
      byLink('early', 'On another day', () => inMinutes(4 * 24 * 60), ['--name', name]),
      byLink('early-today', 'Later today', () => inMinutes(75), ['--name', name, '--zone', zone()]),
      byLink('ended', 'When it is over', () => inMinutes(-3 * 24 * 60)),
    ],
  },
];
