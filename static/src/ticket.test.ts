import { describe, expect, it } from 'vitest';
import { readTicket } from './ticket.ts';

const complete = {
  rehearsal: false,
  userId: '8:acs:a_b',
  token: 'a.b.c',
  expiresOn: '2026-11-23T12:00:00Z',
  displayName: 'Maria Silva',
  locator: { meetingLink: 'https://teams.microsoft.com/l/meetup-join/x' },
  chat: true,
  endpoint: 'https://contoso.communication.azure.com',
  role: 'guest',
  locale: 'en-GB',
};

describe('readTicket', () => {
  it('returns a complete ticket unchanged', () => {
    expect(readTicket(complete)).toEqual(complete);
  });

  it.each([
    undefined,
    null,
    'text',
    7,
    [],
    { ...complete, token: '' },
    { ...complete, userId: 7 },
    { ...complete, locator: {} },
    { ...complete, locator: null },
  ])('throws if the answer is not a ticket (%#)', (answer) => {
    expect(() => readTicket(answer)).toThrow(/^read the ticket/);
  });

  it.each(['guest', 'audience', 'host'] as const)('accepts the role %s', (role) => {
    expect(readTicket({ ...complete, role }).role).toBe(role);
  });

  it('reads an unknown role as guest and an invalid flag as false', () => {
    expect(readTicket({ ...complete, role: 'owner', chat: 'yes', rehearsal: 1 })).toMatchObject({
      role: 'guest',
      chat: false,
      rehearsal: false,
    });
  });
});
