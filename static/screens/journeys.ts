// Every page in every state that is known to be met: the one list for the pictures and for the tests.
import type { Browser, BrowserContextOptions, Page } from '@playwright/test';
import { newMeeting, phone } from '../e2e/rehearsal.ts';
import type { Case, Journey, Language } from './case.ts';
import { calls } from './cases/call.ts';
import { checks } from './cases/check.ts';
import { doors } from './cases/door.ts';
import { endings, surveys } from './cases/ended.ts';
import { problems } from './cases/problem.ts';
import { staff } from './cases/staff.ts';
import { gates, troubles } from './cases/trouble.ts';
import { bookings, visits } from './cases/visit.ts';
import type { Sites } from './sites.ts';

/** Journeys under one heading. */
export interface Part {
  title: string;
  journeys: Journey[];
}

export const parts: Part[] = [
  { title: 'The door', journeys: doors },
  { title: 'The visit', journeys: visits },
  { title: 'A visit by link, before and after its time', journeys: bookings },
  { title: 'Camera and microphone', journeys: troubles },
  { title: 'Browsers that cannot', journeys: gates },
  { title: 'Waiting, and in the visit', journeys: calls },
  { title: 'Endings', journeys: endings },
  { title: 'The question after a visit', journeys: surveys },
  { title: 'The test of the device', journeys: checks },
  { title: 'What cannot be shown', journeys: problems },
  { title: 'For those who run it', journeys: staff },
];

/** Goes a journey in a browser of its own, so that nobody sees another's cookies, and has each case looked at. */
export async function travel(
  browser: Browser,
  sites: Sites,
  { context, cases }: Journey,
  language: Language,
  options: BrowserContextOptions,
  look: (page: Page, met: Case) => Promise<void>,
): Promise<void> {
  const own = await browser.newContext({ viewport: phone, locale: language, reducedMotion: 'reduce', ...context, ...options });
  const person = { page: await own.newPage(), sites, language, meeting: newMeeting() };
  for (const met of cases) {
    await met.open(person);
    await look((met.otherTab && own.pages().at(-1)) || person.page, met);
  }
  await own.close();
}
