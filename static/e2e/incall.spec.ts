import type { Page } from '@playwright/test';
import { findings } from './axe.ts';
import {
  announcements,
  desktop,
  expect,
  expectEnding,
  expectState,
  joinCall,
  joinFromDoor,
  leave,
  phone,
  pressJoin,
  roomOf,
  setHidden,
  test,
  ticketOf,
} from './rehearsal.ts';
import { serve, toVisit } from './site.ts';
import { expectMovingVideos, expectNothingWasAlive, expectSound, liveTracks, remotePictures, sentTracks } from './witness.ts';

// The page after Join: waiting in the lobby, and the page around the call.

/** Returns a list to which every text of the live region is added, on all pages that the tab opens. */
async function collectAnnouncements(page: Page): Promise<string[]> {
  const announced: string[] = [];
  await page.exposeFunction('keepAnnouncement', (text: string) => announced.push(text));
  await page.addInitScript(() => {
    addEventListener('DOMContentLoaded', () => {
      const live = document.getElementById('live');
      const keep = (window as unknown as { keepAnnouncement(text: string): void }).keepAnnouncement;
      if (live) new MutationObserver(() => keep(live.textContent)).observe(live, { childList: true });
    });
  });
  return announced;
}

/** Expects that axe finds nothing outside the call, and that the page does not scroll sideways. */
async function expectAccessible(page: Page): Promise<void> {
  expect(await findings(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
}

test.describe('waiting', () => {
  test('the live region announces each event once, from waiting to leaving', { tag: '@journey' }, async ({
    unattended,
    meeting,
    openPage,
  }) => {
    const page = await openPage({ viewport: phone });
    const announced = await collectAnnouncements(page);
    const { id, room } = await joinCall(page, unattended, meeting, 'Sam Patel');
    await room.command({ command: 'drop', to: id, seconds: 2 });
    await expect(page.locator('#notice')).toHaveText(/We are reconnecting you/);
    await expect(page.locator('#notice')).toBeHidden();
    await leave(page);
    await expectEnding(page, 'left');
    expect(announced).toEqual([
      'Starting your camera…',
      'You are in the waiting room. You do not need to do anything.',
      'You are now in the visit. Your microphone is on.',
      'You lost connection. We are reconnecting you.',
      'You are connected again.',
      'You left the visit.',
    ]);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('You left the visit');
  });

  test('a waiting visitor sees the camera that the call will use, and can turn it off', async ({
    unattended,
    meeting,
    openPage,
  }) => {
    const page = await openPage({ viewport: phone });
    const { id } = await joinFromDoor(page, unattended, meeting, 'Sam Patel');
    await expectState(page, 'lobby');
    const picture = page.getByLabel('Your own picture').and(page.locator('#waiting video'));
    await expect(picture).toBeVisible();
    await expect.poll(() => picture.evaluate((video: HTMLVideoElement) => video.videoWidth > 0 && !video.paused)).toBe(true);
    const same = (video: HTMLVideoElement) =>
      video.srcObject === document.querySelector<HTMLVideoElement>('#stage video')?.srcObject;
    expect(await picture.evaluate(same)).toBe(true);
    await page.locator('#waiting').getByRole('switch', { name: 'Camera' }).uncheck();
    await expect(picture).toBeHidden();
    await (await roomOf(page, unattended)).command({ command: 'admit', to: id });
    await expectState(page, 'call');
    expect(await picture.evaluate((video: HTMLVideoElement) => video.srcObject)).toBeNull();
  });

  test('the page counts the minutes, and shows other texts with the phone number after 5 and 15 minutes', async ({
    unattended,
    meeting,
    openPage,
  }) => {
    const page = await openPage({ viewport: phone });
    await page.clock.install();
    await joinFromDoor(page, unattended, meeting, 'Sam Patel');
    await expectState(page, 'lobby');
    await expect(page).toHaveTitle(/^Waiting to be let in - /);
    await expect(page.locator('#waited')).toHaveText('You have just arrived.');
    await expect(page.locator('#waiting-phone')).toBeVisible();
    const changes = await page.evaluate(() => {
      const seen: string[] = [];
      const waited = document.getElementById('waited');
      if (waited) new MutationObserver(() => seen.push(waited.textContent)).observe(waited, { childList: true });
      Object.assign(window, { seen });
      return seen;
    });
    expect(changes).toEqual([]);
    await page.clock.runFor('02:30');
    expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual([
      'You have waited 1 minute.',
      'You have waited 2 minutes.',
    ]);
    await page.clock.fastForward('03:00');
    await expect(page.locator('#waiting-words')).toHaveText(/^Still waiting/);
    await expect(page.locator('#waiting').getByRole('link', { name: 'Call 01234 567890' })).toBeVisible();
    await page.clock.fastForward('10:00');
    await expect(page.locator('#waiting-words')).toHaveText(/^You have waited a long time/);
    await expect(page.locator('#waited')).toHaveText('You have waited 15 minutes.');
    expect(await announcements(page)).toEqual([
      'Starting your camera…',
      'You are in the waiting room. You do not need to do anything.',
      'Still waiting. Visits sometimes run late. Stay on this page. Need help? Call 01234 567890',
      'You have waited a long time. You can keep waiting. Need help? Call 01234 567890',
    ]);
  });

  test('a wait without an answer to “Are you still there?” ends', async ({ meeting, openPage }) => {
    await serve({ REHEARSAL_HOST: 'off', WAIT_MINUTES: '5' }, async (site) => {
      const page = await openPage({ viewport: phone });
      await page.clock.install();
      const { id } = await joinFromDoor(page, site, meeting, 'Sam Patel');
      await expectState(page, 'lobby');
      const question = page.getByRole('dialog', { name: 'Are you still there?' });
      await page.clock.fastForward('02:50');
      await expect(question).toBeHidden();
      await page.clock.fastForward('00:11');
      await expect(question.getByRole('button', { name: 'Yes, keep waiting' })).toBeFocused();
      await question.getByRole('button', { name: 'Yes, keep waiting' }).click();
      await expect(question).toBeHidden();
      // The press restarts the wait.
      await page.clock.fastForward('02:50');
      await expect(question).toBeHidden();
      await page.clock.fastForward('00:11');
      await expect(question).toBeVisible();
      await page.clock.fastForward('02:01');
      await expectEnding(page, 'waited-too-long');
      await expectNothingWasAlive(page);
      const again = ticketOf(page);
      await page.getByRole('link', { name: 'Wait again' }).click();
      expect(await again).toBe(id);
      await expectState(page, 'lobby');
    });
  });

  test('a visitor removed from the lobby for waiting too long rejoins it automatically, once', async ({
    unattended,
    meeting,
    openPage,
  }) => {
    const page = await openPage({ viewport: phone });
    const { id } = await joinFromDoor(page, unattended, meeting, 'Sam Patel');
    const room = await roomOf(page, unattended);
    await expectState(page, 'lobby');
    const again = ticketOf(page);
    await room.command({ command: 'fault', ending: 'waited-too-long', to: id });
    expect(await again).toBe(id);
    await expectState(page, 'lobby');
    await room.command({ command: 'fault', ending: 'waited-too-long', to: id });
    await expectEnding(page, 'waited-too-long');
    const third = ticketOf(page);
    await page.getByRole('link', { name: 'Wait again' }).click();
    expect(await third).toBe(id);
    await expectState(page, 'lobby');
  });

  test('leaving the lobby asks for confirmation and leads to the page after a visit', async ({
    unattended,
    meeting,
    openPage,
  }) => {
    const page = await openPage({ viewport: phone });
    await joinFromDoor(page, unattended, meeting, 'Sam Patel');
    await expectState(page, 'lobby');
    const question = page.getByRole('dialog', { name: 'Do you want to leave?' });
    await page.locator('#waiting').getByRole('button', { name: 'Leave' }).click();
    await page.keyboard.press('Escape');
    await expect(question).toBeHidden();
    await expect(page.locator('#waiting').getByRole('button', { name: 'Leave' })).toBeFocused();
    await page.keyboard.press('Enter');
    await question.getByRole('button', { name: 'Leave' }).click();
    await expectEnding(page, 'left');
    await expectNothingWasAlive(page);
  });

  test('a visitor in another tab gets a sound, another title and the requested notification', async ({
    unattended,
    meeting,
    openPage,
  }) => {
    const page = await openPage({ viewport: phone });
    await page.context().grantPermissions([], { origin: unattended });
    await page.addInitScript(() => {
      const seen = { requests: 0, shown: [] as string[], notes: 0 };
      Object.assign(window, { seen });
      class Note {
        static permission = 'default';
        static async requestPermission() {
          seen.requests++;
          Note.permission = 'granted';
          return 'granted';
        }
        constructor(title: string, { body }: { body?: string } = {}) {
          if (body) seen.shown.push(`${title}: ${body}`);
        }
        close() {}
      }
      Object.assign(window, { Notification: Note });
      const start = OscillatorNode.prototype.start;
      OscillatorNode.prototype.start = function (when?: number) {
        seen.notes++;
        start.call(this, when);
      };
    });
    const seen = () =>
      page.evaluate(() => (window as unknown as { seen: { requests: number; shown: string[]; notes: number } }).seen);
    const { id } = await joinFromDoor(page, unattended, meeting, 'Sam Patel');
    await expectState(page, 'lobby');
    expect(await seen()).toEqual({ requests: 0, shown: [], notes: 0 });
    await page.getByRole('button', { name: 'Tell me when I am let in' }).click();
    await expect(page.locator('#notify-answer')).toHaveText('We will tell you when you are let in.');
    await setHidden(page, true);
    await (await roomOf(page, unattended)).command({ command: 'admit', to: id });
    await expectState(page, 'call');
    expect(await seen()).toEqual({
      requests: 1,
      shown: ['Your visit is starting: You are being let in now. Come back to the page.'],
      notes: 2,
    });
    await expect(page).toHaveTitle(/^In your visit - /);
  });

  test('the page keeps the screen on, and again after it was hidden', async ({ unattended, meeting, openPage }) => {
    const page = await openPage({ viewport: phone });
    await page.addInitScript(() => {
      const locks = { requested: 0, released: 0 };
      Object.assign(window, { locks });
      const lock = {
        release: async () => {
          locks.released++;
        },
      };
      const request = async () => {
        locks.requested++;
        return lock;
      };
      Object.defineProperty(navigator, 'wakeLock', { value: { request } });
    });
    const locks = () => page.evaluate(() => (window as unknown as { locks: { requested: number; released: number } }).locks);
    await joinFromDoor(page, unattended, meeting, 'Sam Patel');
    await expectState(page, 'lobby');
    expect((await locks()).requested).toBe(1);
    await setHidden(page, true);
    expect((await locks()).requested).toBe(1);
    await setHidden(page, false);
    expect((await locks()).requested).toBe(2);
  });

  for (const viewport of [phone, { width: 844, height: 390 }, desktop, { width: 320, height: 256 }]) {
    test(`Leave and its dialog can be reached at ${viewport.width}x${viewport.height}`, async ({
      unattended,
      meeting,
      openPage,
    }) => {
      const page = await openPage({ viewport });
      await joinFromDoor(page, unattended, meeting, 'Sam Patel');
      await expectState(page, 'lobby');
      const button = page.locator('#waiting').getByRole('button', { name: 'Leave' });
      await button.scrollIntoViewIfNeeded();
      await expect(button).toBeInViewport({ ratio: 0.99 });
      await button.click();
      await expect(page.getByRole('dialog').getByRole('button', { name: 'Stay' })).toBeFocused();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      await page.keyboard.press('Escape');
    });
  }
});

test.describe('after a reload one press rejoins as the same person', () => {
  for (const state of ['lobby', 'call'] as const) {
    test(`in the ${state}`, { tag: state === 'call' ? '@journey' : [] }, async ({ unattended, meeting, openPage }) => {
      const page = await openPage({ viewport: phone });
      const { id } = await joinFromDoor(page, unattended, meeting, 'Sam Patel');
      const room = await roomOf(page, unattended);
      await expectState(page, 'lobby');
      if (state === 'call') {
        await room.command({ command: 'admit', to: id });
        await expectState(page, 'call');
      }
      await page.reload();
      await expect(page.getByRole('heading', { name: 'You were disconnected' })).toBeFocused();
      const again = ticketOf(page);
      await page.getByRole('button', { name: 'Rejoin' }).click();
      expect(await again).toBe(id);
      await expectState(page, 'lobby');
      await room.command({ command: 'admit', to: id });
      await expectState(page, 'call');
      await expect.poll(() => liveTracks(page)).toEqual(['audio', 'video']);

      await leave(page);
      await expectEnding(page, 'left');
      await page.goto(`${unattended}/visit`);
      await expect(page.getByRole('button', { name: 'Join visit' })).toBeVisible();
      await expect(page.getByRole('heading', { name: 'You were disconnected' })).toBeHidden();
    });
  }
});

test('a microphone that the phone stopped is reported, and one press turns it on again', async ({
  attended,
  meeting,
  openPage,
}) => {
  const page = await openPage({ viewport: phone });
  await page.clock.install();
  await joinFromDoor(page, attended, meeting, 'Sam Patel');
  await expectState(page, 'call');
  await expect.poll(() => sentTracks(page)).toEqual(['audio', 'video']);
  await setHidden(page, true);
  await setHidden(page, false);
  await page.clock.runFor(1500);
  await expect(page.locator('#notice')).toBeHidden();

  await setHidden(page, true);
  await page.evaluate(() => {
    for (const track of window.witness.local) if (track.kind === 'audio') track.stop();
  });
  await setHidden(page, false);
  const banner = page.locator('#notice');
  await expect(banner).toContainText('Your microphone was paused. The others cannot hear you.');
  await expect(page.locator('#live')).toHaveText('Your microphone was paused. The others cannot hear you.');
  expect(await sentTracks(page)).toEqual(['video']);
  await banner.getByRole('button', { name: 'Unmute' }).click();
  await expect(banner).toBeHidden();
  await expect(page.locator('#live')).toHaveText('Your microphone is on.');
  await expect.poll(() => sentTracks(page)).toEqual(['audio', 'video']);
});

test('a microphone that the system muted is reported too', async ({ attended, meeting, openPage }) => {
  const page = await openPage({ viewport: phone });
  const { id } = await joinFromDoor(page, attended, meeting, 'Sam Patel');
  const room = await roomOf(page, attended);
  await expectState(page, 'call');
  await expect.poll(() => sentTracks(page)).toEqual(['audio', 'video']);
  await setHidden(page, true);
  await room.command({ command: 'mute', to: id });
  await expect.poll(() => sentTracks(page)).toEqual(['video']);
  await setHidden(page, false);
  await page.locator('#notice').getByRole('button', { name: 'Unmute' }).click();
  await expect.poll(() => sentTracks(page)).toEqual(['audio', 'video']);
  await expect(page.locator('#notice')).toBeHidden();
});

test('after a rotation Join and Leave can be reached', async ({ unattended, meeting, openPage }) => {
  const page = await openPage({ viewport: phone, hasTouch: true, isMobile: true });
  const toPortrait = () => page.setViewportSize(phone);
  const toLandscape = () => page.setViewportSize({ width: 844, height: 390 });
  await toVisit(page, unattended, meeting);
  await page.getByLabel('Your full name').fill('Sam Patel');
  await toLandscape();
  const join = page.getByRole('button', { name: 'Join visit' });
  await join.scrollIntoViewIfNeeded();
  await expect(join).toBeInViewport({ ratio: 0.99 });
  const room = await roomOf(page, unattended);
  const id = await pressJoin(page);
  await expectState(page, 'lobby');
  await room.command({ command: 'admit', to: id });
  await expectState(page, 'call');
  const button = page.locator('#stage').getByRole('button', { name: 'Leave' });
  await expect(button).toBeInViewport({ ratio: 0.99 });
  await toPortrait();
  await expect(button).toBeInViewport({ ratio: 0.99 });
  await toLandscape();
  await expect(button).toBeInViewport({ ratio: 0.99 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await leave(page);
  await expectEnding(page, 'left');
});

test('a network that blocks only the call is reported, and the wait ends', async ({ unattended, meeting, openPage }) => {
  const page = await openPage({ viewport: phone });
  await page.routeWebSocket('**/rehearsal/socket', (socket) => socket.close({ code: 1011 }));
  await joinFromDoor(page, unattended, meeting, 'Sam Patel');
  await expectEnding(page, 'network-blocked');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your network blocks video calls');
  await expect(page.getByRole('link', { name: 'Call 01234 567890' }).first()).toBeVisible();
});

test('without an answer from the service another text appears after 10 seconds, and the wait ends', async ({
  unattended,
  meeting,
  openPage,
}) => {
  const page = await openPage({ viewport: phone });
  await page.clock.install();
  const connecting = new Promise((resolve) => page.routeWebSocket('**/rehearsal/socket', resolve));
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/assets/rehearsal-*.js', async (route) => {
    await released;
    await route.continue();
  });
  await joinFromDoor(page, unattended, meeting, 'Sam Patel');
  await page.clock.runFor(10_100);
  await expect(page.locator('#progress-text')).toHaveText(/^Still connecting/);
  release();
  await connecting;
  await page.clock.runFor(10_100);
  await expectEnding(page, 'network-blocked');
});

test('with reduced motion our page has no animation', async ({ unattended, meeting, openPage }) => {
  const page = await openPage({ viewport: phone, reducedMotion: 'reduce' });
  const animated = () =>
    page.evaluate(() => {
      const seconds = (list: string) => list.split(',').map((t) => Number.parseFloat(t) * (t.trim().endsWith('ms') ? 0.001 : 1));
      const found: string[] = [];
      for (const element of document.querySelectorAll('body, body *:not(#stage *)')) {
        for (const part of [undefined, '::before', '::after', '::backdrop']) {
          const style = getComputedStyle(element, part);
          const longest = Math.max(...seconds(style.animationDuration), ...seconds(style.transitionDuration));
          if (longest > 0.01) found.push(`${element.tagName}#${element.id}${part ?? ''}: ${longest} s`);
        }
      }
      if (getComputedStyle(document.documentElement).scrollBehavior === 'smooth') found.push('smooth scrolling');
      return found;
    });
  await page.goto(unattended);
  expect(await animated()).toEqual([]);
  const { room } = await joinCall(page, unattended, meeting, 'Sam Patel');
  expect(await animated()).toEqual([]);
  await room.command({ command: 'notice', recording: true, consent: true });
  await expect(page.locator('#consent')).toBeVisible();
  expect(await animated()).toEqual([]);
  await room.command({ command: 'end' });
  await expectEnding(page, 'host-ended');
  expect(await animated()).toEqual([]);
});

test.describe('one tab at a time', () => {
  test('a second tab offers to take over the visit, and the first then explains that', async ({
    unattended,
    meeting,
    openPage,
  }) => {
    const first = await openPage({ viewport: phone });
    const { id, room } = await joinCall(first, unattended, meeting, 'Sam Patel');
    const second = await first.context().newPage();
    await second.goto(`${unattended}/visit`);
    await expect(second.getByRole('heading', { name: 'This visit is open in another tab' })).toBeFocused();
    const again = ticketOf(second);
    await second.getByRole('button', { name: 'Use this tab instead' }).click();
    await expectEnding(first, 'open-elsewhere');
    await expectNothingWasAlive(first);
    expect(await again).toBe(id);
    await expectState(second, 'lobby');
    await room.command({ command: 'admit', to: id });
    await expectState(second, 'call');

    // The button on the ending takes the visit back.
    await first.getByRole('link', { name: 'Use this tab instead' }).click();
    await expectEnding(second, 'open-elsewhere');
    await expectState(first, 'lobby');
  });

  test('of two tabs with the form, the second in which Join is pressed offers to take over', async ({
    unattended,
    meeting,
    openPage,
  }) => {
    const first = await openPage({ viewport: phone });
    await toVisit(first, unattended, meeting);
    const second = await first.context().newPage();
    await second.goto(`${unattended}/visit`);
    for (const page of [first, second]) await page.getByLabel('Your full name').fill('Sam Patel');
    await pressJoin(first);
    await expectState(first, 'lobby');
    await pressJoin(second);
    await expect(second.getByRole('heading', { name: 'This visit is open in another tab' })).toBeFocused();
    await expect(first.locator('main')).toHaveAttribute('data-state', 'lobby');
    await second.getByRole('button', { name: 'Use this tab instead' }).click();
    await expectEnding(first, 'open-elsewhere');
    await expectState(second, 'lobby');
  });

  test('a closed tab does not block the visit', async ({ unattended, meeting, openPage }) => {
    const first = await openPage({ viewport: phone });
    await joinCall(first, unattended, meeting, 'Sam Patel');
    const second = await first.context().newPage();
    await first.close();
    await second.goto(`${unattended}/visit`);
    await pressJoin(second);
    await expectState(second, 'lobby');
  });
});

test('after the network was bad twice, the page offers sound only, which turns video off', async ({
  attended,
  meeting,
  openPage,
}) => {
  const page = await openPage();
  await joinFromDoor(page, attended, meeting, 'Sam Patel');
  const room = await roomOf(page, attended);
  await expectState(page, 'call');
  await expectMovingVideos(page, 1);
  const notice = page.locator('#notice');
  await room.command({ command: 'network', quality: 'bad', direction: 'receive' });
  await expect(notice).toBeHidden();
  await room.command({ command: 'network', quality: 'good', direction: 'receive' });
  await room.command({ command: 'network', quality: 'bad', direction: 'receive' });
  await expect(notice).toContainText('Your connection is weak.');
  await notice.getByRole('button', { name: 'Sound only' }).click();
  await expect(notice).toContainText('Video is off.');
  await expect.poll(() => remotePictures(page)).toEqual([]);
  await expect.poll(() => liveTracks(page)).toEqual(['audio']);
  expect(await sentTracks(page)).toEqual(['audio']);
  await expectSound(page);
  await notice.getByRole('button', { name: 'Turn video on' }).click();
  await expect(notice).toBeHidden();
  await expectMovingVideos(page, 1);
  await page.getByRole('button', { name: 'Turn on camera' }).first().click();
  await expect.poll(() => sentTracks(page)).toEqual(['audio', 'video']);
});

for (const viewport of [phone, desktop]) {
  test(`leaving the call asks for confirmation, at ${viewport.width}x${viewport.height}`, async ({
    unattended,
    meeting,
    openPage,
  }) => {
    const page = await openPage({ viewport });
    await joinCall(page, unattended, meeting, 'Sam Patel');
    const question = page.getByRole('dialog', { name: 'Do you want to leave?' });
    const button = page.locator('#stage').getByRole('button', { name: 'Leave' });
    await button.click();
    await expectAccessible(page);
    await question.getByRole('button', { name: 'Stay' }).click();
    await expect(question).toBeHidden();
    await expect(page.locator('main')).toHaveAttribute('data-state', 'call');
    await button.click();
    await page.keyboard.press('Escape');
    await expect(question).toBeHidden();
    await leave(page);
    await expectEnding(page, 'left');
    await expectNothingWasAlive(page);
  });
}

test('a visitor in the role audience sees and hears, and has no controls for camera, microphone or sharing', async ({
  attended,
  meeting,
  openPage,
}) => {
  const page = await openPage({ viewport: desktop });
  // The test changes the role in the page and in the ticket.
  await page.addInitScript(() => {
    const parse = JSON.parse;
    JSON.parse = (text, reviver) => {
      const value = parse(text, reviver);
      if (value?.page === 'visit') value.role = 'audience';
      return value;
    };
  });
  await page.route('**/visit/join', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), role: 'audience' } });
  });
  await joinFromDoor(page, attended, meeting, 'Sam Patel');
  await expectState(page, 'call');
  await expect(page.locator('#live')).toHaveText('You are now in the visit. You can see and hear it.');
  await expectMovingVideos(page, 1);
  await expectSound(page);
  expect(await page.evaluate(() => window.witness.local.length)).toBe(0);
  const stage = page.locator('#stage');
  await expect(stage.getByRole('button', { name: 'Leave' })).toBeVisible();
  await expect(stage.getByRole('button', { name: /camera|mic|share|present|devices/i })).toHaveCount(0);
});
