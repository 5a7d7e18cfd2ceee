package invitation

import (
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"

	"github.com/anteroom-visit/anteroom/visit"
)

// read parses a calendar file with an independent parser and returns its one event.
func read(t *testing.T, text string) (*ical.Calendar, ical.Event) {
	t.Helper()
	if strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\n") || strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\r") {
		t.Errorf("a line does not end with CRLF: %q", text)
	}
	for line := range strings.SplitSeq(text, "\r\n") {
		if len(line) > 75 {
			t.Errorf("a line has %d bytes, want at most 75: %s", len(line), line)
		}
	}
	c, err := ical.NewDecoder(strings.NewReader(text)).Decode()
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if n := len(c.Events()); n != 1 {
		t.Fatalf("got %d events, want 1 in\n%s", n, text)
	}
	return c, c.Events()[0]
}

func property(t *testing.T, e ical.Event, name string) string {
	t.Helper()
	text, err := e.Props.Text(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestCalendar(t *testing.T) {
	v := sample(t)
	v.Revision = 3
	i := invite(t, v, link, lamna)
	text, err := i.Calendar()
	if err != nil {
		t.Fatal(err)
	}
	c, e := read(t, text)
	if method, _ := c.Props.Text(ical.PropMethod); method != "PUBLISH" {
		t.Errorf("got method %s, want PUBLISH", method)
	}
	for name, want := range map[string]string{
		ical.PropUID: v.ID.String() + "@visit.example.org", ical.PropSummary: "Video visit - do not travel: Dr Asha Rao", ical.PropStatus: "CONFIRMED",
		ical.PropLocation: "Online - do not travel", ical.PropClass: "PRIVATE",
	} {
		if got := property(t, e, name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if got := e.Props.Get(ical.PropSequence).Value; got != "3" {
		t.Errorf("got sequence %s, want 3", got)
	}
	if got := e.Props.Get(ical.PropURL).Value; got != link {
		t.Errorf("got URL %s, want %s", got, link)
	}
	start := e.Props.Get(ical.PropDateTimeStart)
	if start.Params.Get("TZID") != "Europe/London" || start.Value != "20261124T143000" {
		t.Errorf("got start %+v, want 20261124T143000 in Europe/London", start)
	}
	from, err1 := e.DateTimeStart(time.UTC)
	to, err2 := e.DateTimeEnd(time.UTC)
	if err1 != nil || err2 != nil || !from.Equal(v.Start) || !to.Equal(v.End()) {
		t.Errorf("got %s to %s, want %s to %s", from, to, v.Start, v.End())
	}
	description := property(t, e, ical.PropDescription)
	for _, want := range []string{link, "Call 01234 567890.", "\n\nIt takes place online. Do not travel.\n"} {
		if !strings.Contains(description, want) {
			t.Errorf("got description %q, want %q in it", description, want)
		}
	}
	v.Host = ""
	text, _ = invite(t, v, link, lamna).Calendar()
	if _, e := read(t, text); property(t, e, ical.PropSummary) != "Video visit - do not travel" {
		t.Errorf("without a host: got summary %q", property(t, e, ical.PropSummary))
	}
}

func TestCalendarHasAReminder(t *testing.T) {
	i := invite(t, sample(t), link, lamna)
	text, _ := i.Calendar()
	_, e := read(t, text)
	if len(e.Children) != 1 || e.Children[0].Name != ical.CompAlarm {
		t.Fatalf("got %d components in the event, want one alarm", len(e.Children))
	}
	for name, want := range map[string]string{
		ical.PropAction: "DISPLAY", ical.PropTrigger: "-PT15M", ical.PropDescription: "Video visit - do not travel: Dr Asha Rao",
	} {
		if got := e.Children[0].Props.Get(name).Value; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	text, _ = i.Cancellation()
	if _, e := read(t, text); len(e.Children) != 0 {
		t.Error("a cancellation has a reminder")
	}
}

func TestMovedAndCancelledVisitsKeepTheirUID(t *testing.T) {
	v := sample(t)
	first, _ := invite(t, v, link, lamna).Calendar()
	moved := v
	moved.Revision, moved.Start = 1, v.Start.Add(48*time.Hour)
	second, _ := invite(t, moved, link+"x", lamna).Calendar()
	cancelled, err := invite(t, moved, link+"x", lamna).Cancellation()
	if err != nil {
		t.Fatal(err)
	}
	var uids, sequences []string
	for _, text := range []string{first, second, cancelled} {
		_, e := read(t, text)
		uids, sequences = append(uids, property(t, e, ical.PropUID)), append(sequences, e.Props.Get(ical.PropSequence).Value)
	}
	if uids[0] != uids[1] || uids[1] != uids[2] || strings.Join(sequences, " ") != "0 1 2" {
		t.Errorf("got UIDs %v and sequences %v, want one UID and 0 1 2", uids, sequences)
	}
	c, e := read(t, cancelled)
	method, _ := c.Props.Text(ical.PropMethod)
	if method != "CANCEL" || property(t, e, ical.PropStatus) != "CANCELLED" {
		t.Errorf("got method %s and status %s, want CANCEL and CANCELLED", method, property(t, e, ical.PropStatus))
	}
}

// The VTIMEZONE of the file must agree with the zone database, also when clocks change
// during the visit.
func TestCalendarZones(t *testing.T) {
	for _, c := range []struct {
		zone, start string
		minutes     int
		want        []string // each observance: its kind, both offsets and its start
	}{
		{"Europe/London", "2026-11-24T14:30:00Z", 15, []string{"DAYLIGHT +0000 +0100 20260329T010000", "STANDARD +0100 +0000 20261025T020000"}},
		{"Europe/London", "2026-07-24T14:30:00Z", 15, []string{"STANDARD +0100 +0000 20251026T020000", "DAYLIGHT +0000 +0100 20260329T010000"}},
		// In the zone database, winter is the daylight saving time of Ireland.
		{"Europe/Dublin", "2026-11-24T14:30:00Z", 15, []string{"DAYLIGHT +0000 +0100 20260329T010000", "STANDARD +0100 +0000 20261025T020000"}},
		{"America/Sao_Paulo", "2026-11-24T14:30:00Z", 15, []string{"STANDARD -0200 -0300 20190217T000000"}},
		{"Europe/London", "2026-10-25T00:30:00Z", 60, []string{"DAYLIGHT +0000 +0100 20260329T010000", "STANDARD +0100 +0000 20261025T020000"}},
		{"America/New_York", "2026-03-08T06:30:00Z", 120, []string{"STANDARD -0400 -0500 20251102T020000", "DAYLIGHT -0500 -0400 20260308T020000"}},
		{"Asia/Kolkata", "2026-11-24T14:30:00Z", 15, []string{"STANDARD +0630 +0530 19451015T000000"}},
		{"UTC", "2026-11-24T14:30:00Z", 15, []string{"STANDARD +0000 +0000 19700101T000000"}},
		{"Australia/Lord_Howe", "2026-04-04T14:30:00Z", 60, []string{"DAYLIGHT +1030 +1100 20251005T020000", "STANDARD +1100 +1030 20260405T020000"}},
		{"Pacific/Apia", "2026-11-24T14:30:00Z", 15, []string{"STANDARD +1400 +1300 20210404T040000"}},
	} {
		v := sample(t)
		var err error
		if v.Start, err = time.Parse(time.RFC3339, c.start); err != nil {
			t.Fatal(err)
		}
		v.Zone, v.Minutes = c.zone, c.minutes
		text, err := invite(t, v, link, lamna).Calendar()
		if err != nil {
			t.Fatal(err)
		}
		parsed, e := read(t, text)
		var got []string
		for _, part := range parsed.Children {
			if part.Name != ical.CompTimezone {
				continue
			}
			if id, _ := part.Props.Text(ical.PropTimezoneID); id != c.zone {
				t.Errorf("got zone %s, want %s", id, c.zone)
			}
			for _, o := range part.Children {
				got = append(got, strings.Join([]string{
					o.Name, o.Props.Get(ical.PropTimezoneOffsetFrom).Value, o.Props.Get(ical.PropTimezoneOffsetTo).Value,
					o.Props.Get(ical.PropDateTimeStart).Value,
				}, " "))
			}
		}
		if strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%s: got %q, want %q", c.zone, got, c.want)
		}
		if strings.Index(text, "BEGIN:VTIMEZONE") > strings.Index(text, "BEGIN:VEVENT") {
			t.Errorf("%s: the VTIMEZONE comes after its event", c.zone)
		}
		if to, err := e.DateTimeEnd(time.UTC); err != nil || !to.Equal(v.End()) {
			t.Errorf("%s: got end %s (%v), want %s", c.zone, to, err, v.End())
		}
	}
}

func TestNamesCannotAddCalendarProperties(t *testing.T) {
	for _, name := range hostileNames() {
		v := sample(t)
		v.Name, v.Host = name, name
		v.DialIn = visit.DialIn{Number: "+44 20 1234 5678"}
		text, err := invite(t, v, link, Brand{Name: name, Phone: "1\r\nATTENDEE:x"}).Calendar()
		if err != nil {
			t.Fatal(err)
		}
		_, e := read(t, text)
		if got := property(t, e, ical.PropSummary); got != "Video visit - do not travel: "+name {
			t.Errorf("%q: got summary %q", name, got)
		}
		if got := property(t, e, ical.PropDescription); !strings.Contains(got, name) || !strings.Contains(got, link) {
			t.Errorf("%q: got description %q, want the name and the link in it", name, got)
		}
		if len(e.Props) != 11 || e.Props.Get("ATTENDEE") != nil || len(e.Children) != 1 {
			t.Errorf("%q: got %d properties, want 11 without ATTENDEE", name, len(e.Props))
		}
	}
}
