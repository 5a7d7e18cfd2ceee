import { byId, show, write } from './page.ts';

/** What a line beside the call can be about; where there is more than one, the first of these is shown. */
const kinds = [
  'reconnecting',
  'microphone',
  'muted',
  'camera',
  'consent',
  'weak',
  'pictures',
  'microphoneForbidden',
  'cameraForbidden',
  'noCamera',
  'chat',
] as const;

/** One of the kinds. */
export type Kind = (typeof kinds)[number];

/** A button behind a line. */
export interface LineButton {
  textId: string;
  press(): void;
}

/** What the page says: to screen readers, and in one line beside the call. */
export class Lines {
  private pinned: string | undefined;
  private readonly open = new Map<Kind, { textId: string; button: LineButton | undefined }>();

  constructor(
    private readonly text: (id: string) => string,
    /** Puts the keyboard where the call is. */
    private readonly focusCall: () => void,
  ) {}

  /** Says a text to screen readers. */
  say(textId: string): void {
    this.sayWords(this.text(textId));
  }

  /** Announces words that are no text of the page's own: where a dialog is open, in it, for all else is inert then. */
  sayWords(words: string): void {
    write(document.querySelector('dialog[open] [data-live]'), words);
    write(byId('live'), words);
  }

  /** Says a text, and keeps it beside the call until `take`. */
  put(kind: Kind, textId: string, button?: LineButton): void {
    this.open.set(kind, { textId, button });
    this.draw();
    this.say(textId);
  }

  /** Shows a text before every other line until it is called without an id. */
  pin(textId?: string): void {
    this.pinned = textId;
    this.draw();
  }

  /** Takes the line of a kind away, if there is one. */
  take(kind: Kind): void {
    if (this.open.delete(kind)) this.draw();
  }

  private draw(): void {
    const line = byId('notice');
    const first = kinds.find((kind) => this.open.has(kind));
    const shown = first && this.open.get(first);
    const pinned = this.pinned ? this.content({ textId: this.pinned, button: undefined }) : [];
    const held = line?.contains(document.activeElement) ?? false;
    show(line, shown !== undefined || pinned.length > 0);
    line?.replaceChildren(...pinned, ...(shown ? this.content(shown) : []));
    if (held && !line?.querySelector('button')) this.focusCall();
    else if (held) line?.querySelector('button')?.focus();
  }

  private content({ textId, button }: { textId: string; button: LineButton | undefined }): (Node | string)[] {
    const words = document.createElement('span');
    words.textContent = this.text(textId);
    if (!button) return [words];
    const element = document.createElement('button');
    element.type = 'button';
    element.className = 'btn btn-secondary btn-small';
    element.textContent = this.text(button.textId);
    element.addEventListener('click', () => button.press());
    return [words, element];
  }
}
