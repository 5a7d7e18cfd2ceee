// Join reaches the call in two presses at most, whatever happens with camera and microphone, in browsers and in-app browsers.
import type { Page } from '@playwright/test';
import { agents } from '../screens/cases/agents.ts';
import { expectState, newMeeting, test } from './rehearsal.ts';
import { expect } from './site.ts';

const outcomes = ['granted', 'blocked', 'ignored', 'missing', 'busy'] as const;
type Outcome = (typeof outcomes)[number];

/** Replaces the browser's answer for each device. Runs in the page before its scripts. `granted` opens the real device. */
function playOutcomes([camera, microphone]: readonly [Outcome, Outcome]): void {
  const media = navigator.mediaDevices;
  const real = media.getUserMedia.bind(media);
  const outcome = { camera, microphone };
  const errors = { blocked: 'NotAllowedError', missing: 'NotFoundError', busy: 'NotReadableError' };
  media.getUserMedia = async (wanted = {}) => {
    const requested = [...(wanted.video ? [camera] : []), ...(wanted.audio ? [microphone] : [])];
    if (requested.includes('ignored')) return new Promise(() => undefined);
    for (const one of ['blocked', 'missing', 'busy'] as const)
      if (requested.includes(one)) throw new DOMException('', errors[one]);
    return real(wanted);
  };
  const states = { granted: 'granted', blocked: 'denied', ignored: 'prompt', missing: 'granted', busy: 'granted' };
  const query = navigator.permissions.query.bind(navigator.permissions);
  navigator.permissions.query = async (wanted) => {
    const device = wanted.name as 'camera' | 'microphone';
    if (!(device in outcome)) return query(wanted);
    return Object.assign(new EventTarget(), { state: states[outcome[device]] }) as unknown as PermissionStatus;
  };
  const enumerate = media.enumerateDevices.bind(media);
  media.enumerateDevices = async () => {
    const missing = [...(camera === 'missing' ? ['videoinput'] : []), ...(microphone === 'missing' ? ['audioinput'] : [])];
    return (await enumerate()).filter(({ kind }) => !missing.includes(kind));
  };
}

/** Presses Join, then the panel's first button if there is a panel. Returns the number of presses. */
async function countPresses(page: Page): Promise<number> {
  await page.locator('#join').click();
  const anyway = page.locator('#trouble-join');
  const lobby = page.locator('main:is([data-state=joining], [data-state=connecting], [data-state=lobby])');
  await expect(anyway.or(lobby).first()).toBeVisible({ timeout: 15_000 });
  if (!(await anyway.isVisible())) return 1;
  await anyway.click();
  return 2;
}

for (const [where, userAgent] of Object.entries({ 'a browser': agents.android, 'an app': agents.androidFacebook })) {
  for (const camera of outcomes) {
    test(`in ${where} with the camera ${camera}, Join reaches the call in two presses at most`, async ({
      browser,
      unattended,
    }) => {
      for (const microphone of outcomes) {
        const permissions = ['camera', 'microphone'];
        const context = await browser.newContext({
          locale: 'en-GB',
          userAgent,
          permissions,
          viewport: { width: 390, height: 664 },
        });
        const page = await context.newPage();
        await page.addInitScript(playOutcomes, [camera, microphone] as const);
        await page.goto(`${unattended}/?meetingURL=${encodeURIComponent(newMeeting())}`);
        await page.getByLabel('Your full name').fill('Sam Patel');
        const presses = await countPresses(page);
        expect(presses, `microphone ${microphone}`).toBeLessThanOrEqual(camera === 'granted' && microphone === 'granted' ? 1 : 2);
        await expectState(page, 'lobby');
        await context.close();
      }
    });
  }
}

for (const [where, userAgent] of Object.entries({
  'an app on Android': agents.androidFacebook,
  'an app on an iPhone': agents.iphoneInstagram,
  'a browser': agents.android,
})) {
  test(`in ${where} without devices, the page offers a browser first, and joining takes two presses`, async ({
    browser,
    unattended,
  }) => {
    const context = await browser.newContext({ locale: 'en-GB', userAgent, viewport: { width: 390, height: 664 } });
    const page = await context.newPage();
    await page.addInitScript(() => Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: undefined }));
    await page.goto(`${unattended}/?meetingURL=${encodeURIComponent(newMeeting())}`);
    const gate = page.locator('.gate:visible');
    await expect(gate.getByRole('heading')).toBeFocused();
    const all = await gate.locator('.btn, .steps').evaluateAll((ways) => ways.map(({ textContent }) => textContent.trim()));
    expect(all.length).toBeGreaterThan(1);
    expect(all.at(-1)).toBe('Join without camera or microphone');
    await gate.getByRole('button', { name: 'Join without camera or microphone' }).click();
    await expect(page.locator('#name')).toBeFocused();
    await expect(page.locator('#device-panel')).toBeHidden();
    await page.keyboard.type('Sam Patel');
    expect(await countPresses(page)).toBe(1);
    await expectState(page, 'lobby');
    await context.close();
  });
}

test('a press on Join changes the page at once, before the browser asks for permission', async ({ browser, unattended }) => {
  const context = await browser.newContext({ locale: 'en-GB' });
  const page = await context.newPage();
  await page.addInitScript(playOutcomes, ['ignored', 'ignored'] as const);
  await page.goto(`${unattended}/?meetingURL=${encodeURIComponent(newMeeting())}`);
  await page.getByLabel('Your full name').fill('Sam Patel');
  // The text is read in the same task as the press, so the result does not depend on timing.
  const words = await page.locator('#join').evaluate((button: HTMLElement) => {
    button.click();
    return button.textContent;
  });
  expect(words).toBe('Starting your camera…');
  await expect(page.locator('#live')).toHaveText('Starting your camera…');
  await context.close();
});

test('in an app that blocks devices the page offers a browser first, and still offers to join', async ({
  browser,
  unattended,
}) => {
  const steps: Record<string, string> = { [agents.androidFacebook]: 'link', [agents.iphoneInstagram]: 'list' };
  for (const [userAgent, kind] of Object.entries(steps)) {
    const context = await browser.newContext({ locale: 'en-GB', userAgent, viewport: { width: 390, height: 664 } });
    const page = await context.newPage();
    await page.addInitScript(playOutcomes, ['blocked', 'granted'] as const);
    await page.goto(`${unattended}/?meetingURL=${encodeURIComponent(newMeeting())}`);
    await page.getByLabel('Your full name').fill('Sam Patel');
    await page.locator('#join').click();
    const panel = page.locator('#trouble');
    await expect(panel.getByRole('heading', { name: 'This app keeps your camera and microphone off' })).toBeFocused();
    if (kind === 'link') {
      const host = new URL(unattended).host;
      await expect(panel.getByRole('link', { name: 'Open in your browser' })).toHaveAttribute(
        'href',
        `intent://${host}/#Intent;scheme=http;end`,
      );
    } else {
      await expect(panel.getByRole('list').first()).toContainText('Open in Safari');
    }
    await expect(panel.getByRole('button', { name: 'Join anyway' })).toBeVisible();
    await context.close();
  }
});
