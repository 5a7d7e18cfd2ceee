/** Whether a time such as 2026-11-24T14:30:00+01:00 shows the same hour and minute on this device's clock. */
export function isOwnTime(time: string): boolean {
  const own = new Date(time);
  return own.getHours() === Number(time.slice(11, 13)) && own.getMinutes() === Number(time.slice(14, 16));
}

/** Removes the name of the time zone for visitors whose own clock shows the same time. */
export function removeOwnZone(doc: Document): void {
  const time = doc.querySelector('.when time')?.getAttribute('datetime');
  if (time && isOwnTime(time)) doc.getElementById('zone')?.remove();
}
