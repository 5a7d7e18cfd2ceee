import { describe, expect, it } from 'vitest';
import { kindOf, reasonOf } from './reason.ts';

it.each([
  ['the SDK’s own error', Object.assign(new Error('bad link'), { code: 400, subCode: 40210 }), { code: 400, subCode: 40210 }],
  ['wrapped by the library', { innerError: { code: 401, subCode: 44110 } }, { code: 401, subCode: 44110 }],
  ['a code alone', { code: 500 }, { code: 500, subCode: 0 }],
  ['an error of the browser', new TypeError('x is undefined'), { code: -1, subCode: -1 }],
  ['a code that is text', { code: 'ENOENT' }, { code: -1, subCode: -1 }],
  ['nothing', undefined, { code: -1, subCode: -1 }],
])('%s', (_name, thrown, expected) => {
  expect(reasonOf(thrown)).toEqual(expected);
});

it('does not follow a loop for ever', () => {
  const loop: { innerError?: unknown } = {};
  loop.innerError = loop;
  expect(reasonOf(loop)).toEqual({ code: -1, subCode: -1 });
});

describe('the kind of an error', () => {
  it('names it and where it was, and keeps its message out', () => {
    const kind = kindOf(new TypeError('cannot read https://teams.microsoft.com/l/meetup-join/secret\nof undefined'));
    expect(kind).toMatch(/^TypeError at .*reason\.test\.ts/);
    expect(kind).not.toContain('secret');
    expect(kind).not.toContain('undefined');
  });

  it('says of what is no error no more than its type', () => {
    expect([kindOf('secret'), kindOf(undefined), kindOf({ message: 'secret' })]).toEqual(['string', 'undefined', 'object']);
  });
});
