// What one page hands to the next through sessionStorage: that a join was asked for, and with which devices. Nothing
// personal. Browsers that refuse storage lose the convenience only.
const rejoinKey = 'anteroom.rejoin';
const choicesKey = 'anteroom.devices';

/** Which devices the visitor wants to join with. */
export interface Choices {
  camera: boolean;
  microphone: boolean;
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
export function keepChoices(storage: () => Storage, { camera, microphone }: Choices): void {
  attempt(() => storage().setItem(choicesKey, `${camera ? 'camera' : ''} ${microphone ? 'microphone' : ''}`));
}

/** The devices of the last join in this tab, if there was one. */
export function keptChoices(storage: () => Storage): Choices | undefined {
  const kept = attempt(() => storage().getItem(choicesKey));
  if (kept === undefined || kept === null) return undefined;
  const words = kept.split(' ');
  return { camera: words.includes('camera'), microphone: words.includes('microphone') };
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
