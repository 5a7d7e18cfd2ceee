import { describe, expect, it } from 'vitest';
import { type Chooser, type HeardCall, isHeard, restoreMicrophone } from './microphone.ts';

type Track = { readyState: 'live' | 'ended'; muted: boolean };
type Device = Parameters<Chooser['setMicrophone']>[0];

const device = (id: string): Device => ({ id, name: id, isSystemDefault: false, deviceType: 'Microphone' });

/** A call with one microphone; `revivedBy` says what brings it back to life. */
function call(track: Partial<Track>, revivedBy: 'choosing' | 'opening' | 'nothing' = 'nothing') {
  const done: string[] = [];
  const microphone: Track = { readyState: 'live', muted: false, ...track };
  const revive = () => Object.assign(microphone, { readyState: 'live', muted: false });
  const heard = {
    isMuted: false,
    localAudioStreams: [
      {
        getMediaStream: async () => ({ getAudioTracks: () => [microphone] }) as unknown as MediaStream,
        switchSource: async ({ id }: Device) => {
          done.push(`open ${id}`);
          if (revivedBy === 'opening') revive();
        },
      },
    ],
    mute: async () => {
      heard.isMuted = true;
      done.push('mute');
    },
    unmute: async () => {
      heard.isMuted = false;
      done.push('unmute');
    },
  };
  const chooser: Chooser = {
    queryMicrophones: async () => [device('a'), device('b')],
    setMicrophone: async ({ id }) => {
      done.push(`choose ${id}`);
      if (revivedBy === 'choosing') revive();
    },
  };
  return { heard: heard as HeardCall & { isMuted: boolean }, chooser, done };
}

describe('a microphone', () => {
  it('is heard while it is live and not muted by anybody', async () => {
    expect(await isHeard(call({}).heard)).toBe(true);
    expect(await isHeard(call({ readyState: 'ended' }).heard)).toBe(false);
    expect(await isHeard(call({ muted: true }).heard)).toBe(false);
    expect(await isHeard({ ...call({}).heard, isMuted: true })).toBe(false);
    expect(await isHeard({ ...call({}).heard, localAudioStreams: [] })).toBe(false);
  });

  it('comes back by being chosen anew, and is not opened twice', async () => {
    const { heard, chooser, done } = call({ muted: true }, 'choosing');
    await restoreMicrophone(heard, chooser, 'b');
    expect(done).toEqual(['mute', 'choose b', 'unmute']);
    expect(await isHeard(heard)).toBe(true);
  });

  it('is opened anew when to choose it was not enough', async () => {
    const { heard, chooser, done } = call({ readyState: 'ended' }, 'opening');
    heard.isMuted = true;
    await restoreMicrophone(heard, chooser, 'gone');
    expect(done).toEqual(['choose a', 'open a', 'unmute']);
    expect(await isHeard(heard)).toBe(true);
  });

  it('says so when it stays dead, or is gone', async () => {
    const dead = call({ readyState: 'ended' });
    await expect(restoreMicrophone(dead.heard, dead.chooser, 'a')).rejects.toThrow('it stays silent');
    const none = { ...dead.chooser, queryMicrophones: async () => [] };
    await expect(restoreMicrophone(dead.heard, none, 'a')).rejects.toThrow('there is none');
  });
});
