// The panel for problems with camera and microphone, and the gates for browsers that cannot join.
import { expect } from '@playwright/test';
import { alone, type Case, type Journey, toVisit } from '../case.ts';
import { type Agent, agents } from './agents.ts';
import { type Answer, answer, bySystem, denied } from './devices.ts';

const granted = { permissions: ['camera', 'microphone'] };

/** Returns the journey of a visitor who starts the preview and gets this answer from the browser. */
function trouble(
  name: string,
  title: string,
  browserAnswer: Answer,
  { agent, like }: { agent?: Agent; like?: string } = {},
): Journey {
  const single: Case = {
    name: `trouble-${name}`,
    title,
    ...(like && { like: `trouble-${like}` }),
    open: async (person) => {
      await answer(person.page, browserAnswer);
      await toVisit(person);
      await person.page.locator('#check-devices').click();
      await person.page.locator('#trouble:not([hidden])').waitFor();
    },
  };
  return alone(single, { ...granted, ...(agent && { userAgent: agents[agent] }) });
}

// The steps depend on the visitor's browser and system.
const first = 'iphone';
const likeFirst = (kind: string, agent: Agent) => (agent === first ? { agent } : { agent, like: `${kind}-${first}` });

const blocked = (agent: Agent, title: string) =>
  trouble(`blocked-${agent}`, `Blocked: ${title}`, denied, likeFirst('blocked', agent));

const refusedBySystem = (agent: Agent, title: string) =>
  trouble(`system-${agent}`, `Blocked by the device: ${title}`, bySystem, likeFirst('system', agent));

const preview: Journey = {
  context: granted,
  cases: [
    {
      name: 'preview',
      title: 'Camera and microphone work',
      open: async (person) => {
        const { page } = person;
        await toVisit(person);
        const level = page.locator('#level-text');
        const before = (await level.textContent()) ?? '';
        await page.locator('#check-devices').click();
        await expect(level).not.toHaveText(before);
      },
    },
    {
      name: 'preview-choose',
      title: 'Other devices',
      open: async ({ page }) => {
        await page.locator('#choose summary').click();
        await page.locator('#test-speaker').click();
      },
    },
  ],
};

export const troubles = [
  preview,
  blocked('iphone', 'Safari on an iPhone'),
  blocked('iphoneChrome', 'Chrome on an iPhone'),
  blocked('android', 'Chrome on Android'),
  blocked('samsung', 'Samsung Internet'),
  blocked('androidFirefox', 'Firefox on Android'),
  blocked('chrome', 'Chrome'),
  blocked('edge', 'Edge'),
  blocked('firefox', 'Firefox'),
  blocked('safari', 'Safari on a Mac'),
  refusedBySystem('iphone', 'iPhone'),
  refusedBySystem('android', 'Android'),
  refusedBySystem('safari', 'Mac'),
  refusedBySystem('chrome', 'Windows'),
  trouble('blocked-camera', 'Only the camera is blocked', {
    error: 'NotAllowedError',
    microphoneWorks: true,
    camera: 'denied',
    microphone: 'granted',
  }),
  trouble('dismissed', 'The permission prompt was closed', { error: 'NotAllowedError' }),
  trouble('ignored', 'The permission prompt is not answered', { error: 'ignored' }),
  trouble('missing', 'No camera and no microphone', { error: 'NotFoundError' }, { like: 'busy' }),
  trouble('missing-camera', 'No camera', { error: 'NotFoundError', microphoneWorks: true }, { like: 'blocked-camera' }),
  trouble('busy', 'In use by another app', { error: 'NotReadableError' }),
  trouble('embedded', 'Inside a page that forbids devices', { error: 'embedded' }),
  trouble('unknown', 'For an unknown reason', { error: 'TypeError' }, { like: 'busy' }),
];

/** Returns the journey of a visit in a browser from which `remove` takes something that a call needs. */
function gate(name: string, title: string, remove: () => void, agent?: Agent): Journey {
  const single: Case = {
    name: `gate-${name}`,
    title,
    open: async (person) => {
      await person.page.addInitScript(remove);
      await toVisit(person);
      await person.page.locator('.gate:not([hidden])').waitFor();
    },
  };
  return alone(single, agent && { userAgent: agents[agent] });
}

const noDevices = () => Object.defineProperty(navigator, 'mediaDevices', { value: undefined });

export const gates = [
  gate('app-android', 'Inside an app on Android', noDevices, 'androidFacebook'),
  gate('app-iphone', 'Inside an app on an iPhone', noDevices, 'iphoneFacebook'),
  gate('browser-none', 'A browser without calls', () => Reflect.deleteProperty(window, 'RTCPeerConnection'), 'iphone'),
  gate('browser-old', 'A browser that is too old', () => Reflect.deleteProperty(window, 'OffscreenCanvas'), 'safari'),
  gate('secure', 'A page without https', () => Object.defineProperty(window, 'isSecureContext', { value: false })),
];
