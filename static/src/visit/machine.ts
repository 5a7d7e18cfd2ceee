/** Where a visit stands; the value of `data-state` on `<main>`. */
export type State = 'ready' | 'joining' | 'connecting' | 'lobby' | 'call' | 'ended' | 'error';

/** What moves a visit on. */
export type Step = 'join' | 'refused' | 'ticket' | 'lobby' | 'admitted' | 'ended' | 'unable';

const steps: Record<State, Partial<Record<Step, State>>> = {
  ready: { join: 'joining' },
  // Refused by our own server, or the script of the call did not arrive: the form is there again.
  joining: { refused: 'ready', ticket: 'connecting', unable: 'error' },
  connecting: { refused: 'ready', lobby: 'lobby', admitted: 'call', ended: 'ended', unable: 'error' },
  lobby: { admitted: 'call', ended: 'ended' },
  call: { lobby: 'lobby', ended: 'ended' },
  ended: {},
  error: {},
};

/** The state after a step, or undefined when the step does not belong there: a second press of Join, news after the end. */
export function next(state: State, step: Step): State | undefined {
  return steps[state][step];
}
