// C5 and C6: every page in every state, in every language, light and dark, on a phone, on a desktop and magnified four times.
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { type Case, type Language, readJSON } from '../screens/case.ts';
import { parts, travel } from '../screens/journeys.ts';
import { test } from '../screens/sites.ts';
import { desktop, phone } from './rehearsal.ts';

test.use({ trace: 'off' });

const magnified = { width: 320, height: 256 };
const directions: Record<Language, string> = { 'en-GB': 'ltr', ar: 'rtl' };

/** Where axe looks: in each language light and dark, and over both at each size. */
const looks = {
  'en-GB': [
    { size: phone, colorScheme: 'light' },
    { size: desktop, colorScheme: 'dark' },
  ],
  ar: [
    { size: magnified, colorScheme: 'light' },
    { size: phone, colorScheme: 'dark' },
  ],
} as const;

/** What axe has against the page; what is inside the stage is the library's. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().exclude('#stage').analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
}

/** What does not fit the screen. Written from the right it goes out at the left, and no scroll bar tells of it. */
async function outside(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const out = [...document.querySelectorAll<HTMLElement>('body *:not(#stage *)')].filter((element) => {
      const { left, right, width, height } = element.getBoundingClientRect();
      return width > 1 && height > 1 && (left < -1 || right > innerWidth + 1);
    });
    const wide = document.documentElement.scrollWidth - innerWidth;
    return [...(wide > 0 ? [`${wide} px too wide`] : []), ...out.map((element) => element.outerHTML.slice(0, 120))];
  });
}

/** The words that can be seen or heard, but for those that are marked as English or are names of things. */
async function words(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found = [document.title];
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

const catalogues = { 'en-GB': readJSON('locales/en-GB.json') as Catalogue, ar: readJSON('locales/ar.json') as Catalogue };

/** The sentences of a language that are other ones in another, without what is filled in; short ones can be names. */
function sentences(of: Language, against: Language): string[] {
  return Object.entries(catalogues[of]).flatMap(([id, text]) => {
    if (JSON.stringify(text) === JSON.stringify(catalogues[against][id])) return [];
    const forms = typeof text === 'string' ? [text] : Object.values(text);
    return forms.flatMap((form) => form.split(/\{\{\.\w+\}\}|\{\w+\}/)).filter((piece) => piece.trim().length > 12);
  });
}

const foreign = { 'en-GB': sentences('ar', 'en-GB'), ar: sentences('en-GB', 'ar') };

/** Asserts all that holds for any page. */
async function examine(page: Page, { name, like }: Case, language: Language): Promise<void> {
  const root = page.locator('html');
  await expect.soft(root, name).toHaveAttribute('lang', language);
  await expect.soft(root, name).toHaveAttribute('dir', directions[language]);
  const untranslated = (await words(page)).filter(
    (text) => text.includes('⟨') || foreign[language].some((sentence) => text.includes(sentence.trim())),
  );
  expect.soft(untranslated, `${name}: in another language`).toEqual([]);
  for (const size of [desktop, magnified, phone]) {
    await page.setViewportSize(size);
    expect.soft(await outside(page), `${name}: out of the screen at ${size.width}`).toEqual([]);
    for (const look of looks[language]) {
      if (look.size !== size || (like && look.colorScheme === 'dark')) continue;
      await page.emulateMedia({ colorScheme: look.colorScheme });
      expect.soft(await findings(page), `${name}: axe, ${look.colorScheme}, at ${size.width}`).toEqual([]);
      await page.emulateMedia({ colorScheme: 'light' });
    }
  }
}

test('the sentences that are looked for are there', () => {
  for (const language of ['en-GB', 'ar'] as const) expect(foreign[language].length).toBeGreaterThan(500);
  const all = parts.flatMap(({ journeys }) => journeys.flatMap(({ cases }) => cases));
  const names = all.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { like } of all) if (like) expect(names).toContain(like);
});

for (const { journeys } of parts) {
  for (const journey of journeys) {
    const names = journey.cases.map(({ name }) => name).join(', ');
    for (const language of ['en-GB', 'ar'] as const) {
      test(`${language}: ${names}`, async ({ browser, sites }) => {
        test.slow(journey.cases.length > 4);
        await travel(browser, sites, journey, language, {}, (page, met) => examine(page, met, language));
      });
    }
  }
}
