/**
 * Chooses the browser's time zone in a list that the server marked: the clerk's zone is usually the visitor's.
 * A zone that the list does not have is added.
 */
export function chooseBrowserZone(list: HTMLSelectElement, zone: string): void {
  if (!list.hasAttribute('data-browser-zone') || !zone || list.selectedIndex !== indexOfDefault(list)) return;
  if (!Array.from(list.options).some((option) => option.value === zone)) list.add(new Option(zone.replaceAll('_', ' '), zone), 0);
  list.value = zone;
}

/** The index of the server's choice. Any other is the clerk's own choice, which the browser kept over a reload. */
const indexOfDefault = (list: HTMLSelectElement): number =>
  Array.from(list.options).findIndex((option) => option.defaultSelected);

/** Returns the IANA name of the browser's time zone, or "" if it reports none. */
export function browserZone(): string {
  try {
    return Intl.DateTimeFormat().resolvedOptions().timeZone ?? '';
  } catch {
    return '';
  }
}
