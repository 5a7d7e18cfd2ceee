// Shared by the rehearsal's tests: sites without Azure, visitors who join, and the host's commands.
import type { Browser, BrowserContext, Locator, Page } from '@playwright/test';
import { expect, serve, toVisit, test as withSite } from './site.ts';
import { type Network, openNetwork } from './witness.ts';

interface Worker {
  /** A rehearsal whose host is always present and admits visitors after two seconds. */
  attended: string;
  /** A rehearsal without an automatic host: commands or the host's page play the host. */
  unattended: string;
  /** The same, with chat turned off. */
  chatless: string;
}

interface Each {
  /** A link to a meeting that only this test uses. */
  meeting: string;
  /** Opens a page in a new browser. `network` records its requests. */
  openPage: (options?: Parameters<Browser['newContext']>[0]) => Promise<Page>;
  /** The requests, errors and policy violations of all browsers of this test. */
  network: Network;
}

export const desktop = { width: 1280, height: 800 };
export const phone = { width: 390, height: 844 };

const fakeDevices = '--use-fake-device-for-media-stream';

export const test = withSite.extend<Each, Worker>({
  // Two cores have to encode and render the video of all pages.
  launchOptions: [
    async ({ launchOptions }, use) => {
      const args = (launchOptions.args ?? []).map((arg) => (arg === fakeDevices ? `${fakeDevices}=fps=10` : arg));
      await use({ ...launchOptions, args });
    },
    { scope: 'worker' },
  ],
  // Traces of a page with video cost more than the rest of its test.
  trace: [{ mode: 'retain-on-failure', screenshots: false }, { scope: 'worker' }],
  attended: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright requires a destructured first argument.
    async ({}, use) => serve({ REHEARSAL_ADMIT_SECONDS: '2', BRAND_PHONE: '01234 567890' }, use),
    { scope: 'worker' },
  ],
  unattended: [
    // biome-ignore lint/correctness/noEmptyPattern: as above.
    async ({}, use) => serve({ REHEARSAL_HOST: 'off', BRAND_PHONE: '01234 567890' }, use),
    { scope: 'worker' },
  ],
  chatless: [
    // biome-ignore lint/correctness/noEmptyPattern: as above.
    async ({}, use) => serve({ REHEARSAL_HOST: 'off', CHAT: 'off' }, use),
    { scope: 'worker' },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  meeting: async ({}, use) => use(newMeeting()),
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  network: async ({}, use) => use(openNetwork()),
  openPage: async ({ browser, network }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ locale: 'en-GB', viewport: desktop, ...options });
      contexts.push(context);
      await network.watch(context);
      return context.newPage();
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
});

export { expect };

let meetings = 0;

/** Returns a link to a new meeting. */
export function newMeeting(): string {
  const id = `${process.pid}${Date.now()}${meetings++}`.slice(-13).padStart(13, '2');
  return `https://teams.microsoft.com/meet/${id}?p=Mt9xB2N6`;
}

/** A visitor who has pressed Join. */
export interface Visitor {
  page: Page;
  /** The ACS identity, `8:acs:...`. */
  id: string;
}

/** Opens the visit from the door, enters the name and presses Join. Returns when the visitor has a ticket. */
export async function joinFromDoor(page: Page, site: string, meeting: string, name: string): Promise<Visitor> {
  await toVisit(page, site, meeting);
  await page.getByLabel('Your full name').fill(name);
  return { page, id: await pressJoin(page) };
}

/** Presses Join. Returns the identity that the visitor got. */
export async function pressJoin(page: Page): Promise<string> {
  const id = ticketOf(page);
  await page.getByRole('button', { name: 'Join visit' }).click();
  return id;
}

/** Returns the identity in the next ticket. It reads the response at once, because navigation discards it. */
export async function ticketOf(page: Page): Promise<string> {
  const answer = await page.waitForResponse('**/visit/join');
  return (await answer.json()).userId;
}

/** Waits until the visit's page is in this state. */
export async function expectState(page: Page, state: 'lobby' | 'call'): Promise<void> {
  await expect(page.locator('main')).toHaveAttribute('data-state', state);
}

/** The host's side of a meeting. */
export interface Room {
  /** The address of the host's page. */
  address: string;
  /** Sends a command. Throws with the server's answer if it is rejected. */
  command(command: Record<string, unknown>): Promise<void>;
}

/** Returns the room of a visit's page, by its link to the host's page. */
export async function roomOf(page: Page, site: string): Promise<Room> {
  return roomAt(site, (await page.locator('a[href^="/rehearsal/host/"]').getAttribute('href')) ?? '');
}

/** Returns the room whose host's page has this path. */
export async function roomAt(site: string, path: string): Promise<Room> {
  const address = site + path;
  const html = await (await fetch(address)).text();
  const data = JSON.parse(/<script[^>]*id="page-data"[^>]*>([^<]*)</.exec(html)?.[1] ?? '{}');
  return {
    address,
    command: async (command) => {
      const answer = await fetch(`${site}/rehearsal/rooms/${data.room}/commands`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${data.hostKey}` },
        body: JSON.stringify(command),
      });
      if (!answer.ok) throw new Error(`${JSON.stringify(command)}: ${answer.status} ${await answer.text()}`);
    },
  };
}

/** Joins, and admits the visitor by command. */
export async function joinCall(page: Page, site: string, meeting: string, name: string): Promise<Visitor & { room: Room }> {
  const visitor = await joinFromDoor(page, site, meeting, name);
  const room = await roomOf(page, site);
  await expectState(page, 'lobby');
  await room.command({ command: 'admit', to: visitor.id });
  await expectState(page, 'call');
  return { ...visitor, room };
}

/** Presses Leave in the call, and confirms. */
export async function leave(page: Page): Promise<void> {
  await page.locator('#stage').getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('dialog', { name: 'Do you want to leave?' }).getByRole('button', { name: 'Leave' }).click();
}

/** Makes the page hidden or visible, which never happens in a headless browser otherwise. */
export async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((isHidden) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (isHidden ? 'hidden' : 'visible') });
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

/** Returns the texts that the page's live region has had since it was loaded. */
export async function announcements(page: Page): Promise<string[]> {
  return page.evaluate(() => window.witness.announced);
}

/** Waits for the page of this ending. */
export async function expectEnding(page: Page, ending: string): Promise<void> {
  await page.waitForURL('**/visit/ended?**');
  await expect(page.locator('main')).toHaveAttribute('data-ending', ending);
}

/** The banner that marks a rehearsal. */
export function bandOf(page: Page): Locator {
  return page.locator('.rehearsal');
}

/** The library's button that opens the chat. */
export function chatButton(page: Page): Locator {
  return page.getByRole('button', { name: /^Chat/ });
}

/** The number of unread messages on the chat button. */
export function unreadBadge(page: Page): Locator {
  return page.locator('[data-ui-id="call-with-chat-composite-chat-button-unread-icon"]');
}

/** Sends a chat message. The chat must be open. */
export async function write(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Enter a message' }).fill(text);
  await page.keyboard.press('Enter');
}

/** The library's tile of a participant, with video, name and symbols. */
export function tileOf(page: Page, name: string): Locator {
  return page.locator('[data-ui-id="video-tile"]').filter({ hasText: name });
}

/** The library's icon with this name. */
export function icon(within: Locator, name: string): Locator {
  return within.locator(`[data-icon-name="${name}"]`);
}
