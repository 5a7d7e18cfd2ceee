// Reads the calendar files that visit/invitation writes with ical.js, a parser that shares no code with those of the Go tests.
import { readdirSync, readFileSync } from 'node:fs';
import ICAL from 'ical.js';
import { expect, it } from 'vitest';

const folder = new URL('../../visit/invitation/testdata/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.ics'));

it('finds the files', () => expect(files.length).toBeGreaterThanOrEqual(10));

it.each(files)('%s has its start, its length and its alarm', (name) => {
  const calendar = new ICAL.Component(ICAL.parse(readFileSync(new URL(name, folder), 'utf8')));
  const zone = new ICAL.Timezone(calendar.getFirstSubcomponent('vtimezone'));
  const event = new ICAL.Event(calendar.getFirstSubcomponent('vevent'));
  // The file's own VTIMEZONE decides, not a time zone database.
  const toUnix = (time) => {
    const utc =
      time.zone === ICAL.Timezone.utcTimezone
        ? time
        : Object.assign(time.clone(), { zone }).convertToZone(ICAL.Timezone.utcTimezone);
    return utc.toUnixTime();
  };
  const [, day, hour, minute] = /^(\d{4}-\d\d-\d\d)T(\d\d)(\d\d)Z/.exec(name);
  expect(toUnix(event.startDate)).toBe(Date.parse(`${day}T${hour}:${minute}:00Z`) / 1000);
  expect(toUnix(event.endDate) - toUnix(event.startDate)).toBe(75 * 60);
  const alarms = event.component.getAllSubcomponents('valarm');
  if (name.includes('cancelled')) {
    expect(alarms).toHaveLength(0);
    expect(calendar.getFirstPropertyValue('method')).toBe('CANCEL');
  } else {
    expect(alarms).toHaveLength(1);
    expect(alarms[0].getFirstPropertyValue('trigger').toString()).toBe('-PT15M');
  }
});
