import { byId, write } from '../visit/page.ts';
import { type Attempt, attempt, type Wait } from './clock.ts';
import { type Finding, filled, type Standing, stateTexts, type TestName } from './results.ts';

/** One test on the page: its icon, its text, and its current run. */
export class Item {
  readonly element: HTMLElement | null;
  standing: Standing = { state: 'untested' };
  private attempts = new AbortController();

  constructor(
    readonly name: TestName,
    private readonly texts: Readonly<Record<string, string>>,
    private readonly changed: () => void,
  ) {
    this.element = byId(`test-${name}`);
  }

  get title(): string {
    return this.element?.querySelector('h3')?.textContent ?? this.name;
  }

  /** Runs the test, in place of a run in progress. `begin` has the first texts. */
  async run(begin: Wait, test: (attempt: Attempt) => Promise<Finding>): Promise<void> {
    this.stop();
    const { signal } = this.attempts;
    const say = (textId: string) => this.show({ state: 'testing' }, this.texts[textId]);
    await attempt(signal, begin, say, test).then(
      (found) => this.find(found),
      () => undefined, // another run has replaced this one
    );
  }

  /** Ends the run in progress, without a finding. */
  stop(): void {
    this.attempts.abort();
    this.attempts = new AbortController();
  }

  /** Shows what was found. */
  find(found: Finding): void {
    this.show(found, filled(this.texts[found.text] ?? '', found.values));
  }

  private show(standing: Standing, says = ''): void {
    this.standing = standing;
    const { element } = this;
    if (element) {
      element.dataset['state'] = standing.state;
      element.querySelector('use')?.setAttribute('href', `#icon-${standing.state}`);
      write(element.querySelector('.found strong'), this.texts[stateTexts[standing.state]] ?? '');
      write(element.querySelector('.says'), says);
    }
    this.changed();
  }
}
