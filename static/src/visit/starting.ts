import { byId, write } from './page.ts';
import type { Devices } from './trouble.ts';

/** Shows on the buttons that were pressed that the camera or the microphone is starting. */
export class Starting {
  private readonly buttons = [byId('join'), byId('check-devices')?.firstElementChild ?? null];
  private readonly words = this.buttons.map((button) => button?.textContent ?? '');

  constructor(private readonly texts: Readonly<Record<string, string>>) {}

  /** Changes the words in the task of the press, before the browser is asked for anything. */
  begin({ camera, microphone }: Devices): void {
    const id = camera ? 'visit.starting' : microphone ? 'visit.startingSound' : 'visit.connecting';
    const text = this.texts[id] ?? '';
    for (const button of this.buttons) if (button) button.textContent = text;
    byId('join')?.setAttribute('aria-busy', 'true');
    write(byId('live'), text);
  }

  /** Puts the words back. */
  end(): void {
    this.buttons.forEach((button, i) => {
      if (button) button.textContent = this.words[i] ?? '';
    });
    byId('join')?.removeAttribute('aria-busy');
  }
}
