import { expect, it } from 'vitest';
import { meetingOf } from './locator.ts';

const thread = 'https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc%40thread.v2/0';
const context = '%7b%22Tid%22%3a%22t%22%2c%22Oid%22%3a%22o%22%7d';

it.each([
  `${thread}?context=${context}`,
  'https://teams.microsoft.com/meet/2735012345678?p=abc',
  'https://teams.microsoft.com/meet/2735012345678?p=abc&anon=true',
  'https://teams.microsoft.com/meet/2735012345678',
  `https://gov.teams.microsoft.us/l/meetup-join/19/0?context=${context}`,
])('accepts the link %s', (meetingLink) => {
  expect(meetingOf({ meetingLink })).toBe(meetingLink);
});

it.each([
  'https://example.org/nope',
  'https://teams.microsoft.com/l/meetup-join/',
  `https://teams.microsoft.com/l/meetup-join/?context=${context}`,
  thread,
  `${thread}?context=${context}&anon=true`,
  `${thread}?anon=true&context=${context}`,
  `${thread}?context=%E0%A4%A`,
  'https://teams.microsoft.com/meet/2735012345678/?p=abc',
  'https://teams.microsoft.com/meet/2735012345678?anon=true&p=abc',
])('rejects the link %j as the Calling SDK does', (meetingLink) => {
  expect(() => meetingOf({ meetingLink })).toThrow(expect.objectContaining({ code: 400, subCode: 40210 }));
});

it('rejects personal meetings with a code of their own', () => {
  const meetingLink = 'https://teams.live.com/meet/9312345678901?p=abc';
  expect(() => meetingOf({ meetingLink })).toThrow(expect.objectContaining({ code: 400, subCode: 40238 }));
});

it('returns a meeting ID without its passcode', () => {
  expect(meetingOf({ meetingId: '273501234567', passcode: 'abc' })).toBe('273501234567');
});

it('rejects text that is not an address', () => {
  expect(() => meetingOf({ meetingLink: 'teams' })).toThrow(expect.objectContaining({ code: 500, subCode: 41001 }));
});

it.each([{ meetingLink: '' }, { meetingId: '', passcode: 'abc' }, {}, undefined])(
  'rejects a locator without meeting: %j',
  (locator) => {
    expect(() => meetingOf(locator as never)).toThrow(expect.objectContaining({ code: 400, subCode: 40209 }));
  },
);

it.each([{ groupId: 'g' }, { roomId: 'r' }])('rejects a locator that is not for a meeting: %j', (locator) => {
  expect(() => meetingOf(locator)).toThrow(expect.objectContaining({ code: 403 }));
});
