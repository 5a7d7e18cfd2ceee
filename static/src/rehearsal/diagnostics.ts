import type * as acs from '@azure/communication-calling';
import { Feature } from './callcontext.ts';
import { Emitter } from './emitter.ts';

/** The values of DiagnosticQuality, which is an enum of Microsoft's and so not importable as a type alone. */
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

  /** As `set`, but what was never bad is not called good. */
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
 * What a visitor should be told about network and devices. Some of it is measured (a lost connection, a refused
 * microphone), the rest is played by the host's commands.
 */
export class DiagnosticsFeature extends Feature<object> implements acs.UserFacingDiagnosticsFeature {
  readonly network = new Diagnostics<acs.NetworkDiagnosticType>();
  readonly media = new Diagnostics<acs.MediaDiagnosticType>();
  readonly remote = new RemoteDiagnostics();
  /** Everything that speaks for a broken connection at this moment. */
  private readonly broken = new Set<string>();

  /** One cause for "reconnecting" comes or goes; the connection is good again when the last one is gone. */
  reconnecting(cause: 'socket' | 'media' | 'rehearsed', on: boolean): void {
    if (on) this.broken.add(cause);
    else this.broken.delete(cause);
    if (this.broken.size) this.network.set('networkReconnect', Quality.Bad);
    else this.network.clear('networkReconnect', Quality.Good);
  }

  /** A diagnostic of the host's choosing, by its name; a name that the Calling SDK does not have reaches nobody. */
  tell(kind: 'network' | 'media', name: string, value: number | boolean): void {
    if (kind === 'network') this.network.set(name as acs.NetworkDiagnosticType, value);
    else this.media.set(name as acs.MediaDiagnosticType, value);
  }

  /** A network of the host's choosing. `lost` stays until another quality comes. */
  play(quality: 'good' | 'poor' | 'bad' | 'lost', direction: 'receive' | 'send' | undefined): void {
    this.reconnecting('rehearsed', quality === 'lost');
    if (quality === 'lost') return;
    const value = { good: Quality.Good, poor: Quality.Poor, bad: Quality.Bad }[quality];
    if (value === undefined) return;
    if (direction !== 'send') this.network.set('networkReceiveQuality', value);
    if (direction !== 'receive') this.network.set('networkSendQuality', value);
  }
}
