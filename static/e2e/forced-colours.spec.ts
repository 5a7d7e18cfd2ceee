// With forced colours every button and field has a visible edge, and the focus has a ring.
import type { Page } from '@playwright/test';
import { parts, travel } from '../screens/journeys.ts';
import { test } from '../screens/sites.ts';
import { expect } from './site.ts';

test.use({ trace: 'off' });

const examined = ['door', 'preview', 'trouble-blocked-iphone', 'waiting', 'ending-left', 'check-done'];

/** Returns the buttons and fields without a visible edge. */
async function findEdgeless(page: Page): Promise<string[]> {
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

/** Tabs through the page and returns the elements that show no focus ring. */
async function findRingless(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (let n = 0; n < 12; n++) {
    await page.keyboard.press('Tab');
    const missed = await page.evaluate(() => {
      const focused = document.activeElement;
      if (!focused || focused === document.body || focused.closest('#stage')) return '';
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(focused);
      const around = getComputedStyle(document.body).backgroundColor;
      const isVisible = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && outlineColor !== around;
      return isVisible ? '' : focused.outerHTML.slice(0, 120);
    });
    if (missed) found.push(missed);
  }
  return found;
}

for (const journey of parts.flatMap(({ journeys }) => journeys)) {
  const last = journey.cases.findLast(({ name }) => examined.includes(name));
  if (!last) continue;
  const cases = journey.cases.slice(0, journey.cases.indexOf(last) + 1);
  test(`${last.name} shows edges and focus rings`, async ({ browser, sites }) => {
    await travel(browser, sites, { ...journey, cases }, 'en-GB', { forcedColors: 'active' }, async (page, met) => {
      if (met !== last) return;
      expect(await page.evaluate(() => matchMedia('(forced-colors: active)').matches)).toBe(true);
      expect(await findEdgeless(page)).toEqual([]);
      expect(await findRingless(page)).toEqual([]);
    });
  });
}
