// The problem page, once for each problem that a browser can reach.
import type { Page } from '@playwright/test';
import { type Case, divided, inMinutes, linkTo, type Person, texts } from '../case.ts';

const problem = (slug: string, open: (person: Person) => Promise<unknown>): Case => ({
  name: `problem-${slug}`,
  title: (texts[`problem.${slug}.title`] ?? slug).replace('{{.Organisation}}', 'Lamna Clinic'),
  open: async (person) => {
    await open(person);
    await person.page.locator('body[data-page=problem]').waitFor();
  },
});

/** Submits a form from a page, without the page's script. */
async function post(page: Page, from: string, action: string, fields: Record<string, string> = {}): Promise<void> {
  await page.goto(from);
  await page.evaluate(
    ([address, all]) => {
      const form = Object.assign(document.createElement('form'), { method: 'post', action: address });
      for (const [name, value] of Object.entries(all)) {
        form.append(Object.assign(document.createElement('input'), { name, value }));
      }
      document.body.append(form);
      form.submit();
    },
    [action, fields] as const,
  );
}

/** Submits a form from another website. */
async function fromElsewhere({ page, sites }: Person): Promise<void> {
  await page.route('http://localhost:9/', (route) => route.fulfill({ contentType: 'text/html', body: '<p>Elsewhere</p>' }));
  await post(page, 'http://localhost:9/', `${sites.clinic}/`, { meeting: 'x' });
}

export const problems = divided([
  problem('not-found', ({ page, sites }) => page.goto(`${sites.clinic}/nowhere`)),
  problem('visit-unknown', ({ page, sites }) => page.goto(`${sites.clinic}/v/lost-a-part`)),
  problem('method-not-allowed', ({ page, sites }) => page.goto(`${sites.clinic}/visit/join`)),
  problem('cross-site', fromElsewhere),
  problem('too-large', ({ page, sites }) => post(page, sites.clinic, '/visit/join', { name: 'a'.repeat(20 << 10) })),
  problem('link-needed', ({ page, sites, meeting }) => page.goto(`${sites.links}/?meetingURL=${encodeURIComponent(meeting)}`)),
  problem('other-organisation', ({ page, sites, meeting }) =>
    page.goto(`${sites.tenants}/?meetingURL=${encodeURIComponent(meeting)}`),
  ),
  problem('visit-ended', async (person) => person.page.goto(`${await linkTo(person, inMinutes(-3 * 24 * 60))}/visit.ics`)),
]);
