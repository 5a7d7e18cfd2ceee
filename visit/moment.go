package visit

import (
	"strings"
	"time"
)

// localLayouts are how people and spreadsheets write a date with a time. With
// slashes or dots the day comes first, as everywhere but in the United States.
var localLayouts = []string{
	"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02 3:04pm", "2006-01-02 3:04 pm", "2006-01-02 3pm", "2006-01-02 3 pm",
	"2/1/2006 15:04", "2/1/2006 15:04:05", "2/1/2006 3:04pm", "2/1/2006 3:04 pm", "2/1/2006 3pm", "2/1/2006 3 pm",
	"2.1.2006 15:04",
}

const maxTime = 40 // characters of a typed time

// moment reads a typed time, which is local to zone unless it names an offset.
func moment(typed string, zone *time.Location, now time.Time) (time.Time, Reason) {
	typed = strings.Join(strings.Fields(typed), " ")
	switch {
	case typed == "":
		return time.Time{}, Missing
	case len(typed) > maxTime:
		return time.Time{}, NotATime
	case strings.EqualFold(typed, "now"):
		return now.Truncate(time.Minute).UTC(), ""
	}
	if t, err := time.Parse(time.RFC3339, strings.ToUpper(typed)); err == nil {
		return whole(t.UTC())
	}
	for _, layout := range localLayouts {
		// UTC skips nothing, so that the numbers come out as they were typed.
		if t, err := time.Parse(layout, strings.ToLower(typed)); err == nil {
			return local(t, zone)
		}
		if t, err := time.Parse(layout, strings.ToUpper(typed)); err == nil {
			return local(t, zone)
		}
	}
	return time.Time{}, NotATime
}

// endOf reads an end, which may be a time of day on the day of the start.
func endOf(typed string, start time.Time, zone *time.Location, now time.Time) (time.Time, Reason) {
	typed = strings.TrimSpace(typed)
	if t, reason := moment(typed, zone, now); reason != NotATime {
		return t, reason
	}
	return moment(start.In(zone).Format("2006-01-02 ")+typed, zone, now)
}

// local is the moment at which the clocks of zone show what t's show. Of two such
// moments, when clocks are put back, it is the first; of none, SkippedTime.
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
