import { type Room, roomAt } from '../e2e/rehearsal.ts';

/** A link to a page that is none of a meeting. */
export const wrongLink = 'https://www.example.org/';

/** A page's link to the host's page, as a script for the page. */
export const hostPath = () => document.querySelector('a[href^="/rehearsal/host/"]')?.getAttribute('href') ?? '';

/** Admits everybody in the room of the page that this path was read from. */
export async function admit(site: string, path: string): Promise<Room> {
  const room = await roomAt(site, path);
  await room.command({ command: 'admit' });
  return room;
}
