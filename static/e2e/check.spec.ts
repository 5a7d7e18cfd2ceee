// The device test, which visitors can run on any day before the visit. The tests answer for Microsoft's hosts. The relay is a
// STUN server of the tests, over real UDP.
import { createSocket } from 'node:dgram';
import { type Browser, chromium, type Page } from '@playwright/test';
import { brokenSocket, darkAndSilent } from '../screens/cases/devices.ts';
import { phone, test } from './rehearsal.ts';
import { deviceCalls, expect, spyOnDevices, toVisit } from './site.ts';

const microsoft = /^https:\/\/[^/]+\.(microsoft|skype)\.com\//;
const names = ['browser', 'server', 'call', 'camera', 'microphone', 'speaker'] as const;

const item = (page: Page, name: (typeof names)[number]) => page.locator(`#test-${name}`);
const verdict = (page: Page) => page.locator('#verdict');
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const start = (page: Page) => press(page, 'Start the test');
const continueTest = (page: Page) => press(page, 'Continue');
const step = (page: Page) => page.locator('#step-title');

/** Starts the test and goes to the step of the camera. */
async function toCamera(page: Page) {
  await start(page);
  await continueTest(page);
  await expect(step(page)).toHaveText('Step 2 of 4: Camera');
}

/** Starts the test, skips the camera and goes to the step of the microphone. */
async function toMicrophone(page: Page) {
  await toCamera(page);
  await press(page, 'Skip the camera');
  await expect(step(page)).toHaveText('Step 3 of 4: Microphone');
}

/** Expects that an item shows its state as text and as a symbol. */
async function expectItem(page: Page, name: (typeof names)[number], state: string, words: RegExp | string) {
  await expect(item(page, name)).toHaveAttribute('data-state', state);
  await expect(item(page, name).locator('.found')).toContainText(words);
  await expect(item(page, name).locator('use')).toHaveAttribute('href', `#icon-${state}`);
  await expect(item(page, name).locator('svg')).toBeVisible();
}

const stateWords = { good: 'Works.', limit: 'Works, with problems.', bad: 'Does not work.', skipped: 'Skipped.' };

/** Passes the three tests that need a person. */
async function testDevices(page: Page) {
  await press(page, 'Test the camera');
  await expectItem(page, 'camera', 'good', 'Your camera works');
  await continueTest(page);
  await press(page, 'Test the microphone');
  await expectItem(page, 'microphone', 'good', 'Your microphone works');
  await continueTest(page);
  await press(page, 'Play the sound');
  await press(page, 'Yes, I heard it');
  await expectItem(page, 'speaker', 'good', 'Your speaker works');
}

async function withBrowser(args: string[], use: (browser: Browser) => Promise<void>) {
  const executablePath = process.env['CHROMIUM'];
  const browser = await chromium.launch({ args: ['--no-sandbox', ...args], ...(executablePath ? { executablePath } : {}) });
  await use(browser);
  await browser.close();
}

test('each test shows text and icon; the report can be copied and contains nothing personal', {
  tag: '@journey',
}, async ({ browser, unattended }) => {
  const context = await browser.newContext({
    viewport: phone,
    permissions: ['clipboard-read', 'clipboard-write'],
    locale: 'en-GB',
  });
  const page = await context.newPage();
  await page.addInitScript(() => {
    Object.defineProperty(MediaStreamTrack.prototype, 'label', { get: () => 'Maria’s iPhone' });
    const real = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
    navigator.mediaDevices.enumerateDevices = async () =>
      (await real()).map((d) => ({ ...d.toJSON(), label: 'Maria’s iPhone', deviceId: 'MARIA-ID', toJSON: () => ({}) }));
  });
  await page.goto(`${unattended}/check`);
  for (const name of names) await expect(item(page, name)).toBeHidden();
  await start(page);
  await expectItem(page, 'server', 'good', /answers quickly, in \d+ milliseconds/);
  await expectItem(page, 'call', 'good', 'Calls work in this rehearsal');
  await expect(item(page, 'browser')).toHaveAttribute('data-state', /good|limit/);
  await expect(verdict(page)).toContainText('So far, so good');
  await continueTest(page);
  await testDevices(page);
  await expect(verdict(page)).toHaveAttribute('data-verdict', /^(good|limit)$/);

  const code = await page.locator('#reference').textContent();
  expect(code).toMatch(/^[2-9A-Z]{4}-[2-9A-Z]{4}$/);
  const report = await page.locator('#report').inputValue();
  expect(report).toContain(`Device test ${code}`);
  expect(report).toMatch(/^Time: \d{4}-\d\d-\d\d \d\d:\d\d UTC \([+-]\d\d:\d\d\)$/m);
  expect(report).toMatch(/^Chrome \d+, Linux$/m);
  expect(report).toMatch(/^Camera: Works\. Your camera works\. \(\d+x\d+\)$/m);
  for (const title of ['Browser', 'Connection to us', 'Connection for calls', 'Microphone', 'Sound']) {
    expect(report).toMatch(new RegExp(`^${title}: Works`, 'm'));
  }
  for (const personal of [
    /maria/i,
    /fake/i,
    /\d+\.\d+\.\d+/,
    /[0-9a-f]{4}:[0-9a-f]{4}:/i,
    /[\w-]{20,}/,
    /localhost|http/,
    /Mozilla/,
  ]) {
    expect(report).not.toMatch(personal);
  }
  await page.getByText('Your report', { exact: true }).click();
  await press(page, 'Copy the report');
  await expect(page.locator('#copied')).toHaveText('Copied');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(report);
  await context.close();
});

test('the page opens no device and sends no request before a press, and turns the camera off after its step', async ({
  page,
  unattended,
}) => {
  await spyOnDevices(page);
  await page.clock.install();
  await page.goto(`${unattended}/check`, { waitUntil: 'networkidle' });
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.clock.runFor(60_000);
  expect(await deviceCalls(page)).toEqual([]);
  expect(requests).toEqual([]);
  await toCamera(page);
  expect(await deviceCalls(page)).toEqual([]);
  await press(page, 'Test the camera');
  await expectItem(page, 'camera', 'good', 'Your camera works');
  expect(await deviceCalls(page)).toEqual(['getUserMedia']);
  const video = page.locator('#camera-video');
  await expect(video).toBeVisible();
  expect(await video.evaluate((v: HTMLVideoElement) => [v.readyState >= 2, v.muted, v.playsInline])).toEqual([true, true, true]);
  const track = await video.evaluateHandle((v: HTMLVideoElement) => (v.srcObject as MediaStream).getVideoTracks()[0]);
  await continueTest(page);
  expect(await track.evaluate((t) => t?.readyState)).toBe('ended');
  await expect(video).toBeHidden();
  await expect(step(page)).toBeFocused();
});

test('the meter shows the level of the microphone', async ({ page, unattended }) => {
  await page.goto(`${unattended}/check`);
  await toMicrophone(page);
  await press(page, 'Test the microphone');
  const meter = page.getByRole('meter', { name: 'How loud you are' });
  const levels = new Set<string | null>();
  await expect
    .poll(async () => levels.add(await meter.getAttribute('aria-valuenow')).size, { intervals: [50] })
    .toBeGreaterThan(2);
  for (const level of levels) expect(Number(level)).toBeLessThanOrEqual(100);
  await expectItem(page, 'microphone', 'good', 'Your microphone works');
  await continueTest(page);
  await expect(meter).toBeHidden();
});

test('a network that blocks calls is reported, with the phone number and the list for a technical team', async ({
  page,
  site,
}) => {
  await page.route(microsoft, (route) => route.abort());
  await page.goto(`${site}/check`);
  await start(page);
  await expect(verdict(page)).toContainText('Your network blocks calls');
  await expectItem(page, 'call', 'bad', 'Try mobile data or another network');
  await expectItem(page, 'server', 'good', 'answers quickly');
  await expect(verdict(page).getByRole('link', { name: 'Call 01234 567890' })).toHaveAttribute('href', 'tel:01234567890');
  await verdict(page).getByRole('link', { name: 'What a technical team must allow' }).click();
  const list = page.locator('#network');
  await expect(list).toBeInViewport();
  await expect(list).toContainText('UDP ports 3478 to 3481 and TCP port 443 to 20.202.0.0/16');
  await expect(list.locator('.hosts li')).toContainText(['*.communication.microsoft.com', '*.skype.com']);
  expect(await page.locator('#report').inputValue()).toContain('0 of 3 hosts over https');
});

test('in a rehearsal a blocked WebSocket is reported the same way', async ({ page, unattended }) => {
  await page.addInitScript(brokenSocket);
  await page.goto(`${unattended}/check`);
  await start(page);
  await expect(verdict(page)).toContainText('Your network blocks calls');
  expect(await page.locator('#report').inputValue()).toContain('WebSocket without answer, WebRTC connects');
});

test('the wait for calls shows another text after 10 seconds and a verdict within 30', async ({ page, site }) => {
  await page.clock.install();
  await page.route(microsoft, () => undefined);
  await page.goto(`${site}/check`);
  await start(page);
  await expectItem(page, 'server', 'good', 'answers quickly');
  await expectItem(page, 'call', 'testing', 'We are waiting for the call service');
  await page.clock.runFor(10_100);
  await expectItem(page, 'call', 'testing', 'Still no answer');
  await expect(verdict(page)).toContainText('This is taking longer than usual');
  await page.clock.runFor(19_800);
  await expectItem(page, 'call', 'bad', 'Try mobile data');
  await expect(verdict(page)).toContainText('Your network blocks calls');
  await expect(verdict(page).getByRole('link', { name: 'Call 01234 567890' })).toBeVisible();
});

test('a website that stops answering fails after 30 seconds, and is not reported as a network that blocks calls', async ({
  page,
  site,
}) => {
  await page.clock.install();
  await page.route(microsoft, (route) => route.abort());
  await page.route('**/healthz', () => undefined);
  await page.goto(`${site}/check`);
  await start(page);
  await page.clock.runFor(10_100);
  await expectItem(page, 'server', 'testing', 'Still no answer');
  await page.clock.runFor(20_000);
  await expectItem(page, 'server', 'bad', 'does not answer');
  await expect(verdict(page)).toContainText('We cannot reach our website');
  await expect(verdict(page).getByRole('link', { name: 'Call 01234 567890' })).toBeVisible();
});

/** Starts a server that answers STUN binding requests with an address from the range for documentation. */
async function stunServer(): Promise<{ port: number; close(): void }> {
  const socket = createSocket('udp4');
  socket.on('message', (request, from) => {
    if (request.readUInt16BE(0) !== 1) return;
    const answer = Buffer.alloc(32);
    answer.writeUInt16BE(0x0101, 0);
    answer.writeUInt16BE(12, 2);
    request.copy(answer, 4, 4, 20); // the cookie and the transaction
    answer.writeUInt16BE(0x0020, 20);
    answer.writeUInt16BE(8, 22);
    answer.writeUInt16BE(1, 24);
    answer.writeUInt16BE(40_000 ^ 0x2112, 26);
    answer.writeUInt32BE((0xcb007105 ^ 0x2112a442) >>> 0, 28);
    socket.send(answer, from.port, from.address);
  });
  await new Promise<void>((bound) => socket.bind(0, '0.0.0.0', bound));
  return { port: socket.address().port, close: () => socket.close() };
}

/** Makes the page use another relay. */
async function relayAt(page: Page, address: string) {
  await page.route('**/check', async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace('stun:relay.communication.microsoft.com:3478', `stun:${address}`);
    await route.fulfill({ response, body });
  });
}

test('an open network, one that blocks UDP and one that blocks a host get different verdicts', async ({ site }) => {
  const stun = await stunServer();
  await withBrowser(['--allow-loopback-in-peer-connection'], async (browser) => {
    const outcome = async (relay: string, lost = /^$/) => {
      const page = await browser.newPage();
      await relayAt(page, relay);
      await page.route(microsoft, (route) => (lost.test(route.request().url()) ? route.abort() : route.fulfill({ status: 404 })));
      await page.goto(`${site}/check`);
      await start(page);
      await expect(item(page, 'call')).toHaveAttribute('data-state', /good|limit|bad/);
      const report = await page.locator('#report').inputValue();
      expect(report).not.toContain('203.0.113');
      await page.close();
      return /^Connection for calls: (.*)$/m.exec(report)?.[1] ?? '';
    };
    expect(await outcome(`127.0.0.1:${stun.port}`)).toMatch(/^Works\. .*UDP open/);
    expect(await outcome('relay.invalid:3478')).toMatch(/^Works, with problems\. .*3 of 3 hosts over https, UDP without answer/);
    expect(await outcome(`127.0.0.1:${stun.port}`, /skype/)).toMatch(/^Works, with problems\. A part.*2 of 3 hosts/);
  });
  stun.close();
});

test('blocked devices are reported', async ({ unattended }) => {
  await withBrowser(['--use-fake-device-for-media-stream', '--deny-permission-prompts'], async (browser) => {
    const page = await browser.newPage();
    await page.goto(`${unattended}/check`);
    await toCamera(page);
    await press(page, 'Test the camera');
    await expectItem(page, 'camera', 'bad', 'Your browser blocks the camera');
    await continueTest(page);
    await press(page, 'Test the microphone');
    await expectItem(page, 'microphone', 'bad', 'Your browser blocks the microphone');
    await continueTest(page);
    await press(page, 'Skip the sound');
    await expect(verdict(page)).toContainText('Something is not working');
    // A failed test can be repeated from the results, and leads back to them.
    await press(page, 'Test the camera again');
    await expect(step(page)).toBeFocused();
    await expect(step(page)).toHaveText('Step 2 of 4: Camera');
    await expect(item(page, 'microphone')).toBeHidden();
    await expectItem(page, 'camera', 'bad', 'Your browser blocks the camera');
    await continueTest(page);
    await expect(page.locator('#verdict-title')).toBeFocused();
    await expect(item(page, 'microphone')).toBeVisible();
  });
});

test('a missing camera, a skipped microphone and a silent speaker are reported', async ({ unattended }) => {
  await withBrowser(['--use-fake-ui-for-media-stream'], async (browser) => {
    const page = await browser.newPage();
    await page.goto(`${unattended}/check`);
    await toCamera(page);
    await press(page, 'Test the camera');
    await expectItem(page, 'camera', 'bad', 'We found no camera');
    await continueTest(page);
    await press(page, 'Skip the microphone');
    await press(page, 'Play the sound');
    await press(page, 'No, I heard nothing');
    await expectItem(page, 'speaker', 'bad', 'Turn the sound up');
    await continueTest(page);
    await expectItem(page, 'microphone', 'skipped', 'You can test it later');
    await expect(verdict(page)).toHaveAttribute('data-verdict', 'bad');
    for (const name of names) {
      const state = (await item(page, name).getAttribute('data-state')) as keyof typeof stateWords;
      expect(await page.locator('#report').inputValue()).toContain(stateWords[state]);
    }
  });
});

test('the wait for a permission shows another text and ends, and a late answer turns nothing on', async ({
  page,
  unattended,
}) => {
  await page.clock.install();
  await page.addInitScript(() => {
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      await new Promise<void>((answer) => Object.assign(globalThis, { answer }));
      const stream = await real(wanted);
      Object.assign(globalThis, { late: stream });
      return stream;
    };
  });
  await page.goto(`${unattended}/check`);
  await toCamera(page);
  await press(page, 'Test the camera');
  await expectItem(page, 'camera', 'testing', 'Your browser is asking you now');
  await page.clock.runFor(10_100);
  await expectItem(page, 'camera', 'testing', 'We are still waiting');
  await page.clock.runFor(20_000);
  await expectItem(page, 'camera', 'bad', 'Nobody answered');
  const live = await page.evaluate(async () => {
    const page = globalThis as unknown as { answer(): void; late?: MediaStream };
    page.answer();
    while (!page.late) await new Promise((done) => queueMicrotask(() => done(fetch('/healthz'))));
    await fetch('/healthz');
    return page.late.getTracks().filter((track) => track.readyState === 'live').length;
  });
  expect(live).toBe(0);
  await expectItem(page, 'camera', 'bad', 'Nobody answered');
  await expect(page.locator('#camera-picture')).toBeHidden();
});

test('a black picture and a silent microphone are reported', async ({ page, unattended }) => {
  await page.clock.install();
  await page.addInitScript(darkAndSilent);
  await page.goto(`${unattended}/check`);
  await toCamera(page);
  await press(page, 'Test the camera');
  const cameraState = async () => {
    await page.clock.runFor(500);
    return item(page, 'camera').getAttribute('data-state');
  };
  await expect.poll(cameraState).toBe('limit');
  await expectItem(page, 'camera', 'limit', 'The picture is black');
  await continueTest(page);
  await press(page, 'Test the microphone');
  await expectItem(page, 'microphone', 'testing', 'Say a few words');
  await page.clock.runFor(10_100);
  await expectItem(page, 'microphone', 'testing', 'We cannot hear you yet');
  await page.clock.runFor(20_000);
  await expectItem(page, 'microphone', 'bad', 'We heard nothing');
});

test('a browser that keeps sound suspended is not reported as a silent microphone', async ({ page, unattended }) => {
  await page.clock.install();
  await page.addInitScript(() => Object.defineProperty(AudioContext.prototype, 'state', { get: () => 'suspended' }));
  await page.goto(`${unattended}/check`);
  await toMicrophone(page);
  await press(page, 'Test the microphone');
  await expectItem(page, 'microphone', 'testing', 'Say a few words');
  await page.clock.runFor(5_100);
  await expectItem(page, 'microphone', 'limit', 'did not let this test listen to it');
});

test('the whole test works by keyboard, in the order of the page, and the focus is never lost', async ({ page, unattended }) => {
  await page.goto(`${unattended}/check`);
  const focused = () => page.evaluate(() => document.activeElement?.id ?? '');
  const tabTo = async (id: string) => {
    for (let n = 0; n < 30 && (await focused()) !== id; n++) await page.keyboard.press('Tab');
    expect(await focused()).toBe(id);
  };
  await tabTo('start');
  await page.keyboard.press('Enter');
  expect(await focused()).toBe('step-title');
  await expect(item(page, 'call')).toHaveAttribute('data-state', 'good');
  await expect(page.locator('#connection-next')).toBeVisible();
  // The buttons of the step replace nothing that has the focus.
  await tabTo('again');
  await page.keyboard.press('Enter');
  expect(await focused()).toBe('step-title');
  await expect(page.locator('#connection-next')).toBeVisible();
  await tabTo('connection-next');
  await page.keyboard.press('Enter');
  expect(await focused()).toBe('step-title');
  await tabTo('camera-start');
  await page.keyboard.press('Enter');
  await expectItem(page, 'camera', 'good', 'Your camera works');
  expect(await focused()).toBe('camera-start');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('camera-skip');
  await page.keyboard.press('Space');
  await expect(step(page)).toHaveText('Step 3 of 4: Microphone');
  expect(await focused()).toBe('step-title');
  await tabTo('microphone-skip');
  await page.keyboard.press('Enter');
  await expect(step(page)).toHaveText('Step 4 of 4: Sound');
  await tabTo('speaker-start');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Shift+Tab');
  expect(await focused()).toBe('not-heard');
  await page.keyboard.press('Enter');
  await expectItem(page, 'speaker', 'bad', 'Turn the sound up');
  expect(await focused()).toBe('speaker-start');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  expect(await focused()).toBe('heard');
  await page.keyboard.press('Enter');
  await expect(page.locator('#verdict-title')).toBeFocused();
  await expectItem(page, 'speaker', 'good', 'Your speaker works');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('back');
  const outline = await page.locator('#back').evaluate((e) => getComputedStyle(e).outlineStyle);
  expect(outline).toBe('solid');
});

// Arabic runs from right to left, and every button has another text.
for (const language of ['en-GB', 'ar']) {
  test(`the test shows one step at a time, and then the link back to the visit, in ${language}`, async ({ page, unattended }) => {
    await toVisit(page, unattended);
    await page.goto(`${unattended}/check?lang=${language}`);
    const shown = async () => (await Promise.all(names.map((name) => item(page, name).isVisible()))).filter(Boolean).length;
    const press = (id: string) => page.locator(`#${id}`).click();
    const titles = new Set<string | null>();
    const expectStep = async (count: number) => {
      await expect.poll(shown).toBe(count);
      titles.add(await step(page).textContent());
      await expect(step(page)).toBeFocused();
      await expect(page.locator('#back')).not.toHaveClass(/btn/);
    };
    await expect.poll(shown).toBe(0);
    await press('start');
    await expectStep(3);
    await press('connection-next');
    for (const name of ['camera', 'microphone', 'speaker']) {
      await expectStep(1);
      await expect(page.locator('.step .btn:visible:not(.btn-secondary)')).toHaveCount(1);
      await press(`${name}-skip`);
    }
    await expect.poll(shown).toBe(names.length);
    expect(titles.size).toBe(4);
    await expect(step(page)).toBeHidden();
    // The icons of the results consist of strokes without circles.
    for (const name of names) {
      const shape = await item(page, name).locator('use').getAttribute('href');
      expect(await page.locator(`symbol${shape} :is(circle, ellipse)`).count()).toBe(0);
      expect(await page.locator(`symbol${shape} path`).getAttribute('d')).not.toMatch(/[aA]/);
    }
    await expect(page.locator('main .btn:visible:not(.btn-secondary)')).toHaveId('back');
    await press('back');
    await expect(page).toHaveURL(`${unattended}/visit`);
  });
}

test('door and visit link to the test, and it links back', async ({ page, unattended }) => {
  await page.goto(`${unattended}/`);
  await page.getByRole('link', { name: 'Test your device before your visit' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Test your device');
  await page.getByRole('link', { name: 'Join a visit' }).click();
  await toVisit(page, unattended);
  await page.getByRole('link', { name: 'Test your device before your visit' }).click();
  await page.getByRole('link', { name: 'Back to your visit' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your video visit');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });
  test('the page explains what a visit needs, shows the phone number and has no buttons', async ({ page, site }) => {
    await page.goto(`${site}/check`);
    const note = page.locator('noscript .note');
    await expect(note).toBeVisible();
    await expect(note).toHaveText(/test needs JavaScript.*For a visit you need a microphone.*Call 01234 567890/s);
    await expect(note.locator('a')).toHaveAttribute('href', 'tel:01234567890');
    await expect(page.getByRole('button')).toHaveCount(0);
  });
});

test('every button is at least 44 pixels high, and nothing violates the policy', async ({ page, unattended }) => {
  const faults: string[] = [];
  page.on('console', (message) => void (message.text().includes('Content Security Policy') && faults.push(message.text())));
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(`${unattended}/check`);
  await start(page);
  await expect(verdict(page)).toContainText('So far, so good');
  await continueTest(page);
  await testDevices(page);
  await page.locator('#report-part summary').click();
  for (const button of await page.getByRole('button').all()) {
    expect((await button.boundingBox())?.height ?? 0).toBeGreaterThanOrEqual(44);
  }
  expect(faults).toEqual([]);
});
