import { describe, expect, it } from 'vitest';
import { type Chooser, type HeardCall, isHeard, restoreMicrophone } from './microphone.ts';

type Track = { readyState: 'live' | 'ended'; muted: boolean };
type Device = Parameters<Chooser['setMicrophone']>[0];

const device = (id: string): Device => ({ id, name: id, isSystemDefault: false, deviceType: 'Microphone' });

/** A call with one microphone, which `fixedBy` makes live again. */
function setup(track: Partial<Track>, fixedBy: 'choosing' | 'opening' | 'nothing' = 'nothing') {
  const steps: string[] = [];
  const microphone: Track = { readyState: 'live', muted: false, ...track };
  const fix = () => Object.assign(microphone, { readyState: 'live', muted: false });
  const call = {
    isMuted: false,
    localAudioStreams: [
      {
        getMediaStream: async () => ({ getAudioTracks: () => [microphone] }) as unknown as MediaStream,
        switchSource: async ({ id }: Device) => {
          steps.push(`open ${id}`);
          if (fixedBy === 'opening') fix();
        },
      },
    ],
    mute: async () => {
      call.isMuted = true;
      steps.push('mute');
    },
    unmute: async () => {
      call.isMuted = false;
      steps.push('unmute');
    },
  };
  const chooser: Chooser = {
    queryMicrophones: async () => [device('a'), device('b')],
    setMicrophone: async ({ id }) => {
      steps.push(`choose ${id}`);
      if (fixedBy === 'choosing') fix();
    },
  };
  return { call: call as HeardCall & { isMuted: boolean }, chooser, steps };
}

describe('a microphone', () => {
  it('is heard only if it is live and not muted', async () => {
    expect(await isHeard(setup({}).call)).toBe(true);
    expect(await isHeard(setup({ readyState: 'ended' }).call)).toBe(false);
    expect(await isHeard(setup({ muted: true }).call)).toBe(false);
    expect(await isHeard({ ...setup({}).call, isMuted: true })).toBe(false);
    expect(await isHeard({ ...setup({}).call, localAudioStreams: [] })).toBe(false);
  });

  it('is not opened again if choosing it again was enough', async () => {
    const { call, chooser, steps } = setup({ muted: true }, 'choosing');
    await restoreMicrophone(call, chooser, 'b');
    expect(steps).toEqual(['mute', 'choose b', 'unmute']);
    expect(await isHeard(call)).toBe(true);
  });

  it('is opened again if choosing it again was not enough', async () => {
    const { call, chooser, steps } = setup({ readyState: 'ended' }, 'opening');
    call.isMuted = true;
    await restoreMicrophone(call, chooser, 'missing');
    expect(steps).toEqual(['choose a', 'open a', 'unmute']);
    expect(await isHeard(call)).toBe(true);
  });

  it('cannot be restored if it stays silent or does not exist', async () => {
    const { call, chooser } = setup({ readyState: 'ended' });
    await expect(restoreMicrophone(call, chooser, 'a')).rejects.toThrow('it stays silent');
    const none = { ...chooser, queryMicrophones: async () => [] };
    await expect(restoreMicrophone(call, none, 'a')).rejects.toThrow('there is none');
  });
});
