package invitation

import (
	"strings"

	ics "github.com/arran4/golang-ical"

	"github.com/anteroom-visit/anteroom/teams"
)

// HostLinks are the addresses at which the host joins.
type HostLinks struct {
	// Teams is the meeting's own link, "" for a meeting by its ID.
	Teams string
	// Browser is where signed-in staff join as themselves, "" without such a page.
	Browser string
}

// HostText returns what the host of the visit receives, a line for each way in.
func (i Invitation) HostText(l HostLinks) string {
	var lines []string
	if l.Teams != "" {
		lines = append(lines, i.words.Text("invitation.host.teams")+"\n"+l.Teams)
	}
	if m := i.visit.Meeting; m.Kind == teams.KindID {
		lines = append(lines, i.words.Text("invitation.host.id", "ID", m.ID))
		if m.Passcode != "" {
			lines = append(lines, i.words.Text("invitation.host.passcode", "Passcode", m.Passcode))
		}
	}
	if l.Browser != "" {
		lines = append(lines, i.words.Text("invitation.host.browser")+"\n"+l.Browser)
	}
	return strings.Join(append(lines, i.dialIn()...), "\n")
}

// HostCalendar returns the host's calendar entry. Its UID is not the visitor's, so that one calendar can
// hold both.
func (i Invitation) HostCalendar(l HostLinks) (string, error) {
	id := "invitation.host.summary"
	if i.visit.Name != "" {
		id = "invitation.host.summaryOf"
	}
	address := l.Teams
	if address == "" {
		address = l.Browser
	}
	return i.calendar(ics.MethodPublish, entry{
		uid: i.visit.ID.String() + "-host@" + i.host, summary: i.words.Text(id, "Name", i.visit.Name),
		place: i.words.Text("invitation.host.place"), description: i.HostText(l), url: address, teams: l.Teams,
	})
}
