// Every page in every known state: the list for both the pictures and the tests.
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

/** The journeys under one heading. */
export interface Part {
  title: string;
  journeys: Journey[];
}

export const parts: Part[] = [
  { title: 'The door', journeys: doors },
  { title: 'The visit', journeys: visits },
  { title: 'A visit by link, before and after its time', journeys: bookings },
  { title: 'Camera and microphone', journeys: troubles },
  { title: 'Browsers that cannot join', journeys: gates },
  { title: 'Waiting, and in the visit', journeys: calls },
  { title: 'Endings', journeys: endings },
  { title: 'The question after a visit', journeys: surveys },
  { title: 'The device test', journeys: checks },
  { title: 'Problems', journeys: problems },
  { title: 'Staff and operators', journeys: staff },
];

/** Goes through a journey in a new browser context, without other journeys' cookies, and calls `look` for each case. */
export async function travel(
  browser: Browser,
  sites: Sites,
  { context, cases }: Journey,
  language: Language,
  options: BrowserContextOptions,
  look: (page: Page, current: Case) => Promise<void>,
): Promise<void> {
  const own = await browser.newContext({ viewport: phone, locale: language, reducedMotion: 'reduce', ...context, ...options });
  const person = { page: await own.newPage(), sites, language, meeting: newMeeting() };
  for (const current of cases) {
    await current.open(person);
    await look((current.otherTab && own.pages().at(-1)) || person.page, current);
  }
  await own.close();
}
