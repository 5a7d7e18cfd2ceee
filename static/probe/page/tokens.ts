import { AzureCommunicationTokenCredential, type CommunicationTokenCredential } from '@azure/communication-common';
import type { Recorder } from './answers.ts';
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

/** Returns a token with the service's format and these claims. Its signature is made up, which nothing checks offline. */
function token(claims: object = {}): string {
  const now = Math.floor(Date.now() / 1000);
  // Each token is for a different person: Microsoft's SDK accepts each person only once in a page.
  const skypeid = `acs:${CLAIMS.resourceId}_${crypto.randomUUID()}`;
  const part = (value: object) => btoa(JSON.stringify(value)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
  const payload = { ...CLAIMS, skypeid, iat: now, exp: now + HOUR, ...claims };
  return [part({ alg: 'RS256', typ: 'JWT' }), part(payload), 'c2lnbmF0dXJl'].join('.');
}

/** Returns a valid credential. */
export function credential(): CommunicationTokenCredential {
  return new AzureCommunicationTokenCredential(token());
}

/** Returns a credential whose token is any text, as a page can write one. */
function credentialWith(text: string): CommunicationTokenCredential {
  return { getToken: async () => ({ token: text, expiresOnTimestamp: Date.now() + HOUR * 1000 }), dispose() {} };
}

const TOKENS: Record<string, () => CommunicationTokenCredential> = {
  empty: () => credentialWith(''),
  words: () => credentialWith('not a token'),
  'not JSON': () => credentialWith('e30.bm90IGpzb24.c2ln'),
  'no claims': () => credentialWith('e30.e30.c2ln'),
  'two parts': () => credentialWith(token().split('.').slice(0, 2).join('.')),
  'no identity': () => credentialWith(token({ skypeid: undefined })),
  'no scope': () => credentialWith(token({ acsScope: undefined })),
  'chat only': () => credentialWith(token({ acsScope: 'chat' })),
  'voip only': () => credentialWith(token({ acsScope: 'voip' })),
  'voip.join': () => credentialWith(token({ acsScope: 'voip.join' })),
  expired: () => credentialWith(token({ exp: Math.floor(Date.now() / 1000) - HOUR })),
  'expired, in the stock credential': () =>
    new AzureCommunicationTokenCredential(token({ exp: Math.floor(Date.now() / 1000) - HOUR })),
  'a credential that fails': () => ({ getToken: () => Promise.reject(new Error('no network')), dispose() {} }),
};

/** Asks which tokens `createCallAgent` accepts, and with which error it rejects the others. */
export async function askTokens(sdk: SDK, root: Recorder): Promise<void> {
  const recorder = root.at('tokens');
  const ask = async (name: string, create: () => CommunicationTokenCredential) => {
    const client = new sdk.CallClient();
    await recorder.attempt(name, () => client.createCallAgent(create()));
  };
  await Promise.all(Object.entries(TOKENS).map(([name, create]) => ask(name, create)));
}
