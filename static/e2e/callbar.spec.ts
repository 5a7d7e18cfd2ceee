// The buttons of the call show their names and can be pressed on every size of screen.
import type { Page } from '@playwright/test';
import { expect, expectState, joinCall, joinFromDoor, roomOf, test, ticketOf, unreadBadge } from './rehearsal.ts';
import { serve } from './site.ts';

const phones = [
  [390, 664],
  [320, 568],
  [664, 320],
  [568, 320],
] as const;
const larger = [
  [500, 800],
  [820, 1180],
  [1280, 800],
] as const;

/** Returns the names that the buttons show, and which buttons are not fully visible. */
const inspectBar = (page: Page) =>
  page.locator('[data-ui-id="control-bar"]').evaluate((bar: HTMLElement) => {
    const faults: string[] = [];
    const names: string[] = [];
    for (const button of bar.querySelectorAll<HTMLElement>('button')) {
      const { left, right, top, bottom } = button.getBoundingClientRect();
      const name = button.getAttribute('aria-label') ?? '';
      const topmost = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      if (left < 0 || top < 0 || right > innerWidth || bottom > innerHeight) faults.push(`${name} is outside the screen`);
      else if (!button.contains(topmost)) faults.push(`${name} is covered`);
      if (bottom - top < 44) faults.push(`${name} is ${bottom - top} px high`);
      const label = button.querySelector<HTMLElement>('.ms-Button-label');
      if (!label?.offsetHeight) continue;
      names.push(label.textContent.trim());
      if (label.scrollWidth > label.clientWidth) faults.push(`${name} is cut off`);
      if (Number.parseFloat(getComputedStyle(label).fontSize) < 12) faults.push(`${name} is too small to read`);
    }
    const sideways = document.documentElement.scrollWidth - innerWidth;
    const below = document.documentElement.scrollHeight - innerHeight;
    if (sideways > 0 || below > 0) faults.push(`the page scrolls by ${sideways} and ${below} px`);
    return { names, faults };
  });

for (const [language, words] of Object.entries({
  'en-GB': ['Mute', 'Camera', 'Captions', 'Chat', 'More', 'Leave'],
  ar: ['كتم', 'الكاميرا', 'نص الكلام', 'دردشة', 'المزيد', 'مغادرة'],
})) {
  test(`every button shows its name and can be pressed, in ${language}`, async ({ unattended, meeting, openPage }) => {
    const page = await openPage({ viewport: { width: 390, height: 664 }, locale: language });
    await page.goto(`${unattended}/?meetingURL=${encodeURIComponent(meeting)}`);
    await page.locator('#name').fill('Sam Patel');
    const room = await roomOf(page, unattended);
    const id = ticketOf(page);
    await page.locator('#join').click();
    await expectState(page, 'lobby');
    await room.command({ command: 'admit', to: await id });
    await expectState(page, 'call');
    for (const [width, height] of [...phones, ...larger]) {
      await test.step(`${width}x${height}`, async () => {
        await page.setViewportSize({ width, height });
        await expect.poll(() => inspectBar(page)).toEqual({ names: expect.arrayContaining(words), faults: [] });
      });
    }
    await test.step('with our notice beside the call', async () => {
      await page.setViewportSize({ width: 568, height: 320 });
      await room.command({ command: 'notice', recording: true });
      await expect(page.locator('#notice')).toBeVisible();
      await expect.poll(async () => (await inspectBar(page)).faults).toEqual([]);
    });
  });
}

test('the button for another camera is at least 44 pixels wide and high', async ({ unattended, meeting, openPage }) => {
  const page = await openPage({ viewport: { width: 390, height: 664 } });
  await joinCall(page, unattended, meeting, 'Sam Patel');
  const change = page.locator('[data-ui-id="local-camera-switcher-button"]');
  await expect(change).toBeVisible();
  const { width = 0, height = 0 } = (await change.boundingBox()) ?? {};
  expect(Math.min(width, height)).toBeGreaterThanOrEqual(44);
});

test('the number of unread messages is readable on a pale colour', async ({ meeting, openPage }) => {
  await serve({ BRAND_COLOUR: '#ffdd00', REHEARSAL_ADMIT_SECONDS: '1' }, async (site) => {
    const page = await openPage({ viewport: { width: 390, height: 664 } });
    await joinFromDoor(page, site, meeting, 'Sam Patel');
    await expectState(page, 'call');
    const badge = unreadBadge(page);
    await expect(badge).toBeVisible();
    const colours = await badge.evaluate((mark) => {
      const words = [...mark.querySelectorAll('span')].at(-1);
      return [getComputedStyle(mark).backgroundColor, words ? getComputedStyle(words).color : ''];
    });
    expect(colours).toEqual(['rgb(255, 221, 0)', 'rgb(37, 36, 35)']);
  });
});
