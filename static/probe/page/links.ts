import type { Recorder } from './answers.ts';
import type { SDK } from './sdk.ts';
import { credential } from './tokens.ts';

const CONTEXT = encodeURIComponent(
  JSON.stringify({ Tid: 'aaaabbbb-0000-cccc-1111-dddd2222eeee', Oid: '00aa00aa-bb11-cc22-dd33-44ee44ee44ee' }),
);
const THREAD = '19%3ameeting_MjdhNjM4YzUtYzExZi00OTFkLTkzZTAtNTVlNmZmMDhkNGU2%40thread.v2';

/** A valid link to a meeting that does not exist. */
export const LINK = `https://teams.microsoft.com/l/meetup-join/${THREAD}/0?context=${CONTEXT}`;

const LOCATORS: Record<string, unknown> = {
  'long link': { meetingLink: LINK },
  'long link without context': { meetingLink: LINK.split('?')[0] },
  'long link with a broken context': { meetingLink: `${LINK.split('?')[0]}?context=%7b` },
  'long link with something before the context': { meetingLink: LINK.replace('?', '?anon=true&') },
  'long link without a thread': { meetingLink: 'https://teams.microsoft.com/l/meetup-join/' },
  'long link of another cloud': { meetingLink: LINK.replace('teams.microsoft.com', 'gov.teams.microsoft.us') },
  'short link': { meetingLink: 'https://teams.microsoft.com/meet/264183392744150?p=Mt9xB2N6abc' },
  'short link without a passcode': { meetingLink: 'https://teams.microsoft.com/meet/264183392744150' },
  'short link with more in the query': { meetingLink: 'https://teams.microsoft.com/meet/264183392744150?p=Mt9xB2N6abc&a=b' },
  'personal link': { meetingLink: 'https://teams.live.com/meet/9312345678901?p=Mt9xB2N6abc' },
  'another site': { meetingLink: 'https://example.org/nope' },
  'no link': { meetingLink: 'nope' },
  'empty link': { meetingLink: '' },
  'ID and passcode': { meetingId: '264 183 392 744 150', passcode: 'Mt9xB2N6' },
  'ID alone': { meetingId: '264183392744150' },
  'empty ID': { meetingId: '', passcode: 'Mt9xB2N6' },
  'a group': { groupId: '00aa00aa-bb11-cc22-dd33-44ee44ee44ee' },
  'a room': { roomId: '99999999999999999' },
  'an empty object': {},
  nothing: undefined,
};

/** Asks which meetings `join` accepts, and with which error it rejects the others. */
export async function askLinks(sdk: SDK, root: Recorder): Promise<void> {
  const recorder = root.at('join');
  const client = new sdk.CallClient();
  const agent = await client.createCallAgent(credential(), { displayName: 'Probe' });
  for (const [name, locator] of Object.entries(LOCATORS)) {
    const call = await recorder.attempt(name, () =>
      agent.join(locator as { meetingLink: string }, { audioOptions: { muted: true } }),
    );
    await call?.hangUp();
  }
}
