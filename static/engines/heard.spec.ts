// What a blind visitor hears, from door to survey: Orca with Firefox, by keyboard alone.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { newMeeting } from '../e2e/rehearsal.ts';
import { serve } from '../e2e/site.ts';
import { inState } from './firefox.ts';
import { hasOrca, type Listener, withOrca } from './orca.ts';
import { admit, hostPath, wrongLink } from './site.ts';

test.skip(!hasOrca, 'SKIPPED: no Orca (static/engines/install lists what it needs)');

const heard = path.resolve(import.meta.dirname, '../.heard');

/** How often a text was spoken in this step. */
const times = (listener: Listener, text: string) => listener.said().join('\n').split(text).length - 1;

test('Orca: a visit is heard from door to survey, and nothing important twice', async () => {
  await serve({ REHEARSAL_HOST: 'off', BRAND_PHONE: '01234 567890' }, (site, violations) =>
    withOrca(async (listener) => {
      const page = await listener.browser.newPage();
      const { press, type, mark, hears } = listener;
      /** Hears a text exactly once. */
      const once = async (text: string) => {
        await hears(text);
        expect.soft(times(listener, text), `how often was spoken: ${text}`).toBe(1);
      };
      const focus = (css: string) => page.$eval(css, (element) => (element as HTMLElement).focus());
      try {
        mark('the door');
        await page.goto(`${site}/`);
        await page.bringToFront();
        await press('Control_L');
        await hears('Join your video visit');

        mark('a link that is none');
        await focus('#meeting');
        await type(wrongLink);
        await press('Tab');
        await focus('#door-form [type=submit]');
        await Promise.all([page.waitForNavigation(), press('Return')]);
        await page.waitForSelector('#refusal');
        await once('This is not a meeting link');

        mark('the right link');
        await page.$eval('#meeting', (box) => {
          (box as HTMLTextAreaElement).value = '';
        });
        await focus('#meeting');
        await type(newMeeting());
        await focus('#door-form [type=submit]');
        await Promise.all([page.waitForNavigation(), press('Return')]);
        await press('Control_L');
        await hears('Your video visit');

        mark('no name');
        await focus('#join');
        await press('Return');
        await once('Enter your name');

        mark('checking the camera');
        await focus('#check-devices');
        await press('Return');
        await once('Your camera works.');

        mark('joining');
        await focus('#name');
        await type('Sam Patel');
        await press('Return');
        await inState(page, 'lobby');
        await once('You are in the waiting room.');

        mark('admitted');
        const room = await admit(site, await page.evaluate(hostPath));
        await inState(page, 'call');
        await once('You are now in the visit.');

        mark('muting');
        await focus('#stage [aria-label^="Mute"]');
        await listener.silence();
        mark('muted');
        await press('Return');
        await hears('muted');

        mark('leaving');
        await focus('#stage [aria-label="Leave"]');
        await press('Return');
        await once('Do you want to leave?');
        mark('left');
        await press('Tab');
        await Promise.all([page.waitForNavigation(), press('Return')]);
        await hears('You left the visit');

        mark('admitted while a question is open');
        await focus('[data-action=rejoin]');
        await Promise.all([page.waitForNavigation(), press('Return')]);
        await inState(page, 'lobby');
        await listener.silence();
        await focus('#waiting-leave');
        await press('Return');
        await hears('Do you want to leave?');
        mark('the question goes, and the visit begins');
        await room.command({ command: 'admit' });
        await inState(page, 'call');
        await once('You are now in the visit.');

        mark('leaving again');
        await focus('#stage [aria-label="Leave"]');
        await press('Return');
        await press('Tab');
        await Promise.all([page.waitForNavigation(), press('Return')]);
        await hears('You left the visit');

        mark('the survey');
        await focus('[name=points][value="5"]');
        await press('space');
        await focus('#survey-form [type=submit]');
        mark('thanks');
        await Promise.all([page.waitForNavigation(), press('Return')]);
        await hears('Thank you');
        expect(await page.title()).toMatch(/^Thank you/);
      } finally {
        mkdirSync(heard, { recursive: true });
        writeFileSync(path.join(heard, 'visit.txt'), `${listener.transcript()}\n`);
      }
      expect(violations()).toEqual([]);
    }),
  );
});
