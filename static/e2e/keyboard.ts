// Moves through a page by Tab, and checks that every element that gets the focus is visible and has a focus ring.
import { expect, type Locator, type Page } from '@playwright/test';

/** The key for the next or the previous stop. */
export type TabKey = 'Tab' | 'Shift+Tab';

/** The element with the focus. */
interface Stop {
  /** Its name, shortened. */
  name: string;
  /** Whether no element of the page has the focus. */
  isNowhere: boolean;
  /** Whether it belongs to our page, and not to the library's call. */
  isOurs: boolean;
  /** Whether it has our focus ring. */
  hasRing: boolean;
  /** Whether all of it is on the screen and its middle is not covered. */
  isVisible: boolean;
  /** Its edges, in CSS pixels of the page. */
  top: number;
  left: number;
  right: number;
}

// No page has so many stops.
const maxStops = 60;

/** Presses `key` until `target` has the focus. Stops must be visible, and those of our page in reading order. */
export async function tabTo(page: Page, target: Locator, key: TabKey = 'Tab'): Promise<void> {
  let last: Stop | undefined;
  for (let i = 0; i < maxStops; i++) {
    const now = await press(page, key);
    if (last && now && key === 'Tab') expectOrder(last, now);
    else if (last && now) expectOrder(now, last);
    if (await target.evaluate((element) => element === document.activeElement)) return;
    last = now;
  }
  throw new Error(`${target} cannot be reached by ${key}`);
}

/** Tabs once around the page, back to the element with the focus. Returns the names of the stops, which must be visible. */
export async function tabAround(page: Page, key: TabKey = 'Tab'): Promise<string[]> {
  const start = await page.evaluateHandle(() => document.activeElement);
  const stops: string[] = [];
  for (let i = 0; i < maxStops; i++) {
    stops.push((await press(page, key))?.name ?? '');
    if (await start.evaluate((element) => element === document.activeElement)) return stops;
  }
  throw new Error(`the focus is trapped in: ${stops.join(', ')}`);
}

/** Expects that an element has the focus after the next frame. */
export async function expectFocus(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  expect((await stopOf(page)).isNowhere, 'the focus is lost').toBe(false);
}

/** Presses the key once. Returns the new stop, or undefined past the page's last element. */
async function press(page: Page, key: TabKey): Promise<Stop | undefined> {
  const left = await page.evaluateHandle(() => document.activeElement);
  const before = await left.evaluate(focusStyles);
  await page.keyboard.press(key);
  const now = await stopOf(page);
  const after = await left.evaluate(focusStyles);
  if (before && after) expect(before, 'styles with and without the focus').not.toBe(after);
  if (now.isNowhere) return undefined;
  // The page may still be scrolling to it.
  await expect
    .poll(() => stopOf(page), { message: now.name })
    .toMatchObject(now.isOurs ? { hasRing: true, isVisible: true } : { isVisible: true });
  await expect(page.locator(':focus')).toHaveAccessibleName(/\S/);
  return stopOf(page);
}

function expectOrder(first: Stop, second: Stop): void {
  if (!first.isOurs || !second.isOurs) return;
  const follows = second.top >= first.top - 24 || second.left >= first.right;
  expect(follows, `${second.name} follows ${first.name} on the page`).toBe(true);
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
      name: (element.getAttribute('aria-label') ?? (label?.trim() || element.tagName)).slice(0, 40),
      isNowhere: element === document.body,
      isOurs: element.closest('#stage') === null,
      hasRing: /^(solid|auto) [2-9]/.test(`${outlineStyle} ${outlineWidth}`) && boxShadow !== 'none',
      isVisible: within && element.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2)),
      top: top + scrollY,
      left: left + scrollX,
      right: right + scrollX,
    };
  });
}
