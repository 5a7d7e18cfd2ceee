import { describe, expect, it } from 'vitest';
import { type Pasted, ticketOf } from './pasted.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const known = { rehearsal: false, endpoint: 'https://lamna.communication.azure.com', locale: 'en-GB' };
const tokenOf = (claims: unknown) => `e30.${btoa(JSON.stringify(claims)).replace(/=+$/, '')}.c2ln`;
const claims = { skypeid: 'acs:a_b', exp: now / 1000 + 3600, acsScope: 'chat,voip' };
const valid: Pasted = {
  user: ' 8:acs:a_b ',
  token: tokenOf(claims),
  meeting: 'https://teams.microsoft.com/meet/2735012345678?p=AbCdEf',
  passcode: '',
  name: ' Sam ',
};
const ticketWith = (changes: Partial<Pasted>) => ticketOf({ ...valid, ...changes }, known, now);

describe('ticketOf', () => {
  it('returns a ticket that is not renewed', () => {
    expect(ticketWith({})).toEqual({
      ...known,
      userId: '8:acs:a_b',
      token: valid.token,
      expiresOn: '2026-01-01T13:00:00.000Z',
      displayName: 'Sam',
      locator: { meetingLink: valid.meeting },
      chat: false,
      role: 'guest',
      pasted: true,
    });
  });

  it('accepts a token with line breaks and a meeting ID in groups', () => {
    const broken = `${valid.token.slice(0, 9)}\n ${valid.token.slice(9)}`;
    expect(ticketWith({ token: broken, meeting: '273 501 234 567 8', passcode: ' x ' })).toMatchObject({
      token: valid.token,
      locator: { meetingId: '2735012345678', passcode: 'x' },
    });
  });

  it.each([
    ['user', 'try.userWrong', { user: '' }],
    ['user', 'try.userWrong', { user: 'acs:a_b' }],
    ['user', 'try.userWrong', { user: '8:acs:a b' }],
    ['token', 'try.tokenWrong', { token: '' }],
    ['token', 'try.tokenWrong', { token: 'junk' }],
    ['token', 'try.tokenWrong', { token: 'a.b' }],
    ['token', 'try.tokenWrong', { token: 'a.!.c' }],
    ['token', 'try.tokenWrong', { token: `${tokenOf(claims)}.x` }],
    ['token', 'try.tokenWrong', { token: tokenOf(null) }],
    ['token', 'try.tokenWrong', { token: tokenOf({ ...claims, exp: 'soon' }) }],
    ['token', 'try.tokenOver', { token: tokenOf({ ...claims, exp: now / 1000 }) }],
    ['token', 'try.tokenOther', { token: tokenOf({ ...claims, skypeid: 'acs:b' }) }],
    ['token', 'try.tokenNoCalls', { token: tokenOf({ ...claims, acsScope: 'chat' }) }],
    ['token', 'try.tokenNoCalls', { token: tokenOf({ ...claims, acsScope: undefined }) }],
    ['meeting', 'try.meetingWrong', { meeting: '' }],
    ['meeting', 'try.meetingWrong', { meeting: 'javascript:alert(1)' }],
    ['meeting', 'try.meetingWrong', { meeting: 'http://teams.microsoft.com/meet/1?p=x' }],
    ['meeting', 'try.meetingWrong', { meeting: 'https://teams.microsoft.com.evil.example/meet/1?p=x' }],
    ['meeting', 'try.meetingWrong', { meeting: 'https://evil@teams.microsoft.com/meet/1?p=x' }],
    ['meeting', 'try.meetingWrong', { meeting: 'https://teams.live.com/meet/1?p=x' }],
    ['passcode', 'try.passcodeMissing', { meeting: '2735012345678' }],
    ['name', 'try.nameMissing', { name: '  ' }],
  ] as const)('reports the %s: %s', (field, textId, changes) => {
    expect(ticketWith(changes)).toEqual({ field, textId });
  });

  it('accepts a token whose time of expiry is too large for a date', () => {
    expect(ticketWith({ token: tokenOf({ ...claims, exp: 1e300 }) })).toMatchObject({ pasted: true });
  });
});
