// Opens the stage of this build, which is the ACS UI Library's.
import type { Ticket } from '../ticket.ts';
import type { Setup, Stage, StageEvents } from './contract.ts';
import { openUILibrary } from './uilibrary/open.tsx';

export { endingOf } from '../endings.ts';

const marker = 'stage';

/**
 * Joins the meeting and shows the call inside `element`, which has to have a size of its own.
 *
 * Whatever goes wrong with the call itself arrives by `events.ended`, also while joining. The promise rejects only when
 * no call was tried: with an error named NotInThisBuild when this build cannot do what the ticket asks for, or with the
 * browser's error when a script could not be fetched.
 *
 * One stage can be opened for each page load, because the Calling SDK does not survive a second agent in a page.
 */
export async function openStage(element: HTMLElement, ticket: Ticket, events: StageEvents, setup: Setup): Promise<Stage> {
  const page = element.ownerDocument.documentElement;
  if (page.dataset[marker]) throw new Error('open the stage: this page has had one already; load it again');
  const stage = await openUILibrary(element, ticket, events, setup, () => {
    page.dataset[marker] = 'used';
  });
  return stage;
}
