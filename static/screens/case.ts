// A case is one page in one state that a visitor or the staff may meet. `make screens` takes its picture, and the browser tests
// check it in every language. Cases find elements by id, name and attribute, because words differ by language.
import { readdirSync, readFileSync } from 'node:fs';
import type { BrowserContextOptions, Page } from '@playwright/test';
import type { Room } from '../e2e/rehearsal.ts';
import { sealedLink } from '../e2e/site.ts';
import { linkKeys, type Sites } from './sites.ts';

/** The language of the texts that every other language is compared with. */
export const defaultLanguage = 'en-GB';

/** The BCP 47 tag of a language of the site. */
export type Language = string;

/** The languages of the site: a file in locales/ for each. */
export const languages: Language[] = readdirSync(new URL('../../locales', import.meta.url))
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length));

/** Somebody in a browser of their own, who speaks one language. */
export interface Person {
  page: Page;
  sites: Sites;
  language: Language;
  /** A meeting that nobody else has. */
  meeting: string;
  /** Whom the meeting knows the person as, and its host, once they have knocked. */
  call?: { id: string; room: Room };
}

export interface Case {
  /** The file's name of the picture. */
  name: string;
  /** What is written under it. */
  title: string;
  /** Leads there, from where the case before in the same journey ended. */
  open: (person: Person) => Promise<unknown>;
  /** The case from which it differs by its words alone. */
  like?: string;
  /** Whether that is in a tab of its own, the last one that was opened. */
  otherTab?: boolean;
}

/** Cases that one person meets one after the other. */
export interface Journey {
  context?: BrowserContextOptions;
  cases: Case[];
}

/** The journey of a single case. */
export const alone = (single: Case, context: BrowserContextOptions = {}): Journey => ({ context, cases: [single] });

/** Divides a long row of cases that each lead to their page by themselves, so that several browsers can share the work. */
export function divided(cases: Case[], most = 6): Journey[] {
  const journeys: Journey[] = [];
  for (let i = 0; i < cases.length; i += most) journeys.push({ cases: cases.slice(i, i + most) });
  return journeys;
}

/** A file of the project, read as JSON. */
export const readJSON = (path: string) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));

/** The English texts by their ids, for the titles of cases. */
export const texts = readJSON('locales/en-GB.json') as Record<string, string>;

/** Opens the page of a visit by a pasted link. */
export async function toVisit({ page, sites, meeting }: Person): Promise<void> {
  await page.goto(`${sites.clinic}/?meetingURL=${encodeURIComponent(meeting)}`);
}

/** Presses the button that sends a form. */
export const submit = (page: Page, form: string) => page.locator(`${form} .btn[type=submit]:not([value])`).click();

/** Makes a link to a visit in the person's language; a start in UTC, or one of the words that `anteroom link` knows. */
export function linkTo({ sites, language, meeting }: Person, start: string, ...flags: string[]): Promise<string> {
  return sealedLink(sites.clinic, linkKeys, ['--meeting', meeting, '--start', start, '--language', language, ...flags]);
}

/** A minute so long from now, as `anteroom link` reads it. */
export const inMinutes = (minutes: number) => `${new Date(Date.now() + minutes * 60_000).toISOString().slice(0, 16)}:00Z`;
