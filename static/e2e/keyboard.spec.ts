// A whole visit with the keyboard alone.
import type { Locator, Page } from '@playwright/test';
import { expectFocus, tabAround, tabTo } from './keyboard.ts';
import {
  chatButton,
  desktop,
  expect,
  expectEnding,
  expectState,
  joinFromDoor,
  phone,
  roomOf,
  test,
  ticketOf,
} from './rehearsal.ts';
import { serve } from './site.ts';
import { sentTracks } from './witness.ts';

const button = (within: Page | Locator, name: string | RegExp) => within.getByRole('button', { name, exact: true });
const question = (page: Page) => page.getByRole('dialog', { name: 'Do you want to leave?' });
const skipLink = (page: Page) => page.getByRole('link', { name: 'Skip to main content' });

/** Makes the browser grant notifications when the page asks for them. Runs in the page. */
function installNotifications(): void {
  class Note {
    static permission = 'default';
    static async requestPermission() {
      Note.permission = 'granted';
      return 'granted';
    }
    close() {}
  }
  Object.assign(window, { Notification: Note });
}

/** Opens the dialog that asks whether to leave, and closes it by Escape. */
async function cancelLeaving(page: Page, leave: Locator): Promise<void> {
  await page.keyboard.press('Enter');
  await expect(button(question(page), 'Stay')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(question(page)).toBeHidden();
  await expect(leave).toBeFocused();
  await expectFocus(page);
}

async function passDoor(page: Page, meeting: string): Promise<void> {
  await tabTo(page, skipLink(page));
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Meeting link')).toBeFocused();
  await page.keyboard.insertText(meeting);
  await tabTo(page, button(page, 'Continue'));
  await page.keyboard.press('Enter');
  await page.waitForURL('**/visit');
}

async function prepareDevices(page: Page): Promise<void> {
  await tabTo(page, button(page, 'Press here to see yourself'));
  await page.keyboard.press('Enter');
  await expect(page.locator('#self')).toBeVisible();
  // The focus moves to the preview, which replaces the pressed button.
  await expect(page.locator('#device-panel')).toBeFocused();
  await expectFocus(page);

  const camera = page.getByRole('switch', { name: 'Camera' });
  await tabTo(page, camera);
  await page.keyboard.press('Space');
  await expect(page.locator('#self-off')).toBeVisible();
  await expect(camera).toBeFocused();
  await page.keyboard.press('Space');
  await expect(page.locator('#self')).toBeVisible();
  await expect(camera).toBeFocused();

  await tabTo(page, page.locator('#choose summary'));
  await page.keyboard.press('Enter');
  const list = page.locator('#pick-microphone');
  await tabTo(page, list);
  const first = await list.inputValue();
  await page.keyboard.press('ArrowDown');
  await expect(list).not.toHaveValue(first);
  await expect.poll(() => microphones(page)).toEqual([await list.inputValue()]);
  await expect(list).toBeFocused();
}

/** Returns the device ids of the open microphones. */
async function microphones(page: Page): Promise<(string | undefined)[]> {
  return page.evaluate(() => {
    const open = window.witness.local.filter(({ kind, readyState }) => kind === 'audio' && readyState === 'live');
    return [...new Set(open.map((track) => track.getSettings().deviceId))];
  });
}

async function waitToBeLetIn(page: Page): Promise<void> {
  const heading = page.locator('#waiting-title');
  await expect(heading).toBeFocused();
  await expectFocus(page);
  await tabTo(page, button(page, 'Tell me when I am let in'));
  await page.keyboard.press('Enter');
  await expect(page.locator('#notify-answer')).toHaveText('We will tell you when you are let in.');
  // The button disappears.
  await expect(heading).toBeFocused();
  await tabTo(page, skipLink(page));
  await page.keyboard.press('Enter');
  await expect(heading).toBeFocused();
  const leave = button(page.locator('#waiting'), 'Leave');
  await tabTo(page, leave);
  await cancelLeaving(page, leave);
}

async function useCall(page: Page): Promise<void> {
  const stage = page.locator('#stage');
  await expect(stage).toBeFocused();
  await expectFocus(page);
  await expect(chatButton(page)).toBeVisible();
  await tabTo(page, skipLink(page), 'Shift+Tab');
  for (const key of ['Tab', 'Shift+Tab'] as const) {
    const stops = (await tabAround(page, key)).join('\n');
    for (const name of ['Call 01234 567890', 'Mute', 'Camera', 'Leave'])
      expect(stops.toLowerCase()).toContain(name.toLowerCase());
  }
  await page.keyboard.press('Enter');
  await expect(stage).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(stage.locator(':focus')).toHaveCount(1);

  // On a desktop each button has two parts, which are one stop for the keyboard.
  await tabTo(page, stage.locator('[data-ui-id="call-composite-camera-button"]').first());
  await tabTo(page, stage.locator('[data-ui-id="call-composite-microphone-button"]').first(), 'Shift+Tab');
  await expect.poll(() => sentTracks(page)).toEqual(['audio', 'video']);
  await page.keyboard.press('Enter');
  await expect.poll(() => sentTracks(page)).toEqual(['video']);
  await expectFocus(page);
  await page.keyboard.press('Enter');
  await expect.poll(() => sentTracks(page)).toEqual(['audio', 'video']);
  await expectFocus(page);
}

async function refuseRecording(page: Page): Promise<void> {
  const box = page.getByRole('alertdialog', { name: 'Can we record this visit?' });
  const no = button(box, 'No, keep me off camera and muted');
  const yes = button(box, 'Yes, I agree');
  await expect(box).toBeFocused();
  await tabTo(page, no);
  // The question neither traps the focus nor covers it.
  await tabAround(page);
  await page.keyboard.press('Enter');
  await expect(box).toBeHidden();
  await expectFocus(page);
  await expect(page.locator('#stage:focus, #stage :focus')).toHaveCount(1);

  await tabTo(page, button(page.locator('#notice'), /./), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(box).toBeFocused();
  await tabTo(page, yes);
  await page.keyboard.press('Enter');
  await expect(box).toBeHidden();
  await expectFocus(page);
  await expect(page.locator('#stage:focus, #stage :focus')).toHaveCount(1);
}

async function leaveCall(page: Page): Promise<void> {
  const leave = button(page.locator('#stage'), 'Leave');
  await tabTo(page, leave);
  await cancelLeaving(page, leave);
  await page.keyboard.press('Enter');
  await tabTo(page, button(question(page), 'Leave'));
  await page.keyboard.press('Enter');
  await expectEnding(page, 'left');
}

async function answerSurvey(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await expectFocus(page);
  await tabTo(page, page.getByRole('link', { name: 'Rejoin' }));
  await tabTo(page, page.getByRole('radio', { name: 'Very good' }));
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: 'Good', exact: true })).toBeChecked();
  await tabTo(page, page.getByLabel('What could be better?'));
  await page.keyboard.insertText('The sound was late.');
  await tabTo(page, button(page, 'Send answer'));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Thank you' })).toBeVisible();
  await expect(page.locator('#survey')).toBeFocused();
  await expectFocus(page);
}

for (const viewport of [phone, desktop]) {
  test(`a visit from the door to the survey works by keyboard alone, at ${viewport.width}x${viewport.height}`, {
    tag: viewport === phone ? '@journey' : [],
  }, async ({ meeting, openPage }) => {
    // The host is present, but only the test admits the visitor.
    await serve({ REHEARSAL_ADMIT_SECONDS: '600', BRAND_PHONE: '01234 567890' }, async (site) => {
      const page = await openPage({ viewport });
      await page.addInitScript(installNotifications);
      await page.goto(site);
      await test.step('the door', () => passDoor(page, meeting));
      const room = await roomOf(page, site);
      await test.step('camera and microphone', () => prepareDevices(page));
      await tabTo(page, page.getByLabel('Your full name'), 'Shift+Tab');
      await page.keyboard.insertText('Sam Patel');
      await tabTo(page, button(page, 'Join visit'));
      const id = ticketOf(page);
      await page.keyboard.press('Enter');
      await expectState(page, 'lobby');
      await test.step('waiting', () => waitToBeLetIn(page));
      await room.command({ command: 'admit', to: await id });
      await expectState(page, 'call');
      await test.step('the call', () => useCall(page));
      await room.command({ command: 'notice', recording: true, consent: true });
      await test.step('being recorded', () => refuseRecording(page));
      await test.step('leaving', () => leaveCall(page));
      await test.step('the ending', () => answerSurvey(page));
    });
  });
}

for (const asked of ['leave', 'still'] as const) {
  test(`a visitor who is admitted while the dialog ${asked} is open keeps a focus`, async ({ meeting, openPage }) => {
    await serve({ REHEARSAL_HOST: 'off', WAIT_MINUTES: '5' }, async (site) => {
      const page = await openPage({ viewport: phone });
      await page.clock.install();
      const { id } = await joinFromDoor(page, site, meeting, 'Sam Patel');
      await expectState(page, 'lobby');
      await tabTo(page, button(page.locator('#waiting'), 'Leave'));
      if (asked === 'leave') await page.keyboard.press('Enter');
      else await page.clock.fastForward('03:01');
      const open = page.locator(`#${asked}`);
      await expect(open.getByRole('button').first()).toBeFocused();
      await (await roomOf(page, site)).command({ command: 'admit', to: id });
      await expectState(page, 'call');
      await expect(open).toBeHidden();
      await expect(page.locator('#stage')).toBeFocused();
      await expectFocus(page);
    });
  });
}
