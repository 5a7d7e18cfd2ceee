import { AzureCommunicationTokenCredential, type CommunicationTokenCredential } from '@azure/communication-common';
import type { Notebook } from './answers.ts';
import type { SDK } from './sdk.ts';

const HOUR = 3600;
const CLAIMS = {
  scp: 1792,
  csi: '1',
  rgn: 'emea',
  acsScope: 'chat,voip',
  resourceId: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
  resourceLocation: 'europe',
};

/** A token in the shape of the service's, with other claims where given. Nobody signed it; offline nobody can tell. */
function token(claims: object = {}): string {
  const now = Math.floor(Date.now() / 1000);
  // A person of its own for each: Microsoft's SDK takes each person once in a page.
  const skypeid = `acs:${CLAIMS.resourceId}_${crypto.randomUUID()}`;
  const part = (value: object) => btoa(JSON.stringify(value)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
  const payload = { ...CLAIMS, skypeid, iat: now, exp: now + HOUR, ...claims };
  return [part({ alg: 'RS256', typ: 'JWT' }), part(payload), 'c2lnbmF0dXJl'].join('.');
}

/** A credential that nothing is wrong with. */
export function credential(): CommunicationTokenCredential {
  return new AzureCommunicationTokenCredential(token());
}

/** A credential that hands out any text as its token, as one of a page's own making may. */
function handing(text: string): CommunicationTokenCredential {
  return { getToken: async () => ({ token: text, expiresOnTimestamp: Date.now() + HOUR * 1000 }), dispose() {} };
}

const TOKENS: Record<string, () => CommunicationTokenCredential> = {
  empty: () => handing(''),
  words: () => handing('not a token'),
  'not JSON': () => handing('e30.bm90IGpzb24.c2ln'),
  'no claims': () => handing('e30.e30.c2ln'),
  'two parts': () => handing(token().split('.').slice(0, 2).join('.')),
  'no identity': () => handing(token({ skypeid: undefined })),
  'no scope': () => handing(token({ acsScope: undefined })),
  'chat only': () => handing(token({ acsScope: 'chat' })),
  'voip only': () => handing(token({ acsScope: 'voip' })),
  'voip.join': () => handing(token({ acsScope: 'voip.join' })),
  expired: () => handing(token({ exp: Math.floor(Date.now() / 1000) - HOUR })),
  'expired, in the stock credential': () =>
    new AzureCommunicationTokenCredential(token({ exp: Math.floor(Date.now() / 1000) - HOUR })),
  'a credential that fails': () => ({ getToken: () => Promise.reject(new Error('no network')), dispose() {} }),
};

/** Which tokens an agent is made of, and with what error it is not. */
export async function askTokens(sdk: SDK, notebook: Notebook): Promise<void> {
  const notes = notebook.at('tokens');
  const ask = async (name: string, made: () => CommunicationTokenCredential) => {
    const client = new sdk.CallClient();
    await notes.attempt(name, () => client.createCallAgent(made()));
  };
  await Promise.all(Object.entries(TOKENS).map(([name, made]) => ask(name, made)));
}
