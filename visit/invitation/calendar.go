package invitation

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
)

// Calendar writes the visit as an iCalendar file (RFC 5545), METHOD:PUBLISH. Its
// UID is the visit's ID at the link's host and its SEQUENCE the visit's revision,
// so that a calendar that has it already moves the entry.
func (i Invitation) Calendar() (string, error) { return i.calendar(ics.MethodPublish) }

// Cancellation writes the file that takes the visit out of a calendar,
// METHOD:CANCEL, with the next SEQUENCE.
func (i Invitation) Cancellation() (string, error) { return i.calendar(ics.MethodCancel) }

const lineLength = 75 // octets without the line break (RFC 5545, section 3.1)

func (i Invitation) calendar(method ics.Method) (string, error) {
	c := ics.NewCalendarFor("Anteroom")
	c.SetProductId("-//Anteroom//Video visit//EN")
	c.SetMethod(method)
	c.AddVTimezone(zoneOf(i.start, i.visit.End()))
	e := c.AddEvent(i.visit.ID.String() + "@" + i.host)
	e.SetDtStampTime(i.now)
	setTime(e, ics.ComponentPropertyDtStart, i.start)
	setTime(e, ics.ComponentPropertyDtEnd, i.visit.End().In(i.start.Location()))
	e.SetSummary(i.summary())
	e.SetLocation(i.words.Text("invitation.place"))
	e.SetDescription(strings.Join(i.paragraphs(), "\n\n"))
	e.SetURL(i.link)
	e.SetClass(ics.ClassificationPrivate)
	sequence := i.visit.Revision
	if method == ics.MethodCancel {
		sequence++
		e.SetStatus(ics.ObjectStatusCancelled)
	} else {
		e.SetStatus(ics.ObjectStatusConfirmed)
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

// setTime writes a time as the clocks of its zone show it. When clocks are put
// back, they show some times twice, and a calendar takes such a time for the first
// of the two (RFC 5545, section 3.3.5): the second is written in UTC.
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

// zoneOf describes start's zone for as long as the visit lasts, one observance
// for each time the clocks change in it. A rule for ever (RRULE) is not needed by
// a single event, and no zone database holds one for certain.
func zoneOf(start, end time.Time) *ics.VTimezone {
	zone := ics.NewTimezone(start.Location().String())
	for at := start; ; {
		from, until := at.ZoneBounds()
		zone.Components = append(zone.Components, observance(at, from))
		if until.IsZero() || until.After(end) {
			return zone
		}
		at = until
	}
}

// observance is the offset that holds at the time at, since the clocks changed.
func observance(at, changed time.Time) ics.Component {
	name, offset := at.Zone()
	before, onset := offset, time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	if !changed.IsZero() {
		_, before = changed.Add(-time.Second).Zone()
		onset = changed.UTC().Add(time.Duration(before) * time.Second)
	}
	var base ics.ComponentBase
	base.AddProperty(ics.ComponentPropertyDtStart, onset.Format(icsLocal))
	base.AddProperty(ics.ComponentProperty(ics.PropertyTzoffsetfrom), icsOffset(before))
	base.AddProperty(ics.ComponentProperty(ics.PropertyTzoffsetto), icsOffset(offset))
	base.AddProperty(ics.ComponentProperty(ics.PropertyTzname), name)
	if at.IsDST() {
		return &ics.Daylight{ComponentBase: base}
	}
	return &ics.Standard{ComponentBase: base}
}

// icsOffset is +hhmm, with seconds only where a zone of long ago has them.
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
