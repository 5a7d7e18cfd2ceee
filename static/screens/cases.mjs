// What `make screens` shows. A case is {name, title, open}: the file's name, what is written under the picture, and how a
// page gets there from a visit that has been opened.
import { readFileSync } from 'node:fs';
import { gates, ladder } from './ladder.mjs';

const read = (path) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
const { endings } = read('teams/endings.json');
const texts = read('locales/en-GB.json');

/** One case for each row of the table of endings; a pair that no row has is the unknown ending. */
const ended = endings.map(({ ending, codes: [first = { code: 777, subCode: 777 }] }) => ({
  name: `ending-${ending}`,
  title: texts[`ending.${ending}.title`],
  open: (page, site) => page.goto(`${site}/visit/ended?code=${first.code ?? 0}&subCode=${first.subCode ?? 0}`),
}));

const survey = [
  {
    name: 'survey-missing',
    title: 'An answer without its most important part',
    open: async (page, site) => {
      await page.goto(`${site}/visit/ended?code=0&subCode=0`);
      await page.getByLabel('What could be better?').fill('The sound was late.');
      await page.getByRole('button', { name: 'Send answer' }).click();
      await page.locator('#survey-error').waitFor();
    },
  },
  {
    name: 'survey-offline',
    title: 'An answer that the network swallowed',
    open: async (page, site) => {
      await page.goto(`${site}/visit/ended?code=0&subCode=0`);
      await page.getByLabel('Very good').check();
      await page.route('**/visit/survey', (route) => route.abort());
      await page.getByRole('button', { name: 'Send answer' }).click();
      await page.locator('#survey-unsent:not([hidden])').waitFor();
    },
  },
  {
    name: 'survey-thanks',
    title: 'An answer that arrived',
    open: async (page, site) => {
      await page.goto(`${site}/visit/ended?code=0&subCode=4097`);
      await page.getByLabel('Very good').check();
      await page.getByRole('button', { name: 'Send answer' }).click();
      await page.getByRole('heading', { name: 'Thank you' }).waitFor();
    },
  },
];

export const parts = [
  { title: 'Endings', cases: ended },
  { title: 'The question after a visit', cases: survey },
  { title: 'Camera and microphone', cases: ladder },
  { title: 'Browsers that cannot', cases: gates },
];
