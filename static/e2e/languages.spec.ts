// Every page in every state and language, light and dark, on a phone, on a desktop and at 400% zoom.

import { expect, type Page } from '@playwright/test';
import { type Case, defaultLanguage, type Language, languages, readJSON } from '../screens/case.ts';
import { parts, travel } from '../screens/journeys.ts';
import { test } from '../screens/sites.ts';
import { findings } from './axe.ts';
import { desktop, phone } from './rehearsal.ts';

test.use({ trace: 'off' });

const magnified = { width: 320, height: 256 };
const isRightToLeft = (language: Language) => /^(Arab|Hebr|Syrc|Thaa)$/.test(new Intl.Locale(language).maximize().script ?? '');

/** The sizes at which axe examines light and dark pages. English and the other languages together cover all sizes. */
const sizesOf = (language: Language) =>
  language === defaultLanguage ? { light: phone, dark: desktop } : { light: magnified, dark: phone };

/** Returns the elements outside the screen. Right-to-left text overflows at the left, where no scroll bar appears. */
async function findOutside(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const out = [...document.querySelectorAll<HTMLElement>('body *:not(#stage *)')].filter((element) => {
      const { left, right, width, height } = element.getBoundingClientRect();
      return width > 1 && height > 1 && (left < -1 || right > innerWidth + 1);
    });
    const wide = document.documentElement.scrollWidth - innerWidth;
    return [...(wide > 0 ? [`${wide} px too wide`] : []), ...out.map((element) => element.outerHTML.slice(0, 120))];
  });
}

/** Returns the page's language, direction and all visible or spoken texts, except names and texts marked as English. */
async function readTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { lang, dir } = document.documentElement;
    const found = [lang, dir, document.title];
    const foreign = ':not(html)[lang^="en"], script, style, noscript, template, textarea';
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node instanceof Element ? node : node.parentElement;
      if (!element?.checkVisibility({ visibilityProperty: true }) || element.closest(foreign)) continue;
      if (node instanceof Element) {
        for (const name of ['aria-label', 'alt', 'title', 'placeholder']) found.push(node.getAttribute(name) ?? '');
      } else found.push(node.textContent ?? '');
    }
    const report = document.querySelector<HTMLTextAreaElement>('#report');
    return [...found, ...(report?.value.split('\n') ?? [])].map((text) => text.replace(/\s+/g, ' ').trim()).filter(Boolean);
  });
}

type Catalogue = Record<string, string | Record<string, string>>;

const catalogues = new Map(languages.map((tag) => [tag, readJSON(`locales/${tag}.json`) as Catalogue]));

/** Returns the sentences of a language that another does not share, split at placeholders. Short ones can be names and are left out. */
function sentences(of: Language, against: Language): string[] {
  return Object.entries(catalogues.get(of) ?? {}).flatMap(([id, text]) => {
    if (id === 'host.name') return []; // the rehearsal's host has the same name in every language
    if (JSON.stringify(text) === JSON.stringify(catalogues.get(against)?.[id])) return [];
    const forms = typeof text === 'string' ? [text] : Object.values(text);
    const pieces = forms.flatMap((form) => form.split(/\{\{\.\w+\}\}|\{\w+\}/));
    return pieces.map((piece) => piece.trim()).filter((piece) => piece.length > 12);
  });
}

/** Returns the sentences that a page must not show: English ones, and on an English page those of all other languages. */
function foreignTo(language: Language): string[] {
  if (language !== defaultLanguage) return sentences(defaultLanguage, language);
  return languages.filter((other) => other !== language).flatMap((other) => sentences(other, language));
}

const foreign = new Map(languages.map((language) => [language, foreignTo(language)]));

const soft = expect.configure({ soft: true });

/** Checks language, direction, layout and axe. */
async function examine(page: Page, { name, like }: Case, language: Language): Promise<void> {
  const texts = await readTexts(page);
  soft(texts.slice(0, 2), name).toEqual([language, isRightToLeft(language) ? 'rtl' : 'ltr']);
  const untranslated = texts.filter((text) => text.includes('⟨') || foreign.get(language)?.some((other) => text.includes(other)));
  soft(untranslated, `${name}: in another language`).toEqual([]);
  const { light, dark } = like ? { light: phone, dark: undefined } : sizesOf(language);
  for (const size of like ? [phone] : [magnified, desktop, phone]) {
    await page.setViewportSize(size);
    // The library lays out its stage later.
    await soft.poll(() => findOutside(page), `${name}: outside the screen at ${size.width}`).toEqual([]);
    if (size === light) soft(await findings(page), `${name}: axe, light, at ${size.width}`).toEqual([]);
    if (size !== dark) continue;
    await page.emulateMedia({ colorScheme: 'dark' });
    soft(await findings(page), `${name}: axe, dark, at ${size.width}`).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
  }
}

test('every language has sentences to search for, and case names are unique', () => {
  for (const language of languages) expect(foreign.get(language)?.length).toBeGreaterThan(500);
  const names = parts.flatMap(({ journeys }) => journeys.flatMap(({ cases }) => cases.map(({ name }) => name)));
  expect(new Set(names).size).toBe(names.length);
});

/** Cases whose journeys are tagged @journey: the first and the last page of a visit. */
const tagged = new Set(['door', 'visit', 'survey-missing']);

for (const { journeys } of parts) {
  for (const journey of journeys) {
    // Journeys whose cases differ from others only in texts are left out, because each needs a browser. `make screens` shows them.
    if (journey.cases.every(({ like }) => like)) continue;
    for (const language of languages) {
      // English cases that differ only in texts are left out: people review the pictures. Translations can be longer.
      const cases = language === defaultLanguage ? journey.cases.filter(({ like }) => !like) : journey.cases;
      const tag = cases.some(({ name }) => tagged.has(name)) ? '@journey' : [];
      test(`${language}: ${cases.map(({ name }) => name).join(', ')}`, { tag }, async ({ browser, sites }) => {
        await travel(browser, sites, { ...journey, cases }, language, {}, (page, current) => examine(page, current, language));
      });
    }
  }
}
