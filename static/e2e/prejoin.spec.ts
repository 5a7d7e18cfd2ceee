// The page before Join: camera and microphone, refused permissions, and browsers that cannot join. Safari itself is not tested.
import { type Browser, type BrowserContextOptions, chromium, devices, type Locator, type Page } from '@playwright/test';
import { agents } from '../screens/cases/agents.ts';
import { tabTo } from './keyboard.ts';
import { desktop, expectState, newMeeting, phone, test as rehearsal, roomOf } from './rehearsal.ts';
import { expect } from './site.ts';

type Options = BrowserContextOptions & { before?: () => void; meeting?: string };

interface Worker {
  /** A browser with two cameras. It refuses devices without a permission, and resolves visit.test to this machine. */
  strict: Browser;
}

interface Each {
  /** Opens a visit's page by a link. `recordOf` returns how the page used devices. */
  openVisit: (options?: Options) => Promise<Page>;
}

async function launch(...args: string[]): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'];
  return chromium.launch({ args: ['--no-sandbox', ...args], ...(executablePath ? { executablePath } : {}) });
}

const granted = ['camera', 'microphone'];
// A context with one permission refuses all others.
const refused = ['geolocation'];

const test = rehearsal.extend<Each, Worker>({
  strict: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright requires a destructured first argument.
    async ({}, use) => {
      const browser = await launch(
        '--use-fake-device-for-media-stream=device-count=2,fps=10',
        '--deny-permission-prompts',
        '--host-resolver-rules=MAP visit.test 127.0.0.1',
      );
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
  openVisit: async ({ strict, unattended }, use) => {
    const open: Page[] = [];
    await use(async ({ before, meeting = newMeeting(), ...options } = {}) => {
      const context = await strict.newContext({ locale: 'en-GB', viewport: phone, ...options });
      const page = await context.newPage();
      open.push(page);
      await page.addInitScript(installRecord);
      if (before) await page.addInitScript(before);
      await page.goto(linkTo(unattended, meeting));
      return page;
    });
    await Promise.all(open.map((page) => page.context().close()));
  },
});

interface PageRecord {
  constraints: MediaStreamConstraints[];
  /** The number of live tracks of the preview at the request for a ticket and at the beginning of the call. */
  steps: { what: string; alive: number }[];
  tracks: MediaStreamTrack[];
  clicks: number;
}

/** Runs in the page before its own scripts. */
function installRecord(): void {
  const record: PageRecord = { constraints: [], steps: [], tracks: [], clicks: 0 };
  Object.assign(window, { record });
  const note = (what: string) => record.steps.push({ what, alive: record.tracks.filter((t) => t.readyState === 'live').length });
  addEventListener('click', () => record.clicks++, true);
  const send = fetch;
  window.fetch = (input, init) => {
    if (String(input).includes('/visit/join')) note('ticket');
    return send(input, init);
  };
  window.WebSocket = class extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      note('call');
      super(address, protocols);
    }
  };
  const media = navigator.mediaDevices;
  if (!media) return;
  const clone = MediaStreamTrack.prototype.clone;
  MediaStreamTrack.prototype.clone = function () {
    const copy = clone.call(this);
    if (record.tracks.includes(this)) record.tracks.push(copy);
    return copy;
  };
  const ask = media.getUserMedia.bind(media);
  media.getUserMedia = async (constraints) => {
    record.constraints.push(constraints ?? {});
    const stream = await ask(constraints);
    record.tracks.push(...stream.getTracks());
    return stream;
  };
}

const recordOf = (page: Page) =>
  page.evaluate(() => {
    const { constraints, steps, clicks } = (window as unknown as { record: PageRecord }).record;
    return { constraints, steps, clicks };
  });

/** Returns the device ids of the live tracks of a kind. */
const live = (page: Page, kind: string) =>
  page.evaluate(
    (which) =>
      (window as unknown as { record: PageRecord }).record.tracks
        .filter((t) => t.kind === which && t.readyState === 'live')
        .map((t) => t.getSettings().deviceId),
    kind,
  );

const linkTo = (site: string, meeting: string) => `${site}/?meetingURL=${encodeURIComponent(meeting)}`;
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const startPreview = (page: Page) => press(page, 'Press here to see yourself');
const join = (page: Page) => press(page, 'Join visit');
const nameField = (page: Page) => page.getByLabel('Your full name');
const trouble = (page: Page) => page.locator('#trouble');
const self = (page: Page) => page.locator('#self');

/** Expects that an element is completely on the screen without scrolling. */
async function expectOnScreen(element: Locator) {
  const box = await element.boundingBox();
  const size = element.page().viewportSize();
  expect(box, String(element)).not.toBeNull();
  expect((box?.y ?? 0) + (box?.height ?? 0), String(element)).toBeLessThanOrEqual(size?.height ?? 0);
  expect(box?.y, String(element)).toBeGreaterThanOrEqual(0);
}

const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** Returns the controls smaller than `least` pixels, as `text: width x height`. */
const smallerThan = (page: Page, least: number, which: string) =>
  page.evaluate(
    ([minimum, selector]) =>
      [...document.querySelectorAll<HTMLElement>(selector)]
        .filter((e) => e.offsetParent !== null)
        .map((e) => ({ e, box: (e.closest('label.choice') ?? e).getBoundingClientRect() }))
        .filter(({ box }) => box.width > 1 && (box.width < minimum || box.height < minimum))
        .map(({ e, box }) => `${e.textContent}: ${box.width} x ${box.height}`),
    [least, which] as const,
  );

test('heading, name and Join are on the first screen, nothing is too wide, and controls are large enough', async ({
  openVisit,
}) => {
  const page = await openVisit();
  await expectOnScreen(page.getByRole('heading', { level: 1 }));
  await expectOnScreen(nameField(page));
  await expectOnScreen(page.getByRole('button', { name: 'Join visit' }));
  for (const viewport of [{ width: 320, height: 568 }, phone, desktop]) {
    await page.setViewportSize(viewport);
    expect(await sideways(page), `${viewport.width}`).toBeLessThanOrEqual(0);
    expect(await smallerThan(page, 44, 'button.btn, a.btn, #name')).toEqual([]);
    expect(await smallerThan(page, 24, 'main :is(a, button, input, summary)')).toEqual([]);
  }
  await expect(nameField(page)).toHaveAttribute('autocomplete', 'name');
  await expect(nameField(page)).toHaveAttribute('enterkeyhint', 'go');
  expect(await nameField(page).evaluate((e) => Number.parseFloat(getComputedStyle(e).fontSize))).toBeGreaterThanOrEqual(16);
});

test('without JavaScript the page shows the phone number and what is missing', async ({ strict, unattended }) => {
  const context = await strict.newContext({ locale: 'en-GB', viewport: phone, javaScriptEnabled: false });
  const page = await context.newPage();
  const answer = await page.goto(linkTo(unattended, newMeeting()));
  expect(answer?.status()).toBe(200);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('.organisation')).not.toBeEmpty();
  await expect(page.locator('a[href="tel:01234567890"]:visible').first()).toBeVisible();
  await expect(page.locator('noscript .note')).toBeVisible();
  await expect(page.locator('noscript .note')).toContainText('Video visits need JavaScript');
  // The page hides a form that cannot work.
  await expect(nameField(page)).toBeHidden();
  await expect(page.getByRole('button')).toHaveCount(0);
  await context.close();
});

test('the page opens no device before a press, then shows a preview, and the call uses the chosen devices', {
  tag: '@journey',
}, async ({ openVisit, unattended }) => {
  const page = await openVisit({ permissions: granted });
  const ticket = page.waitForResponse('**/visit/join').then((answer) => answer.json() as Promise<{ userId: string }>);
  const posts: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') posts.push(new URL(request.url()).pathname);
  });
  await test.step('the page opens no device and requests no ticket before a press', async () => {
    await nameField(page).fill('Sam Patel');
    await page.waitForLoadState('networkidle');
    expect((await recordOf(page)).constraints).toEqual([]);
    expect(posts).toEqual([]);
  });
  await test.step('the preview shows the visitor and a changing level', async () => {
    await startPreview(page);
    await expect(page.locator('#self-label')).toBeVisible();
    await expect
      .poll(() => self(page).evaluate((v: HTMLVideoElement) => [v.readyState >= 2, v.muted, v.playsInline]))
      .toEqual([true, true, true]);
    expect(await self(page).evaluate((v) => new DOMMatrix(getComputedStyle(v).transform).a)).toBe(-1);
    const meter = page.getByRole('meter');
    const levels = new Set<string | null>();
    await expect
      .poll(async () => levels.add(await meter.getAttribute('aria-valuenow')).size, { intervals: [50] })
      .toBeGreaterThan(2);
    await expect(page.getByText('Your microphone works')).toBeVisible();
  });
  const chosen = await test.step('the visitor chooses another camera and plays a sound', async () => {
    await page.getByText('Camera and sound').click();
    const list = page.getByLabel('Camera', { exact: true }).and(page.locator('select'));
    const ids = await list.locator('option').evaluateAll((all) => all.map((o) => (o as HTMLOptionElement).value));
    expect(ids).toHaveLength(2);
    await list.selectOption(ids[1] ?? '');
    const shown = () =>
      self(page).evaluate(
        (v: HTMLVideoElement) => (v.srcObject as MediaStream | null)?.getVideoTracks()[0]?.getSettings().deviceId,
      );
    await expect.poll(shown).toBe(ids[1]);
    await press(page, 'Play a sound');
    await expect(page.locator('#speaker-said')).toHaveText(/two short notes/);
    return ids[1];
  });
  await test.step('Join without a name keeps the preview', async () => {
    await nameField(page).fill('');
    await join(page);
    await expect(nameField(page)).toBeFocused();
    await expect(self(page)).toBeVisible();
    await nameField(page).fill('Sam Patel');
  });
  await test.step('the preview ends before the call begins', async () => {
    await join(page);
    await expectState(page, 'lobby');
    const { steps } = await recordOf(page);
    expect(steps.map(({ what }) => what)).toEqual(expect.arrayContaining(['ticket', 'call']));
    expect(steps[0]).toEqual({ what: 'ticket', alive: 0 });
  });
  await test.step('the call uses the camera that was chosen', async () => {
    const room = await roomOf(page, unattended);
    await room.command({ command: 'admit', to: (await ticket).userId });
    await expectState(page, 'call');
    await expect.poll(() => live(page, 'video')).not.toEqual([]);
    expect(new Set(await live(page, 'video'))).toEqual(new Set([chosen]));
    expect(await live(page, 'audio')).not.toEqual([]);
  });
});

test('joining takes at most three presses on a new phone, and one for a returning visitor', async ({ openVisit }) => {
  const meeting = newMeeting();
  const page = await openVisit({ permissions: granted, meeting });
  await nameField(page).fill('Sam Patel');
  await startPreview(page);
  await expect(self(page)).toBeVisible();
  await join(page);
  await expectState(page, 'lobby');
  expect((await recordOf(page)).clicks).toBeLessThanOrEqual(3);
  const address = page.url();
  const context = page.context();
  await page.close();

  const again = await context.newPage();
  await again.addInitScript(installRecord);
  await again.goto(address);
  await expect(nameField(again)).toHaveValue('Sam Patel');
  await join(again);
  await expectState(again, 'lobby');
  expect((await recordOf(again)).clicks).toBe(1);
});

test('devices blocked on an iPhone: the page explains it, offers alternatives, and continues once they are allowed', {
  tag: '@journey',
}, async ({ openVisit }) => {
  const page = await openVisit({
    ...devices['iPhone 15'],
    viewport: phone,
    permissions: refused,
    before: () => Reflect.deleteProperty(window, 'HTMLUserMediaElement'),
  });
  await nameField(page).fill('Sam Patel');
  await test.step('the page shows texts, steps and alternatives', async () => {
    await startPreview(page);
    await expect(page.getByRole('heading', { name: 'Camera and microphone are blocked' })).toBeFocused();
    await expect(trouble(page)).toContainText('You can listen and use chat');
    await expect(trouble(page).locator('a[href="tel:01234567890"]')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Join anyway' })).toBeEnabled();
    await expect(trouble(page).getByRole('listitem')).toHaveCount(0);
    await press(page, 'Show me how to allow it');
    await expect(trouble(page).getByRole('listitem')).toHaveCount(3);
    await expect(trouble(page).getByRole('list')).toContainText('Website Settings');
    await expect(page.locator('#trouble-steps')).toBeFocused();
    await press(page, 'Try again');
    await expect(page.getByRole('heading', { name: 'Camera and microphone are blocked' })).toBeFocused();
  });
  await test.step('no permission element in a browser without one', async () => {
    await expect(page.locator('usermedia')).toHaveCount(0);
  });
  await test.step('Enter has the same effect as the press, and the page requests no ticket', async () => {
    await nameField(page).press('Enter');
    await expect(page.getByRole('heading', { name: 'Camera and microphone are blocked' })).toBeFocused();
    expect((await recordOf(page)).steps).toEqual([]);
  });
  await test.step('after permission in the browser the page continues without a reload', async () => {
    await page.context().grantPermissions(granted);
    await expect(self(page)).toBeVisible();
    await expect(trouble(page)).toBeHidden();
  });
});

test('a browser with a permission element shows it, and the page uses its answer', async ({ openVisit }) => {
  const page = await openVisit({
    permissions: refused,
    before: () => Object.assign(window, { HTMLUserMediaElement: class extends HTMLElement {} }),
  });
  await startPreview(page);
  await press(page, 'Show me how to allow it');
  await expect(page.locator('usermedia[type="camera microphone"]')).toHaveCount(1);
  await press(page, 'Try again');
  await expect(page.locator('usermedia')).toHaveCount(1);
  await page.context().grantPermissions(granted);
  await page.locator('usermedia').evaluate((element) => element.dispatchEvent(new Event('stream')));
  await expect(self(page)).toBeVisible();
});

test('a blocked camera: the microphone works, the page explains that others see no video, and Join works', async ({
  openVisit,
}) => {
  const page = await openVisit({ permissions: ['microphone'] });
  await nameField(page).fill('Sam Patel');
  await startPreview(page);
  await expect(page.getByRole('heading', { name: 'Your camera is blocked' })).toBeFocused();
  await expect(trouble(page)).toContainText('Others will not see you.');
  await expect(page.getByRole('meter')).toBeVisible();
  const sent = page.waitForRequest('**/visit/join');
  await press(page, 'Join anyway');
  expect((await sent).postDataJSON()).toMatchObject({ camera: false, microphone: true });
  await expectState(page, 'lobby');
});

const withoutDevices = () => Object.defineProperty(navigator, 'mediaDevices', { value: undefined });

test('in an app without devices the page first leads to a browser, and the address can be copied', async ({
  openVisit,
  unattended,
}) => {
  const host = new URL(unattended).host;
  const android = await openVisit({ userAgent: agents.androidFacebook, before: withoutDevices });
  await expect(android.getByRole('heading', { name: 'Open this page in your browser' })).toBeFocused();
  await expect(android.getByRole('link', { name: 'Open in your browser' })).toHaveAttribute(
    'href',
    `intent://${host}/#Intent;scheme=http;end`,
  );
  await expect(nameField(android)).toBeHidden();
  expect((await recordOf(android)).steps).toEqual([]);

  const iphone = await openVisit({
    userAgent: agents.iphoneInstagram,
    before: withoutDevices,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await expect(iphone.locator('#gate-app').getByRole('listitem')).toHaveCount(2);
  await expect(nameField(iphone)).toBeHidden();
  await press(iphone, 'Copy link');
  await expect(iphone.locator('#live')).toHaveText('Link copied');
  expect(await iphone.evaluate(() => navigator.clipboard.readText())).toBe(`${unattended}/`);
});

test('the same apps with working devices, and Chrome on an iPhone, get the ordinary page', async ({ openVisit }) => {
  for (const userAgent of [agents.androidFacebook, agents.iphoneInstagram, agents.iphoneChrome]) {
    const page = await openVisit({ userAgent, permissions: granted });
    await expect(page.locator('.gate:visible')).toHaveCount(0);
    await expect(nameField(page)).toBeVisible();
    await startPreview(page);
    await expect(self(page)).toBeVisible();
  }
});

test('with the camera turned off the page opens no camera, and the next visit starts the same way', async ({ openVisit }) => {
  const page = await openVisit({ permissions: ['microphone'] });
  await nameField(page).fill('Sam Patel');
  await page.getByRole('switch', { name: 'Camera' }).uncheck();
  await page.reload();
  await expect(page.getByRole('switch', { name: 'Camera' })).not.toBeChecked();
  await nameField(page).fill('Sam Patel');
  await startPreview(page);
  await expect(page.locator('#self-off')).toBeVisible();
  const sent = page.waitForRequest('**/visit/join');
  await join(page);
  expect((await sent).postDataJSON()).toMatchObject({ camera: false, microphone: true });
  await expectState(page, 'lobby');
  const { constraints } = await recordOf(page);
  expect(constraints).not.toEqual([]);
  for (const { video = false, audio } of constraints)
    expect({ video, audio: Boolean(audio) }).toEqual({ video: false, audio: true });
});

test('with Save-Data the camera is off, the page explains why, and the visitor can turn it on', async ({ openVisit }) => {
  for (const connection of [{ saveData: true }, { effectiveType: '2g' }, { effectiveType: 'slow-2g' }]) {
    const page = await openVisit({ permissions: granted });
    await page.addInitScript((c) => Object.defineProperty(navigator, 'connection', { value: c }), connection);
    await page.reload();
    const camera = page.getByRole('switch', { name: 'Camera' });
    await expect(camera).not.toBeChecked();
    await expect(page.getByText('off to save your data')).toBeVisible();
    await camera.check();
    await startPreview(page);
    await expect(self(page)).toBeVisible();
  }
});

test('without devices the page explains what still works, and Join reaches the lobby', async ({ unattended }) => {
  const browser = await launch('--use-fake-ui-for-media-stream');
  const page = await browser.newPage({ locale: 'en-GB', viewport: desktop });
  await page.goto(linkTo(unattended, newMeeting()));
  expect(await page.evaluate(async () => (await navigator.mediaDevices.enumerateDevices()).length)).toBe(0);
  await nameField(page).fill('Sam Patel');
  await join(page);
  await expect(page.getByRole('heading', { name: 'We cannot find a camera or microphone' })).toBeFocused();
  await expect(trouble(page)).toContainText('You can listen and use chat');
  await press(page, 'Join anyway');
  await expectState(page, 'lobby');
  await browser.close();
});

test('without https the page explains it in place of the form', async ({ strict, unattended }) => {
  const context = await strict.newContext({ locale: 'en-GB', viewport: phone });
  const page = await context.newPage();
  await page.goto(linkTo(unattended.replace('localhost', 'visit.test'), newMeeting()));
  await expect(page.getByRole('heading', { name: 'This page needs a secure address' })).toBeFocused();
  await expect(nameField(page)).toBeHidden();
  await context.close();
});

test('the way from the door to the lobby works by keyboard alone, in reading order and always visible', async ({
  strict,
  unattended,
}) => {
  const context = await strict.newContext({ locale: 'en-GB', viewport: phone, permissions: granted });
  const page = await context.newPage();
  await page.goto(unattended);
  await tabTo(page, page.getByLabel('Meeting link'));
  await page.keyboard.insertText(newMeeting());
  await tabTo(page, page.getByRole('button', { name: 'Continue' }));
  await page.keyboard.press('Enter');
  await page.waitForURL('**/visit');
  await tabTo(page, page.getByRole('button', { name: 'Press here to see yourself' }));
  await page.keyboard.press('Enter');
  await expect(self(page)).toBeVisible();
  // The focus moves to the preview, which replaces the pressed button.
  await expect(page.locator('#device-panel')).toBeFocused();
  await tabTo(page, nameField(page));
  await page.keyboard.insertText('Sam Patel');
  await page.keyboard.press('Enter');
  await expectState(page, 'lobby');
  await context.close();
});

test('the page points out an unanswered permission prompt, and Join and the phone number still work', async ({ openVisit }) => {
  const page = await openVisit({
    before: () => {
      navigator.mediaDevices.getUserMedia = () => new Promise(() => undefined);
    },
  });
  await nameField(page).fill('Sam Patel');
  await join(page);
  await expect(page.getByRole('heading', { name: 'Your browser is asking you a question' })).toBeVisible();
  await expect(page.locator('#live')).toHaveText('Your browser is asking you a question');
  await expect(trouble(page).locator('a[href="tel:01234567890"]')).toBeVisible();
  const sent = page.waitForRequest('**/visit/join');
  await press(page, 'Join anyway');
  expect((await sent).postDataJSON()).toMatchObject({ camera: false, microphone: false });
});

test('a camera that disappears during the preview is reported, and the microphone still works', async ({ openVisit }) => {
  const page = await openVisit({ permissions: granted });
  await startPreview(page);
  await expect(page.getByText('Your microphone works')).toBeVisible();
  const end = (kind: string) =>
    page.evaluate((which) => {
      const { tracks } = (window as unknown as { record: PageRecord }).record;
      for (const track of tracks.filter((t) => t.kind === which && t.readyState === 'live')) {
        track.stop();
        track.dispatchEvent(new Event('ended'));
      }
    }, kind);
  await end('video');
  await expect(page.getByRole('heading', { name: 'We cannot find a camera' })).toBeFocused();
  await expect(trouble(page)).toContainText('Others will not see you.');
  await expect(self(page)).toBeHidden();
  await end('audio');
  await expect(page.getByRole('heading', { name: 'We cannot find a camera or microphone' })).toBeFocused();
  await expect(page.getByRole('meter')).toBeHidden();
  await press(page, 'Try again');
  await expect(self(page)).toBeVisible();
  await expect(trouble(page)).toBeHidden();
});

test('in a frame that forbids devices the page offers to open in a new tab', async ({ strict, unattended }) => {
  const context = await strict.newContext({ locale: 'en-GB', viewport: desktop, permissions: granted });
  const page = await context.newPage();
  // Another port is another origin. embedding.spec.ts tests which sites may embed the page.
  await page.route('http://localhost:9/', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<iframe width="800" height="700" src="${linkTo(unattended, newMeeting())}"></iframe>`,
    }),
  );
  await page.route(/meetingURL=/, async (route) => {
    const answer = await route.fetch();
    const headers = answer.headers();
    const policy = (headers['content-security-policy'] ?? '').replace("frame-ancestors 'none'", 'frame-ancestors *');
    await route.fulfill({ response: answer, headers: { ...headers, 'content-security-policy': policy } });
  });
  await page.goto('http://localhost:9/');
  const inside = page.frameLocator('iframe');
  await inside.getByRole('button', { name: 'Press here to see yourself' }).click();
  await expect(inside.getByRole('heading', { name: /inside another page/ })).toBeVisible();
  await expect(inside.getByRole('link', { name: 'Open in a new tab' })).toHaveAttribute('target', '_blank');
  await context.close();
});
