// Takes a picture of every case on a phone of 390 by 844, and writes docs/screens.md, where they stand side by side. Run by
// `make screens`.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type BrowserContextOptions, expect, type Page } from '@playwright/test';
import { findings } from '../e2e/axe.ts';
import { phone } from '../e2e/rehearsal.ts';
import type { Case, Language } from './case.ts';
import { type Part, parts, travel } from './journeys.ts';
import { test } from './sites.ts';

const docs = path.resolve(import.meta.dirname, '../../docs');
const folder = path.join(docs, 'screens');
const across = 4;
const mostBytes = 60 * 1024;

/** Pictures of some cases in a look of their own. */
interface Look {
  title: string;
  /** What the names of its pictures begin with. */
  prefix: string;
  language: Language;
  options: BrowserContextOptions;
  only?: string[];
}

const english: Look = { title: '', prefix: '', language: 'en-GB', options: {} };

const looks: Look[] = [
  {
    title: 'In Arabic',
    prefix: 'ar-',
    language: 'ar',
    options: {},
    only: ['door', 'visit-booked', 'preview', 'trouble-blocked-iphone', 'waiting', 'ending-left', 'check-done', 'desk-sheet'],
  },
  {
    title: 'Forced colours',
    prefix: 'forced-',
    language: 'en-GB',
    options: { forcedColors: 'active' },
    only: ['visit', 'trouble-blocked-iphone', 'ending-left'],
  },
];

/** Takes a picture that is small enough to be kept with the source: of a very long page, of two screens. */
async function take(page: Page, name: string, { from }: Case): Promise<void> {
  const { width, height } = phone;
  const options = { type: 'jpeg', scale: 'css', fullPage: true, animations: 'disabled' } as const;
  let picture = await page.screenshot({ ...options, quality: 42 });
  if (picture.length > mostBytes) {
    const top = from ? await page.locator(from).evaluate((e) => e.getBoundingClientRect().top + scrollY - 16) : 0;
    picture = await page.screenshot({ ...options, quality: 26, clip: { x: 0, y: top, width, height: 2 * height } });
  }
  expect(picture.length, `bytes of ${name}.jpg`).toBeLessThanOrEqual(mostBytes);
  await writeFile(path.join(folder, `${name}.jpg`), picture);
}

function table(pictures: { name: string; title: string }[]): string {
  const rows: string[] = [];
  for (let i = 0; i < pictures.length; i += across) {
    const row = pictures
      .slice(i, i + across)
      .map((p) => ` ![${p.title}](screens/${p.name}.jpg)<br>${p.title}<br>\`${p.name}\` |`);
    rows.push(`|${row.join('')}${'  |'.repeat(across - row.length)}`);
  }
  return [`|${' |'.repeat(across)}`, `|${'---|'.repeat(across)}`, ...rows].join('\n');
}

const casesOf = (some: Part[]) => some.flatMap(({ journeys }) => journeys.flatMap(({ cases }) => cases));

/** The pictures under each heading. */
const headings = [
  ...parts.map((part) => ({ title: part.title, pictures: casesOf([part]) })),
  ...looks.map(({ title, prefix, only = [] }) => ({
    title,
    pictures: only.map((name) => ({ name: prefix + name, title: casesOf(parts).find((c) => c.name === name)?.title ?? name })),
  })),
];

test('docs/screens.md', async () => {
  await mkdir(folder, { recursive: true });
  const wanted = new Set(headings.flatMap(({ pictures }) => pictures.map(({ name }) => `${name}.jpg`)));
  for (const file of await readdir(folder)) if (!wanted.has(file)) await rm(path.join(folder, file));
  const sections = headings.map(({ title, pictures }) => `\n## ${title}\n\n${table(pictures)}\n`);
  const lead = `# Every page that somebody may meet\n\n${wanted.size} pictures, on a phone of 390 by 844, made by \`make screens\`.\n`;
  await writeFile(path.join(docs, 'screens.md'), lead + sections.join(''));
});

for (const { title, prefix, language, options, only } of [english, ...looks]) {
  for (const journey of parts.flatMap(({ journeys }) => journeys)) {
    const shown = journey.cases.filter(({ name }) => only?.includes(name) ?? true);
    const last = shown.at(-1);
    if (!last) continue;
    const cases = journey.cases.slice(0, journey.cases.indexOf(last) + 1);
    test(`${title} ${shown.map(({ name }) => name).join(', ')}`.trim(), async ({ browser, sites }) => {
      await travel(browser, sites, { ...journey, cases }, language, options, async (page, met) => {
        if (!shown.includes(met)) return;
        await take(page, prefix + met.name, met);
        // Forced colours are the system's, and axe does not see them.
        for (const colorScheme of options.forcedColors ? [] : (['light', 'dark'] as const)) {
          await page.emulateMedia({ colorScheme });
          expect(await findings(page), `${met.name}: axe, ${colorScheme}`).toEqual([]);
        }
        await page.emulateMedia({ colorScheme: 'light' });
      });
    });
  }
}
