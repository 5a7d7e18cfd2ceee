// What a blind visitor hears, from door to survey: Orca with Firefox, by keyboard alone.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { newMeeting } from '../e2e/rehearsal.ts';
import { serve } from '../e2e/site.ts';
import { inState } from './firefox.ts';
import { hasOrca, type Listener, withOrca } from './orca.ts';
import { admit, hostPath, wrongLink } from './site.ts';

// Return on the library's Mute button mutes without a word, so that the journey stops there.
test.skip(!hasOrca || !process.env['ORCA'], 'SKIPPED: what a screen reader says; ORCA=on make check-engines runs it');

const heard = path.resolve(import.meta.dirname, '../.heard');

/** How often a text was spoken in this step. */
const times = (listener: Listener, text: string) => listener.said().split(text).length - 1;

// Orca takes its time for every word.
test.setTimeout(360_000);

test('Orca: a visit is heard from door to survey, and nothing important twice', async () => {
  await serve({ REHEARSAL_HOST: 'off', BRAND_PHONE: '01234 567890' }, (site, violations) =>
    withOrca(async (listener) => {
      const page = await listener.browser.newPage();
      const { press, type, mark, hears } = listener;
      const tabTo = (css: string, keys?: 'shift+Tab') => listener.tabTo(page, css, keys);
      /** Hears a text exactly once. */
      const once = async (text: string) => {
        await hears(text);
        expect.soft(times(listener, text), `how often was spoken: ${text}`).toBe(1);
      };
      try {
        mark('the door');
        await page.goto(`${site}/`);
        await page.bringToFront();
        await press('Control_L');
        await hears('Join your video visit');

        mark('a link that is none');
        await tabTo('#meeting');
        await type(wrongLink);
        await tabTo('#door-form [type=submit]');
        await Promise.all([page.waitForNavigation(), press('Return')]);
        await page.waitForSelector('#refusal');
        await once('This is not a meeting link');

        mark('the right link');
        await tabTo('#meeting');
        await press('ctrl+a');
        await type(newMeeting());
        await tabTo('#door-form [type=submit]');
        await Promise.all([page.waitForNavigation(), press('Return')]);
        await press('Control_L');
        await hears('Your video visit');

        mark('no name');
        await tabTo('#join');
        await press('Return');
        // Orca speaks a description again when it changes; to wait with the focus would cost an iPhone its keyboard.
        await hears('Enter your name');

        mark('checking the camera');
        await tabTo('#check-devices', 'shift+Tab');
        await press('Return');
        await once('Your camera works.');

        mark('joining');
        await tabTo('#name');
        await type('Sam Patel');
        await press('Return');
        await inState(page, 'lobby');
        await once('You are in the waiting room.');

        mark('admitted');
        const room = await admit(site, await page.evaluate(hostPath));
        await inState(page, 'call');
        await once('You are now in the visit.');

        mark('muting');
        await tabTo('#stage [aria-label^="Mute"]');
        await listener.silence();
        mark('muted');
        await press('Return');
        await page.waitForSelector('#stage [aria-label^="Unmute"]');
        await hears('turned off');

        mark('leaving');
        await tabTo('#stage [aria-label="Leave"]');
        await press('Return');
        await once('Do you want to leave?');
        mark('left');
        await press('Tab');
        await Promise.all([page.waitForNavigation(), press('Return')]);
        await hears('You left the visit');

        mark('admitted while a question is open');
        await tabTo('[data-action=rejoin]');
        await Promise.all([page.waitForNavigation(), press('Return')]);
        await inState(page, 'lobby');
        await listener.silence();
        await tabTo('#waiting-leave');
        await press('Return');
        await hears('Do you want to leave?');
        mark('the question goes, and the visit begins');
        await room.command({ command: 'admit' });
        await inState(page, 'call');
        await once('You are now in the visit.');

        mark('leaving again');
        await tabTo('#stage [aria-label="Leave"]');
        await press('Return');
        await press('Tab');
        await Promise.all([page.waitForNavigation(), press('Return')]);
        await hears('You left the visit');

        mark('the survey');
        await tabTo('[name=points][value="5"]');
        await press('space');
        await tabTo('#survey-form [type=submit]');
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
