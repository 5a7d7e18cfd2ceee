import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startSurvey } from './survey.ts';

/** As much of the form as the script uses. */
class FakeForm extends EventTarget {
  action = 'http://localhost/visit/survey';
  submit = vi.fn();
}

const unsent = { hidden: true, focus: vi.fn() };
let form: FakeForm;
let sent: { address: string; body: string }[];

beforeEach(() => {
  form = new FakeForm();
  sent = [];
  unsent.hidden = true;
  unsent.focus.mockClear();
  vi.stubGlobal('document', { getElementById: (id: string) => (id === 'survey-unsent' ? unsent : null) });
  vi.stubGlobal('FormData', function entries() {
    return new Map([
      ['points', '4'],
      ['text', 'a & b'],
    ]);
  });
});
afterEach(() => void vi.unstubAllGlobals());

function start(answer: () => Promise<Partial<Response>>) {
  const gone: string[] = [];
  const send = ((address: string, init: RequestInit) => {
    sent.push({ address, body: String(init.body) });
    return answer();
  }) as typeof fetch;
  // The script asks nothing else of a form than what the fake one has.
  startSurvey(form as unknown as HTMLFormElement, send, (address) => gone.push(address));
  return gone;
}

function press(): Event {
  const event = new Event('submit', { cancelable: true });
  form.dispatchEvent(event);
  return event;
}

it('sends what the form holds and goes where the server leads, to the thanks', async () => {
  const gone = start(async () => ({ ok: true, url: 'http://localhost/visit/survey?code=0&subCode=0' }));
  expect(press().defaultPrevented).toBe(true);
  await vi.waitFor(() => expect(gone).toEqual(['http://localhost/visit/survey?code=0&subCode=0#survey']));
  expect(sent).toEqual([{ address: form.action, body: 'points=4&text=a+%26+b' }]);
});

it('says in place that the network failed, and sends again when asked', async () => {
  let down = true;
  const gone = start(() => (down ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve({ ok: true, url: '/x' })));
  press();
  await vi.waitFor(() => expect(unsent.hidden).toBe(false));
  expect(unsent.focus).toHaveBeenCalledOnce();
  expect(form.submit).not.toHaveBeenCalled();
  down = false;
  press();
  expect(unsent.hidden).toBe(true);
  await vi.waitFor(() => expect(gone).toEqual(['/x#survey']));
});

it('leaves it to the browser to show what the server has to say', async () => {
  start(async () => ({ ok: false, status: 422 }));
  press();
  await vi.waitFor(() => expect(form.submit).toHaveBeenCalledOnce());
  expect(unsent.hidden).toBe(true);
});

it('sends once, however often it is pressed', async () => {
  const gone = start(async () => ({ ok: true, url: '/x' }));
  press();
  press();
  await vi.waitFor(() => expect(gone).toHaveLength(1));
  expect(sent).toHaveLength(1);
});
