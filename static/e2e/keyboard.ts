// Moves through a page by Tab and checks that every stop is visible and has a focus ring.
import { expect, type Locator, type Page } from '@playwright/test';

/** The key for the next or the previous stop. */
export type Way = 'Tab' | 'Shift+Tab';

/** The element with the focus. */
interface Stop {
  /** Its name, shortened. */
  what: string;
  /** Whether no element has the focus: it left the page, or was lost. */
  nowhere: boolean;
  /** Whether it belongs to our page, and not to the library's call. */
  ours: boolean;
  /** Whether it has our focus ring. */
  ring: boolean;
  /** Whether all of it is on the screen and its middle is not covered. */
  seen: boolean;
  /** Its edges, in CSS pixels of the page. */
  top: number;
  left: number;
  right: number;
}

// More stops than any page has.
const maxStops = 60;

/** Presses Tab until `what` has the focus. Every stop must be visible, and those of our page must be in reading order. */
export async function tabTo(page: Page, what: Locator, way: Way = 'Tab'): Promise<void> {
  let last: Stop | undefined;
  for (let i = 0; i < maxStops; i++) {
    const now = await press(page, way);
    if (last && now && way === 'Tab') expectOrder(last, now);
    else if (last && now) expectOrder(now, last);
    if (await what.evaluate((element) => element === document.activeElement)) return;
    last = now;
  }
  throw new Error(`${what} cannot be reached by ${way}`);
}

/** Tabs once around the page, back to the element with the focus. Returns the stops, each of which must be visible. */
export async function goRound(page: Page, way: Way = 'Tab'): Promise<string[]> {
  const start = await page.evaluateHandle(() => document.activeElement);
  const stops: string[] = [];
  for (let i = 0; i < maxStops; i++) {
    stops.push((await press(page, way))?.what ?? '');
    if (await start.evaluate((element) => element === document.activeElement)) return stops;
  }
  throw new Error(`the focus is trapped in: ${stops.join(', ')}`);
}

/** Expects that an element has the focus after the next frame. */
export async function expectKept(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  expect((await stopOf(page)).nowhere, 'the focus is lost').toBe(false);
}

/** Presses the key once. Returns the new stop, or undefined past the page's last element. */
async function press(page: Page, way: Way): Promise<Stop | undefined> {
  const left = await page.evaluateHandle(() => document.activeElement);
  const before = await left.evaluate(focusStyles);
  await page.keyboard.press(way);
  const now = await stopOf(page);
  const after = await left.evaluate(focusStyles);
  if (before && after) expect(before, 'looks the same without the focus').not.toBe(after);
  if (now.nowhere) return undefined;
  // The page may still be scrolling to it.
  await expect
    .poll(() => stopOf(page), { message: now.what })
    .toMatchObject(now.ours ? { ring: true, seen: true } : { seen: true });
  await expect(page.locator(':focus')).toHaveAccessibleName(/\S/);
  return stopOf(page);
}

function expectOrder(first: Stop, second: Stop): void {
  if (!first.ours || !second.ours) return;
  const follows = second.top >= first.top - 24 || second.left >= first.right;
  expect(follows, `${second.what} comes before ${first.what} on the page`).toBe(true);
}

/** Returns the styles of an element that a focus can change; '' if the element never shows a focus. */
function focusStyles(element: Element | null): string {
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
