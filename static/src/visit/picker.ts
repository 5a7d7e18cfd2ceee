import { listDevices } from './media.ts';
import { byId, show } from './page.ts';

const kinds = { camera: 'videoinput', microphone: 'audioinput', speaker: 'audiooutput' } as const;

/** Which of several devices of a kind is to be used. */
export type PickerKind = keyof typeof kinds;

/** The list of the devices of one kind; not shown while there is nothing to choose. */
export class Picker {
  private readonly list = byId(`pick-${this.kind}`) as HTMLSelectElement | null;

  constructor(
    private readonly kind: PickerKind,
    changed: () => void,
  ) {
    this.list?.addEventListener('change', changed);
  }

  /** The browser's id of what was chosen, or undefined when that was left to the browser. */
  get chosen(): string | undefined {
    return this.list?.value || undefined;
  }

  /** Fills the list anew, with `current` chosen. */
  async fill(current: string | undefined): Promise<void> {
    const { list } = this;
    if (!list) return;
    const found = await listDevices(kinds[this.kind]);
    const before = current ?? this.chosen;
    list.replaceChildren(...found.map(({ deviceId, label }) => new Option(label, deviceId, false, deviceId === before)));
    show(byId(`pick-${this.kind}-field`), found.length > 1);
  }
}
