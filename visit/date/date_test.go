package date

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// format writes readings in one line, for comparison.
func format(readings []Reading) string {
	var out []string
	for _, r := range readings {
		at := r.At.Format("2006-01-02T15:04")
		if r.At.Second() != 0 {
			at = r.At.Format("2006-01-02T15:04:05")
		}
		if r.Exact {
			at += "Z"
		}
		if r.Zone != "" {
			at += " in " + r.Zone
		}
		names := ""
		for _, o := range []Orders{DayFirst, MonthFirst, YearFirst} {
			if r.Orders&o != 0 {
				names += " " + o.String()
			}
		}
		out = append(out, at+names)
	}
	return strings.Join(out, ", ")
}

func TestReadReturnsEveryReading(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		// Numbers in one order, or in several.
		{"24/11/2026 14:30", "2026-11-24T14:30 dmy"},
		{"11/24/2026 2:30 PM", "2026-11-24T14:30 mdy"},
		{"5/6/2027 14:30", "2027-06-05T14:30 dmy, 2027-05-06T14:30 mdy"},
		{"05.06.2027 14:30", "2027-06-05T14:30 dmy, 2027-05-06T14:30 mdy"},
		{"05-06-2027 14:30", "2027-06-05T14:30 dmy, 2027-05-06T14:30 mdy"},
		{"5/5/2027 14:30", "2027-05-05T14:30 dmy mdy"},
		{"24/11/26 14:30", "2026-11-24T14:30 dmy, 2024-11-26T14:30 ymd"},
		{"11/24/26 14:30", "2026-11-24T14:30 mdy"},
		{"05/06/27 14:30", "2027-06-05T14:30 dmy, 2027-05-06T14:30 mdy"},
		{"26/11/24 14:30", "2024-11-26T14:30 dmy, 2026-11-24T14:30 ymd"},
		{"31/12/99 14:30", "2099-12-31T14:30 dmy"},
		// A weekday selects one reading, or contradicts all of them.
		{"Sat 05/06/2027 14:30", "2027-06-05T14:30 dmy"},
		{"Thursday, 5/6/2027, 2:30 pm", "2027-05-06T14:30 mdy"},
		{"Mon 05/06/2027 14:30", ""},
		{"Wednesday 24 November 2026 14:30", ""},
		// The year first.
		{"20270605T143000", "2027-06-05T14:30"},
		{"20270605T143000Z", "2027-06-05T14:30Z"},
		{"20270605T1430", "2027-06-05T14:30"},
		{"20271305T143000", ""},
		{"20270605", ""},
		{"2026-11-24 14:30", "2026-11-24T14:30"},
		{"2026/11/24 14:30", "2026-11-24T14:30"},
		{"2026. 11. 24. 14:30", "2026-11-24T14:30"},
		{"2026.11.24. 14:30", "2026-11-24T14:30"},
		{"2026-5-6 9:00", "2026-05-06T09:00"},
		{"2026年11月24日 14:30", "2026-11-24T14:30"},
		{"2026年11月24日(火) 午後2時30分", "2026-11-24T14:30"},
		{"2026年11月24日火曜日 14時30分", "2026-11-24T14:30"},
		{"2026年11月24日下午2:30", "2026-11-24T14:30"},
		{"2026년 11월 24일 오후 2:30", "2026-11-24T14:30"},
		{"令和8年11月24日(火) 14時半", "2026-11-24T14:30"},
		{"㋿8年11月24日 14:30", "2026-11-24T14:30"},
		{"令和元年11月24日 14:30", "2019-11-24T14:30"},
		{"R8.11.24 14:30", "2026-11-24T14:30"},
		{"R08/5/6 14:30", "2026-05-06T14:30"},
		{"平成38年11月24日 14:30", ""},
		{"民國115年11月24日 下午2:30", "2026-11-24T14:30"},
		{"24.11.2026 r. 14.30", "2026-11-24T14:30 dmy"},
		{"5/Jun/2027 14:30", "2027-06-05T14:30"},
		// Abbreviations of time zones.
		{"5 Jun 2027 14:30 CEST", "2027-06-05T14:30 in CEST"},
		{"5 Jun 2027 14:30 (CEST)", "2027-06-05T14:30 in CEST"},
		{"5 Jun 2027 14:30 Uhr MESZ", "2027-06-05T14:30 in CEST"},
		{"24 Nov 2026 14:30 CET", "2026-11-24T14:30 in CET"},
		{"5 Jun 2027 2:30 PM EDT", "2027-06-05T14:30 in EDT"},
		{"5 Jun 2027 14:30 BST", "2027-06-05T14:30 in BST"},
		{"5 Jun 2027 14:30 XYZT", ""},
		{"Sat Jun 05 2027 14:30:00 GMT+0200 (Central European Summer Time)", "2027-06-05T12:30Z"},
		{"2027-06-05T14:30:00+02:00[Europe/Berlin]", "2027-06-05T12:30Z"},
		// ISO 8601.
		{"2027-06-05T14:30:00.0000000", "2027-06-05T14:30"},
		{"2027-06-05 14:30:00.0000000 +00:00", "2027-06-05T14:30Z"},
		{"2027-06-05 14:30:00.5000000", ""},
		{"2026-11-24T14:30", "2026-11-24T14:30"},
		{"2026-11-24T14:30:00", "2026-11-24T14:30"},
		{"2026-11-24T14:30:00.000Z", "2026-11-24T14:30Z"},
		{"2026-11-24T14:30Z", "2026-11-24T14:30Z"},
		{"2026-11-24T14:30+01:00", "2026-11-24T13:30Z"},
		{"2026-11-24t14:30-05:00", "2026-11-24T19:30Z"},
		{"2026-11-24 14:30:00-05", "2026-11-24T19:30Z"},
		{"2026-11-24 14:30 +0100", "2026-11-24T13:30Z"},
		{"2026-11-24 14:30:00 +01:00", "2026-11-24T13:30Z"},
		{"11/24/2026 2:30:00 PM -05:00", "2026-11-24T19:30Z mdy"},
		{"Tue, 24 Nov 2026 14:30:00 +0000", "2026-11-24T14:30Z"},
		{"24 Nov 2026 14:30 UTC", "2026-11-24T14:30Z"},
		{"24 Nov 2026 14:30 GMT+1", "2026-11-24T13:30Z"},
		{"2026-11-24 10:00-11:00", ""},
		{"24/11/2026 10:00-11:00", ""},
		{"24/11/2026 10:00 - 11:00", ""},
		{"24/11/2026 10:00 -11:00", ""},
		{"2026-11-24T14:30+15:00", ""},
		{"2026-11-24T14:30:30", "2026-11-24T14:30:30"},
		// Times of day.
		{"24/11/2026 2:30:00 PM", "2026-11-24T14:30 dmy"},
		{"24/11/2026 2:30\u202fPM", "2026-11-24T14:30 dmy"},
		{"24/11/2026 2:30 p.m.", "2026-11-24T14:30 dmy"},
		{"24/11/2026 2:30 a. m.", "2026-11-24T02:30 dmy"},
		{"24/11/2026 12:30 am", "2026-11-24T00:30 dmy"},
		{"24/11/2026 12:30 pm", "2026-11-24T12:30 dmy"},
		{"24/11/2026 2pm", "2026-11-24T14:00 dmy"},
		{"24/11/2026 2 PM", "2026-11-24T14:00 dmy"},
		{"24/11/2026 14h30", "2026-11-24T14:30 dmy"},
		{"24/11/2026 à 14 h 30", "2026-11-24T14:30 dmy"},
		{"24.11.2026 14.30", "2026-11-24T14:30 dmy"},
		{"24.11.2026 14.30 Uhr", "2026-11-24T14:30 dmy"},
		{"24.11.2026 um 14:30 Uhr", "2026-11-24T14:30 dmy"},
		{"24. 11. 2026 14:30", "2026-11-24T14:30 dmy"},
		{"14:30 24/11/2026", "2026-11-24T14:30 dmy"},
		{"2:30 PM, 11/24/2026", "2026-11-24T14:30 mdy"},
		{"24/11/2026 14:30 pm", ""},
		{"24/11/2026 24:00", ""},
		{"24/11/2026 14:60", ""},
		{"24/11/2026 13 pm", ""},
		// A month in words.
		{"24 Nov 2026 14:30", "2026-11-24T14:30"},
		{"24-Nov-26 14:30", "2026-11-24T14:30"},
		{"24-Nov-2026 2:30 PM", "2026-11-24T14:30"},
		{"Tuesday 24 November 2026 at 2:30pm", "2026-11-24T14:30"},
		{"Tuesday, November 24, 2026, 2:30 PM", "2026-11-24T14:30"},
		{"November 24th 2026 2:30pm", "2026-11-24T14:30"},
		{"1st of Dec 2026 14:30", "2026-12-01T14:30"},
		{"Dienstag, 24. November 2026, 14:30 Uhr", "2026-11-24T14:30"},
		{"24. März 2027 14.30", "2027-03-24T14:30"},
		{"mardi 24 novembre 2026 à 14h30", "2026-11-24T14:30"},
		{"1er décembre 2026 14:30", "2026-12-01T14:30"},
		{"1er decembre 2026 14:30", "2026-12-01T14:30"}, //nolint:misspell // typed without the accent
		{"martes, 24 de noviembre de 2026 14:30", "2026-11-24T14:30"},
		{"mar. 24 nov. 2026 14:30", "2026-11-24T14:30"},
		{"24 mar 2027 14:30", "2027-03-24T14:30"},
		{"24 de gener de 2027 14:30", "2027-01-24T14:30"},
		{"2026. november 24. 14:30", "2026-11-24T14:30"},
		{"24 listopada 2026 14:30", "2026-10-24T14:30, 2026-11-24T14:30"},
		{"вторник, 24 ноября 2026 г. 14:30", "2026-11-24T14:30"},
		{"24 Kasım 2026 14:30", "2026-11-24T14:30"},
		{"24 bahman 2026 14:30", ""},
		{"24 בנובמבר 2026, 14:30", "2026-11-24T14:30"},
		{"24 tháng 11, 2026 14:30", "2026-11-24T14:30"},
		{"24 พฤศจิกายน 2026 14:30", "2026-11-24T14:30"},
		{"الثلاثاء 24 نوفمبر 2026 14:30", "2026-11-24T14:30"},
		{"٢٤ نوفمبر ٢٠٢٦، ٢:٣٠ م", "2026-11-24T14:30"},
		{"\u200f24/11/2026 02:30 م", "2026-11-24T14:30 dmy"},
		{"24/11/2026م 10:30", ""},
		{"２０２６年１１月２４日 １４：３０", "2026-11-24T14:30"},
		// Texts that are not a date with a time.
		{"", ""},
		{"soon", ""},
		{"24/11/2026", ""},
		{"14:30", ""},
		{"24 November 14:30", ""},
		{"46350.604", ""},
		{"31/02/2027 14:30", ""},
		{"29/02/2027 14:30", ""},
		{"29/02/2028 14:30", "2028-02-29T14:30 dmy"},
		{"13/13/2027 14:30", ""},
		{"24/11/2026 14:30 or 15:30", ""},
		{"24/11/2026 or 25/11/2026 14:30", ""},
		{"24/11/2026 14:30 EST", "2026-11-24T14:30 in EST dmy"},
		{"not 24/11/2026 14:30", ""},
		{"24/11.2026 14:30", ""},
		{"124/11/2026 14:30", ""},
		{"令和8年11月24日 14:30", "2026-11-24T14:30"},
		{"\xff24/11/2026 14:30", ""},
		{strings.Repeat(" ", 200) + "24/11/2026 14:30", ""},
	} {
		if got := format(Read(c.text)); got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}

// A date in numbers has two readings if the day and the month are both at most 12 and
// differ. Separators, leading zeros and the time beside it do not change that.
func TestReadReturnsBothReadingsOfAmbiguousDates(t *testing.T) {
	for day := 1; day <= 12; day++ {
		for month := 1; month <= 12; month++ {
			for _, layout := range []string{"%d/%d/2027", "%02d/%02d/2027", "%d.%d.2027", "%02d.%02d.2027", "%d-%d-2027", "%02d/%02d/27", "%d. %d. 2027"} {
				for _, clock := range []string{" 14:30", " 2:30 PM", " 14.30", ", 14h30"} {
					text := fmt.Sprintf(layout, day, month) + clock
					got := Read(text)
					want := 2
					if day == month {
						want = 1
					}
					if len(got) != want {
						t.Fatalf("%q: got %d readings (%s), want %d", text, len(got), format(got), want)
					}
				}
			}
		}
	}
}

func TestChoose(t *testing.T) {
	for _, c := range []struct {
		text           string
		known, country Orders
		want           string
	}{
		{"5/6/2027 14:30", 0, DayFirst, "2027-06-05"},
		{"5/6/2027 14:30", 0, MonthFirst, "2027-05-06"},
		{"5/6/2027 14:30", 0, 0, ""},
		{"5/6/2027 14:30", 0, YearFirst, ""},
		{"5/6/2027 14:30", 0, DayFirst | YearFirst, "2027-06-05"},
		{"5/6/2027 14:30", MonthFirst, DayFirst, "2027-05-06"},
		{"5/6/2027 14:30", Mixed, DayFirst, ""},
		{"5.6.2027 14:30", 0, MonthFirst, ""},
		{"5.6.2027 14:30", MonthFirst, 0, "2027-05-06"},
		{"13/6/2027 14:30", MonthFirst, MonthFirst, "2027-06-13"},
		{"13/6/2027 14:30", Mixed, 0, "2027-06-13"},
		{"26/11/24 14:30", 0, YearFirst, "2026-11-24"},
		{"26/11/24 14:30", 0, DayFirst | YearFirst, ""},
		{"26/11/24 14:30", DayFirst | YearFirst, YearFirst, "2026-11-24"},
		{"24 listopada 2026 14:30", DayFirst, DayFirst, ""},
		{"soon", 0, DayFirst, ""},
	} {
		got := ""
		if r, ok := Choose(Read(c.text), c.known, c.country); ok {
			got = r.At.Format(time.DateOnly)
		}
		if got != c.want {
			t.Errorf("%q with known order %d in a country with %d: got %q, want %q", c.text, c.known, c.country, got, c.want)
		}
	}
}

func TestInfer(t *testing.T) {
	for _, c := range []struct {
		column string
		want   Orders
	}{
		{"5/6/2027 9:00|13/6/2027 9:00", DayFirst},
		{"5/6/2027 9:00|6/13/2027 9:00", MonthFirst},
		{"5/6/2027 9:00|7/8/2027 9:00", DayFirst | MonthFirst},
		{"13/6/2027 9:00|6/13/2027 9:00", Mixed},
		{"2027-06-13 9:00|now||soon|5 June 2027 9:00", 0},
		{"26/11/24 9:00|05/06/27 9:00", DayFirst},
		{"Sat 05/06/2027 9:00|7/8/2027 9:00", DayFirst},
		{"5/5/2027 9:00", DayFirst | MonthFirst},
	} {
		if got := Infer(strings.Split(c.column, "|")); got != c.want {
			t.Errorf("%s: got %d, want %d", c.column, got, c.want)
		}
	}
}

func TestInZoneReturnsTheOrdersOfTheCountry(t *testing.T) {
	for zone, want := range map[string]Orders{
		"Europe/London": DayFirst, "America/New_York": MonthFirst, "US/Eastern": MonthFirst, "America/Indiana/Knox": MonthFirst,
		"America/Toronto": 0, "Canada/Pacific": 0, "Asia/Manila": 0, "Africa/Nairobi": 0, "America/Puerto_Rico": 0,
		"Asia/Tokyo": YearFirst, "Europe/Stockholm": DayFirst | YearFirst, "Europe/Berlin": DayFirst, "Australia/Sydney": DayFirst,
		"UTC": 0, "Etc/GMT+5": 0, "Nowhere/At_All": 0, "": 0, "Asia/Jerusalem": DayFirst, "Asia/Gaza": DayFirst,
		"GMT Standard Time": DayFirst, "Eastern Standard Time": MonthFirst,
	} {
		if got := InZone(zone); got != want {
			t.Errorf("%s: got %d, want %d", zone, got, want)
		}
	}
}

func TestZone(t *testing.T) {
	for name, want := range map[string]string{
		"GMT Standard Time": "Europe/London", "w. europe standard time": "Europe/Berlin", " Tokyo Standard Time ": "Asia/Tokyo",
		"Eastern Standard Time": "America/New_York", "europe/london": "Europe/London", "Europe/London": "Europe/London",
		"UTC": "UTC", "Mars Standard Time": "Mars Standard Time",
	} {
		if got := Zone(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	for name, iana := range zones().iana {
		if _, err := time.LoadLocation(iana); err != nil && strings.HasSuffix(name, " time") {
			t.Errorf("%s: got %s, which is not a time zone: %v", name, iana, err)
		}
	}
}

// FuzzRead checks that the readings of a text differ in moment and order. It also checks
// that a reading written in full is read as itself.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"24/11/2026 14:30", "Sat 05/06/27 2:30 p.m.", "2026-11-24T14:30+01:00", "2026年11月24日(火) 午後2時30分", "mar. 24 nov. 2026 à 14h30",
		"24 tháng 11, 2026 14:30", "24. 11. 2026 14.30 Uhr", "٢٤ نوفمبر ٢٠٢٦، ٢:٣٠ م", "24 listopada 2026 9:00",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		readings := Read(text)
		for i, r := range readings {
			if slices.ContainsFunc(readings[:i], func(o Reading) bool { return o.At.Equal(r.At) || o.Orders&r.Orders != 0 }) {
				t.Errorf("%q: got %s, want readings that differ in moment and order", text, format(readings))
			}
			if again := Read(r.At.Format("2006-01-02T15:04:05Z")); r.At.Year() >= 1000 && (len(again) != 1 || !again[0].At.Equal(r.At)) {
				t.Errorf("%q: got %s, and %s when it was read again", text, format(readings), format(again))
			}
		}
	})
}
