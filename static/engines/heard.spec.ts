// What a blind visitor hears, from door to survey: Orca with Firefox, by keyboard alone.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { newMeeting } from '../e2e/rehearsal.ts';
import { serve } from '../e2e/site.ts';
import { hasOrca, type Listener, withOrca } from './orca.ts';
import { admit, hostPath, wrongLink } from './site.ts';

test.skip(!hasOrca, 'SKIPPED: no screen reader (see static/engines/install for Debian’s packages)');

// What was spoken, for a person to read.
const heard = path.resolve(import.meta.dirname, '../.heard');

// How often the journey comes to each of these.
const important = {
  // The alert, its heading when the page has loaded, and the description of the field that it is about.
  'This is not a meeting link': 3,
  'Your camera works.': 1,
  'You are in the waiting room.': 2,
  'You are now in the visit.': 2,
  'Your microphone is off.': 1,
  'Your microphone is on.': 3,
  'Do you want to leave?': 3,
  'You left the visit heading': 2,
  'Thank you.': 1,
};

// For the check, for joining and for rejoining: fewer where the camera has started before Orca comes to say so.
const starting = { text: 'Starting your camera', most: 3 };

/** Keeps what was spoken, by steps. */
function keep(listener: Listener): void {
  const text = listener.spoken().map(({ step, lines }) => [`## ${step}`, ...lines].join('\n'));
  mkdirSync(heard, { recursive: true });
  writeFileSync(path.join(heard, 'visit.txt'), `${text.join('\n\n')}\n`);
}

// Every word is waited for, and a busy machine is slow.
test.setTimeout(360_000);

test('Orca: a visit is heard from door to survey, and nothing important twice', async () => {
  await serve({ REHEARSAL_HOST: 'off', BRAND_PHONE: '01234 567890' }, (site, violations) =>
    withOrca(async (listener) => {
      const page = await listener.browser.newPage();
      const { press, step, hears } = listener;
      const type = (text: string) => listener.type(page, text);
      const tabTo = (css: string, name: string, keys?: 'shift+Tab') => listener.tabTo(page, css, name, keys);
      /** Waits until the page of this title is loaded: until then Orca misses where the focus goes. */
      const arrive = (title: string) => hears(`Finished loading ${title}`);
      const follow = async (title: string) => {
        await Promise.all([page.waitForNavigation(), press('Return')]);
        await arrive(title);
      };
      const leave = async () => {
        await tabTo('#stage [aria-label="Leave"]', 'Leave');
        press('Return');
        await hears('Do you want to leave?');
        await tabTo('#leave [value=leave]', 'Leave');
        await follow('You left the visit');
        await hears('You left the visit heading');
      };
      try {
        step('the door');
        await page.goto(`${site}/`);
        await page.bringToFront();
        await arrive('Join your video visit');

        step('a link that is none');
        await tabTo('#meeting', 'entry');
        await type(wrongLink);
        await tabTo('#door-form [type=submit]', 'Continue');
        await follow('Error: Join your video visit');
        await hears('This is not a meeting link');

        step('the right link');
        await tabTo('#meeting', 'entry');
        press('ctrl+a');
        await type(newMeeting());
        await tabTo('#door-form [type=submit]', 'Continue');
        await follow('Your video visit');

        step('no name');
        await tabTo('#join', 'Join visit');
        press('Return');
        // Orca speaks the description again, because it changed: to move the focus later would cost an iPhone its keyboard.
        await hears('Error: Enter your name.');

        step('checking the camera');
        await tabTo('#check-devices', 'Press here to see yourself', 'shift+Tab');
        press('Return');
        await hears('Your camera works.');

        step('joining');
        await tabTo('#name', 'entry');
        await type('Sam Patel');
        press('Return');
        await hears('You are in the waiting room.');

        step('admitted');
        const room = await admit(site, await page.evaluate(hostPath));
        await hears('You are now in the visit. Your microphone is on.');

        step('muting');
        await tabTo('#stage [aria-label^="Mute"]', 'Mute');
        press('Return');
        await hears('Your microphone is off.');
        await page.waitForSelector('#stage [aria-label^="Unmute"]');
        press('Return');
        await hears('Your microphone is on.');

        step('leaving');
        await leave();

        step('admitted while a question is open');
        await tabTo('[data-action=rejoin]', 'Rejoin');
        await Promise.all([page.waitForNavigation(), press('Return')]);
        await hears('You are in the waiting room.');
        await tabTo('#waiting-leave', 'Leave');
        press('Return');
        await hears('Do you want to leave?');
        await room.command({ command: 'admit' });
        await hears('You are now in the visit. Your microphone is on.');

        step('leaving again');
        await leave();

        step('the survey');
        await tabTo('[name=points][value="5"]', 'radio button');
        press('space');
        await tabTo('#survey-form [type=submit]', 'Send');
        await follow('Thank you');
        await hears('Thank you.');
        await listener.silence();
        expect(await page.title()).toMatch(/^Thank you/);
      } finally {
        keep(listener);
      }
      const all = listener.spoken().flatMap(({ lines }) => lines);
      const times = (text: string) => all.join(' ').replace(/\s+/g, ' ').split(text).length - 1;
      expect(Object.fromEntries(Object.keys(important).map((text) => [text, times(text)]))).toEqual(important);
      expect(times(starting.text)).toBeLessThanOrEqual(starting.most);
      expect(violations()).toEqual([]);
    }),
  );
});
