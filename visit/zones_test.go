package visit

import (
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/visit/date"
)

// An abbreviation of a time zone is accepted if the visit's own zone uses it, or only
// one region does. It is rejected at times of the year when no region uses it.
func TestMomentReadsAbbreviationsOfZones(t *testing.T) {
	for _, c := range []struct{ typed, zone, want string }{
		{"5 June 2027 14:30 BST", "Europe/London", "2027-06-05 13:30"},
		{"5 June 2027 14:30 BST", "America/New_York", ""},
		{"24 November 2026 14:30 BST", "Europe/London", ""},
		{"5 June 2027 14:30 CEST", "Europe/Berlin", "2027-06-05 12:30"},
		{"5 June 2027 14:30 CEST", "America/New_York", "2027-06-05 12:30"},
		{"5 June 2027 14:30 CET", "Europe/Berlin", ""},
		{"24 November 2026 14:30 MEZ", "Europe/London", "2026-11-24 13:30"},
		{"5 June 2027 2:30 PM EDT", "America/Toronto", "2027-06-05 18:30"},
		{"5 June 2027 2:30 PM EDT", "Europe/London", "2027-06-05 18:30"},
		{"24 November 2026 2:30 PM EDT", "Australia/Sydney", ""},
		{"24 November 2026 2:30 PM EST", "America/New_York", "2026-11-24 19:30"},
		{"24 November 2026 2:30 PM EST", "Europe/London", ""},
		{"5 June 2027 14:30 IST", "Asia/Kolkata", "2027-06-05 09:00"},
		{"5 June 2027 14:30 IST", "Europe/Dublin", "2027-06-05 13:30"},
		{"5 June 2027 14:30 IST", "Europe/Berlin", ""},
		{"5 June 2027 14:30 CST", "America/Chicago", ""},
		{"24 November 2026 14:30 CST", "Asia/Shanghai", "2026-11-24 06:30"},
		{"5 June 2027 14:30 JST", "Europe/London", "2027-06-05 05:30"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		at, reason := clockRules{zone: zone, country: date.InZone(c.zone)}.moment(c.typed)
		got := ""
		if reason == "" {
			got = at.UTC().Format("2006-01-02 15:04")
		}
		if got != c.want || c.want == "" && reason != NotATime {
			t.Errorf("%s in %s: got %q (%s), want %q", c.typed, c.zone, got, reason, c.want)
		}
	}
}
