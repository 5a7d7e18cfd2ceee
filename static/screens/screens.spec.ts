// Takes a picture of every case on a phone of 390 by 844 pixels. Writes the pictures to .screens, with a page that shows them
// side by side. `make screens` runs it.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type BrowserContextOptions, expect } from '@playwright/test';
import { findings } from '../e2e/axe.ts';
import type { Language } from './case.ts';
import { type Part, parts, travel } from './journeys.ts';
import { test } from './sites.ts';

const folder = path.resolve(import.meta.dirname, '../.screens');

/** A set of pictures of some cases with the same browser options. */
interface PictureSet {
  title: string;
  /** The prefix of the pictures' names. */
  prefix: string;
  language: Language;
  options: BrowserContextOptions;
  /** Names of the cases; without it, all. */
  only?: string[];
}

const english: PictureSet = { title: '', prefix: '', language: 'en-GB', options: {} };

const extraSets: PictureSet[] = [
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

const casesOf = (some: Part[]) => some.flatMap(({ journeys }) => journeys.flatMap(({ cases }) => cases));

/** The headings of the page, each with its pictures. */
const headings = [
  ...parts.map((part) => ({ title: part.title, pictures: casesOf([part]) })),
  ...extraSets.map(({ title, prefix, only = [] }) => ({
    title,
    pictures: only.map((name) => ({ name: prefix + name, title: casesOf(parts).find((c) => c.name === name)?.title ?? name })),
  })),
];

test('writes the page that shows all pictures', async () => {
  await rm(path.join(folder, 'index.html'), { force: true });
  await mkdir(folder, { recursive: true });
  const figure = ({ name, title }: { name: string; title: string }) =>
    `<figure style="display:inline-block;width:22%;vertical-align:top"><a href="${name}.jpg">` +
    `<img src="${name}.jpg" alt="" loading="lazy" width="100%"></a><figcaption>${title} <code>${name}</code></figcaption></figure>`;
  const sections = headings.map(({ title, pictures }) => `<h2>${title}</h2>\n${pictures.map(figure).join('\n')}`);
  const page = `<!DOCTYPE html><meta charset="utf-8"><title>Every page</title>\n${sections.join('\n')}\n`;
  await writeFile(path.join(folder, 'index.html'), page);
});

for (const { title, prefix, language, options, only } of [english, ...extraSets]) {
  for (const journey of parts.flatMap(({ journeys }) => journeys)) {
    const shown = journey.cases.filter(({ name }) => only?.includes(name) ?? true);
    const last = shown.at(-1);
    if (!last) continue;
    const cases = journey.cases.slice(0, journey.cases.indexOf(last) + 1);
    test(`${title} ${shown.map(({ name }) => name).join(', ')}`.trim(), async ({ browser, sites }) => {
      await travel(browser, sites, { ...journey, cases }, language, options, async (page, current) => {
        if (!shown.includes(current)) return;
        const file = path.join(folder, `${prefix}${current.name}.jpg`);
        await page.screenshot({ path: file, type: 'jpeg', quality: 80, scale: 'css', fullPage: true, animations: 'disabled' });
        // axe cannot check forced colours, because the system draws them.
        for (const colorScheme of options.forcedColors ? [] : (['light', 'dark'] as const)) {
          await page.emulateMedia({ colorScheme });
          expect(await findings(page), `${current.name}: axe, ${colorScheme}`).toEqual([]);
        }
        await page.emulateMedia({ colorScheme: 'light' });
      });
    });
  }
}
