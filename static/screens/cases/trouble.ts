// The ladder of camera and microphone, and the gates before it.
import { expect } from '@playwright/test';
import { alone, type Case, type Journey, toVisit } from '../case.ts';
import { type Agent, agents } from './agents.ts';
import { type Answer, answer, bySystem, denied } from './devices.ts';

const granted = { permissions: ['camera', 'microphone'] };

/** A visitor who presses the button for the check, and reads what went wrong. */
function trouble(name: string, title: string, answered: Answer, { agent, like }: { agent?: Agent; like?: string } = {}): Journey {
  const single: Case = {
    name: `trouble-${name}`,
    title,
    ...(like && { like: `trouble-${like}` }),
    open: async (person) => {
      await answer(person.page, answered);
      await toVisit(person);
      await person.page.locator('#check-devices').click();
      await person.page.locator('#trouble:not([hidden])').waitFor();
    },
  };
  return alone(single, { ...granted, ...(agent && { userAgent: agents[agent] }) });
}

// The steps are those of the visitor's own browser and system.
const first = 'iphone';
const likeFirst = (kind: string, agent: Agent) => (agent === first ? { agent } : { agent, like: `${kind}-${first}` });

const blocked = (agent: Agent, title: string) =>
  trouble(`blocked-${agent}`, `Blocked: ${title}`, denied, likeFirst('blocked', agent));

const refusedBySystem = (agent: Agent, title: string) =>
  trouble(`system-${agent}`, `The device says no: ${title}`, bySystem, likeFirst('system', agent));

const preview: Journey = {
  context: granted,
  cases: [
    {
      name: 'preview',
      title: 'Camera and microphone work',
      open: async (person) => {
        const { page } = person;
        await toVisit(person);
        const said = page.locator('#level-text');
        const before = (await said.textContent()) ?? '';
        await page.locator('#check-devices').click();
        await expect(said).not.toHaveText(before);
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
    soundAlone: true,
    camera: 'denied',
    microphone: 'granted',
  }),
  trouble('dismissed', 'The question was closed', { error: 'NotAllowedError' }),
  trouble('ignored', 'The question is not answered', { error: 'ignored' }),
  trouble('missing', 'No camera and no microphone', { error: 'NotFoundError' }, { like: 'busy' }),
  trouble('missing-camera', 'No camera', { error: 'NotFoundError', soundAlone: true }, { like: 'blocked-camera' }),
  trouble('busy', 'In use by another app', { error: 'NotReadableError' }),
  trouble('embedded', 'Inside a page that keeps the camera off', { error: 'embedded' }),
  trouble('unknown', 'For a reason that nobody knows', { error: 'TypeError' }, { like: 'busy' }),
];

/** A page that a browser without something it needs opens. */
function gate(name: string, title: string, take: () => void, agent?: Agent): Journey {
  const single: Case = {
    name: `gate-${name}`,
    title,
    open: async (person) => {
      await person.page.addInitScript(take);
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
