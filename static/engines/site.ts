import { type Room, roomAt } from '../e2e/rehearsal.ts';

/** A link that is not a meeting's. */
export const wrongLink = 'https://www.example.org/';

/** Returns a page's link to the host's page. Runs in the page. */
export const hostPath = () => document.querySelector('a[href^="/rehearsal/host/"]')?.getAttribute('href') ?? '';

/** Admits everybody in the room with this host's page. */
export async function admit(site: string, path: string): Promise<Room> {
  const room = await roomAt(site, path);
  await room.command({ command: 'admit' });
  return room;
}
