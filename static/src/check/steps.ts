// Which step of the test is on the page. This file uses no page and no device.
import type { Standings, TestName } from './results.ts';

/** The steps, in the order of the page, each with its tests. */
const testsOf = {
  connection: ['browser', 'server', 'call'],
  camera: ['camera'],
  microphone: ['microphone'],
  speaker: ['speaker'],
} as const satisfies Record<string, readonly TestName[]>;

export type Step = keyof typeof testsOf;

export const steps = Object.keys(testsOf) as Step[];

/** A step whose test a person starts. */
export type Device = Exclude<Step, 'connection'>;

/** Whether every test of a step has ended. */
export function isFinished(step: Step, standings: Standings): boolean {
  return testsOf[step].every((name) => 'text' in standings[name]);
}

/** Returns the step after this one that has a test left, or `done`. */
export function stepAfter(step: Step, standings: Standings): Step | 'done' {
  return steps.slice(steps.indexOf(step) + 1).find((later) => !isFinished(later, standings)) ?? 'done';
}
