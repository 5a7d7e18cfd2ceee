package invitation

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
)

var update = flag.Bool("update", false, "write the calendar files of testdata")

// goldenCalendars returns the calendar files of testdata by name. Other parsers read
// them too: static/bundle/calendar.test.mjs checks each against the moment in its name.
func goldenCalendars(t *testing.T) map[string]string {
	t.Helper()
	files := make(map[string]string)
	for _, c := range []struct{ name, zone, language string }{
		{"2026-11-24T1430Z-london-winter", "Europe/London", "en-GB"},
		{"2026-07-24T1330Z-london-summer", "Europe/London", "en-GB"},
		{"2026-11-24T1430Z-dublin-winter", "Europe/Dublin", "en-GB"},
		{"2026-10-25T0130Z-london-second-0130", "Europe/London", "en-GB"},
		{"2026-03-08T0630Z-new-york-over-the-change", "America/New_York", "en-GB"},
		{"2027-01-15T0330Z-sydney-summer", "Australia/Sydney", "en-GB"},
		{"2026-11-24T1430Z-kolkata", "Asia/Kolkata", "en-GB"},
		{"2026-02-25T1430Z-casablanca-ramadan", "Africa/Casablanca", "ar"},
		{"2026-11-24T1430Z-utc-arabic", "UTC", "ar"},
	} {
		v := sample(t)
		start, err := time.Parse("2006-01-02T1504Z", c.name[:16])
		if err != nil {
			t.Fatal(err)
		}
		v.Start, v.Zone, v.Language, v.Minutes = start, c.zone, c.language, 75
		i := invite(t, v, link, lamna)
		if files[c.name], err = i.Calendar(); err != nil {
			t.Fatal(err)
		}
		if c.zone == "UTC" {
			if files[c.name+"-cancelled"], err = i.Cancellation(); err != nil {
				t.Fatal(err)
			}
		}
	}
	return files
}

func TestCalendarFilesAreCurrent(t *testing.T) {
	for name, text := range goldenCalendars(t) {
		file := filepath.Join("testdata", name+".ics")
		if *update {
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file) //nolint:gosec // a file of this test
		if err != nil || string(got) != text {
			t.Errorf("%s is not current (%v): run go test ./visit/invitation -update, and review the difference", file, err)
		}
	}
}

// Outlook reads a file by the rules of MS-OXCICAL. The library that wrote the file must
// also read the same moments from it.
func TestCalendarFollowsTheRulesOfOutlook(t *testing.T) {
	for name, text := range goldenCalendars(t) {
		c, err := ics.ParseCalendar(strings.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		e := c.Events()[0]
		start, err1 := e.GetStartAt()
		end, err2 := e.GetEndAt()
		if want := name[:16]; err1 != nil || err2 != nil || start.UTC().Format("2006-01-02T1504Z") != want || end.Sub(start) != 75*time.Minute {
			t.Errorf("%s: got %v to %v, want 75 minutes from %s", name, start, end, want)
		}
		for rule, ok := range map[string]bool{
			"exactly one STANDARD":        strings.Count(text, "BEGIN:STANDARD\r\n") == 1,
			"at most one DAYLIGHT":        strings.Count(text, "BEGIN:DAYLIGHT\r\n") <= 1,
			"one VTIMEZONE":               strings.Count(text, "BEGIN:VTIMEZONE\r\n") == 1,
			"one VEVENT":                  strings.Count(text, "BEGIN:VEVENT\r\n") == 1,
			"VERSION and PRODID":          strings.Contains(text, "VERSION:2.0\r\n") && strings.Contains(text, "PRODID:"),
			"DTSTAMP in UTC":              strings.Contains(text, "DTSTAMP:20261123T120000Z\r\n"),
			"SEQUENCE":                    strings.Contains(text, "SEQUENCE:"),
			"at most one alarm":           strings.Count(text, "BEGIN:VALARM\r\n") <= 1,
			"an alarm before the start":   strings.Contains(text, "TRIGGER:-PT15M\r\n") || strings.Contains(text, "METHOD:CANCEL\r\n"),
			"STATUS of a cancelled visit": strings.Contains(text, "METHOD:CANCEL") == strings.Contains(text, "STATUS:CANCELLED"),
		} {
			if !ok {
				t.Errorf("%s breaks the rule %q", name, rule)
			}
		}
	}
}
