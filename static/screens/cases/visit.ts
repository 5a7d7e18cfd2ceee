// The page of a visit before Join, and what a link shows when it is not time.
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
      title: 'Join, and nobody answered',
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
  title: 'Join, and the site said no',
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
        await page.route('**/visit/join', async (route) => {
          const answer = await route.fetch();
          await route.fulfill({ response: answer });
        });
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

/** A page behind a link of its own. */
const behind = (called: string, title: string, start: () => string, flags: string[] = []): Case => ({
  name: called,
  title,
  open: async (person) => void (await person.page.goto(await linkTo(person, start(), ...flags))),
});

/** A zone in which a time later than now is still today. */
function zone(): string {
  const hour = new Intl.DateTimeFormat('en-GB', { hour: 'numeric', hourCycle: 'h23', timeZone: 'Europe/London' }).format();
  return Number(hour) < 22 ? 'Europe/London' : 'America/Los_Angeles';
}

export const visits = [pasted, often, connecting];

export const bookings: Journey[] = [
  {
    cases: [
      behind('visit-booked', 'By the link of a visit', () => 'now', ['--name', name]),
      behind('visit-late', 'After it should have begun', () => inMinutes(-30), ['--name', name, '--minutes', '15']),
      behind('visit-audience', 'For somebody who looks on', () => 'now', ['--role', 'audience']),
      behind('visit-less', 'Without camera, chat and sharing', () => 'now', [
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
      behind('early', 'On another day', () => inMinutes(4 * 24 * 60), ['--name', name]),
      behind('early-today', 'Later today', () => inMinutes(75), ['--name', name, '--zone', zone()]),
      behind('ended', 'When it is over', () => inMinutes(-3 * 24 * 60)),
    ],
  },
];
