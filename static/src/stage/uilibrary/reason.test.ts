import { describe, expect, it } from 'vitest';
import { kindOf, reasonOf } from './reason.ts';

it.each([
  ['an error of the SDK', Object.assign(new Error('bad link'), { code: 400, subCode: 40210 }), { code: 400, subCode: 40210 }],
  ['an error in innerError', { innerError: { code: 401, subCode: 44110 } }, { code: 401, subCode: 44110 }],
  ['a code without a subCode', { code: 500 }, { code: 500, subCode: 0 }],
  ['an error of the browser', new TypeError('x is undefined'), { code: -1, subCode: -1 }],
  ['a code that is text', { code: 'ENOENT' }, { code: -1, subCode: -1 }],
  ['undefined', undefined, { code: -1, subCode: -1 }],
])('reads the codes of %s', (_name, thrown, expected) => {
  expect(reasonOf(thrown)).toEqual(expected);
});

it('stops at an error that contains itself', () => {
  const loop: { innerError?: unknown } = {};
  loop.innerError = loop;
  expect(reasonOf(loop)).toEqual({ code: -1, subCode: -1 });
});

describe('kindOf', () => {
  it('returns the name and the place of an error, without its message', () => {
    const kind = kindOf(new TypeError('cannot read https://teams.microsoft.com/l/meetup-join/secret\nof undefined'));
    expect(kind).toMatch(/^TypeError at .*reason\.test\.ts/);
    expect(kind).not.toContain('secret');
    expect(kind).not.toContain('undefined');
  });

  it('returns only the type of other values', () => {
    expect([kindOf('secret'), kindOf(undefined), kindOf({ message: 'secret' })]).toEqual(['string', 'undefined', 'object']);
  });
});
