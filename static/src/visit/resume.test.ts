import { describe, expect, it } from 'vitest';
import { deniedStorage, fakeStorage } from './fakestorage.ts';
import { Resume } from './resume.ts';

describe('Resume', () => {
  it('reports a cut-off call in the same visit only, until the call ends', () => {
    const tab = fakeStorage();
    const resume = new Resume(tab, 'a');
    expect(resume.wasCutOff()).toBe(false);
    resume.begin();
    expect([resume.wasCutOff(), new Resume(tab, 'a').wasCutOff(), new Resume(tab, 'b').wasCutOff()]).toEqual([true, true, false]);
    resume.end();
    expect(new Resume(tab, 'a').wasCutOff()).toBe(false);
  });

  it('returns the start of the wait once', () => {
    const tab = fakeStorage();
    new Resume(tab, 'a').waitAgain(1_700_000_000_000);
    expect(new Resume(tab, 'a').takeWaiting()).toBe(1_700_000_000_000);
    expect(new Resume(tab, 'a').takeWaiting()).toBeUndefined();
  });

  it('returns no start of a wait for another visit or an invalid time', () => {
    const tab = fakeStorage();
    new Resume(tab, 'a').waitAgain(5);
    expect(new Resume(tab, 'b').takeWaiting()).toBeUndefined();
    new Resume(tab, 'a').waitAgain(Number.NaN);
    expect(new Resume(tab, 'a').takeWaiting()).toBeUndefined();
  });

  it('works without storage', () => {
    const resume = new Resume(deniedStorage, 'a');
    resume.begin();
    resume.waitAgain(1);
    resume.end();
    expect([resume.wasCutOff(), resume.takeWaiting()]).toEqual([false, undefined]);
  });
});
