// The ladder of camera and microphone as `make screens` shows it, and the gates before it: what a browser answers is played
// by a script that runs before the page's own.

/** A browser whose question for the devices is answered like this; `states` is what it says of each device when asked. */
const answering = ({ error, message = '', first = true, camera = 'prompt', microphone = 'prompt' }) => ({
  before: ([name, text, alone, states]) => {
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      if (name === 'ignored') return new Promise(() => undefined);
      if (alone && !wanted.video) return real(wanted);
      throw new DOMException(text, name === 'embedded' ? 'NotAllowedError' : name);
    };
    if (name === 'embedded') Object.defineProperty(document, 'featurePolicy', { value: { allowsFeature: () => false } });
    navigator.permissions.query = async ({ name: device }) =>
      Object.assign(new EventTarget(), { state: states[device] ?? 'prompt' });
  },
  facts: [error, message, !first, { camera, microphone }],
});

const check = (page) => page.getByRole('button', { name: 'Check camera and microphone' }).click();

/** One case of the ladder: a visitor who presses the button for the check, and reads what went wrong. */
const trouble = (name, title, { userAgent, ...answer }) => {
  const { before, facts } = answering(answer);
  return {
    name: `trouble-${name}`,
    title,
    context: { permissions: ['camera', 'microphone'], ...(userAgent && { userAgent }) },
    open: async (page) => {
      await page.addInitScript(before, facts);
      await page.reload();
      await check(page);
      await page.locator('#trouble:not([hidden])').waitFor();
    },
  };
};

const agents = {
  iphone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  iphoneChrome:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/141.0.7390.96 Mobile/15E148 Safari/604.1',
  iphoneFacebook:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/530.0.0.38.73]',
  android:
    'Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
  samsung:
    'Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
  androidFirefox: 'Mozilla/5.0 (Android 14; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0',
  androidFacebook:
    'Mozilla/5.0 (Linux; Android 14; Pixel 7 Build/UP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/141.0.7390.70 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/530.0.0.48.74;]',
  chrome: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  edge: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0',
  firefox: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0',
  safari: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
};

const denied = { error: 'NotAllowedError', camera: 'denied', microphone: 'denied' };
const system = { error: 'NotAllowedError', message: 'Permission denied by system' };

const blocked = [
  ['iphone', 'Safari on an iPhone'],
  ['iphoneChrome', 'Chrome on an iPhone'],
  ['android', 'Chrome on Android'],
  ['samsung', 'Samsung Internet'],
  ['androidFirefox', 'Firefox on Android'],
  ['chrome', 'Chrome'],
  ['edge', 'Edge'],
  ['firefox', 'Firefox'],
  ['safari', 'Safari on a Mac'],
].map(([agent, title]) => trouble(`blocked-${agent}`, `Blocked: ${title}`, { ...denied, userAgent: agents[agent] }));

const refusedBySystem = [
  ['iphone', 'iPhone'],
  ['android', 'Android'],
  ['safari', 'Mac'],
  ['chrome', 'Windows'],
].map(([agent, title]) => trouble(`system-${agent}`, `The device says no: ${title}`, { ...system, userAgent: agents[agent] }));

const others = [
  trouble('blocked-camera', 'Only the camera is blocked', {
    error: 'NotAllowedError',
    first: false,
    camera: 'denied',
    microphone: 'granted',
  }),
  trouble('dismissed', 'The question was closed', { error: 'NotAllowedError' }),
  trouble('ignored', 'The question is not answered', { error: 'ignored' }),
  trouble('missing', 'No camera and no microphone', { error: 'NotFoundError' }),
  trouble('missing-camera', 'No camera', { error: 'NotFoundError', first: false }),
  trouble('busy', 'In use by another app', { error: 'NotReadableError' }),
  trouble('embedded', 'Inside a page that keeps the camera off', { error: 'embedded' }),
  trouble('unknown', 'For a reason that nobody knows', { error: 'TypeError' }),
];

const checked = [
  { name: 'visit', title: 'Before anything is asked for', open: async () => undefined },
  {
    name: 'preview',
    title: 'Camera and microphone work',
    context: { permissions: ['camera', 'microphone'] },
    open: async (page) => {
      await check(page);
      await page.getByText('We can hear you').waitFor();
    },
  },
];

/** A page that a browser without something it needs opens. */
const gate = (name, title, take, userAgent) => ({
  name: `gate-${name}`,
  title,
  context: userAgent ? { userAgent } : {},
  open: async (page) => {
    await page.addInitScript(take);
    await page.reload();
    await page.locator('.gate:not([hidden])').waitFor();
  },
});

const noDevices = () => Object.defineProperty(navigator, 'mediaDevices', { value: undefined });

export const gates = [
  gate('app-android', 'Inside an app on Android', noDevices, agents.androidFacebook),
  gate('app-iphone', 'Inside an app on an iPhone', noDevices, agents.iphoneFacebook),
  gate('browser-none', 'A browser without calls', () => Reflect.deleteProperty(window, 'RTCPeerConnection'), agents.iphone),
  gate('browser-old', 'A browser that is too old', () => Reflect.deleteProperty(window, 'OffscreenCanvas'), agents.safari),
  gate('secure', 'A page without https', () => Object.defineProperty(window, 'isSecureContext', { value: false })),
];

export const ladder = [...checked, ...blocked, ...refusedBySystem, ...others];
