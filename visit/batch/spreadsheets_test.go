package batch

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/visit"
	"github.com/anteroom-visit/anteroom/visit/date"
)

// zoneOf is the time zone of the country in a file's name.
func zoneOf(name string) string {
	for country, zone := range map[string]string{
		"-us": "America/New_York", "-uk": "Europe/London", "-germany": "Europe/Berlin", "-france": "Europe/Paris", "-japan": "Asia/Tokyo",
	} {
		if strings.Contains(name, country) {
			return zone
		}
	}
	return ""
}

// startsOf makes the links of a file and returns the starts on the wall in a zone.
func startsOf(t *testing.T, data []byte, zone string, order date.Orders) (starts []string, result Result) {
	t.Helper()
	l, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	m := Maker{Now: noon, Defaults: visit.Draft{Zone: zone, DateOrder: order}, Link: func(v visit.Visit) (string, error) {
		return fmt.Sprintf("%s %s %d", v.Name, v.Start.In(l).Format("2006-01-02 15:04"), v.Minutes), nil
	}}
	var out bytes.Buffer
	result, err = m.Make(&out, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var written sheet
	r := csv.NewReader(bytes.NewReader(written.separate(bytes.TrimPrefix(out.Bytes(), []byte("\ufeff")))))
	r.Comma = written.comma
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		starts = append(starts, row[len(row)-1])
	}
	return starts, result
}

// No date of any spreadsheet is guessed: each file is read rightly in its own
// country, and anywhere else if one of its dates shows the order; without one, a
// country that uses both orders is asked.
func TestMakeReadsWhatSpreadsheetsSave(t *testing.T) {
	files, err := filepath.Glob("testdata/csv/*.csv")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	whole := "Sam Patel 2026-11-24 14:30 20|Zoë Łukasz 2027-05-06 09:05 20|李雷 2027-12-31 16:00 20"
	doubt := "Sam Patel 2027-06-05 14:30 20|Zoë Łukasz 2027-05-06 09:05 20"
	for _, name := range files {
		data, err := os.ReadFile(name) //nolint:gosec // a file of this test
		if err != nil {
			t.Fatal(err)
		}
		base := filepath.Base(name)
		want, zones := whole, []string{zoneOf(base), "America/Toronto", "UTC"}
		if strings.Contains(base, "-doubt") {
			want, zones = doubt, zones[:1]
			starts, result := startsOf(t, data, "America/Toronto", 0)
			if result.Doubt == nil || len(result.Doubt.Readings) != 2 || strings.Join(starts, "") != "" {
				t.Errorf("%s in Canada: %q", base, starts)
			}
			order := map[bool]date.Orders{true: date.MonthFirst, false: date.DayFirst}[strings.Contains(base, "-us")]
			if starts, _ := startsOf(t, data, "America/Toronto", order); strings.Join(starts, "|") != want {
				t.Errorf("%s in Canada, once asked: %q", base, starts)
			}
		}
		if strings.Contains(base, "short-year") {
			zones = []string{zoneOf(base), "America/Toronto"}
		}
		for _, zone := range zones {
			starts, result := startsOf(t, data, zone, 0)
			if got := strings.Join(starts, "|"); got != want || len(result.Problems) > 0 || result.Doubt != nil {
				t.Errorf("%s in %s: %s, %v", base, zone, got, result.Problems)
			}
		}
	}
}

func TestMakeTellsWhatItDecided(t *testing.T) {
	for _, c := range []struct {
		rows, zone, want string
	}{
		{"5/6/2027 14:30", "Europe/London", "2 2027-06-05"},
		{"2027-06-05 14:30", "Europe/London", ""},
		{"24/11/2026 14:30", "Europe/London", ""},
		{"24/11/2026 14:30|5/6/2027 14:30", "America/New_York", "3 2027-06-05"},
		{"5 June 2027 14:30", "America/Toronto", ""},
	} {
		file := "meeting,start\n"
		for row := range strings.SplitSeq(c.rows, "|") {
			file += meeting + "," + row + "\n"
		}
		_, result := startsOf(t, []byte(file), c.zone, 0)
		got := ""
		if d := result.Decided; d != nil {
			got = fmt.Sprint(d.Line, " ", d.Readings[0].At.Format(time.DateOnly))
		}
		if got != c.want || result.Doubt != nil {
			t.Errorf("%s in %s: %q, want %q", c.rows, c.zone, got, c.want)
		}
	}
}

// A file whose dates contradict each other is not decided by its country either.
func TestContradictingDatesAreAskedAbout(t *testing.T) {
	file := "meeting,start\n" + meeting + ",25/6/2027 9:00\n" + meeting + ",6/25/2027 9:00\n" + meeting + ",5/6/2027 9:00\n"
	starts, result := startsOf(t, []byte(file), "Europe/London", 0)
	if result.Doubt == nil || result.Doubt.Line != 4 || len(result.Problems) != 1 || result.Problems[0].Reason != visit.AmbiguousDate || starts[2] != "" {
		t.Errorf("%q, %v", starts, result)
	}
}
