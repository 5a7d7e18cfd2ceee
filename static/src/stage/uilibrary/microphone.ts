import type { AudioDeviceInfo } from '@azure/communication-calling';

/** The part of the SDK's call that a microphone is known by. */
export interface HeardCall {
  readonly isMuted: boolean;
  readonly localAudioStreams: readonly {
    getMediaStream(): Promise<MediaStream>;
    switchSource(source: AudioDeviceInfo): Promise<void>;
  }[];
  mute(): Promise<void>;
  unmute(): Promise<void>;
}

/** Who chooses among the microphones of this machine: the library's adapter. */
export interface Chooser {
  queryMicrophones(): Promise<AudioDeviceInfo[]>;
  setMicrophone(device: AudioDeviceInfo): Promise<void>;
}

/** Whether the others can hear the visitor: the visitor is not muted, and the microphone is alive. */
export async function isHeard(call: HeardCall): Promise<boolean> {
  return !call.isMuted && (await isAlive(call));
}

/**
 * Makes the others hear the visitor again after the system took the microphone away: first as the library does, then
 * by opening the device anew. Rejects when both leave it dead.
 */
export async function restoreMicrophone(call: HeardCall, chooser: Chooser, chosen: string | undefined): Promise<void> {
  const found = await chooser.queryMicrophones();
  const device = found.find(({ id }) => id === chosen) ?? found[0];
  if (!device) throw new Error('restore the microphone: there is none');
  // An iPhone gives the microphone back after a phone call only to a call that was muted meanwhile.
  if (!call.isMuted) await call.mute().catch(() => undefined);
  await chooser.setMicrophone(device).catch(() => undefined);
  if (!(await isAlive(call))) await call.localAudioStreams[0]?.switchSource(device);
  await call.unmute();
  if (!(await isHeard(call))) throw new Error('restore the microphone: it stays silent');
}

async function isAlive({ localAudioStreams: [microphone] }: HeardCall): Promise<boolean> {
  try {
    const tracks = (await microphone?.getMediaStream())?.getAudioTracks() ?? [];
    return tracks.some(({ readyState, muted }) => readyState === 'live' && !muted);
  } catch {
    return false;
  }
}
