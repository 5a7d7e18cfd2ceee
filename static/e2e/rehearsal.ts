// What the specs of the rehearsal share: sites without Azure, visitors who join, and the host's commands.
import type { Browser, BrowserContext, Locator, Page } from '@playwright/test';
import { expect, serve, toVisit, test as withSite } from './site.ts';
import { type Network, openNetwork } from './witness.ts';

interface Worker {
  /** A rehearsal with the host that is always there, who lets visitors in after two seconds. */
  attended: string;
  /** A rehearsal in which nothing happens until a test or the host's page makes it happen. */
  unattended: string;
  /** The same, with chat turned off. */
  chatless: string;
}

interface Each {
  /** A meeting of this test's own. */
  meeting: string;
  /** Opens a browser of somebody's own. What it asked for and who it asked is in `network`. */
  somebody: (options?: Parameters<Browser['newContext']>[0]) => Promise<Page>;
  /** What all browsers of this test did on the network and against the policy. */
  network: Network;
}

export const desktop = { width: 1280, height: 800 };
export const phone = { width: 390, height: 844 };

const fakeDevices = '--use-fake-device-for-media-stream';

export const test = withSite.extend<Each, Worker>({
  // Two cores have to encode what every page sends to every other, and draw what it gets.
  launchOptions: [
    async ({ launchOptions }, use) => {
      const args = (launchOptions.args ?? []).map((arg) => (arg === fakeDevices ? `${fakeDevices}=fps=10` : arg));
      await use({ ...launchOptions, args });
    },
    { scope: 'worker' },
  ],
  // Pictures of a page that shows video cost more than all the rest of its test.
  trace: [{ mode: 'retain-on-failure', screenshots: false }, { scope: 'worker' }],
  attended: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the first argument taken apart.
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
  somebody: async ({ browser, network }, use) => {
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

/** A link to a meeting that nobody else has. */
export function newMeeting(): string {
  const id = `${process.pid}${Date.now()}${meetings++}`.slice(-13).padStart(13, '2');
  return `https://teams.microsoft.com/meet/${id}?p=Mt9xB2N6`;
}

/** A person who has pressed Join. */
export interface Visitor {
  page: Page;
  /** The ACS identity, `8:acs:...`. */
  id: string;
}

/** From the door until Join is pressed and the ticket is there. */
export async function knock(page: Page, site: string, meeting: string, name: string): Promise<Visitor> {
  await toVisit(page, site, meeting);
  await page.getByLabel('Your full name').fill(name);
  return { page, id: await pressJoin(page) };
}

/** Presses Join and tells the identity that the visitor got. */
export async function pressJoin(page: Page): Promise<string> {
  const id = ticketOf(page);
  await page.getByRole('button', { name: 'Join visit' }).click();
  return id;
}

/** The identity in the next ticket; read as it comes, because a page that moves on takes the answer with it. */
export async function ticketOf(page: Page): Promise<string> {
  const answer = await page.waitForResponse('**/visit/join');
  return (await answer.json()).userId;
}

/** Waits for `data-state` of the visit's page. */
export async function inState(page: Page, state: 'lobby' | 'call'): Promise<void> {
  await expect(page.locator('main')).toHaveAttribute('data-state', state);
}

/** The host's side of a meeting. */
export interface Room {
  /** The address of the host's page. */
  address: string;
  /** Plays a command; throws with the server's answer when it is refused. */
  command(command: Record<string, unknown>): Promise<void>;
}

/** Finds the room behind the link that a visit's page offers, with the host's key. */
export async function roomOf(page: Page, site: string): Promise<Room> {
  return roomAt(site, (await page.locator('a[href^="/rehearsal/host/"]').getAttribute('href')) ?? '');
}

/** Finds the room whose host's page has this path. */
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

/** A visitor who waits, and is then let in by command. */
export async function letIn(page: Page, site: string, meeting: string, name: string): Promise<Visitor & { room: Room }> {
  const visitor = await knock(page, site, meeting, name);
  const room = await roomOf(page, site);
  await inState(page, 'lobby');
  await room.command({ command: 'admit', to: visitor.id });
  await inState(page, 'call');
  return { ...visitor, room };
}

/** Presses Leave in the call, and answers the page's question. */
export async function leave(page: Page): Promise<void> {
  await page.locator('#stage').getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('dialog', { name: 'Do you want to leave?' }).getByRole('button', { name: 'Leave' }).click();
}

/** Has the page believe that it is hidden, or seen again; no browser without a screen hides one by itself. */
export async function turnAway(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((away) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (away ? 'hidden' : 'visible') });
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => away });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

/** What all live regions of our own page have said since it was loaded. */
export async function said(page: Page): Promise<string[]> {
  return page.evaluate(() => window.witness.said);
}

/** Waits for the page of the ending and checks which it is. */
export async function hasEnded(page: Page, ending: string): Promise<void> {
  await page.waitForURL('**/visit/ended?**');
  await expect(page.locator('main')).toHaveAttribute('data-ending', ending);
}

/** The band that says that nothing here is real. */
export function bandOf(page: Page): Locator {
  return page.locator('.rehearsal');
}

/** The library's button that opens the chat. */
export function chatButton(page: Page): Locator {
  return page.getByRole('button', { name: /^Chat/ });
}

/** The number of unread messages on that button. */
export function unread(page: Page): Locator {
  return page.locator('[data-ui-id="call-with-chat-composite-chat-button-unread-icon"]');
}

/** Writes a message into the chat, which has to be open. */
export async function write(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Enter a message' }).fill(text);
  await page.keyboard.press('Enter');
}

/** The library's tile of a person, which shows a picture, a name and what the person does. */
export function tileOf(page: Page, name: string): Locator {
  return page.locator('[data-ui-id="video-tile"]').filter({ hasText: name });
}

/** A symbol of the library's, by the library's own name for it. */
export function icon(within: Locator, name: string): Locator {
  return within.locator(`[data-icon-name="${name}"]`);
}
