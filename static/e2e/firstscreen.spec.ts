// What a visitor sees without scrolling. A phone of 390 by 664 pixels (an iPhone with its bars) shows everything for joining.
import type { Page } from '@playwright/test';
import { languages } from '../screens/case.ts';
import { desktop, test } from './rehearsal.ts';
import { expect, sealedLink, serve } from './site.ts';

const small = { width: 390, height: 664 };
const keys = 'the-link-key-of-the-first-screen';
const longest = 'Professor Dr Maximiliana Wolfeschlegelsteinhausenbergerdorff-Ray';
const devices = { permissions: ['camera', 'microphone'] };

/** Opens a visit whose host has a very long name, in a rehearsal with a phone number. */
async function open(page: Page, language: string, use: () => Promise<void>): Promise<void> {
  const settings = { LINK_KEYS: keys, BRAND_NAME: 'Riverside Clinic', BRAND_PHONE: '01234 567890', REHEARSAL_HOST: 'off' };
  await serve(settings, async (site) => {
    const meeting = 'https://teams.microsoft.com/meet/2641833927441?p=Mt9xB2N6';
    const flags = ['--meeting', meeting, '--start', 'now', '--host', longest, '--language', language];
    await page.goto(await sealedLink(site, keys, flags));
    await use();
  });
}

/** Returns the positions of the parts on the screen, in CSS pixels. */
const placesOf = (page: Page) =>
  page.evaluate(() => {
    const box = (selector: string) => {
      const { top, bottom, left, right, width, height } =
        document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
      return { top, bottom, left, right, width, height };
    };
    return {
      heading: box('h1'),
      time: box('.when'),
      picture: box('#device-panel'),
      camera: box('[name=camera]'),
      microphone: box('[name=microphone]'),
      name: box('#name'),
      form: box('#join-form .form'),
      join: box('#join'),
      scrolled: scrollY,
      focused: document.activeElement?.id ?? '',
      sideways: document.documentElement.scrollWidth - innerWidth,
    };
  });

async function expectOneScreen(page: Page): Promise<void> {
  const { scrolled, focused, sideways, ...places } = await placesOf(page);
  expect(scrolled).toBe(0);
  expect(sideways).toBe(0);
  for (const [what, { top, bottom, height }] of Object.entries(places)) {
    expect(height, what).toBeGreaterThan(0);
    expect(top, what).toBeGreaterThanOrEqual(0);
    expect(bottom, what).toBeLessThanOrEqual(small.height);
  }
  expect(places.picture.height).toBeLessThanOrEqual(0.28 * small.height);
  for (const button of [places.camera, places.microphone]) {
    expect(button.top).toBeGreaterThan(places.picture.top);
    expect(button.bottom).toBeLessThanOrEqual(places.picture.bottom);
    expect(Math.min(button.width, button.height)).toBeGreaterThanOrEqual(44);
  }
  expect(focused).not.toBe('name');
}

for (const language of languages) {
  test(`a phone shows name and Join without scrolling, before and after the preview, in ${language}`, async ({ browser }) => {
    const context = await browser.newContext({ viewport: small, locale: language, ...devices });
    const page = await context.newPage();
    await open(page, language, async () => {
      await expectOneScreen(page);
      const before = await placesOf(page);
      await page.locator('#device-panel').click({ position: { x: 20, y: 20 } });
      await expect(page.locator('#self')).toBeVisible();
      await expect(page.locator('#level-text')).not.toBeEmpty();
      await expectOneScreen(page);
      const after = await placesOf(page);
      for (const what of ['picture', 'name', 'join'] as const) expect(after[what], what).toEqual(before[what]);
    });
    await context.close();
  });
}

test('a desktop shows a preview of 560 pixels with the form vertically centred beside it', async ({ browser }) => {
  const context = await browser.newContext({ viewport: desktop, locale: 'en-GB', ...devices });
  const page = await context.newPage();
  await open(page, 'en-GB', async () => {
    const { picture, form, name, join } = await placesOf(page);
    expect(picture.width).toBe(560);
    expect(form.left).toBeGreaterThan(picture.right);
    expect((form.top + form.bottom) / 2).toBeCloseTo((picture.top + picture.bottom) / 2, 0);
    expect(join.width).toBe(name.width);
    expect(join.bottom).toBeLessThanOrEqual(desktop.height);
    await expect(page.locator('#before .btn:not(.btn-secondary):visible')).toHaveCount(1);
  });
  await context.close();
});

test('a phone in landscape shows name and Join without scrolling', async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 664, height: 320 }, locale: 'en-GB', ...devices });
  const page = await context.newPage();
  await open(page, 'en-GB', async () => {
    const { name, join } = await placesOf(page);
    expect(name.top).toBeGreaterThan(0);
    expect(join.bottom).toBeLessThanOrEqual(320);
  });
  await context.close();
});
