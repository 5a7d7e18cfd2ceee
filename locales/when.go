package locales

import (
	"strconv"
	"strings"
	"time"
)

// Dates and times in words. Every time is written in the zone of its time.Time:
// convert with In first. Each language's file has the names of days and months,
// separated by commas, Sunday and January first; the order of a date; and the clock
// as a layout of Go's package time, such as 3:04pm or 15:04.

// Clock returns the time of day: "2:30pm". Twelve o'clock is "midday" or
// "midnight", because many people misread 12am and 12pm.
func (t Translator) Clock(at time.Time) string {
	if at.Minute() == 0 && at.Hour() == 12 {
		return t.Text("date.midday")
	}
	if at.Minute() == 0 && at.Hour() == 0 {
		return t.Text("date.midnight")
	}
	return at.Format(t.Text("date.clock"))
}

// Day returns a date in full: "Tuesday 24 November".
func (t Translator) Day(at time.Time) string {
	return t.date("date.day", at, t.named("date.weekdays", int(at.Weekday())), t.named("date.months", int(at.Month())-1))
}

// ShortDay returns a date for a narrow space: "Tue 24 Nov".
func (t Translator) ShortDay(at time.Time) string {
	return t.date("date.day", at, t.named("date.weekdaysShort", int(at.Weekday())), t.named("date.monthsShort", int(at.Month())-1))
}

// ShortDate returns a date for a very narrow space: "24 Nov".
func (t Translator) ShortDate(at time.Time) string {
	return t.date("date.short", at, "", t.named("date.monthsShort", int(at.Month())-1))
}

// RelativeDay returns "Today", "Tomorrow" or FullDay, as seen at now.
func (t Translator) RelativeDay(at, now time.Time) string {
	now = now.In(at.Location())
	y, m, d := now.Date()
	switch noon := time.Date(y, m, d, 12, 0, 0, 0, at.Location()); {
	case sameDate(at, noon):
		return t.Text("date.today")
	case sameDate(at, noon.AddDate(0, 0, 1)):
		return t.Text("date.tomorrow")
	}
	return t.FullDay(at, now)
}

// FullDay returns Day, with the year if it differs from now's. It is for text that
// is kept and read on another day.
func (t Translator) FullDay(at, now time.Time) string {
	if at.Year() == now.In(at.Location()).Year() {
		return t.Day(at)
	}
	return t.Date(at)
}

// Date returns a date in full with its year: "Tuesday 24 November 2026".
func (t Translator) Date(at time.Time) string {
	return t.Text("date.withYear", "Day", t.Day(at), "Year", strconv.Itoa(at.Year()))
}

// When returns a visit's time as its page shows it: "Today at 2:30pm, 15 minutes".
func (t Translator) When(at time.Time, minutes int, now time.Time) string {
	return t.Text("date.when", "Day", t.RelativeDay(at, now), "Time", t.Clock(at), "Length", t.Length(minutes))
}

// DateAndTime returns When with the date in full: "Tuesday 24 November 2026, 2:30pm
// (15 minutes)". It is for a person who checks the date.
func (t Translator) DateAndTime(at time.Time, minutes int) string {
	return t.Text("date.when", "Day", t.Date(at), "Time", t.Clock(at), "Length", t.Length(minutes))
}

// Length returns a number of minutes in words: "1 minute", "45 minutes", "1 hour",
// "1 hour 30 minutes".
func (t Translator) Length(minutes int) string {
	hours, rest := minutes/60, minutes%60
	switch {
	case hours == 0:
		return t.Count("date.minutes", rest)
	case rest == 0:
		return t.Count("date.hours", hours)
	}
	return t.Text("date.length", "Hours", t.Count("date.hours", hours), "Minutes", t.Count("date.minutes", rest))
}

// Zone returns a time zone's everyday name: "UK time", "New York time". For a zone
// without a place it returns the offset at that time: "UTC-05:00".
func (t Translator) Zone(at time.Time) string {
	name := at.Location().String()
	switch name {
	case "Europe/London", "Europe/Belfast", "Europe/Guernsey", "Europe/Jersey", "Europe/Isle_of_Man", "GB":
		return t.Text("date.ukTime")
	}
	area, place, found := strings.Cut(name, "/")
	if !found || area == "Etc" {
		return at.Format("UTC-07:00")
	}
	if last := strings.LastIndex(place, "/"); last >= 0 {
		place = place[last+1:]
	}
	return t.Text("date.cityTime", "City", strings.ReplaceAll(place, "_", " "))
}

func (t Translator) date(id string, at time.Time, weekday, month string) string {
	return t.Text(id, "Weekday", weekday, "Day", strconv.Itoa(at.Day()), "Month", month)
}

// named returns the nth name in a message, or the number when the list is too short.
func (t Translator) named(id string, n int) string {
	names := strings.Split(t.Text(id), ",")
	if n >= len(names) {
		return strconv.Itoa(n + 1)
	}
	return strings.TrimSpace(names[n])
}

func sameDate(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}
