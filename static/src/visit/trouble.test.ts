import { describe, expect, it } from 'vitest';
import { type Devices, type Facts, type TroubleKind, troubleOf, worthTrying } from './trouble.ts';

const both: Devices = { camera: true, microphone: true };
const neither: Devices = { camera: false, microphone: false };
const onlyCamera: Devices = { camera: true, microphone: false };
const onlyMicrophone: Devices = { camera: false, microphone: true };

function facts(camera?: PermissionState, microphone?: PermissionState, embedded = false): Facts {
  return { camera, microphone, embedded };
}

const refusal = (message = 'Permission denied') => new DOMException(message, 'NotAllowedError');

describe('troubleOf', () => {
  it.each<[string, Devices, Facts, TroubleKind]>([
    ['NotFoundError', both, facts('granted', 'granted'), 'missing'],
    ['DevicesNotFoundError', both, facts(), 'missing'],
    ['OverconstrainedError', both, facts('granted', 'granted'), 'missing'],
    ['NotReadableError', both, facts('granted', 'granted'), 'busy'],
    ['TrackStartError', both, facts(), 'busy'],
    ['AbortError', both, facts('granted', 'granted'), 'busy'],
    ['NotAllowedError', both, facts('denied', 'denied'), 'blocked'],
    ['NotAllowedError', both, facts('denied', 'granted'), 'blocked'],
    ['NotAllowedError', both, facts('granted', 'denied'), 'blocked'],
    ['PermissionDeniedError', both, facts('denied', 'denied'), 'blocked'],
    ['SecurityError', both, facts('denied', 'denied'), 'blocked'],
    ['NotAllowedError', both, facts('granted', 'granted'), 'system'],
    ['NotAllowedError', both, facts('prompt', 'prompt'), 'dismissed'],
    ['NotAllowedError', both, facts('granted', 'prompt'), 'dismissed'],
    // Firefox before 131 and Safari before 16 do not report permissions.
    ['NotAllowedError', both, facts(), 'blocked'],
    ['NotAllowedError', both, facts('denied', 'denied', true), 'embedded'],
    ['NotAllowedError', both, facts('prompt', 'prompt', true), 'embedded'],
    ['NotFoundError', both, facts('prompt', 'prompt', true), 'missing'],
    // The permission of a device that was not requested does not matter.
    ['NotAllowedError', onlyCamera, facts('granted', 'denied'), 'system'],
    ['NotAllowedError', onlyCamera, facts('prompt', 'denied'), 'dismissed'],
    ['NotAllowedError', onlyMicrophone, facts('denied', 'prompt'), 'dismissed'],
    ['NotAllowedError', onlyMicrophone, facts('granted', 'denied'), 'blocked'],
    ['TypeError', both, facts(), 'unknown'],
    ['SomethingNewError', both, facts('denied', 'denied'), 'unknown'],
  ])('%s after a request for %o with %o is %s', (name, asked, known, kind) => {
    expect(troubleOf(new DOMException('', name), asked, known)).toBe(kind);
  });

  it.each(['Permission denied by system', 'Permission denied by System', 'The request is not allowed by the system'])(
    'reports that the system refused: %s',
    (message) => {
      expect(troubleOf(refusal(message), both, facts('prompt', 'prompt'))).toBe('system');
      expect(troubleOf(refusal(message), both, facts('denied', 'denied'))).toBe('system');
    },
  );

  it.each([[undefined], [null], ['NotAllowedError'], [{ name: 'NotAllowedError' }], [new Error('x')]])(
    'returns unknown for %o',
    (thrown) => expect(troubleOf(thrown, both, facts('denied', 'denied'))).toBe('unknown'),
  );
});

describe('worthTrying', () => {
  it.each<[TroubleKind, Facts, Devices]>([
    ['missing', facts(), both],
    ['busy', facts('granted', 'granted'), both],
    ['unknown', facts(), both],
    ['blocked', facts('denied', 'denied'), neither],
    ['blocked', facts('denied', 'granted'), onlyMicrophone],
    ['blocked', facts('granted', 'denied'), onlyCamera],
    ['blocked', facts('denied', 'prompt'), onlyMicrophone],
    ['blocked', facts('prompt', 'denied'), onlyCamera],
    ['blocked', facts(), neither],
    ['system', facts('granted', 'granted'), both],
    ['system', facts('prompt', 'prompt'), neither],
    ['dismissed', facts('prompt', 'prompt'), neither],
    ['dismissed', facts('granted', 'prompt'), neither],
    ['ignored', facts('granted', 'granted'), neither],
    ['embedded', facts('granted', 'granted', true), neither],
  ])('after %s with %o it returns %o', (kind, known, expected) => expect(worthTrying(kind, known)).toEqual(expected));
});
