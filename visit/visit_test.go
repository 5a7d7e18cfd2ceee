package visit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/teams"
)

const (
	tenant    = "72f988bf-86f1-41af-91ab-2d7cd011db47"
	organizer = "550fae72-d251-43ec-868c-373732c2704f"
	context   = "%7b%22Tid%22%3a%22" + tenant + "%22%2c%22Oid%22%3a%22" + organizer + "%22%7d"
	classic   = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_MjdmYTk4ZjEtNDVkMy00YjJlLTk2YWEtZDI0YjY1YzM4ZTA1%40thread.v2/0?context=" + context
	short     = "https://teams.microsoft.com/meet/2735012345678?p=gT4hK9mQ2xVbNc7LrE"
	byID      = "273 501 234 567 8 Mt9xB2N6"
	idAlone   = "273 501 234 567 9" // a meeting without passcode
)

// meetingTexts returns a text for every form of a meeting, by name.
func meetingTexts() map[string]string {
	at := func(host, thread, message, context string) string {
		return "https://" + host + "/l/meetup-join/" + thread + "/" + message + "?context=" + context
	}
	reply := strings.Replace(context, "%7d", "%2c%22MessageId%22%3a%221649187156450%22%7d", 1)
	const public, gov, dod = "teams.microsoft.com", "gov.teams.microsoft.us", "dod.teams.microsoft.us"
	return map[string]string{
		"by id":                 byID,
		"by id alone":           idAlone,
		"by the shortest id":    "012345678|a",
		"by the longest id":     "01234567890123456789|" + strings.Repeat("Zz9~", 16),
		"passcode with signs":   "2735012345678|a.b~c-d_e",
		"short":                 short,
		"short, government":     strings.Replace(short, public, gov, 1),
		"classic":               classic,
		"classic, other thread": at(public, "19%3ameeting_not=base64-of-a_GUID%40thread.v2", "0", context),
		"classic, skype":        at(public, "19%3ameeting_MjdmYTk4ZjE%40thread.skype", "1649187156450", context),
		"longest thread":        at(public, "19%3ameeting_"+strings.Repeat("Ab-_9", 40)+"%40thread.v2", "12345678901234567890", context),
		"capital GUID inside":   at(public, "19%3ameeting_MjdGQTk4RjEtNDVEMy00QjJFLTk2QUEtRDI0QjY1QzM4RTA1%40thread.v2", "0", context),
		"channel":               at(public, "19%3a345a57d1b2c34d5e8f60718293a4b5c6%40thread.skype", "1649187156450", context),
		"channel, capitals":     at(public, "19%3a345A57D1B2C34D5E8F60718293A4B5C6%40thread.skype", "1649187156450", context),
		"channel, tacv2":        at(public, "19%3aq9Zx_Lk-Vt7Rj2Wb5Hn8Mc4Pd%40thread.tacv2", "1649187156450", reply),
		"GCC High":              at(gov, "19%3agcch%3ameeting_MjdmYTk4ZjEtNDVkMy00YjJlLTk2YWEtZDI0YjY1YzM4ZTA1%40thread.v2", "0", context),
		"DoD":                   at(dod, "19%3adod%3ameeting_MjdmYTk4ZjEtNDVkMy00YjJlLTk2YWEtZDI0YjY1YzM4ZTA1%40thread.v2", "0", context),
	}
}

// meeting parses a text. A passcode may follow the meeting ID after a "|".
func meeting(t testing.TB, text string) teams.Meeting {
	t.Helper()
	text, passcode, _ := strings.Cut(text, "|")
	if m, ok := teams.Canonical(text); ok {
		return m
	}
	reading := teams.Rules{GovernmentCloud: true}.Read(teams.Input{Text: text, Passcode: passcode, NoPasscode: text == idAlone})
	if reading.Meeting == nil {
		t.Fatalf("%s: got %s, want a meeting", text, reading.Outcome())
	}
	return *reading.Meeting
}

// sample returns an ordinary visit to the meeting in a text.
func sample(t testing.TB, text string) Visit {
	t.Helper()
	return Visit{
		ID: ID{1, 2, 3, 4, 5, 6}, Created: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC), Meeting: meeting(t, text), Name: "Sam Patel", Host: "Dr Asha Rao",
		Start: time.Date(2026, 11, 24, 14, 30, 0, 0, time.UTC), Minutes: 15, Zone: "Europe/London", Language: "en-GB",
		Role: RoleGuest, Chat: true, Camera: true, Share: true,
	}
}

func TestValidateAcceptsEveryMeeting(t *testing.T) {
	for name, text := range meetingTexts() {
		if err := sample(t, text).Validate(); err != nil {
			t.Errorf("%s: got %v, want no error", name, err)
		}
	}
}

func TestValidateReportsTheFieldAtFault(t *testing.T) {
	for _, c := range []struct {
		what   string
		field  Field
		reason Reason
		change func(*Visit)
	}{
		{"no meeting", FieldMeeting, Missing, func(v *Visit) { v.Meeting = teams.Meeting{} }},
		{"link to another site", FieldMeeting, NotCanonical, func(v *Visit) { v.Meeting = teams.Meeting{Kind: teams.KindLink, Link: "https://evil.example/"} }},
		{"link with more parameters", FieldMeeting, NotCanonical, func(v *Visit) { v.Meeting = meeting(t, classic); v.Meeting.Link += "&anon=true" }},
		{"another tenant than the link's", FieldMeeting, NotCanonical, func(v *Visit) { v.Meeting = meeting(t, classic); v.Meeting.TenantID = organizer }},
		{"unknown kind", FieldMeeting, NotCanonical, func(v *Visit) { v.Meeting.Kind = "x" }},
		{"name of 65 runes", FieldName, TooLong, func(v *Visit) { v.Name = strings.Repeat("é", 65) }},
		{"name without letters", FieldName, Unreadable, func(v *Visit) { v.Name = "..." }},
		{"name with a line break", FieldName, Unreadable, func(v *Visit) { v.Name = "Sam\r\nX: y" }},
		{"name with a right-to-left override", FieldName, Unreadable, func(v *Visit) { v.Name = "Sam\u202egpj" }},
		{"name with a NUL", FieldName, Unreadable, func(v *Visit) { v.Name = "Sam\x00" }},
		{"name not composed", FieldName, Unreadable, func(v *Visit) { v.Name = "e\u0301" }},
		{"name not UTF-8", FieldName, Unreadable, func(v *Visit) { v.Name = "a\xff" }},
		{"host with two spaces", FieldHost, Unreadable, func(v *Visit) { v.Host = "Dr  Rao" }},
		{"host with a tab", FieldHost, Unreadable, func(v *Visit) { v.Host = "Dr\tRao" }},
		{"no start", FieldStart, OutOfRange, func(v *Visit) { v.Start = time.Time{} }},
		{"start before 2024", FieldStart, OutOfRange, func(v *Visit) { v.Start = epoch.Add(-time.Minute) }},
		{"start after 2150", FieldStart, OutOfRange, func(v *Visit) { v.Start = time.Date(2151, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"start with seconds", FieldStart, OutOfRange, func(v *Visit) { v.Start = v.Start.Add(time.Second) }},
		{"created before 2024", FieldCreated, OutOfRange, func(v *Visit) { v.Created = epoch.AddDate(0, 0, -1) }},
		{"created after 2150", FieldCreated, OutOfRange, func(v *Visit) { v.Created = time.Date(2151, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"created with a time of day", FieldCreated, OutOfRange, func(v *Visit) { v.Created = v.Created.Add(time.Hour) }},
		{"meeting ID too short, without passcode", FieldMeeting, NotCanonical, func(v *Visit) { v.Meeting = teams.Meeting{Kind: teams.KindID, ID: "12345"} }},
		{"no minutes", FieldMinutes, OutOfRange, func(v *Visit) { v.Minutes = 0 }},
		{"more than a day", FieldMinutes, OutOfRange, func(v *Visit) { v.Minutes = 1441 }},
		{"no zone", FieldZone, Unknown, func(v *Visit) { v.Zone = "" }},
		{"this machine's zone", FieldZone, Unknown, func(v *Visit) { v.Zone = "Local" }},
		{"a path as zone", FieldZone, Unknown, func(v *Visit) { v.Zone = "../../etc/passwd" }},
		{"no such zone", FieldZone, Unknown, func(v *Visit) { v.Zone = "Europe/Atlantis" }},
		{"no language", FieldLanguage, Unknown, func(v *Visit) { v.Language = "" }},
		{"language not canonical", FieldLanguage, Unknown, func(v *Visit) { v.Language = "EN-gb" }},
		{"language with a line break", FieldLanguage, Unknown, func(v *Visit) { v.Language = "en\n" }},
		{"no role", FieldRole, Unknown, func(v *Visit) { v.Role = "" }},
		{"phone in words", FieldPhone, NotANumber, func(v *Visit) { v.Phone = "call us" }},
		{"phone with parameters", FieldPhone, NotANumber, func(v *Visit) { v.Phone = "0123,,4;x=y" }},
		{"plus inside", FieldPhone, NotANumber, func(v *Visit) { v.Phone = "012+34" }},
		{"two digits", FieldPhone, NotANumber, func(v *Visit) { v.Phone = "12" }},
		{"16 digits", FieldPhone, TooLong, func(v *Visit) { v.Phone = "1234567890123456" }},
		{"conference without a number", FieldDialIn, Missing, func(v *Visit) { v.DialIn.Conference = "123" }},
		{"conference in letters", FieldConference, NotANumber, func(v *Visit) { v.DialIn = DialIn{"+44 20 1234", "12a"} }},
		{"21 digits of conference", FieldConference, TooLong, func(v *Visit) { v.DialIn = DialIn{"+44 20 1234", strings.Repeat("1", 21)} }},
		{"revision of 64", FieldRevision, OutOfRange, func(v *Visit) { v.Revision = 64 }},
	} {
		v := sample(t, byID)
		c.change(&v)
		var f Faults
		if err := v.Validate(); !errors.As(err, &f) || f.Of(c.field) != c.reason || len(f) != 1 {
			t.Errorf("%s: got %v, want %s of %s", c.what, err, c.reason, c.field)
		}
	}
}

func TestValidateAcceptsNames(t *testing.T) {
	for _, name := range []string{
		"", "Sam", "O'Brien-McDonald", "Zoë Łukasz", "محمد علي", "राम\u200dकुमार", "李雷", "Jr.", "a;b,c\\n", `<b>"x"</b>`, strings.Repeat("𝒳", 64), "9",
	} {
		v := sample(t, byID)
		v.Name, v.Host = name, name
		if err := v.Validate(); err != nil {
			t.Errorf("%q: got %v, want no error", name, err)
		}
	}
}

func TestFormattedVisitHidesItsFields(t *testing.T) {
	for _, text := range []string{classic, short, byID} {
		v := sample(t, text)
		v.Phone = "01234 567890"
		var out bytes.Buffer
		for _, h := range []slog.Handler{slog.NewJSONHandler(&out, nil), slog.NewTextHandler(&out, nil)} {
			slog.New(h).Info("x", "visit", v, "pointer", &v)
		}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
			fmt.Fprintf(&out, verb, v)
			fmt.Fprintf(&out, verb, struct{ V *Visit }{&v})
			fmt.Fprintf(&out, verb, []Visit{v})
		}
		if err := json.NewEncoder(&out).Encode(map[string]any{"visit": v}); err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{v.Meeting.Link, v.Meeting.ID, v.Meeting.Passcode, tenant, "Patel", "Asha", "567890"} {
			if secret != "" && strings.Contains(out.String(), secret) {
				t.Errorf("the output contains %q", secret)
			}
		}
		if !strings.Contains(out.String(), v.ID.String()) {
			t.Error("the output lacks the ID of the visit")
		}
	}
}

func TestNewIDIsUnique(t *testing.T) {
	seen := map[ID]bool{}
	for range 1000 {
		id := NewID()
		if seen[id] || id == (ID{}) {
			t.Fatalf("NewID returns %s, which is zero or was returned before", id)
		}
		seen[id] = true
		if s := id.String(); len(s) != 10 || strings.ToLower(s) != s {
			t.Fatalf("got ID %q, want ten characters without capitals", s)
		}
	}
}

func TestFaultMessages(t *testing.T) {
	reasonOf := map[string]Reason{}
	for _, r := range []Reason{Missing, TooLong, Unreadable, NotATime, SkippedTime, OutOfRange, Contradiction, Unknown, NotANumber, NotCanonical} {
		text := Fault{FieldHost, r}.Error()
		if other, taken := reasonOf[text]; taken || !strings.HasPrefix(text, "host: ") || strings.HasSuffix(text, string(r)) {
			t.Errorf("%s: got message %q, want the field and a sentence of its own (also the message of %q)", r, text, other)
		}
		reasonOf[text] = r
	}
	f := Faults{{FieldMeeting, Reason(teams.LiveEvent)}, {FieldPasscode, Reason(teams.PasscodeMissing)}}
	if got := f.Error(); !strings.Contains(got, "meeting: ") || !strings.Contains(got, "live event") || !strings.Contains(got, "passcode: ") || !strings.Contains(got, "; ") {
		t.Errorf("got %q, want both fields with their reasons", got)
	}
	if Faults(nil).err() != nil {
		t.Error("an empty Faults is an error, want nil")
	}
	if len(Fields()) != 16 || slices.Contains(Fields(), FieldRevision) {
		t.Errorf("got %d fields, want 16 without the revision", len(Fields()))
	}
}
