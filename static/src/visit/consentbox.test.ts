import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConsentBox } from './consentbox.ts';

/** As much of an element as the box uses. */
class Element extends EventTarget {
  hidden = true;
  focus = vi.fn();
  contains = (_what?: unknown) => true;
  press = () => this.dispatchEvent(new Event('click'));
}

let elements: Record<string, Element>;
beforeEach(() => {
  elements = { consent: new Element(), 'consent-yes': new Element(), 'consent-no': new Element() };
  vi.stubGlobal('document', { getElementById: (id: string) => elements[id] ?? null, activeElement: null });
});
afterEach(() => void vi.unstubAllGlobals());

function box() {
  const seen: string[] = [];
  let again = () => {};
  const consent = new ConsentBox({
    say: (id) => seen.push(`say ${id}`),
    notice: (id, button) => {
      seen.push(`notice ${id ?? '-'}${button ? ` [${button.textId}]` : ''}`);
      if (button) again = button.press;
    },
    focusCall: (before) => seen.push(`focus ${before ? 'what had it' : 'call'}`),
  });
  const { consent: element, 'consent-yes': yes, 'consent-no': no } = elements as Record<string, Element>;
  return { consent, element, yes, no, seen, reconsider: () => again() };
}

const settled = () => new Promise((done) => setTimeout(done));

describe('the question of consent', () => {
  it('is shown, said and focused', () => {
    const { consent, element, seen } = box();
    consent.ask(async () => {});
    expect(element?.hidden).toBe(false);
    expect(element?.focus).toHaveBeenCalledTimes(1);
    expect(seen).toEqual(['say visit.consentAsked']);
    expect(consent.open).toBe(true);
  });

  it('agrees once, and goes when that is known', async () => {
    const { consent, element, yes, seen } = box();
    const agree = vi.fn(async () => consent.ask(undefined));
    consent.ask(agree);
    yes?.press();
    yes?.press();
    await settled();
    expect(agree).toHaveBeenCalledTimes(1);
    expect(element?.hidden).toBe(true);
    expect(seen.at(-1)).toBe('say visit.consentGiven');
    expect(consent.open).toBe(false);
  });

  it('stays for another try when the consent did not arrive', async () => {
    const { consent, element, yes, seen } = box();
    const agree = vi.fn().mockRejectedValueOnce(new Error('no connection')).mockResolvedValue(undefined);
    consent.ask(agree);
    yes?.press();
    await settled();
    expect(element?.hidden).toBe(false);
    expect(seen.at(-1)).toBe('notice visit.consentFailed');
    yes?.press();
    await settled();
    expect(element?.hidden).toBe(true);
    expect(seen.slice(-3)).toEqual(['notice -', 'focus call', 'say visit.consentGiven']);
  });

  it('takes a no, keeps saying what it means, and can be asked again', () => {
    const { consent, element, no, seen, reconsider } = box();
    const agree = vi.fn();
    consent.ask(agree);
    no?.press();
    expect(element?.hidden).toBe(true);
    const line = 'notice visit.consentRefused [visit.consentReconsider]';
    expect(seen.slice(-2)).toEqual(['focus call', line]);
    consent.remind();
    expect(seen.at(-1)).toBe(line);
    reconsider();
    expect(element?.hidden).toBe(false);
    expect(agree).not.toHaveBeenCalled();
  });

  it('gives the focus back to what had it, also when it asks twice before an answer', () => {
    const { consent, element, no, seen } = box();
    const field = new Element();
    if (element) element.contains = (what?: unknown) => what === element;
    Object.assign(document, { activeElement: field });
    consent.ask(async () => {});
    Object.assign(document, { activeElement: element });
    consent.ask(async () => {});
    no?.press();
    expect(seen).toContain('focus what had it');
  });

  it('goes, with its line, when there is nothing to agree to any more', () => {
    const { consent, element, no, seen } = box();
    consent.ask(async () => {});
    no?.press();
    consent.ask(undefined);
    expect(element?.hidden).toBe(true);
    expect(seen).toContain('notice -');
    seen.length = 0;
    consent.remind();
    expect(seen).toEqual([]);
  });

  it('agrees to nothing on a page without it', async () => {
    elements = {};
    const { consent, seen } = box();
    consent.ask(async () => {});
    expect(seen).toEqual([]);
    expect(consent.open).toBe(false);
  });
});
