import { describe, expect, it } from 'vitest';
import { MAX_FRAME, parseMessage } from './wire.ts';

const state = { muted: true, video: false, screen: false, hand: 0 };
const member = { id: '8:acs:a', name: 'Sam', role: 'Presenter', state };
const entry = { id: '1700000000000001', seq: 1, at: 1_700_000_000_000, from: '8:acs:a', name: 'Sam', text: 'hi' };

describe('parseMessage', () => {
  it.each([
    { t: 'welcome', id: 'a', role: 'Presenter', resume: 'k', iceServers: [{ urls: ['stun:localhost'] }], room: 'r' },
    { t: 'welcome', id: 'a', role: 'Presenter', resume: 'k', iceServers: null, room: 'r' },
    { t: 'lobby' },
    { t: 'joined', peers: [member], role: 'Presenter', threadId: 't' },
    {
      t: 'joined',
      peers: null,
      role: 'Attendee',
      threadId: 't',
      notice: { recording: true, transcription: false, consent: true },
    },
    { t: 'resumed', peers: [] },
    { t: 'waiting', list: [{ id: 'a', name: 'b', since: 1 }] },
    { t: 'state', id: 'a', state },
    { t: 'ended', code: 0, subCode: 5854 },
    { t: 'capability', name: 'turnVideoOn', present: false, reason: 'MeetingRestricted' },
    { t: 'chat', msg: entry },
    { t: 'reply', req: 1, status: 200, chat: [entry], members: [] },
    { t: 'mute', unknown: 'members are allowed' },
  ])('accepts $t', (message) => {
    expect(parseMessage(JSON.stringify(message))).toEqual(message);
  });

  it.each([
    ['binary data', new ArrayBuffer(4)],
    ['broken JSON', '{"t":"lobby"'],
    ['null', 'null'],
    ['a list', '["lobby"]'],
    ['a missing kind', '{"x":1}'],
    ['a kind that is a number', '{"t":1}'],
    ['an unknown kind', '{"t":"weather"}'],
    ['a kind from the prototype', '{"t":"constructor"}'],
    ['a peer without state', JSON.stringify({ t: 'peer', peer: { ...member, state: undefined } })],
    [
      'one bad peer among good ones',
      JSON.stringify({ t: 'joined', peers: [member, { id: 1 }], role: 'Presenter', threadId: 't' }),
    ],
    ['an end without a number', '{"t":"ended","code":"0","subCode":1}'],
    ['a description that is a string', '{"t":"sdp","from":"a","sdp":"v=0"}'],
    ['a chat message without text', JSON.stringify({ t: 'chat', msg: { ...entry, text: undefined } })],
    ['more than 64 KiB', JSON.stringify({ t: 'lobby', x: 'y'.repeat(MAX_FRAME) })],
  ])('rejects %s', (_what, frame) => {
    expect(parseMessage(frame)).toBeUndefined();
  });
});
