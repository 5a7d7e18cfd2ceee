import type { CapabilitiesFeature } from '@azure/communication-calling';
import { describe, expect, it, vi } from 'vitest';
import { type ConsentFeatures, watchConsent } from './consent.ts';

/** A feature of the SDK whose events have no content. */
class Feature {
  private readonly listeners = new Map<string, Set<() => void>>();
  on = (event: string, listener: () => void) => {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(listener));
  };
  off = (event: string, listener: () => void) => void this.listeners.get(event)?.delete(listener);
  emit(event: string): void {
    for (const listener of this.listeners.get(event) ?? []) listener();
  }
  get count(): number {
    return [...this.listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }
}

class Notice extends Feature {
  isRecordingActive = false;
  isTranscriptionActive = false;
  isTeamsConsentRequired = false;
  grantTeamsConsent = vi.fn(async () => {
    this.isTeamsConsentRequired = false;
  });
}

class Capabilities extends Feature {
  capabilities = {} as CapabilitiesFeature['capabilities'];
  set(reason: 'Capable' | 'ExplicitConsentRequired'): void {
    this.capabilities = { unmuteMic: { isPresent: reason === 'Capable', reason } } as CapabilitiesFeature['capabilities'];
    this.emit('capabilitiesChanged');
  }
}

function setup() {
  const recording = new Notice();
  const transcription = new Notice();
  const capabilities = new Capabilities();
  const seen: (undefined | (() => Promise<void>))[] = [];
  // The fakes do not have the SDK's overloads of `on`.
  const features = { recording, transcription, capabilities } as unknown as ConsentFeatures;
  const stop = watchConsent(features, (agree) => seen.push(agree));
  return { recording, transcription, capabilities, seen, stop };
}

describe('watchConsent', () => {
  it('asks once while capabilities need consent, and stops when they are restored', () => {
    const { recording, capabilities, seen } = setup();
    recording.isTeamsConsentRequired = true;
    capabilities.set('ExplicitConsentRequired');
    capabilities.set('ExplicitConsentRequired');
    expect(seen).toEqual([expect.any(Function)]);
    recording.isTeamsConsentRequired = false;
    capabilities.set('Capable');
    expect(seen).toEqual([expect.any(Function), undefined]);
  });

  it('does not ask before a recording starts', () => {
    const { recording, capabilities, seen } = setup();
    recording.isTeamsConsentRequired = true;
    capabilities.set('Capable');
    expect(seen).toEqual([]);
    recording.isRecordingActive = true;
    recording.emit('isRecordingActiveChanged');
    expect(seen).toHaveLength(1);
  });

  it('asks when a transcription starts', () => {
    const { transcription, seen } = setup();
    Object.assign(transcription, { isTeamsConsentRequired: true, isTranscriptionActive: true });
    transcription.emit('isTranscriptionActiveChanged');
    expect(seen).toEqual([expect.any(Function)]);
  });

  it('does not ask if a recording needs no consent', () => {
    const { recording, seen } = setup();
    recording.isRecordingActive = true;
    recording.emit('isRecordingActiveChanged');
    expect(seen).toEqual([]);
  });

  it('grants consent only where it is still needed', async () => {
    const { recording, transcription, capabilities, seen } = setup();
    recording.isTeamsConsentRequired = true;
    capabilities.set('ExplicitConsentRequired');
    await seen[0]?.();
    expect(recording.grantTeamsConsent).toHaveBeenCalledTimes(1);
    expect(transcription.grantTeamsConsent).not.toHaveBeenCalled();
    recording.isTeamsConsentRequired = transcription.isTeamsConsentRequired = true;
    await seen[0]?.();
    expect(transcription.grantTeamsConsent).toHaveBeenCalledTimes(1);
  });

  it('rejects if the consent could not be sent', async () => {
    const { recording, capabilities, seen } = setup();
    recording.isTeamsConsentRequired = true;
    capabilities.set('ExplicitConsentRequired');
    recording.grantTeamsConsent.mockRejectedValueOnce(new Error('no connection'));
    await expect(seen[0]?.()).rejects.toThrow('no connection');
  });

  it('removes its listeners when it is stopped', () => {
    const { recording, transcription, capabilities, stop } = setup();
    stop();
    expect(recording.count + transcription.count + capabilities.count).toBe(0);
  });
});
