// The device test: before it, while it runs, when it is done, and with each kind of failure.
import type { Page } from '@playwright/test';
import { alone, type Case, type Journey, type Person } from '../case.ts';
import { type Answer, answer, brokenSocket, bySystem, darkAndSilent, denied } from './devices.ts';

const granted = { permissions: ['camera', 'microphone'] };
const press = (page: Page, id: string) => page.locator(`#${id}`).click();

/** Waits until a test has this state. */
const waitFor = (page: Page, test: string, state: string) => page.locator(`#test-${test}[data-state=${state}]`).waitFor();

/** From the beginning of the test to the step of the camera. */
async function toCamera(page: Page): Promise<void> {
  await press(page, 'start');
  await press(page, 'connection-next');
}

const toCheck = async ({ page, sites }: Person) => void (await page.goto(`${sites.clinic}/check`));

const passed: Journey = {
  context: granted,
  cases: [
    { name: 'check', title: 'Before', open: toCheck },
    {
      name: 'check-next',
      title: 'The automatic tests are done',
      open: async ({ page }) => {
        await press(page, 'start');
        await waitFor(page, 'call', 'good');
      },
    },
    {
      name: 'check-asked',
      title: 'The camera at work',
      open: async ({ page }) => {
        await press(page, 'connection-next');
        await press(page, 'camera-start');
        await waitFor(page, 'camera', 'good');
      },
    },
    {
      name: 'check-sound',
      title: 'Was it heard?',
      open: async ({ page }) => {
        await press(page, 'camera-skip');
        await press(page, 'microphone-start');
        await waitFor(page, 'microphone', 'good');
        await press(page, 'microphone-skip');
        await press(page, 'speaker-start');
        await page.locator('#speaker-answers:not([hidden])').waitFor();
      },
    },
    {
      name: 'check-done',
      title: 'Done',
      open: async ({ page }) => {
        await press(page, 'heard');
        await waitFor(page, 'speaker', 'good');
      },
    },
  ],
};

const slow: Journey = {
  cases: [
    {
      name: 'check-running',
      title: 'Running',
      open: async (person) => {
        const { page } = person;
        await page.clock.install();
        await page.route('**/healthz', () => undefined);
        await toCheck(person);
        await press(page, 'start');
        await waitFor(page, 'server', 'testing');
      },
    },
    {
      name: 'check-late',
      title: 'After 10 seconds',
      open: ({ page }) => page.clock.runFor(10_100),
    },
    {
      name: 'check-offline',
      title: 'The website does not answer',
      open: async ({ page }) => {
        await page.clock.runFor(20_000);
        await waitFor(page, 'server', 'bad');
      },
    },
  ],
};

/** Returns the journey of a test that fails because `remove` takes something away from the browser or the network. */
const without = (name: string, title: string, remove: () => void, like?: string) =>
  alone({
    name: `check-${name}`,
    title,
    ...(like && { like: `check-${like}` }),
    open: async (person) => {
      await person.page.addInitScript(remove);
      await toCheck(person);
      await press(person.page, 'start');
      await person.page.locator('#verdict:not([data-verdict=none], [data-verdict=testing])').waitFor();
    },
  });

/** Returns the journey of a test of camera and microphone to which the browser gives this answer. */
function refused(name: string, title: string, browserAnswer: Answer, like?: string): Journey {
  const single: Case = {
    name: `check-${name}`,
    title,
    ...(like && { like: `check-${like}` }),
    open: async (person) => {
      const { page } = person;
      await answer(page, browserAnswer);
      await toCheck(person);
      await toCamera(page);
      for (const device of ['camera', 'microphone']) {
        await press(page, `${device}-start`);
        await waitFor(page, device, 'bad');
        await press(page, `${device}-skip`);
      }
      await press(page, 'speaker-skip');
    },
  };
  return alone(single, granted);
}

const skipped = alone({
  name: 'check-skipped',
  title: 'Tests skipped, and a sound that was not heard',
  open: async (person) => {
    const { page } = person;
    await toCheck(person);
    await toCamera(page);
    await press(page, 'camera-skip');
    await press(page, 'microphone-skip');
    await press(page, 'speaker-start');
    await press(page, 'not-heard');
    await waitFor(page, 'speaker', 'bad');
    await press(page, 'speaker-skip');
  },
});

const silent = alone(
  {
    name: 'check-silent',
    title: 'A black picture and a silent microphone',
    open: async (person) => {
      const { page } = person;
      await page.clock.install();
      await page.addInitScript(darkAndSilent);
      await toCheck(person);
      await toCamera(page);
      await press(page, 'camera-start');
      for (let n = 0; n < 20 && (await page.locator('#test-camera[data-state=limit]').count()) === 0; n++) {
        await page.clock.runFor(500);
      }
      await waitFor(page, 'camera', 'limit');
      await press(page, 'camera-skip');
      await press(page, 'microphone-start');
      await waitFor(page, 'microphone', 'testing');
      await page.clock.runFor(10_100);
      await page.clock.runFor(20_000);
      await waitFor(page, 'microphone', 'bad');
    },
  },
  granted,
);

const ignored: Journey = {
  context: granted,
  cases: [
    {
      name: 'check-asking',
      title: 'The browser asks for permission',
      open: async (person) => {
        const { page } = person;
        await page.clock.install();
        await answer(page, { error: 'ignored' });
        await toCheck(person);
        await toCamera(page);
        await press(page, 'camera-start');
        await waitFor(page, 'camera', 'testing');
      },
    },
    {
      name: 'check-ignored',
      title: 'Nobody answered',
      open: async ({ page }) => {
        await page.clock.runFor(10_100);
        await page.clock.runFor(20_000);
        await waitFor(page, 'camera', 'bad');
      },
    },
  ],
};

export const checks = [
  passed,
  slow,
  without('network', 'The network blocks calls', brokenSocket, 'offline'),
  without('browser', 'A browser without calls', () => Reflect.deleteProperty(window, 'RTCPeerConnection'), 'insecure'),
  without('insecure', 'A page without https', () => Object.defineProperty(window, 'isSecureContext', { value: false })),
  refused('blocked', 'Blocked', denied),
  refused('system', 'Blocked by the device', bySystem, 'blocked'),
  refused('absent', 'No camera and no microphone', { error: 'NotFoundError' }, 'blocked'),
  refused('busy', 'In use by another app', { error: 'NotReadableError' }, 'blocked'),
  refused('failed', 'For an unknown reason', { error: 'TypeError' }, 'blocked'),
  skipped,
  silent,
  ignored,
];
