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

it('returns the first later step with an unfinished test', () => {
  expect(stepAfter('connection', standings({ camera: untested }))).toBe('camera');
  expect(stepAfter('connection', standings({ speaker: untested }))).toBe('speaker');
  expect(stepAfter('camera', standings({ microphone: { state: 'testing' } }))).toBe('microphone');
});

it('returns done if no later step has an unfinished test', () => {
  expect(stepAfter('speaker', standings({}))).toBe('done');
  expect(stepAfter('camera', standings({}))).toBe('done');
});

it('finishes a step when all its tests have a finding', () => {
  expect(isFinished('connection', standings({ call: { state: 'testing' } }))).toBe(false);
  expect(isFinished('connection', standings({ call: { state: 'bad', text: 't' } }))).toBe(true);
  expect(isFinished('camera', standings({ call: untested }))).toBe(true);
});
