// Waiting to be let in, what stands around the call, and the ways back into it.
import { expect, type Page } from '@playwright/test';
import { inState, roomOf, ticketOf, turnAway } from '../../e2e/rehearsal.ts';
import { openNetwork } from '../../e2e/witness.ts';
import { type Journey, linkTo, type Person, submit } from '../case.ts';

/** From a link into the lobby. */
async function knock(person: Person): Promise<void> {
  const { page, sites } = person;
  await openNetwork().watch(page.context());
  await page.goto(await linkTo(person, 'now', '--name', 'Sam Patel'));
  const room = await roomOf(page, sites.clinic);
  const id = ticketOf(page);
  await submit(page, '#join-form');
  person.call = { id: await id, room };
  await inState(page, 'lobby');
}

/** Who has knocked. */
function known({ call }: Person) {
  if (!call) throw new Error('nobody has knocked yet');
  return call;
}

const noticed = (page: Page) => page.locator('#notice:not([hidden])').waitFor();

/** Notifications that may still be asked for, which a browser without a screen has none of. */
function askable(): void {
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
        await person.page.addInitScript(askable);
        await knock(person);
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
      title: 'A wish to be told',
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
      title: 'Shortly before a wait ends',
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
        await knock(person);
        const { id, room } = known(person);
        await room.command({ command: 'admit', to: id });
        await inState(person.page, 'call');
        // The host's picture, and the visitor's own over it.
        const pictures = person.page.locator('#stage video');
        const moving = (all: Element[]) => all.filter((v) => v instanceof HTMLVideoElement && v.videoWidth > 0).length;
        await expect.poll(() => pictures.evaluateAll(moving)).toBeGreaterThan(1);
      },
    },
    {
      name: 'call-weak',
      title: 'A weak network',
      open: async (person) => {
        const { room } = known(person);
        for (const quality of ['bad', 'good', 'bad']) {
          await room.command({ command: 'network', quality, direction: 'receive' });
        }
        await noticed(person.page);
      },
    },
    {
      name: 'call-paused',
      title: 'A microphone that the phone took away',
      open: async ({ page }) => {
        await turnAway(page, true);
        await page.evaluate(() => {
          for (const track of window.witness.local) if (track.kind === 'audio') track.stop();
        });
        await turnAway(page, false);
        await page.locator('#notice .btn').waitFor();
      },
    },
    {
      name: 'call-consent',
      title: 'May it be recorded?',
      open: async (person) => {
        const { page } = person;
        const notice = page.locator('#notice');
        const paused = (await notice.textContent()) ?? '';
        await notice.locator('.btn').click();
        await expect(notice).not.toHaveText(paused);
        await known(person).room.command({ command: 'notice', recording: true, consent: true });
        await page.locator('#consent:not([hidden])').waitFor();
      },
    },
    {
      name: 'call-silent',
      title: 'No',
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
      title: 'The connection is gone',
      open: async (person) => {
        const { id, room } = known(person);
        await person.page.bringToFront();
        await room.command({ command: 'drop', to: id, seconds: 60 });
        await noticed(person.page);
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
