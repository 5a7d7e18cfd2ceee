import { describe, expect, it } from 'vitest';
import { DiagnosticsFeature } from './diagnostics.ts';

function setup() {
  const feature = new DiagnosticsFeature();
  const events: string[] = [];
  feature.network.on('diagnosticChanged', (d) => events.push(`${d.diagnostic} ${d.value} ${d.valueType}`));
  feature.media.on('diagnosticChanged', (d) => events.push(`${d.diagnostic} ${d.value} ${d.valueType}`));
  return { feature, events };
}

describe('reconnecting', () => {
  it('ends when its last cause has ended', () => {
    const { feature, events } = setup();
    feature.reconnecting('socket', true);
    feature.reconnecting('media', true);
    feature.reconnecting('socket', false);
    expect(events).toEqual(['networkReconnect 3 DiagnosticQuality']);
    feature.reconnecting('media', false);
    expect(events.at(-1)).toBe('networkReconnect 1 DiagnosticQuality');
  });

  it('reports no end if the connection was never lost', () => {
    const { feature, events } = setup();
    feature.reconnecting('media', false);
    expect(events).toEqual([]);
    expect(feature.network.getLatest()).toEqual({});
  });
});

describe('a quality that the host sets', () => {
  it('applies to one direction, or to both', () => {
    const { feature, events } = setup();
    feature.setQuality('poor', 'send');
    feature.setQuality('bad', undefined);
    expect(events).toEqual([
      'networkSendQuality 2 DiagnosticQuality',
      'networkReceiveQuality 3 DiagnosticQuality',
      'networkSendQuality 3 DiagnosticQuality',
    ]);
  });

  it('stays lost until the next quality', () => {
    const { feature, events } = setup();
    feature.setQuality('lost', 'receive');
    feature.setQuality('lost', 'receive');
    feature.setQuality('good', 'receive');
    expect(events).toEqual([
      'networkReconnect 3 DiagnosticQuality',
      'networkReconnect 1 DiagnosticQuality',
      'networkReceiveQuality 1 DiagnosticQuality',
    ]);
  });

  it('is a flag if its value is true or false', () => {
    const { feature, events } = setup();
    feature.set('media', 'cameraFreeze', true);
    feature.set('network', 'noNetwork', true);
    feature.set('network', 'noNetwork', true);
    expect(events).toEqual(['cameraFreeze true DiagnosticFlag', 'noNetwork true DiagnosticFlag']);
    expect(feature.media.getLatest().cameraFreeze).toEqual({ value: true, valueType: 'DiagnosticFlag' });
  });
});
