// C5: with colours that a person forces upon all pages, everything that is pressed or typed into still has an edge, and the
// focus a ring.
import type { Page } from '@playwright/test';
import { parts, travel } from '../screens/journeys.ts';
import { test } from '../screens/sites.ts';
import { expect } from './site.ts';

test.use({ trace: 'off' });

const looked = ['door', 'preview', 'trouble-blocked-iphone', 'waiting', 'ending-left', 'check-done'];

/** What has no edge, or one that cannot be told from what is around it, though it is pressed or typed into. */
async function edgeless(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const around = getComputedStyle(document.body).backgroundColor;
    const all = document.querySelectorAll<HTMLElement>(
      '.btn, textarea, select, input:not([type=checkbox], [type=radio], [type=hidden])',
    );
    return [...all]
      .filter((element) => {
        if (!element.checkVisibility() || element.closest('#stage')) return false;
        const { borderTopWidth, borderTopStyle, borderTopColor } = getComputedStyle(element);
        return Number.parseFloat(borderTopWidth) < 1 || borderTopStyle === 'none' || borderTopColor === around;
      })
      .map((element) => element.outerHTML.slice(0, 120));
  });
}

/** Goes to everything that the Tab key reaches and tells what shows no ring. */
async function ringless(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (let n = 0; n < 12; n++) {
    await page.keyboard.press('Tab');
    const missed = await page.evaluate(() => {
      const focused = document.activeElement;
      if (!focused || focused === document.body || focused.closest('#stage')) return '';
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(focused);
      const around = getComputedStyle(document.body).backgroundColor;
      const seen = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && outlineColor !== around;
      return seen ? '' : focused.outerHTML.slice(0, 120);
    });
    if (missed) found.push(missed);
  }
  return found;
}

for (const journey of parts.flatMap(({ journeys }) => journeys)) {
  const last = journey.cases.findLast(({ name }) => looked.includes(name));
  if (!last) continue;
  const cases = journey.cases.slice(0, journey.cases.indexOf(last) + 1);
  test(`${last.name} has its edges and its rings`, async ({ browser, sites }) => {
    await travel(browser, sites, { ...journey, cases }, 'en-GB', { forcedColors: 'active' }, async (page, met) => {
      if (met !== last) return;
      expect(await page.evaluate(() => matchMedia('(forced-colors: active)').matches)).toBe(true);
      expect(await edgeless(page)).toEqual([]);
      expect(await ringless(page)).toEqual([]);
    });
  });
}
