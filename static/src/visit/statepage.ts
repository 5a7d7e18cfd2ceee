import { byId, counted, type PageData, show, write } from './page.ts';

const minute = 60_000;

/** What the page of a visit that cannot be joined yet needs of its surroundings. */
export interface Clockwork {
  now(): number;
  later(act: () => void, ms: number): void;
  /** Shows what the server has to say by now. */
  reload(): void;
}

/** Brings such a page to life: it can be printed, counts the minutes, and becomes the visit's own when it is time. */
export function startState(data: PageData, clock: Clockwork): void {
  const button = byId('print');
  show(button, true);
  button?.addEventListener('click', () => print());
  if (!data.opensIn) return;
  show(byId('opens-by-itself'), true);
  // A second more, so that the server surely has come to it as well.
  const opens = clock.now() + (data.opensIn + 1) * 1000;
  const count = byId('countdown');
  const tick = () => {
    const left = opens - clock.now();
    if (left <= 0) return clock.reload();
    write(count, inWords(left, data.texts, document.documentElement.lang));
    clock.later(tick, Math.min(left, left % minute || minute));
  };
  tick();
}

/** How long until then, as the server says it too. */
export function inWords(ms: number, texts: Readonly<Record<string, string>>, lang: string): string {
  const minutes = Math.ceil((ms - 1000) / minute);
  if (minutes <= 1) return texts['countdown.minute'] ?? '';
  if (minutes < 120) return counted(texts, 'countdown.minutes', minutes, lang);
  return counted(texts, 'countdown.hours', Math.floor(minutes / 60), lang);
}
