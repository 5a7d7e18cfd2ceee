import { describe, expect, it } from 'vitest';
import { Resume } from './resume.ts';

function storage(): () => Storage {
  const kept = new Map<string, string>();
  const all = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  return () => all as unknown as Storage;
}

const refusing = () => {
  throw new DOMException('denied', 'SecurityError');
};

describe('what a tab remembers of its call', () => {
  it('knows that it was cut off, in this visit alone, until the call has ended', () => {
    const tab = storage();
    const resume = new Resume(tab, 'a');
    expect(resume.wasCutOff()).toBe(false);
    resume.begin();
    expect([resume.wasCutOff(), new Resume(tab, 'a').wasCutOff(), new Resume(tab, 'b').wasCutOff()]).toEqual([true, true, false]);
    resume.end();
    expect(new Resume(tab, 'a').wasCutOff()).toBe(false);
  });

  it('waits again once, as one who has waited already', () => {
    const tab = storage();
    new Resume(tab, 'a').waitAgain(1_700_000_000_000);
    expect(new Resume(tab, 'a').takeWaiting()).toBe(1_700_000_000_000);
    expect(new Resume(tab, 'a').takeWaiting()).toBeUndefined();
  });

  it('does not wait again for another visit, or for what is no time', () => {
    const tab = storage();
    new Resume(tab, 'a').waitAgain(5);
    expect(new Resume(tab, 'b').takeWaiting()).toBeUndefined();
    new Resume(tab, 'a').waitAgain(Number.NaN);
    expect(new Resume(tab, 'a').takeWaiting()).toBeUndefined();
  });

  it('does without a storage', () => {
    const resume = new Resume(refusing, 'a');
    resume.begin();
    resume.waitAgain(1);
    resume.end();
    expect([resume.wasCutOff(), resume.takeWaiting()]).toEqual([false, undefined]);
  });
});
