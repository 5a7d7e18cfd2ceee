package invitation

import (
	"strings"
	"testing"

	"github.com/emersion/go-ical"

	"github.com/anteroom-visit/anteroom/visit"
)

func TestHostCalendar(t *testing.T) {
	v := sample(t)
	v.DialIn = visit.DialIn{Number: "+44 20 7946 0123", Conference: "200000001"}
	i := invite(t, v, link, lamna)
	const teamsLink, browser = "https://teams.microsoft.com/meet/2735012345678?p=AbCdEfGhIj", "https://visit.example.org/host/abc"
	text, err := i.HostCalendar(HostLinks{Teams: teamsLink, Browser: browser})
	if err != nil {
		t.Fatal(err)
	}
	_, e := read(t, text)
	for name, want := range map[string]string{
		ical.PropUID: v.ID.String() + "-host@visit.example.org", ical.PropSummary: "Video visit: Sam Patel", ical.PropLocation: "Microsoft Teams",
		ical.PropClass: "PRIVATE", "X-MICROSOFT-SKYPETEAMSMEETINGURL": teamsLink,
	} {
		if got := property(t, e, name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	for _, want := range []string{teamsLink, browser, "2735012345678", "Mt9xB2N6", "+44 20 7946 0123"} {
		if !strings.Contains(property(t, e, ical.PropDescription), want) {
			t.Errorf("got description %q, want %s in it", property(t, e, ical.PropDescription), want)
		}
	}
	if strings.Contains(text, link) {
		t.Error("the host's event contains the visitor's link")
	}
	text, _ = i.HostCalendar(HostLinks{})
	if _, e := read(t, text); e.Props.Get(ical.PropURL) != nil || e.Props.Get("X-MICROSOFT-SKYPETEAMSMEETINGURL") != nil {
		t.Error("an event without host links has an address")
	}
}
