package invitation

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
)

// Calendar returns the visit as an iCalendar file (RFC 5545), METHOD:PUBLISH, with
// an alarm 15 minutes before. Its UID is the visit's ID at the link's host and its
// SEQUENCE the visit's revision, so that a calendar moves an entry that it has.
func (i Invitation) Calendar() (string, error) { return i.calendar(ics.MethodPublish, i.entry()) }

// Cancellation returns the file that removes the visit from a calendar,
// METHOD:CANCEL, with the next SEQUENCE.
func (i Invitation) Cancellation() (string, error) { return i.calendar(ics.MethodCancel, i.entry()) }

// entry is what two calendar files for the same visit have of their own.
type entry struct {
	uid, summary, place, description, url string
	// teams is a meeting's link, for Outlook's button, or "".
	teams string
}

func (i Invitation) entry() entry {
	return entry{
		uid: i.visit.ID.String() + "@" + i.host, summary: i.summary(), place: i.words.Text("invitation.place"),
		description: strings.Join(i.paragraphs(), "\n\n"), url: i.link,
	}
}

const lineLength = 75 // octets without the line break (RFC 5545, section 3.1)

func (i Invitation) calendar(method ics.Method, of entry) (string, error) {
	c := ics.NewCalendarFor("Anteroom")
	c.SetProductId("-//Anteroom//Video visit//EN")
	c.SetMethod(method)
	c.AddVTimezone(zoneOf(i.start, i.visit.End()))
	e := c.AddEvent(of.uid)
	e.SetDtStampTime(i.now)
	setTime(e, ics.ComponentPropertyDtStart, i.start)
	setTime(e, ics.ComponentPropertyDtEnd, i.visit.End().In(i.start.Location()))
	e.SetSummary(of.summary)
	e.SetLocation(of.place)
	e.SetDescription(of.description)
	if of.url != "" {
		e.SetURL(of.url)
	}
	if of.teams != "" {
		e.SetProperty("X-MICROSOFT-SKYPETEAMSMEETINGURL", of.teams)
	}
	e.SetClass(ics.ClassificationPrivate)
	sequence := i.visit.Revision
	if method == ics.MethodCancel {
		sequence++
		e.SetStatus(ics.ObjectStatusCancelled)
	} else {
		e.SetStatus(ics.ObjectStatusConfirmed)
		alarm := e.AddAlarm()
		alarm.SetAction(ics.ActionDisplay)
		alarm.SetTrigger("-PT15M")
		alarm.SetProperty(ics.ComponentPropertyDescription, of.summary)
	}
	e.SetProperty(ics.ComponentPropertySequence, strconv.Itoa(sequence))
	var b strings.Builder
	if err := c.SerializeTo(&b, ics.WithNewLine("\r\n"), ics.WithLineLength(lineLength)); err != nil {
		return "", fmt.Errorf("write calendar: %w", err)
	}
	return b.String(), nil
}

func (i Invitation) summary() string {
	if i.visit.Host == "" {
		return i.words.Text("invitation.summary")
	}
	return i.words.Text("invitation.summaryWith", "With", i.visit.Host)
}

const icsLocal = "20060102T150405"

// setTime writes a time as the clocks of its zone show it. When clocks go back,
// they show some times twice, and a calendar reads such a time as the first of the
// two (RFC 5545, section 3.3.5): the second is written in UTC.
func setTime(e *ics.VEvent, property ics.ComponentProperty, at time.Time) {
	if again(at) {
		e.SetProperty(property, at.UTC().Format(icsLocal+"Z"))
		return
	}
	e.SetProperty(property, at.Format(icsLocal), ics.WithTZID(at.Location().String()))
}

// again reports whether the clocks have shown this time of this day once before.
func again(at time.Time) bool {
	changed, _ := at.ZoneBounds()
	if changed.IsZero() {
		return false
	}
	_, before := changed.Add(-time.Second).Zone()
	_, after := at.Zone()
	return at.Sub(changed) < time.Duration(before-after)*time.Second
}

// zoneOf describes start's zone for as long as the visit lasts: one observance for
// each time the clocks change in it, and in a zone with daylight saving time also
// the observance before, so that there is always a STANDARD one (MS-OXCICAL,
// section 2.1.3.1.1.19). A single event needs no rule for ever (RRULE), and no
// zone database has a certain one.
func zoneOf(start, end time.Time) *ics.VTimezone {
	all := []observance{observanceAt(start)}
	for until := all[0].until; !until.IsZero() && !until.After(end); until = all[len(all)-1].until {
		all = append(all, observanceAt(until))
	}
	if first := all[0]; len(all) == 1 && !first.from.IsZero() && start.Sub(first.from) < maxObservance {
		if before := observanceAt(first.from.Add(-time.Second)); before.saving != first.saving {
			all = []observance{before, first}
		}
	}
	least := all[0].offset
	for _, o := range all {
		least = min(least, o.offset)
	}
	zone := ics.NewTimezone(start.Location().String())
	for _, o := range all {
		zone.Components = append(zone.Components, o.component(o.offset > least))
	}
	return zone
}

// maxObservance is longer than any daylight saving time and any time between.
const maxObservance = 366 * 24 * time.Hour

// observance is an offset from UTC between two changes of the clocks, zero for
// none.
type observance struct {
	name        string
	offset      int // seconds
	saving      bool
	from, until time.Time
}

func observanceAt(at time.Time) observance {
	o := observance{saving: at.IsDST()}
	o.name, o.offset = at.Zone()
	o.from, o.until = at.ZoneBounds()
	return o
}

// component writes the observance. Daylight is decided by the offsets and not by
// the zone database, in which the winter of Ireland is the daylight saving time.
func (o observance) component(daylight bool) ics.Component {
	before, onset := o.offset, time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	if !o.from.IsZero() {
		_, before = o.from.Add(-time.Second).Zone()
		onset = o.from.UTC().Add(time.Duration(before) * time.Second)
	}
	var base ics.ComponentBase
	base.AddProperty(ics.ComponentPropertyDtStart, onset.Format(icsLocal))
	base.AddProperty(ics.ComponentProperty(ics.PropertyTzoffsetfrom), icsOffset(before))
	base.AddProperty(ics.ComponentProperty(ics.PropertyTzoffsetto), icsOffset(o.offset))
	base.AddProperty(ics.ComponentProperty(ics.PropertyTzname), o.name)
	if daylight {
		return &ics.Daylight{ComponentBase: base}
	}
	return &ics.Standard{ComponentBase: base}
}

// icsOffset returns +hhmm, with seconds only for zones of long ago that have them.
func icsOffset(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	text := fmt.Sprintf("%c%02d%02d", sign, seconds/3600, seconds/60%60)
	if rest := seconds % 60; rest != 0 {
		text += fmt.Sprintf("%02d", rest)
	}
	return text
}
