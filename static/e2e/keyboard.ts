// A visitor who has a keyboard and nothing else: goes from one thing to the next by Tab, and has to see where that is.
import { expect, type Locator, type Page } from '@playwright/test';

/** The key that leads on, or back. */
export type Way = 'Tab' | 'Shift+Tab';

/** What has the focus. */
interface Stop {
  /** Its name, roughly. */
  what: string;
  /** Nothing has it: the page is left, or the focus was lost. */
  nowhere: boolean;
  /** Whether it is a thing of our own pages, and not of the library's call. */
  ours: boolean;
  /** Whether our ring of two colours is around it. */
  ring: boolean;
  /** Whether all of it is on the screen, with nothing over it. */
  seen: boolean;
  /** Its edges, in CSS pixels of the page. */
  top: number;
  left: number;
  right: number;
}

// More than any page has to stop at.
const enough = 60;

/** Presses Tab until this has the focus. Every stop on the way is seen; those of our pages come in the order of the eye. */
export async function tabTo(page: Page, what: Locator, way: Way = 'Tab'): Promise<void> {
  let last: Stop | undefined;
  for (let i = 0; i < enough; i++) {
    const now = await press(page, way);
    if (last && now && way === 'Tab') expectOrder(last, now);
    else if (last && now) expectOrder(now, last);
    if (await what.evaluate((element) => element === document.activeElement)) return;
    last = now;
  }
  throw new Error(`${what} is out of reach`);
}

/** Goes round the page once, back to what has the focus now, and tells what it came by. Every stop on the way is seen. */
export async function goRound(page: Page, way: Way = 'Tab'): Promise<string[]> {
  const start = await page.evaluateHandle(() => document.activeElement);
  const stops: string[] = [];
  for (let i = 0; i < enough; i++) {
    stops.push((await press(page, way))?.what ?? '');
    if (await start.evaluate((element) => element === document.activeElement)) return stops;
  }
  throw new Error(`the keyboard is caught in: ${stops.join(', ')}`);
}

/** That the focus is somewhere, and still is when the page has been drawn again. */
export async function expectKept(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  expect((await stopOf(page)).nowhere, 'the focus is lost').toBe(false);
}

/** One press; undefined past the last thing of the page, where the browser's own would come. */
async function press(page: Page, way: Way): Promise<Stop | undefined> {
  const left = await page.evaluateHandle(() => document.activeElement);
  const before = await left.evaluate(looks);
  await page.keyboard.press(way);
  const now = await stopOf(page);
  const after = await left.evaluate(looks);
  if (before && after) expect(before, 'looks the same without the focus').not.toBe(after);
  if (now.nowhere) return undefined;
  // The page may scroll smoothly to it.
  await expect
    .poll(() => stopOf(page), { message: now.what })
    .toMatchObject(now.ours ? { ring: true, seen: true } : { seen: true });
  await expect(page.locator(':focus')).toHaveAccessibleName(/\S/);
  return stopOf(page);
}

function expectOrder(first: Stop, second: Stop): void {
  if (!first.ours || !second.ours) return;
  const follows = second.top >= first.top - 24 || second.left >= first.right;
  expect(follows, `${second.what} stands before ${first.what}`).toBe(true);
}

/** What a focus can change in a thing's looks; empty where nothing is expected to. */
function looks(element: Element | null): string {
  if (!element?.isConnected || element.matches('body, [tabindex="-1"]')) return '';
  return [undefined, '::before', '::after']
    .map((part) => getComputedStyle(element, part))
    .map(({ outline, boxShadow, border, backgroundColor, color }) => [outline, boxShadow, border, backgroundColor, color].join())
    .join(' | ');
}

function stopOf(page: Page): Promise<Stop> {
  return page.evaluate(() => {
    const element = document.activeElement ?? document.body;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const within = left > -1 && top > -1 && right < innerWidth + 1 && bottom < innerHeight + 1;
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : element.textContent;
    return {
      what: (element.getAttribute('aria-label') ?? (label?.trim() || element.tagName)).slice(0, 40),
      nowhere: element === document.body,
      ours: element.closest('#stage') === null,
      ring: /^(solid|auto) [2-9]/.test(`${outlineStyle} ${outlineWidth}`) && boxShadow !== 'none',
      seen: within && element.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2)),
      top: top + scrollY,
      left: left + scrollX,
      right: right + scrollX,
    };
  });
}
