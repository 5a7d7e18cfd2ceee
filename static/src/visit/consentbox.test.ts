import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConsentBox } from './consentbox.ts';

/** The parts of an element that the box uses. */
class Element extends EventTarget {
  hidden = true;
  focus = vi.fn();
  contains = (_other?: unknown) => true;
  press = () => this.dispatchEvent(new Event('click'));
}

let elements: Record<string, Element>;
beforeEach(() => {
  elements = { consent: new Element(), 'consent-yes': new Element(), 'consent-no': new Element() };
  vi.stubGlobal('document', { getElementById: (id: string) => elements[id] ?? null, activeElement: null });
});
afterEach(() => void vi.unstubAllGlobals());

function setup() {
  const seen: string[] = [];
  let again = () => {};
  const consent = new ConsentBox({
    say: (id) => seen.push(`say ${id}`),
    notice: (id, button) => {
      seen.push(`notice ${id ?? '-'}${button ? ` [${button.textId}]` : ''}`);
      if (button) again = button.press;
    },
    focusCall: (before) => seen.push(`focus ${before ? 'previous' : 'call'}`),
  });
  const { consent: element, 'consent-yes': yes, 'consent-no': no } = elements as Record<string, Element>;
  return { consent, element, yes, no, seen, reconsider: () => again() };
}

const nextTask = () => new Promise((done) => setTimeout(done));

describe('ConsentBox', () => {
  it('is shown, announced and focused', () => {
    const { consent, element, seen } = setup();
    consent.ask(async () => {});
    expect(element?.hidden).toBe(false);
    expect(element?.focus).toHaveBeenCalledTimes(1);
    expect(seen).toEqual(['say visit.consentAsked']);
    expect(consent.open).toBe(true);
  });

  it('sends consent once and hides when the consent has arrived', async () => {
    const { consent, element, yes, seen } = setup();
    const agree = vi.fn(async () => consent.ask(undefined));
    consent.ask(agree);
    yes?.press();
    yes?.press();
    await nextTask();
    expect(agree).toHaveBeenCalledTimes(1);
    expect(element?.hidden).toBe(true);
    expect(seen.at(-1)).toBe('say visit.consentGiven');
    expect(consent.open).toBe(false);
  });

  it('stays open for another try if the consent did not arrive', async () => {
    const { consent, element, yes, seen } = setup();
    const agree = vi.fn().mockRejectedValueOnce(new Error('no connection')).mockResolvedValue(undefined);
    consent.ask(agree);
    yes?.press();
    await nextTask();
    expect(element?.hidden).toBe(false);
    expect(seen.at(-1)).toBe('notice visit.consentFailed');
    yes?.press();
    await nextTask();
    expect(element?.hidden).toBe(true);
    expect(seen.slice(-3)).toEqual(['notice -', 'focus call', 'say visit.consentGiven']);
  });

  it('shows a line after a refusal, from which it can be opened again', () => {
    const { consent, element, no, seen, reconsider } = setup();
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

  it('returns the focus to the previous element, even if it was asked twice', () => {
    const { consent, element, no, seen } = setup();
    const field = new Element();
    if (element) element.contains = (other?: unknown) => other === element;
    Object.assign(document, { activeElement: field });
    consent.ask(async () => {});
    Object.assign(document, { activeElement: element });
    consent.ask(async () => {});
    no?.press();
    expect(seen).toContain('focus previous');
  });

  it('hides with its line when no consent is needed any more', () => {
    const { consent, element, no, seen } = setup();
    consent.ask(async () => {});
    no?.press();
    consent.ask(undefined);
    expect(element?.hidden).toBe(true);
    expect(seen).toContain('notice -');
    seen.length = 0;
    consent.remind();
    expect(seen).toEqual([]);
  });

  it('does nothing on a page without the box', async () => {
    elements = {};
    const { consent, seen } = setup();
    consent.ask(async () => {});
    expect(seen).toEqual([]);
    expect(consent.open).toBe(false);
  });
});
