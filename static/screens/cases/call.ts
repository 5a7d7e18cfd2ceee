// Waiting in the lobby, the page around the call, and the ways back into the call.
import { expect, type Page } from '@playwright/test';
import { expectState, roomOf, setHidden, ticketOf } from '../../e2e/rehearsal.ts';
import { openNetwork } from '../../e2e/witness.ts';
import { type Journey, linkTo, type Person, submit } from '../case.ts';

/** Opens a link and joins the lobby. */
async function joinLobby(person: Person): Promise<void> {
  const { page, sites } = person;
  await openNetwork().watch(page.context());
  await page.goto(await linkTo(person, 'now', '--name', 'Sam Patel'));
  const room = await roomOf(page, sites.clinic);
  const id = ticketOf(page);
  await submit(page, '#join-form');
  person.call = { id: await id, room };
  await expectState(page, 'lobby');
}

/** Returns the person's identity and room. Throws before `joinLobby`. */
function callOf({ call }: Person) {
  if (!call) throw new Error('this person has not joined the lobby yet');
  return call;
}

const waitForNotice = (page: Page) => page.locator('#notice:not([hidden])').waitFor();

/** Replaces notifications, which a headless browser lacks, by ones that a page can still ask for. */
function installNotifications(): void {
  class Note {
    static readonly permission = 'default';
    static readonly requestPermission = async () => 'granted';
    close() {}
  }
  Object.assign(window, { Notification: Note });
}

const waiting: Journey = {
  context: { permissions: ['camera', 'microphone'] },
  cases: [
    {
      name: 'waiting',
      title: 'Waiting to be let in',
      open: async (person) => {
        await person.page.clock.install();
        await person.page.addInitScript(installNotifications);
        await joinLobby(person);
        const own = person.page.locator('#waiting-self video');
        await expect.poll(() => own.evaluate((video: HTMLVideoElement) => video.videoWidth)).toBeGreaterThan(0);
      },
    },
    {
      name: 'waiting-leave',
      title: 'Leave?',
      open: async ({ page }) => {
        await page.locator('#waiting-leave').click();
        await page.locator('#leave[open]').waitFor();
      },
    },
    {
      name: 'waiting-notify',
      title: 'Notification requested',
      open: async ({ page }) => {
        await page.keyboard.press('Escape');
        await page.locator('#notify').click();
        await page.locator('#notify').waitFor({ state: 'hidden' });
      },
    },
    {
      name: 'waiting-5',
      title: 'After 5 minutes',
      open: async ({ page }) => {
        await page.clock.fastForward('05:30');
        await expect(page.locator('#waited')).toContainText('5');
      },
    },
    {
      name: 'waiting-15',
      title: 'After 15 minutes',
      open: ({ page }) => page.clock.fastForward('10:00'),
    },
    {
      name: 'waiting-still',
      title: 'Shortly before the wait ends',
      open: async ({ page }) => {
        await page.clock.fastForward('28:00');
        await page.locator('#still[open]').waitFor();
      },
    },
  ],
};

const inCall: Journey = {
  context: { permissions: ['camera', 'microphone'] },
  cases: [
    {
      name: 'call',
      title: 'In the visit',
      open: async (person) => {
        await joinLobby(person);
        const { id, room } = callOf(person);
        await room.command({ command: 'admit', to: id });
        await expectState(person.page, 'call');
        // The host's picture, and the visitor's own.
        const pictures = person.page.locator('#stage video');
        const moving = (all: Element[]) => all.filter((v) => v instanceof HTMLVideoElement && v.videoWidth > 0).length;
        await expect.poll(() => pictures.evaluateAll(moving)).toBeGreaterThan(1);
      },
    },
    {
      name: 'call-weak',
      title: 'A weak network',
      open: async (person) => {
        const { room } = callOf(person);
        for (const quality of ['bad', 'good', 'bad']) {
          await room.command({ command: 'network', quality, direction: 'receive' });
        }
        await waitForNotice(person.page);
      },
    },
    {
      name: 'call-paused',
      title: 'The phone stopped the microphone',
      open: async ({ page }) => {
        await setHidden(page, true);
        await page.evaluate(() => {
          for (const track of window.witness.local) if (track.kind === 'audio') track.stop();
        });
        await setHidden(page, false);
        await page.locator('#notice .btn').waitFor();
      },
    },
    {
      name: 'call-consent',
      title: 'Asked for consent to a recording',
      open: async (person) => {
        const { page } = person;
        const notice = page.locator('#notice');
        const before = (await notice.textContent()) ?? '';
        await notice.locator('.btn').click();
        await expect(notice).not.toHaveText(before);
        await callOf(person).room.command({ command: 'notice', recording: true, consent: true });
        await page.locator('#consent:not([hidden])').waitFor();
      },
    },
    {
      name: 'call-silent',
      title: 'Consent refused',
      open: async ({ page }) => {
        await page.locator('#consent-no').click();
        await page.locator('#consent').waitFor({ state: 'hidden' });
      },
    },
    {
      name: 'elsewhere',
      title: 'In another tab',
      otherTab: true,
      open: async ({ page, sites }) => {
        const other = await page.context().newPage();
        await other.goto(`${sites.clinic}/visit`);
        await other.locator('#elsewhere:not([hidden])').waitFor();
      },
    },
    {
      name: 'reconnecting',
      title: 'The connection is lost',
      open: async (person) => {
        const { id, room } = callOf(person);
        await person.page.bringToFront();
        await room.command({ command: 'drop', to: id, seconds: 60 });
        await waitForNotice(person.page);
      },
    },
    {
      name: 'disconnected',
      title: 'After a reload',
      open: async ({ page }) => {
        for (const other of page.context().pages()) if (other !== page) await other.close();
        await page.reload();
        await page.locator('#disconnected:not([hidden])').waitFor();
      },
    },
  ],
};

export const calls = [waiting, inCall];
