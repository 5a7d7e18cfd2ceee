package locales

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
	_ "time/tzdata"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestEnglishDates(t *testing.T) {
	english := catalogue(t).Match("en-GB")
	london := zone(t, "Europe/London")
	at := time.Date(2026, 11, 24, 14, 30, 0, 0, london)
	for _, c := range []struct{ got, want string }{
		{english.Clock(at), "2:30pm"},
		{english.Clock(at.Add(-5 * time.Hour)), "9:30am"},
		{english.Clock(at.Add(30 * time.Minute)), "3:00pm"},
		{english.Clock(time.Date(2026, 11, 24, 12, 0, 0, 0, london)), "midday"},
		{english.Clock(time.Date(2026, 11, 24, 12, 5, 0, 0, london)), "12:05pm"},
		{english.Clock(time.Date(2026, 11, 24, 0, 0, 0, 0, london)), "midnight"},
		{english.Day(at), "Tuesday 24 November"},
		{english.ShortDay(at), "Tue 24 Nov"},
		{english.ShortDate(at), "24 Nov"},
		{english.When(at, 15, at.Add(-14*time.Hour)), "Today at 2:30pm, 15 minutes"},
		{english.When(at, 90, at.AddDate(0, 0, -1)), "Tomorrow at 2:30pm, 1 hour 30 minutes"},
		{english.When(at, 60, at.AddDate(0, 0, 1)), "Tuesday 24 November at 2:30pm, 1 hour"},
		{english.When(at, 121, at.AddDate(-1, 0, 0)), "Tuesday 24 November 2026 at 2:30pm, 2 hours 1 minute"},
		{english.RelativeDay(time.Date(2027, 1, 1, 9, 0, 0, 0, london), time.Date(2026, 12, 31, 23, 0, 0, 0, london)), "Tomorrow"},
		{english.RelativeDay(at.In(zone(t, "Asia/Tokyo")), at), "Today"}, // 23:30 there
		{english.RelativeDay(at.In(zone(t, "Pacific/Auckland")), time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)), "Tomorrow"},
		{english.RelativeDay(time.Date(2026, 3, 30, 0, 30, 0, 0, london), time.Date(2026, 3, 29, 0, 30, 0, 0, london)), "Tomorrow"}, // the day between has 23 hours
		{english.Zone(at), "UK time"},
		{english.Zone(at.In(zone(t, "America/New_York"))), "New York time"},
		{english.Zone(at.In(zone(t, "America/Argentina/Buenos_Aires"))), "Buenos Aires time"},
		{english.Zone(at.UTC()), "UTC+00:00"},
		{english.Zone(at.In(zone(t, "Etc/GMT+5"))), "UTC-05:00"},
		{english.Length(0), "0 minutes"},
		{english.Length(1), "1 minute"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestEveryDayAndMonthHasAName(t *testing.T) {
	english := catalogue(t).Match("")
	seen := map[string]bool{}
	for at := time.Date(2026, 1, 15, 1, 1, 0, 0, time.UTC); at.Year() == 2026; at = at.AddDate(0, 1, 0) {
		seen[english.named("date.months", int(at.Month())-1)] = true
		if got := english.named("date.monthsShort", int(at.Month())-1); got != at.Format("Jan") {
			t.Errorf("short name of %s = %q, want %q", at.Month(), got, at.Format("Jan"))
		}
		if got := english.Day(at); got != at.Format("Monday 2 January") {
			t.Errorf("Day = %q, want %q", got, at.Format("Monday 2 January"))
		}
	}
	for n := range 7 {
		day := time.Weekday(n).String()
		if english.named("date.weekdays", n) != day || english.named("date.weekdaysShort", n) != day[:3] {
			t.Errorf("names of %s = %q and %q, want %q and %q", day, english.named("date.weekdays", n), english.named("date.weekdaysShort", n), day, day[:3])
		}
	}
	if len(seen) != 12 {
		t.Errorf("%d names of months, want 12", len(seen))
	}
}

// TestDatesInAnotherLanguage checks that the dates of a language need only its catalogue.
func TestDatesInAnotherLanguage(t *testing.T) {
	c, err := load(fstest.MapFS{
		"en-GB.json": {Data: []byte(`{"date.day":"x"}`)},
		"de.json": {Data: []byte(`{"date.day":"{{.Weekday}}, {{.Day}}. {{.Month}}","date.clock":"15:04 Uhr","date.today":"Heute","date.minutes":"{{.Count}} Minuten",
			"date.when":"{{.Day}}, {{.Time}} ({{.Length}})","date.weekdays":"Sonntag,Montag,Dienstag","date.months":"1,2,3,4,5,6,7,8,9,10,November"}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 24, 14, 30, 0, 0, time.UTC)
	if got := c.Match("de").When(at, 15, at); got != "Heute, 14:30 Uhr (15 Minuten)" {
		t.Errorf("When = %q", got)
	}
	if got := c.Match("de").Day(at); got != "Dienstag, 24. November" {
		t.Errorf("Day = %q", got)
	}
	if got := c.Match("de").Day(at.AddDate(0, 1, 2)); !strings.Contains(got, "26. 12") {
		t.Errorf("Day without a name for the month = %q, want the number 12", got)
	}
}
