package visit

import (
	"strings"
	"time"

	"github.com/anteroom-visit/anteroom/visit/date"
)

// clockRules are what decides the meaning of a typed time.
type clockRules struct {
	zone *time.Location
	now  time.Time
	// known is the order of dates in the file or form, country that of the zone.
	known, country date.Orders
}

// moment reads a typed time, which is local to the zone unless it has an offset.
func (c clockRules) moment(typed string) (time.Time, Reason) {
	typed = strings.TrimSpace(typed)
	switch {
	case typed == "":
		return time.Time{}, Missing
	case strings.EqualFold(typed, "now"):
		return c.now.Truncate(time.Minute).UTC(), ""
	}
	readings := date.Read(typed)
	if len(readings) == 0 {
		return time.Time{}, NotATime
	}
	r, certain := date.Choose(readings, c.known, c.country)
	switch {
	case !certain:
		return time.Time{}, AmbiguousDate
	case r.Exact:
		return whole(r.At)
	case r.Zone != "":
		return c.named(r)
	}
	return local(r.At, c.zone)
}

// named returns the moment of a time with the abbreviation of a zone: in the visit's
// own zone if it uses that abbreviation then, or in the only region that does. It
// rejects others, such as CET in summer.
func (c clockRules) named(r date.Reading) (time.Time, Reason) {
	zones := []*time.Location{c.zone}
	if name := date.ZoneOf(r.Zone, c.zone.String()); name != "" {
		if zone, ok := location(name); ok {
			zones = append(zones, zone)
		}
	}
	for _, zone := range zones {
		at, reason := local(r.At, zone)
		if name, _ := at.In(zone).Zone(); reason == "" && name == r.Zone {
			return at, ""
		}
	}
	return time.Time{}, NotATime
}

// end reads an end, which may be a time of day on the day of the start.
func (c clockRules) end(typed string, start time.Time) (time.Time, Reason) {
	if t, reason := c.moment(typed); reason != NotATime {
		return t, reason
	}
	return c.moment(start.In(c.zone).Format("2006-01-02 ") + strings.TrimSpace(typed))
}

// local returns the moment at which the clocks of zone show the time of t: the
// first of two when clocks go back, SkippedTime if there is none.
func local(t time.Time, zone *time.Location) (time.Time, Reason) {
	y, m, d := t.Date()
	guess := time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), 0, zone)
	shows := func(at time.Time) bool { return at.In(zone).Format(time.DateTime) == t.Format(time.DateTime) }
	if !shows(guess) {
		return time.Time{}, SkippedTime
	}
	if began, _ := guess.ZoneBounds(); !began.IsZero() {
		_, before := began.Add(-time.Second).Zone()
		_, after := guess.Zone()
		if earlier := guess.Add(time.Duration(after-before) * time.Second); earlier.Before(began) && shows(earlier) {
			guess = earlier
		}
	}
	return whole(guess.UTC())
}

func whole(t time.Time) (time.Time, Reason) {
	if t.Truncate(time.Minute) != t {
		return time.Time{}, NotATime
	}
	return t, ""
}
