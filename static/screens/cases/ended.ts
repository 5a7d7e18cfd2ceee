// The page after a visit, with a case for each row of the table of endings, and the survey.
import { type Case, divided, linkTo, readJSON, submit, texts, toVisit } from '../case.ts';

interface Row {
  ending: string;
  action: string;
  final?: boolean;
  codes: { code?: number; subCode?: number }[];
}

const { endings: rows } = readJSON('teams/endings.json') as { endings: Row[] };

/** Returns the first ending whose page has the same parts. The action decides, except for those that show more. */
function firstLike({ ending, action, final }: Row): string {
  const own = ['left', 'everyone-left', 'host-ended', 'name-too-long'];
  const alike = (row: Row) => row.action === action && row.final === final && !own.includes(row.ending);
  return own.includes(ending) ? ending : (rows.find(alike)?.ending ?? ending);
}

const ended = rows.map((row): Case => {
  const { ending, codes } = row;
  const [pair = { code: 777, subCode: 777 }] = codes;
  const [name, like] = [ending, firstLike(row)].map((of) => `ending-${of}`) as [string, string];
  return {
    name,
    ...(like !== name && { like }),
    title: texts[`ending.${ending}.title`] ?? ending,
    open: async (person) => {
      const { page, sites } = person;
      if (page.url() === 'about:blank') await toVisit(person);
      await page.goto(`${sites.clinic}/visit/ended?code=${pair.code ?? 0}&subCode=${pair.subCode ?? 0}`);
      await page.locator(`main[data-ending="${ending}"]`).waitFor();
    },
  };
});

const lost: Case = {
  name: 'ending-no-way-back',
  title: 'In a browser without a visit',
  open: async ({ page, sites }) => page.goto(`${sites.clinic}/visit/ended?code=0&subCode=0`),
};

export const endings = [...divided(ended, 8), { cases: [lost] }];

const left = '/visit/ended?code=0&subCode=0';

export const surveys = [
  {
    cases: [
      {
        name: 'survey-missing',
        title: 'An answer without points',
        open: async (person) => {
          const { page, sites } = person;
          await toVisit(person);
          await page.goto(sites.clinic + left);
          await page.locator('#survey-text').fill('The sound was late.');
          await submit(page, '#survey-form');
          await page.locator('#survey-error').waitFor();
        },
      },
      {
        name: 'survey-offline',
        title: 'An answer that could not be sent',
        open: async ({ page }) => {
          await page.locator('[name=points][value="5"]').check();
          await page.route('**/visit/survey', (route) => route.abort());
          await submit(page, '#survey-form');
          await page.locator('#survey-unsent:not([hidden])').waitFor();
        },
      },
      {
        name: 'survey-thanks',
        title: 'An answer that was sent',
        open: async ({ page }) => {
          await page.unroute('**/visit/survey');
          await submit(page, '#survey-form');
          await page.locator('#survey-form').waitFor({ state: 'detached' });
        },
      },
      {
        name: 'survey-elsewhere',
        title: "In the organisation's own form",
        open: async (person) => {
          const { page, sites } = person;
          await page.goto((await linkTo(person, 'now')).replace(sites.clinic, sites.links));
          await page.goto(sites.links + left);
        },
      },
    ] satisfies Case[],
  },
];
