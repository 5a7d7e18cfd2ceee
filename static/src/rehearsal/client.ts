import type * as acs from '@azure/communication-calling';
import type { CommunicationTokenCredential } from '@azure/communication-common';
import { type AgentParts, CallAgent, TeamsCallAgent } from './agent.ts';
import { DeviceManager } from './devices.ts';
import { CallingError } from './errors.ts';
import { claimsOf } from './identity.ts';
import { debugInfo } from './inert.ts';
import type { Signalling } from './signalling.ts';
import type { Threads } from './threads.ts';
import type { Public } from './types.ts';

/** Where a rehearsal takes place. */
export interface RehearsalConfig {
  /** The signalling server: a ws: or wss: address. */
  socketUrl: string;
  /** Called with each new session, for controls that no SDK has (a host's page). */
  onSession?: (signalling: Signalling) => void;
}

/** Creates an agent to join with, and the device manager. */
export class CallClient implements Public<Omit<acs.CallClient, 'createCallAgent' | 'createTeamsCallAgent'>> {
  private agent: CallAgent | undefined;
  private devices: DeviceManager | undefined;
  private readonly debugInfo = debugInfo();

  constructor(
    private readonly config: RehearsalConfig,
    private readonly threads: Threads,
  ) {}

  /** A client has one feature, DebugInfo. */
  feature<T extends acs.CallClientFeature>(_factory: acs.CallClientFeatureFactory<T>): T {
    return this.debugInfo as acs.CallClientFeature as T;
  }

  /** Rejects with 400/40008 while there is an agent, 401/44110 when there is no token, and as `claimsOf` throws. */
  async createCallAgent(credential: CommunicationTokenCredential, options?: acs.CallAgentOptions): Promise<CallAgent> {
    this.agent = new CallAgent({ ...(await this.parts(credential)), displayName: options?.displayName });
    return this.agent;
  }

  private async parts(credential: CommunicationTokenCredential): Promise<AgentParts> {
    if (this.agent && !this.agent.disposed) throw new CallingError('The client has an agent already', 400, 40008);
    const token = async () => (await credential.getToken()).token;
    const first = await token().catch((error: unknown) => {
      throw new CallingError(`Failed to get AccessToken: ${String(error)}`, 401, 44110);
    });
    return {
      socketUrl: this.config.socketUrl,
      onSession: this.config.onSession,
      token,
      localId: claimsOf(first).id,
      displayName: undefined,
      devices: await this.getDeviceManager(),
      threads: this.threads,
    };
  }

  /** The same for a Teams user, whose name comes from the directory. Rejects with 401/44116 for the token of a visitor. */
  async createTeamsCallAgent(credential: CommunicationTokenCredential): Promise<TeamsCallAgent> {
    const parts = await this.parts(credential);
    if (!parts.localId.startsWith('8:orgid:')) throw new CallingError('AccessToken is not of a Teams user', 401, 44116);
    const agent = new TeamsCallAgent(parts);
    this.agent = agent;
    return agent;
  }

  /** The same object every time. */
  async getDeviceManager(): Promise<DeviceManager> {
    this.devices ??= new DeviceManager();
    return this.devices;
  }

  async dispose(): Promise<void> {
    await this.agent?.dispose();
    this.devices?.dispose();
  }
}
