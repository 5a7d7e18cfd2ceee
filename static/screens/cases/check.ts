// The test of the device: before it, while it runs, done, and with each kind of failure.
import type { Page } from '@playwright/test';
import { alone, type Case, type Journey, type Person } from '../case.ts';
import { type Answer, answer, bySystem, darkAndSilent, deafSocket, denied } from './devices.ts';

const granted = { permissions: ['camera', 'microphone'] };
const press = (page: Page, id: string) => page.locator(`#${id}`).click();

/** Waits until a test is in a state. */
const stands = (page: Page, test: string, state: string) => page.locator(`#test-${test}[data-state=${state}]`).waitFor();

const toCheck = async ({ page, sites }: Person) => void (await page.goto(`${sites.clinic}/check`));

const well: Journey = {
  context: granted,
  cases: [
    { name: 'check', title: 'Before', open: toCheck },
    {
      name: 'check-next',
      title: 'What needs nobody is done',
      open: async ({ page }) => {
        await press(page, 'start');
        await stands(page, 'call', 'good');
      },
    },
    {
      name: 'check-asked',
      title: 'Camera, microphone and sound at work',
      open: async ({ page }) => {
        await press(page, 'camera-start');
        await stands(page, 'camera', 'good');
        await press(page, 'microphone-start');
        await stands(page, 'microphone', 'good');
        await press(page, 'speaker-start');
        await page.locator('#speaker-answers:not([hidden])').waitFor();
      },
    },
    {
      name: 'check-done',
      title: 'Done',
      open: async ({ page }) => {
        await press(page, 'heard');
        await stands(page, 'speaker', 'good');
        await press(page, 'camera-off');
        await press(page, 'microphone-off');
      },
    },
  ],
};

const slow: Journey = {
  cases: [
    {
      name: 'check-running',
      title: 'It runs',
      open: async (person) => {
        const { page } = person;
        await page.clock.install();
        await page.route('**/healthz', () => undefined);
        await toCheck(person);
        await press(page, 'start');
        await stands(page, 'server', 'testing');
      },
    },
    {
      name: 'check-late',
      title: 'After 10 seconds',
      open: ({ page }) => page.clock.runFor(10_100),
    },
    {
      name: 'check-offline',
      title: 'Our website does not answer',
      open: async ({ page }) => {
        await page.clock.runFor(20_000);
        await stands(page, 'server', 'bad');
      },
    },
  ],
};

/** A case in which the browser lacks something, or something on the way. */
const without = (name: string, title: string, take: () => void, like?: string) =>
  alone({
    name: `check-${name}`,
    title,
    ...(like && { like: `check-${like}` }),
    open: async (person) => {
      await person.page.addInitScript(take);
      await toCheck(person);
      await press(person.page, 'start');
      await person.page.locator('#verdict:not([data-verdict=none], [data-verdict=testing])').waitFor();
    },
  });

/** Camera and microphone tested, with this answer of the browser. */
function refused(name: string, title: string, answered: Answer, like?: string): Journey {
  const single: Case = {
    name: `check-${name}`,
    title,
    ...(like && { like: `check-${like}` }),
    open: async (person) => {
      const { page } = person;
      await answer(page, answered);
      await toCheck(person);
      for (const device of ['camera', 'microphone']) {
        await press(page, `${device}-start`);
        await stands(page, device, 'bad');
      }
    },
  };
  return alone(single, granted);
}

const skipped = alone({
  name: 'check-skipped',
  title: 'Left out, and a sound that was not heard',
  open: async (person) => {
    const { page } = person;
    await toCheck(person);
    await press(page, 'start');
    await stands(page, 'call', 'good');
    await press(page, 'camera-skip');
    await press(page, 'microphone-skip');
    await press(page, 'speaker-start');
    await press(page, 'not-heard');
    await stands(page, 'speaker', 'bad');
  },
});

const silent = alone(
  {
    name: 'check-silent',
    title: 'A black picture and no sound',
    open: async (person) => {
      const { page } = person;
      await page.clock.install();
      await page.addInitScript(darkAndSilent);
      await toCheck(person);
      await press(page, 'camera-start');
      for (let n = 0; n < 20 && (await page.locator('#test-camera[data-state=limit]').count()) === 0; n++) {
        await page.clock.runFor(500);
      }
      await stands(page, 'camera', 'limit');
      await press(page, 'camera-off');
      await press(page, 'microphone-start');
      await stands(page, 'microphone', 'testing');
      await page.clock.runFor(10_100);
      await page.clock.runFor(20_000);
      await stands(page, 'microphone', 'bad');
    },
  },
  granted,
);

const ignored: Journey = {
  context: granted,
  cases: [
    {
      name: 'check-asking',
      title: 'The browser asks',
      open: async (person) => {
        const { page } = person;
        await page.clock.install();
        await answer(page, { error: 'ignored' });
        await toCheck(person);
        await press(page, 'camera-start');
        await stands(page, 'camera', 'testing');
      },
    },
    {
      name: 'check-ignored',
      title: 'Nobody answered',
      open: async ({ page }) => {
        await page.clock.runFor(10_100);
        await page.clock.runFor(20_000);
        await stands(page, 'camera', 'bad');
      },
    },
  ],
};

export const checks = [
  well,
  slow,
  without('network', 'The network blocks calls', deafSocket, 'offline'),
  without('browser', 'A browser without calls', () => Reflect.deleteProperty(window, 'RTCPeerConnection'), 'insecure'),
  without('insecure', 'A page without https', () => Object.defineProperty(window, 'isSecureContext', { value: false })),
  refused('blocked', 'Blocked', denied),
  refused('system', 'The device says no', bySystem, 'blocked'),
  refused('absent', 'No camera and no microphone', { error: 'NotFoundError' }, 'blocked'),
  refused('busy', 'In use by another app', { error: 'NotReadableError' }, 'blocked'),
  refused('failed', 'For a reason that nobody knows', { error: 'TypeError' }, 'blocked'),
  skipped,
  silent,
  ignored,
];
