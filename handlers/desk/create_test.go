package desk

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/handlers/staff"
	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/visit"
)

const (
	classic = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_MjdhNjM4YzUtYzExZi00OTFkLTkzZTAtNTVlNmZmMDhkNGU2%40thread.v2/0?context=%7b%22Tid%22%3a%22aaaabbbb-0000-cccc-1111-dddd2222eeee%22%2c%22Oid%22%3a%2200aa00aa-bb11-cc22-dd33-44ee44ee44ee%22%7d"
	short   = "https://teams.microsoft.com/meet/2735012345678?p=AbCdEfGhIj"
)

func TestVisitUsesCreatedMeeting(t *testing.T) {
	seals, err := visit.NewKeyring([]string{"a-link-key-for-the-tests"})
	if err != nil {
		t.Fatal(err)
	}
	d := &Desk{seals: seals, now: func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }}
	dialIn := visit.DialIn{Number: "+442079460123", Conference: "200000001"}
	for name, c := range map[string]struct {
		meeting  staff.Meeting
		kind     teams.Kind
		hostLink string // of the host's own visit, "" without one
		typed    string
		dialIn   visit.DialIn
	}{
		"classic link":           {meeting: staff.Meeting{JoinURL: classic, ID: "300000000000001", Passcode: "Pc000001", Phone: dialIn.Number, ConferenceID: dialIn.Conference}, kind: teams.KindID, hostLink: classic, dialIn: dialIn},
		"short link":             {meeting: staff.Meeting{JoinURL: short, ID: "2735012345678", Passcode: "Pc000001"}, kind: teams.KindLink},
		"no ID":                  {meeting: staff.Meeting{JoinURL: classic}, kind: teams.KindLink},
		"ID without passcode":    {meeting: staff.Meeting{JoinURL: classic, ID: "300000000000001"}, kind: teams.KindLink},
		"invalid dial-in number": {meeting: staff.Meeting{JoinURL: short, Phone: "none", ConferenceID: "x"}, kind: teams.KindLink},
		"typed dial-in number":   {meeting: staff.Meeting{JoinURL: short, Phone: dialIn.Number, ConferenceID: "1"}, kind: teams.KindLink, typed: "01234 567890", dialIn: visit.DialIn{Number: "01234 567890"}},
	} {
		path, err := d.visitWith(c.meeting, visit.Draft{Start: "2026-12-01 14:30", Zone: "Europe/London", DialIn: c.typed})
		if err != nil {
			t.Errorf("%s: %v, want no error", name, err)
			continue
		}
		seal, query, _ := strings.Cut(strings.TrimPrefix(path, "/desk/visits/"), "?")
		v, err := seals.Open(seal)
		if err != nil || v.Meeting.Kind != c.kind || v.DialIn != c.dialIn || v.Role != visit.RoleGuest {
			t.Errorf("%s: kind %s, dial-in %v, role %s, %v, want kind %s, dial-in %v, role %s", name,
				v.Meeting.Kind, v.DialIn, v.Role, err, c.kind, c.dialIn, visit.RoleGuest)
		}
		values, _ := url.ParseQuery(query)
		host, _ := seals.Open(values.Get("host"))
		if host.Meeting.Link != c.hostLink || c.hostLink != "" && (host.Role != visit.RoleHost || host.ID != v.ID) {
			t.Errorf("%s: host's visit %v with role %s and link %q, want visit %v with role %s and link %q", name,
				host.ID, host.Role, host.Meeting.Link, v.ID, visit.RoleHost, c.hostLink)
		}
	}
	_, err = d.visitWith(staff.Meeting{JoinURL: "https://teams.live.com/meet/9312345678901?p=x"}, visit.Draft{Start: "2026-12-01 14:30"})
	if got := staff.ReasonOf(err); got != "meeting-unusable" {
		t.Errorf("personal meeting: reason %q, want meeting-unusable", got)
	}
}
