// What one page passes to the next in the browser's storage: that a join was requested, and with which devices. Personal data,
// the text that was typed, stays there for one navigation only. Browsers without storage lose only the convenience.
const rejoinKey = 'anteroom.rejoin';
const choicesKey = 'anteroom.devices';
const linkKey = 'anteroom.link';
const soundOnlyKey = 'anteroom.sound-only';
const typedKey = 'anteroom.typed';

/** Which devices the visitor wants to join with. */
export interface Choices {
  camera: boolean;
  microphone: boolean;
  /** The browser's ids of the devices that were picked; absent where that is left to the browser. */
  cameraId?: string | undefined;
  microphoneId?: string | undefined;
  speakerId?: string | undefined;
}

/** Carries a press of "join again" over one navigation. */
export function carryRejoin(storage: () => Storage): void {
  attempt(() => storage().setItem(rejoinKey, '1'));
}

/** Whether the page before asked to join again. True once: a reload must not join by itself. */
export function takeRejoin(storage: () => Storage): boolean {
  return (
    attempt(() => {
      const asked = storage().getItem(rejoinKey) === '1';
      storage().removeItem(rejoinKey);
      return asked;
    }) ?? false
  );
}

/** Keeps the devices for the next join in this tab. */
export function keepChoices(storage: () => Storage, choices: Choices): void {
  attempt(() => storage().setItem(choicesKey, JSON.stringify(choices)));
}

/** The devices of the last join in this tab, if there was one. */
export function keptChoices(storage: () => Storage): Choices | undefined {
  return attempt(() => JSON.parse(storage().getItem(choicesKey) ?? 'null') as Choices | null) ?? undefined;
}

/** Keeps, for the page of the ending in this tab, the path that leads back to its visit; another tab may have opened another. */
export function keepLink(storage: () => Storage, link: string | undefined): void {
  attempt(() => (link ? storage().setItem(linkKey, link) : storage().removeItem(linkKey)));
}

/** The path that leads back to this tab's last visit, if that has one of its own. */
export function keptLink(storage: () => Storage): string | undefined {
  const link = attempt(() => storage().getItem(linkKey));
  return link?.startsWith('/v/') ? link : undefined;
}

/** Keeps, for later visits with this browser, that the visitor wants to be heard and not seen. */
export function keepSoundOnly(storage: () => Storage, on: boolean): void {
  attempt(() => (on ? storage().setItem(soundOnlyKey, '1') : storage().removeItem(soundOnlyKey)));
}

/** Whether the visitor wanted to be heard and not seen the last time. */
export function keptSoundOnly(storage: () => Storage): boolean {
  return attempt(() => storage().getItem(soundOnlyKey)) === '1';
}

/** A field that somebody types in. */
type Field = Pick<HTMLInputElement, 'name' | 'value'>;

/** Keeps what was typed, for the same page in another language. */
export function carryTyped(storage: () => Storage, fields: readonly Field[]): void {
  attempt(() => storage().setItem(typedKey, JSON.stringify(fields.map(({ name, value }) => [name, value]))));
}

/** Puts what the page before kept into the fields of the same names, once. */
export function takeTyped(storage: () => Storage, fields: readonly Field[]): void {
  attempt(() => {
    const kept = new Map<string, string>(JSON.parse(storage().getItem(typedKey) ?? '[]'));
    storage().removeItem(typedKey);
    for (const field of fields) field.value = kept.get(field.name) || field.value;
  });
}

/** Returns what `act` does, or nothing where the browser refuses its storage. */
export function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
