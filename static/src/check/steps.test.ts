import { expect, it } from 'vitest';
import type { Standing, Standings } from './results.ts';
import { isFinished, stepAfter } from './steps.ts';

const good: Standing = { state: 'good', text: 't' };
const untested: Standing = { state: 'untested' };
const standings = (others: Partial<Standings>): Standings => ({
  browser: good,
  server: good,
  call: good,
  camera: good,
  microphone: good,
  speaker: good,
  ...others,
});

it('goes on to the first later step that has a test left', () => {
  expect(stepAfter('connection', standings({ camera: untested }))).toBe('camera');
  expect(stepAfter('connection', standings({ speaker: untested }))).toBe('speaker');
  expect(stepAfter('camera', standings({ microphone: { state: 'testing' } }))).toBe('microphone');
});

it('is done when no later step has a test left, also after a step that was repeated', () => {
  expect(stepAfter('speaker', standings({}))).toBe('done');
  expect(stepAfter('camera', standings({}))).toBe('done');
});

it('has finished a step when all its tests have, whatever they found', () => {
  expect(isFinished('connection', standings({ call: { state: 'testing' } }))).toBe(false);
  expect(isFinished('connection', standings({ call: { state: 'bad', text: 't' } }))).toBe(true);
  expect(isFinished('camera', standings({ call: untested }))).toBe(true);
});
