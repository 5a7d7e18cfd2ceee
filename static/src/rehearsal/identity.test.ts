import { describe, expect, it } from 'vitest';
import { claimsOf, personOf, rawIdOf } from './identity.ts';

const token = (claims: unknown) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

describe('identifiers', () => {
  it.each(['8:acs:11111111-2222-3333-4444-555555555555_1', '8:orgid:11111111-2222-3333-4444-555555555555', ''])(
    'are the same after conversion in both directions: %s',
    (id) => expect(rawIdOf(personOf(id))).toBe(id),
  );

  it('are a Teams user for a host and an ACS user for a visitor', () => {
    expect(personOf('8:orgid:x')).toMatchObject({ kind: 'microsoftTeamsUser', microsoftTeamsUserId: 'x', rawId: '8:orgid:x' });
    expect(personOf('8:acs:x')).toEqual({ kind: 'communicationUser', communicationUserId: '8:acs:x' });
  });

  it('are read in every form that a page may pass', () => {
    expect(rawIdOf({ communicationUserId: 'a' })).toBe('a');
    expect(rawIdOf({ microsoftTeamsUserId: 'b' })).toBe('8:orgid:b');
    expect(rawIdOf({ rawId: 'c' })).toBe('c');
    expect(rawIdOf(undefined)).toBe('');
    expect(rawIdOf({ phoneNumber: '+49' })).toBe('');
  });
});

describe('claimsOf', () => {
  it('reads the token of a visitor and of a host', () => {
    expect(claimsOf(token({ skypeid: 'acs:a_b', acsScope: 'chat,voip', exp: 1 }))).toEqual({ id: '8:acs:a_b', room: undefined });
    expect(claimsOf(token({ skypeid: 'orgid:x', acsScope: 'voip', room: 'r' }))).toEqual({ id: '8:orgid:x', room: 'r' });
    expect(claimsOf(token({ skypeid: '8:acs:a', acsScope: ['chat', 'voip'] }))).toMatchObject({ id: '8:acs:a' });
  });

  it('reads a payload with characters beyond ASCII', () => {
    expect(claimsOf(token({ skypeid: 'acs:ü', acsScope: 'voip' })).id).toBe('8:acs:ü');
  });

  it.each([
    ['', 44109],
    ['junk', 44111],
    ['a.b', 44117],
    ['a.!!!.c', 44117],
    [token(null), 44117],
    [token('text'), 44117],
    [token({ skypeid: 1, acsScope: 'voip' }), 44116],
    [token({ skypeid: 'acs:a' }), 44114],
  ])('rejects %j with 401/%i', (text, subCode) => {
    expect(() => claimsOf(text)).toThrow(expect.objectContaining({ code: 401, subCode }));
  });

  it.each(['chat', 'novoip'])('rejects a token without the scope voip: %s', (acsScope) => {
    expect(() => claimsOf(token({ skypeid: 'acs:a', acsScope }))).toThrow(expect.objectContaining({ code: 401, subCode: 44113 }));
  });
});
