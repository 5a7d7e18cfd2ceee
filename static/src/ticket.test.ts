import { describe, expect, it } from 'vitest';
import { readTicket } from './ticket.ts';

const whole = {
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
  it('keeps a whole ticket as it is', () => {
    expect(readTicket(whole)).toEqual(whole);
  });

  it.each([
    undefined,
    null,
    'text',
    7,
    [],
    { ...whole, token: '' },
    { ...whole, userId: 7 },
    { ...whole, locator: {} },
    { ...whole, locator: null },
  ])('refuses what is no ticket (%#)', (answer) => {
    expect(() => readTicket(answer)).toThrow(/^read the ticket/);
  });

  it.each(['guest', 'audience', 'host'] as const)('knows the role %s', (role) => {
    expect(readTicket({ ...whole, role }).role).toBe(role);
  });

  it('takes a strange role for a guest and a strange flag for no', () => {
    expect(readTicket({ ...whole, role: 'owner', chat: 'yes', rehearsal: 1 })).toMatchObject({
      role: 'guest',
      chat: false,
      rehearsal: false,
    });
  });
});
