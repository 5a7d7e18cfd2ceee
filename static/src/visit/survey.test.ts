import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startSurvey } from './survey.ts';

/** The parts of a form that the script uses. */
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
  const visited: string[] = [];
  const send = ((address: string, init: RequestInit) => {
    sent.push({ address, body: String(init.body) });
    return answer();
  }) as typeof fetch;
  startSurvey(form as unknown as HTMLFormElement, send, (address) => visited.push(address));
  return visited;
}

function press(): Event {
  const event = new Event('submit', { cancelable: true });
  form.dispatchEvent(event);
  return event;
}

it('sends the fields of the form and follows the redirect to the thanks', async () => {
  const visited = start(async () => ({ ok: true, url: 'http://localhost/visit/survey?code=0&subCode=0' }));
  expect(press().defaultPrevented).toBe(true);
  await vi.waitFor(() => expect(visited).toEqual(['http://localhost/visit/survey?code=0&subCode=0#survey']));
  expect(sent).toEqual([{ address: form.action, body: 'points=4&text=a+%26+b' }]);
});

it('shows on the page that the network failed, and can send again', async () => {
  let down = true;
  const visited = start(() =>
    down ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve({ ok: true, url: '/x' }),
  );
  press();
  await vi.waitFor(() => expect(unsent.hidden).toBe(false));
  expect(unsent.focus).toHaveBeenCalledOnce();
  expect(form.submit).not.toHaveBeenCalled();
  down = false;
  press();
  expect(unsent.hidden).toBe(true);
  await vi.waitFor(() => expect(visited).toEqual(['/x#survey']));
});

it('submits the form itself if the server returns an error page', async () => {
  start(async () => ({ ok: false, status: 422 }));
  press();
  await vi.waitFor(() => expect(form.submit).toHaveBeenCalledOnce());
  expect(unsent.hidden).toBe(true);
});

it('sends once if the button is pressed twice', async () => {
  const visited = start(async () => ({ ok: true, url: '/x' }));
  press();
  press();
  await vi.waitFor(() => expect(visited).toHaveLength(1));
  expect(sent).toHaveLength(1);
});
