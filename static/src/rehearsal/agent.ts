import type * as acs from '@azure/communication-calling';
import { Call } from './call.ts';
import type { DeviceManager } from './devices.ts';
import { Emitter, type Update } from './emitter.ts';
import { CallingError, notRehearsed } from './errors.ts';
import { claimsOf } from './identity.ts';
import { type Locator, meetingOf } from './locator.ts';
import { Signalling } from './signalling.ts';
import type { Threads } from './threads.ts';

interface Events {
  callsUpdated: Update<Call>;
  incomingCall: never;
  handleIncomingCall: never;
  connectionStateChanged: never;
}

/** The parts of an agent. */
export interface AgentParts {
  socketUrl: string;
  /** Returns a valid access token, renewed if necessary. */
  token(): Promise<string>;
  localId: string;
  displayName: string | undefined;
  devices: DeviceManager;
  threads: Threads;
  onSession: ((signalling: Signalling) => void) | undefined;
}

/** Joins meetings as one person. Incoming calls do not exist in a rehearsal. */
export class CallAgent extends Emitter<Events> implements Omit<acs.CallAgent, 'calls' | 'join' | 'on' | 'off'> {
  readonly kind: acs.CallAgentKind = 'CallAgent' as acs.CallAgentKind;
  readonly connectionState: acs.ConnectionState = 'Connected';
  calls: readonly Call[] = [];
  readonly displayName?: string;
  disposed = false;

  constructor(private readonly parts: AgentParts) {
    super();
    if (parts.displayName !== undefined) this.displayName = parts.displayName;
  }

  /** Throws what `meetingOf` throws, and 400/40000 on an agent that is disposed of. */
  join(locator: Locator, options?: acs.JoinCallOptions): Call {
    if (this.disposed) throw new CallingError('CallAgent.join: the agent is disposed of', 400, 40000);
    const meeting = meetingOf(locator);
    const signalling = new Signalling({ url: this.parts.socketUrl, hello: () => this.hello(meeting) });
    const { localId, threads, devices } = this.parts;
    const ended = () => this.update({ added: [], removed: [call] });
    const call = this.callOf({ localId, signalling, threads, devices, options, ended });
    this.parts.onSession?.(signalling);
    this.update({ added: [call], removed: [] });
    return call;
  }

  protected callOf(parts: ConstructorParameters<typeof Call>[0]): Call {
    return new Call(parts);
  }

  startCall(): never {
    throw notRehearsed('Calling a person');
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    await Promise.all(this.calls.map((call) => call.hangUp()));
  }

  private async hello(meeting: string) {
    const token = await this.parts.token();
    const name = this.parts.displayName ?? '';
    // A host's token names the room.
    return claimsOf(token).room ? { token, name } : { token, name, meeting };
  }

  private update({ added, removed }: Update<Call>): void {
    this.calls = [...this.calls.filter((call) => !removed.includes(call)), ...added];
    this.emit('callsUpdated', { added, removed });
  }
}

/** Joins meetings as a Teams user: the same calls under the kinds by which the SDK tells the two apart. */
export class TeamsCallAgent extends CallAgent {
  override readonly kind = 'TeamsCallAgent' as acs.CallAgentKind;

  protected override callOf(parts: ConstructorParameters<typeof Call>[0]): Call {
    return new TeamsCall(parts);
  }
}

class TeamsCall extends Call {
  override readonly kind = 'TeamsCall' as acs.CallKind;
}
