package visit

import (
	"errors"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/teams"
)

var noon = time.Date(2026, 11, 23, 12, 0, 31, 0, time.UTC)

func TestDraftVisit(t *testing.T) {
	d := Draft{
		Meeting: "Join: <" + classic + "> or so", Name: "  Zoe\u0308   Patel ", Host: "Dr Asha Rao", Start: "2026-11-24 14:30",
		Phone: "01234.567/890", DialIn: "+44\u00a020 1234\u20115678", Conference: "123 456 789#", Language: "EN-gb", Role: "Interpreter", Chat: "off", Share: "No",
	}
	v, err := d.Visit(noon, teams.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	want := sample(t, classic)
	want.Created = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	want.ID, want.Name, want.Phone, want.DialIn = v.ID, "Zoë Patel", "01234 567 890", DialIn{"+44 20 1234-5678", "123456789"}
	want.Role, want.Chat, want.Share = RoleInterpreter, false, false
	if v.ID == (ID{}) || !v.Start.Equal(want.Start) || !same(v, want) {
		t.Errorf("got %s, %s, %v, %s, want %s, %s, %v, %s", v.Name, v.Phone, v.DialIn, v.Start, want.Name, want.Phone, want.DialIn, want.Start)
	}
	other, _ := d.Visit(noon, teams.Rules{})
	if other.ID == v.ID {
		t.Error("two visits have the same ID")
	}
}

func TestDraftTimes(t *testing.T) {
	for _, c := range []struct {
		zone, start, end, minutes, wantStart string
		want                                 int
	}{
		{"Europe/London", "2026-11-24 14:30", "", "", "2026-11-24T14:30:00Z", 15},
		{"Europe/London", "2026-07-24T14:30", "", "20", "2026-07-24T13:30:00Z", 20},
		{"Europe/London", "24/11/2026 14:30", "15:00", "", "2026-11-24T14:30:00Z", 30},
		{"Europe/London", "24/11/2026 2:30pm", "3pm", "", "2026-11-24T14:30:00Z", 30},
		{"Europe/London", "24/11/2026 2:30pm", "3:00PM", "", "2026-11-24T14:30:00Z", 30},
		{"Europe/Berlin", "24.11.2026 14:30", "2026-11-24 14:45", "15", "2026-11-24T13:30:00Z", 15},
		{"Europe/London", "2026-11-24T14:30:00+05:30", "2026-11-24T09:30:00Z", "", "2026-11-24T09:00:00Z", 30},
		{"America/New_York", "now", "", "", "2026-11-23T12:00:00Z", 15},
		{"Europe/London", "2026-11-24  14:30:00", "", " 5 ", "2026-11-24T14:30:00Z", 5},
		// When clocks are put back, 01:30 occurs twice, and the first one counts.
		{"Europe/London", "2026-10-25 01:30", "", "", "2026-10-25T00:30:00Z", 15},
		{"America/New_York", "2026-11-01 01:59", "", "", "2026-11-01T05:59:00Z", 15},
		{"Europe/London", "2026-10-25 02:00", "", "", "2026-10-25T02:00:00Z", 15},
		{"Europe/London", "2026-10-25 00:59", "", "", "2026-10-24T23:59:00Z", 15},
		{"Australia/Lord_Howe", "2026-04-05 01:45", "", "", "2026-04-04T14:45:00Z", 15},
		{"Europe/London", "2026-10-25 00:30", "2026-10-25 02:30", "", "2026-10-24T23:30:00Z", 180},
	} {
		d := Draft{Meeting: byID, Start: c.start, End: c.end, Minutes: c.minutes, Zone: c.zone}
		v, err := d.Visit(noon, teams.Rules{})
		if err != nil || v.Start.Format(time.RFC3339) != c.wantStart || v.Minutes != c.want {
			t.Errorf("%s to %s in %s: got %s for %d minutes, error %v, want %s for %d",
				c.start, c.end, c.zone, v.Start.Format(time.RFC3339), v.Minutes, err, c.wantStart, c.want)
		}
	}
}

func TestDraftReportsTheFieldAtFault(t *testing.T) {
	good := Draft{Meeting: byID, Start: "2026-11-24 14:30"}
	for _, c := range []struct {
		what   string
		field  Field
		typed  string
		at     Field
		reason Reason
	}{
		{"no meeting", FieldMeeting, " ", FieldMeeting, Missing},
		{"no link", FieldMeeting, "hello", FieldMeeting, Reason(teams.NotAMeeting)},
		{"personal", FieldMeeting, "https://teams.live.com/meet/9312345678901?p=x", FieldMeeting, Reason(teams.PersonalMeeting)},
		{"government", FieldMeeting, "https://gov.teams.microsoft.us/meet/2735012345678?p=abc", FieldMeeting, Reason(teams.GovernmentCloud)},
		{"no passcode", FieldMeeting, "273 501 234 567 8", FieldPasscode, Reason(teams.PasscodeMissing)},
		{"cancelled", FieldMeeting, "Subject: Cancelled: review\n\nhttps://teams.microsoft.com/meet/2735012345678?p=AbCdEfGhIj", FieldMeeting, CancelledMeeting},
		{"no start", FieldStart, "", FieldStart, Missing},
		{"start in words", FieldStart, "tomorrow at noon", FieldStart, NotATime},
		{"a date alone", FieldStart, "2026-11-24", FieldStart, NotATime},
		{"month 13", FieldStart, "2026-13-24 14:30", FieldStart, NotATime},
		{"start with seconds", FieldStart, "2026-11-24 14:30:30", FieldStart, NotATime},
		{"a time that clocks skip", FieldStart, "2026-03-29 01:30", FieldStart, SkippedTime},
		{"too early", FieldStart, "2023-12-31 10:00", FieldStart, OutOfRange},
		{"minutes in words", FieldMinutes, "ten", FieldMinutes, NotANumber},
		{"no minutes", FieldMinutes, "0", FieldMinutes, OutOfRange},
		{"end before the start", FieldEnd, "14:00", FieldEnd, OutOfRange},
		{"end in words", FieldEnd, "later", FieldEnd, NotATime},
		{"end two days later", FieldEnd, "2026-11-26 14:30", FieldEnd, OutOfRange},
		{"not a zone", FieldZone, "London", FieldZone, Unknown},
		{"not a language tag", FieldLanguage, "English", FieldLanguage, Unknown},
		{"not a role", FieldRole, "doctor", FieldRole, Unknown},
		{"phone in words", FieldPhone, "ask", FieldPhone, NotANumber},
		{"chat neither on nor off", FieldChat, "perhaps", FieldChat, Unknown},
		{"invisible name", FieldName, "\u202e", FieldName, Unreadable},
	} {
		d := good
		if !d.Set(c.field, c.typed) {
			t.Fatalf("Set rejects the field %s", c.field)
		}
		_, err := d.Visit(noon, teams.Rules{})
		var f Faults
		if !errors.As(err, &f) || len(f) != 1 || f.Of(c.at) != c.reason {
			t.Errorf("%s: got %v, want %s of %s", c.what, err, c.reason, c.at)
		}
	}
	d := good
	d.Meeting, d.EvenCancelled = "Subject: Cancelled: review\n\nhttps://teams.microsoft.com/meet/2735012345678?p=AbCdEfGhIj", true
	if _, err := d.Visit(noon, teams.Rules{}); err != nil {
		t.Errorf("a cancelled meeting with EvenCancelled: got %v, want no error", err)
	}
	d = good
	d.End, d.Minutes = "15:00", "15"
	if _, err := d.Visit(noon, teams.Rules{}); err == nil || err.Error() != "end: does not fit the other times given" {
		t.Errorf("minutes that contradict the end: got %v", err)
	}
	if d.Set("revision", "1") || d.Set("", "") {
		t.Error("Set accepts a field that is not in Fields")
	}
	for _, field := range Fields() {
		if !d.Set(field, "") {
			t.Errorf("Set rejects the field %s", field)
		}
	}
	_, err := Draft{Meeting: "x", Start: "x", Zone: "x", Role: "x", Phone: "x"}.Visit(noon, teams.Rules{})
	var f Faults
	if !errors.As(err, &f) || len(f) != 5 || f[0].Field != FieldMeeting || f[1].Field != FieldStart {
		t.Errorf("five faults at once: got %v", err)
	}
}

// FuzzDraft checks that every draft makes a valid visit or reports a fault.
func FuzzDraft(f *testing.F) {
	f.Add(byID, "Sam", "2026-11-24 14:30", "15:00", "Europe/London", "en", "01234 567890")
	f.Add(classic, "\u202e", "25/10/2026 1:30am", "", "America/Sao_Paulo", "x-private", "(0) 1")
	f.Fuzz(func(t *testing.T, meeting, name, start, end, zone, language, phone string) {
		v, err := Draft{Meeting: meeting, Name: name, Host: name, Start: start, End: end, Zone: zone, Language: language, Phone: phone}.Visit(noon, teams.Rules{})
		var faults Faults
		switch {
		case err == nil && v.Validate() != nil:
			t.Errorf("got an invalid visit: %v", v.Validate())
		case err != nil && (!errors.As(err, &faults) || len(faults) == 0):
			t.Errorf("got error %v, want Faults", err)
		case err == nil:
			if plain, ok := encode(v); !ok || len(plain) == 0 {
				t.Error("the visit cannot be encoded")
			}
		}
	})
}

func TestDraftTakesTheDialInFromTheInvitation(t *testing.T) {
	d := Draft{Start: "now", Meeting: "Join: " + short + "\nDial in by phone\n+44 20 3443 9563,,123456789# United Kingdom, London\nPhone conference ID: 123 456 789#"}
	v, err := d.Visit(noon, teams.Rules{})
	if err != nil || v.DialIn != (DialIn{"+44 20 3443 9563", "123456789"}) {
		t.Errorf("got %+v, error %v, want the dial-in of the invitation", v.DialIn, err)
	}
	d.DialIn = "+1 323 849 4874"
	if v, err = d.Visit(noon, teams.Rules{}); err != nil || v.DialIn != (DialIn{"+1 323 849 4874", ""}) {
		t.Errorf("got %+v, error %v, want the dial-in of the draft", v.DialIn, err)
	}
}
