import { describe, expect, it } from 'vitest';
import { DiagnosticsFeature } from './diagnostics.ts';

function begin() {
  const feature = new DiagnosticsFeature();
  const events: string[] = [];
  feature.network.on('diagnosticChanged', (d) => events.push(`${d.diagnostic} ${d.value} ${d.valueType}`));
  feature.media.on('diagnosticChanged', (d) => events.push(`${d.diagnostic} ${d.value} ${d.valueType}`));
  return { feature, events };
}

describe('reconnecting', () => {
  it('is over when its last cause is gone', () => {
    const { feature, events } = begin();
    feature.reconnecting('socket', true);
    feature.reconnecting('media', true);
    feature.reconnecting('socket', false);
    expect(events).toEqual(['networkReconnect 3 DiagnosticQuality']);
    feature.reconnecting('media', false);
    expect(events.at(-1)).toBe('networkReconnect 1 DiagnosticQuality');
  });

  it('does not praise a connection that was never bad', () => {
    const { feature, events } = begin();
    feature.reconnecting('media', false);
    expect(events).toEqual([]);
    expect(feature.network.getLatest()).toEqual({});
  });
});

describe('what the host plays', () => {
  it('sets the direction it is for, or both', () => {
    const { feature, events } = begin();
    feature.play('poor', 'send');
    feature.play('bad', undefined);
    expect(events).toEqual([
      'networkSendQuality 2 DiagnosticQuality',
      'networkReceiveQuality 3 DiagnosticQuality',
      'networkSendQuality 3 DiagnosticQuality',
    ]);
  });

  it('is lost until another quality comes', () => {
    const { feature, events } = begin();
    feature.play('lost', 'receive');
    feature.play('lost', 'receive');
    feature.play('good', 'receive');
    expect(events).toEqual([
      'networkReconnect 3 DiagnosticQuality',
      'networkReconnect 1 DiagnosticQuality',
      'networkReceiveQuality 1 DiagnosticQuality',
    ]);
  });

  it('is a flag or a quality, by its value', () => {
    const { feature, events } = begin();
    feature.tell('media', 'cameraFreeze', true);
    feature.tell('network', 'noNetwork', true);
    feature.tell('network', 'noNetwork', true);
    expect(events).toEqual(['cameraFreeze true DiagnosticFlag', 'noNetwork true DiagnosticFlag']);
    expect(feature.media.getLatest().cameraFreeze).toEqual({ value: true, valueType: 'DiagnosticFlag' });
  });
});
