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

// spreadsheets returns the files of testdata/csv by name.
func spreadsheets(t testing.TB) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("testdata/csv/*.csv")
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string][]byte)
	for _, name := range names {
		data, err := os.ReadFile(name) //nolint:gosec // a file of this test
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(name)] = data
	}
	return files
}

// readRows reads a file that Make wrote. fieldsPerRecord has the meaning of
// FieldsPerRecord in csv.Reader.
func readRows(t testing.TB, file []byte, fieldsPerRecord int) [][]string {
	t.Helper()
	var s sheet
	r := csv.NewReader(bytes.NewReader(s.separate(bytes.TrimPrefix(file, []byte("\ufeff")))))
	r.Comma, r.FieldsPerRecord = s.comma, fieldsPerRecord
	rows, err := r.ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatalf("got %d rows and error %v, want valid CSV", len(rows), err)
	}
	return rows
}

// zoneOf returns the time zone of the country in a file's name.
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

// startsOf makes the links of a file. It returns the name, the start in local time and
// the minutes of each visit.
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
	for _, row := range readRows(t, out.Bytes(), 0)[1:] {
		starts = append(starts, row[len(row)-1])
	}
	return starts, result
}

// Make must not guess the order of day and month. It reads each file correctly in the
// country of the file. Elsewhere it needs one date that shows the order, and raises a
// doubt without one.
func TestMakeReadsTheDatesOfSpreadsheets(t *testing.T) {
	files := spreadsheets(t)
	if len(files) < 40 {
		t.Fatalf("got %d files, want at least 40", len(files))
	}
	unambiguous := "Sam Patel 2026-11-24 14:30 20|Zoë Łukasz 2027-05-06 09:05 20|李雷 2027-12-31 16:00 20"
	ambiguous := "Sam Patel 2027-06-05 14:30 20|Zoë Łukasz 2027-05-06 09:05 20"
	for name, data := range files {
		want, zones := unambiguous, []string{zoneOf(name), "America/Toronto", "UTC"}
		if strings.Contains(name, "-doubt") {
			want, zones = ambiguous, zones[:1]
			starts, result := startsOf(t, data, "America/Toronto", 0)
			if result.Doubt == nil || len(result.Doubt.Readings) != 2 || strings.Join(starts, "") != "" {
				t.Errorf("%s in Canada: got %q, want a doubt with two readings and no links", name, starts)
			}
			order := map[bool]date.Orders{true: date.MonthFirst, false: date.DayFirst}[strings.Contains(name, "-us")]
			if starts, _ := startsOf(t, data, "America/Toronto", order); strings.Join(starts, "|") != want {
				t.Errorf("%s in Canada with the order: got %q, want %q", name, starts, want)
			}
		}
		if strings.Contains(name, "short-year") {
			zones = []string{zoneOf(name), "America/Toronto"}
		}
		for _, zone := range zones {
			starts, result := startsOf(t, data, zone, 0)
			if got := strings.Join(starts, "|"); got != want || len(result.Problems) > 0 || result.Doubt != nil {
				t.Errorf("%s in %s: got %s, problems %v and doubt %v, want %s", name, zone, got, result.Problems, result.Doubt, want)
			}
		}
	}
}

func TestMakeReportsTheDateItDecided(t *testing.T) {
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
			t.Errorf("%s in %s: got %q and doubt %v, want %q", c.rows, c.zone, got, result.Doubt, c.want)
		}
	}
}

// The country does not decide the order if two dates of the file contradict each other.
func TestMakeRaisesADoubtForContradictingDates(t *testing.T) {
	file := "meeting,start\n" + meeting + ",25/6/2027 9:00\n" + meeting + ",6/25/2027 9:00\n" + meeting + ",5/6/2027 9:00\n"
	starts, result := startsOf(t, []byte(file), "Europe/London", 0)
	if result.Doubt == nil || result.Doubt.Line != 4 || len(result.Problems) != 1 || result.Problems[0].Reason != visit.AmbiguousDate || starts[2] != "" {
		t.Errorf("got %q and %+v, want a doubt and a problem in line 4", starts, result)
	}
}
