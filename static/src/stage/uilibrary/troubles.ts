import type { Trouble } from '../contract.ts';

interface Flag {
  value: unknown;
}

/** The part of the SDK's media diagnostics that troublesOf reads. */
export interface MediaFlags {
  cameraStoppedUnexpectedly?: Flag | undefined;
  cameraStartFailed?: Flag | undefined;
  microphoneNotFunctioning?: Flag | undefined;
  noMicrophoneDevicesEnumerated?: Flag | undefined;
  speakingWhileMicrophoneIsMuted?: Flag | undefined;
}

interface Capability {
  isPresent: boolean;
  reason: string;
}

/** The part of the meeting's capabilities that troublesOf reads. */
export interface Capabilities {
  turnVideoOn?: Capability | undefined;
  unmuteMic?: Capability | undefined;
}

interface Call {
  isMuted?: boolean;
  diagnostics?: { media?: { latest: MediaFlags } };
  capabilitiesFeature?: { capabilities: Capabilities } | undefined;
}

/** Returns what is wrong with the visitor's devices and rights in a meeting, the most important first. */
export function troublesOf({ isMuted, diagnostics, capabilitiesFeature }: Call): Trouble[] {
  const flags = diagnostics?.media?.latest ?? {};
  const rights = capabilitiesFeature?.capabilities;
  const found: Record<Trouble, boolean> = {
    microphone: isSet(flags.microphoneNotFunctioning) || isSet(flags.noMicrophoneDevicesEnumerated),
    camera: isSet(flags.cameraStoppedUnexpectedly) || isSet(flags.cameraStartFailed),
    microphoneForbidden: isForbidden(rights?.unmuteMic),
    cameraForbidden: isForbidden(rights?.turnVideoOn),
    muted: isMuted === true && isSet(flags.speakingWhileMicrophoneIsMuted),
    noCamera: false,
  };
  return (Object.keys(found) as Trouble[]).filter((kind) => found[kind]);
}

/** Whether the meeting forbids it. A role without the right, and a consent that is still missing, have words of their own. */
function isForbidden(capability: Capability | undefined): boolean {
  return capability?.isPresent === false && capability.reason === 'MeetingRestricted';
}

function isSet(flag: Flag | undefined): boolean {
  return flag?.value === true;
}
