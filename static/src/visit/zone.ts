/** How far a time such as 2026-11-24T14:30:00+01:00 is ahead of UTC, in minutes; NaN where it has no offset. */
export function offsetOf(time: string): number {
  if (time.endsWith('Z')) return 0;
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(time) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** Removes the name of the time zone for visitors whose own clock shows the same time. */
export function removeOwnZone(doc: Document): void {
  const time = doc.querySelector('.when time')?.getAttribute('datetime') ?? '';
  if (-new Date(time).getTimezoneOffset() === offsetOf(time)) doc.getElementById('zone')?.remove();
}
