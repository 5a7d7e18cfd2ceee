import type * as acs from '@azure/communication-calling';
import { Feature } from './callcontext.ts';
import { Emitter } from './emitter.ts';

/** The values of Microsoft's enum DiagnosticQuality, which cannot be imported as a type only. */
export const Quality = { Good: 1, Poor: 2, Bad: 3 } as const;

type Name = acs.NetworkDiagnosticType | acs.MediaDiagnosticType;

interface Events<N extends Name> {
  diagnosticChanged: acs.DiagnosticChangedEventArgs & { diagnostic: N };
}

/** The latest value of each diagnostic of one kind. A value that does not change is not reported again. */
export class Diagnostics<N extends Name> extends Emitter<Events<N>> {
  private readonly latest: Partial<Record<N, acs.LatestDiagnosticValue>> = {};

  getLatest(): Partial<Record<N, acs.LatestDiagnosticValue>> {
    return { ...this.latest };
  }

  set(diagnostic: N, value: number | boolean): void {
    if (this.latest[diagnostic]?.value === value) return;
    const valueType = typeof value === 'boolean' ? 'DiagnosticFlag' : 'DiagnosticQuality';
    this.latest[diagnostic] = { value, valueType };
    this.emit('diagnosticChanged', { diagnostic, value, valueType });
  }

  /** As `set`, but only for a diagnostic that was reported before. */
  clear(diagnostic: N, good: number | boolean): void {
    if (this.latest[diagnostic]) this.set(diagnostic, good);
  }
}

/** The rehearsal has no diagnostics of other participants. */
class RemoteDiagnostics extends Emitter<{ diagnosticChanged: acs.RemoteParticipantDiagnosticsData }> {
  readonly isSendingDiagnosticsEnabled = false;
  startSendingDiagnostics(): void {}
  stopSendingDiagnostics(): void {}
  getLatest(): acs.RemoteParticipantDiagnosticsData {
    return { diagnostics: [] };
  }
}

/**
 * Diagnostics about network and devices. Some are measured (a lost connection, a refused
 * microphone); the host's commands play the others.
 */
export class DiagnosticsFeature extends Feature<object> implements acs.UserFacingDiagnosticsFeature {
  readonly network = new Diagnostics<acs.NetworkDiagnosticType>();
  readonly media = new Diagnostics<acs.MediaDiagnosticType>();
  readonly remote = new RemoteDiagnostics();
  /** The current causes of a broken connection. */
  private readonly broken = new Set<string>();

  /** Adds or removes a cause of "reconnecting". Without causes the connection is good again. */
  reconnecting(cause: 'socket' | 'media' | 'rehearsed', on: boolean): void {
    if (on) this.broken.add(cause);
    else this.broken.delete(cause);
    if (this.broken.size) this.network.set('networkReconnect', Quality.Bad);
    else this.network.clear('networkReconnect', Quality.Good);
  }

  /** Sets a diagnostic by its name. A name that the Calling SDK does not have has no effect. */
  set(kind: 'network' | 'media', name: string, value: number | boolean): void {
    if (kind === 'network') this.network.set(name as acs.NetworkDiagnosticType, value);
    else this.media.set(name as acs.MediaDiagnosticType, value);
  }

  /** Sets the network quality. `lost` stays until another quality is set. */
  setQuality(quality: 'good' | 'poor' | 'bad' | 'lost', direction: 'receive' | 'send' | undefined): void {
    this.reconnecting('rehearsed', quality === 'lost');
    if (quality === 'lost') return;
    const value = { good: Quality.Good, poor: Quality.Poor, bad: Quality.Bad }[quality];
    if (value === undefined) return;
    if (direction !== 'send') this.network.set('networkReceiveQuality', value);
    if (direction !== 'receive') this.network.set('networkSendQuality', value);
  }
}
