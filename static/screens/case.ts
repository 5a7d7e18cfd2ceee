// A case is a page in one of its states, as a visitor or staff may see it. `make screens` takes its picture, and the browser
// tests check it in every language. Cases find elements by id, name and attribute, because texts differ by language.
import { readdirSync, readFileSync } from 'node:fs';
import type { BrowserContextOptions, Page } from '@playwright/test';
import type { Room } from '../e2e/rehearsal.ts';
import { sealedLink } from '../e2e/site.ts';
import { linkKeys, type Sites } from './sites.ts';

/** The language that every other language is compared with. */
export const defaultLanguage = 'en-GB';

/** The BCP 47 tag of a language of the site. */
export type Language = string;

/** The languages of the site: a file in locales/ for each. */
export const languages: Language[] = readdirSync(new URL('../../locales', import.meta.url))
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length));

/** A person with their own browser, in one language. */
export interface Person {
  page: Page;
  sites: Sites;
  language: Language;
  /** A meeting of this person alone. */
  meeting: string;
  /** The person's identity in the meeting, and its room, once the person waits in the lobby. */
  call?: { id: string; room: Room };
}

export interface Case {
  /** The picture's file name, without extension. */
  name: string;
  /** The picture's caption. */
  title: string;
  /** Opens the page, starting where the previous case of the journey ended. */
  open: (person: Person) => Promise<unknown>;
  /** The name of the case from which this one differs in its words only. */
  like?: string;
  /** Whether the page is in the tab that was opened last, not in the person's first one. */
  otherTab?: boolean;
}

/** Cases that one person goes through in turn. */
export interface Journey {
  context?: BrowserContextOptions;
  cases: Case[];
}

/** Returns a journey with a single case. */
export const alone = (single: Case, context: BrowserContextOptions = {}): Journey => ({ context, cases: [single] });

/** Divides independent cases into journeys of at most `most`, so that several browsers can share the work. */
export function divided(cases: Case[], most = 6): Journey[] {
  const journeys: Journey[] = [];
  for (let i = 0; i < cases.length; i += most) journeys.push({ cases: cases.slice(i, i + most) });
  return journeys;
}

/** Reads a JSON file of the repository. */
export const readJSON = (path: string) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));

/** The English texts by id, for the titles of cases. */
export const texts = readJSON('locales/en-GB.json') as Record<string, string>;

/** Opens a visit's page by a meeting link. */
export async function toVisit({ page, sites, meeting }: Person): Promise<void> {
  await page.goto(`${sites.clinic}/?meetingURL=${encodeURIComponent(meeting)}`);
}

/** Presses the submit button of a form. */
export const submit = (page: Page, form: string) => page.locator(`${form} .btn[type=submit]:not([value])`).click();

/** Makes a link to a visit in the person's language. `start` and `flags` are those of `anteroom link`. */
export function linkTo({ sites, language, meeting }: Person, start: string, ...flags: string[]): Promise<string> {
  return sealedLink(sites.clinic, linkKeys, ['--meeting', meeting, '--start', start, '--language', language, ...flags]);
}

/** Returns the time in so many minutes, in the format of `anteroom link`. */
export const inMinutes = (minutes: number) => `${new Date(Date.now() + minutes * 60_000).toISOString().slice(0, 16)}:00Z`;
