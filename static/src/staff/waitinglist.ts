import type { Waiting } from '../stage/contract.ts';
import { byId, show } from '../visit/page.ts';

/** The texts of the list, and its callback for failures. */
export interface WaitingTexts {
  /** `{name}` in these two is replaced. */
  admit: string;
  deny: string;
  failed(): void;
}

/** The list of people in the lobby, each with two buttons. A row stays the same while its person waits. */
export class WaitingList {
  private readonly list = byId('waiting-list');
  private readonly rows = new Map<string, HTMLElement>();

  constructor(private readonly texts: WaitingTexts) {}

  /** Shows exactly these people. */
  update(people: readonly Waiting[]): void {
    for (const [id, row] of this.rows) if (!people.some((p) => p.id === id)) this.remove(id, row);
    for (const person of people) if (!this.rows.has(person.id)) this.add(person);
    show(byId('waiting-none'), people.length === 0);
  }

  private add(person: Waiting): void {
    const row = document.createElement('li');
    const name = document.createElement('span');
    name.textContent = person.name;
    const { admit, deny } = this.texts;
    row.append(
      name,
      this.button(withName(admit, person.name), 'btn btn-small', () => person.admit()),
      this.button(withName(deny, person.name), 'btn btn-secondary btn-small', () => person.deny()),
    );
    this.rows.set(person.id, row);
    this.list?.append(row);
  }

  private button(text: string, className: string, act: () => Promise<void>): HTMLElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = className;
    button.textContent = text;
    button.addEventListener('click', () => void act().catch(() => this.texts.failed()));
    return button;
  }

  /** Moves the focus to the next person, so that it does not return to the top of the page. */
  private remove(id: string, row: HTMLElement): void {
    const held = row.contains(document.activeElement);
    this.rows.delete(id);
    row.remove();
    if (held) this.list?.querySelector('button')?.focus();
  }
}

/** Replaces `{name}` with a name, which is never interpreted as a pattern. */
export function withName(text: string, name: string): string {
  return text.split('{name}').join(name);
}
