package handlers

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/anteroom-visit/anteroom/handlers/identity"
	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
	"github.com/anteroom-visit/anteroom/secret"
	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/views"
	"github.com/anteroom-visit/anteroom/visit"
)

// Rehearsal is a meeting without Azure.
type Rehearsal interface {
	// Room returns the code of the room in which a meeting (its link or ID) is rehearsed.
	Room(meeting string) string
	// Host returns what a person needs to host the room.
	Host(room, name string) HostPass
	// Command runs a host's command in the room. It returns problem.HostKey, problem.NoRoom,
	// problem.NotNow or problem.BadCommand if it cannot.
	Command(room, key string, command io.Reader) error
}

// HostPass lets a person host a room: the token for the stage, the key for the commands.
type HostPass struct {
	UserID  string
	Token   identity.Token
	HostKey secret.Text
	// Endings are the names of all endings that a host can play.
	Endings []string
}

// roomOf returns the room in which a meeting is rehearsed.
func (s *Site) roomOf(m meeting) string {
	return s.call.Rehearsal.Room(cmp.Or(m.MeetingLink, m.MeetingID))
}

// staffQuery returns the part of the host's page's address from which that page knows the visit that
// staff can join as themselves: "" without staff sign-in. A pasted meeting becomes a visit of one hour.
func (s *Site) staffQuery(v session) string {
	if s.staff == nil || !s.staff.JoinsCalls() {
		return ""
	}
	var host visit.Visit
	if v.booked != nil {
		host = v.booked.In(visit.RoleHost, v.booked.Name)
	} else {
		read := s.call.Links.Read(teams.Input{Text: cmp.Or(v.Meeting.MeetingLink, v.Meeting.MeetingID), Passcode: v.Meeting.Passcode, NoPasscode: v.Meeting.Passcode == ""})
		if read.Meeting == nil {
			return ""
		}
		now := s.now().Truncate(time.Minute)
		host = visit.Visit{
			ID: visit.NewID(), Created: visit.Day(now), Meeting: *read.Meeting, Start: now, Minutes: 60, Zone: "Europe/London", Language: "en-GB",
			Role: visit.RoleHost, Chat: true, Camera: true, Share: true,
		}
	}
	seal, err := s.visits.Seals.Seal(host)
	if err != nil {
		return ""
	}
	return "?staff=" + seal
}

// showHost shows the host's page: the same stage as a visitor's, with a button for everything that can
// happen in a meeting.
func (s *Site) showHost(w http.ResponseWriter, r *http.Request) error {
	room := r.PathValue("room")
	if !isRoom(room) {
		return problem.NotFound
	}
	t := s.translator(r)
	name := t.Text("host.name")
	pass := s.call.Rehearsal.Host(room, name)
	page := views.HostPage{
		Page:    s.page(r, t.Text("host.title")),
		Room:    room,
		HostKey: pass.HostKey.Reveal(),
		Endings: pass.Endings,
		Stage:   s.assets.URL("stage.js"),
		Texts:   s.catalogue.Texts(t, "visit.", "stage.", "host."),
		Ticket: ticket{
			Rehearsal:   true,
			UserID:      pass.UserID,
			Token:       pass.Token.Value.Reveal(),
			ExpiresOn:   pass.Token.ExpiresOn.UTC(),
			DisplayName: name,
			Locator:     locator{MeetingID: room},
			Chat:        true,
			Endpoint:    s.call.Endpoint,
			Role:        "host",
			Locale:      t.Lang(),
		},
	}
	if s.staff != nil && s.staff.JoinsCalls() {
		if v, err := s.openForStaff(r.URL.Query().Get("staff")); err == nil && s.roomOf(meetingOf(v.Meeting)) == room {
			page.StaffCall = "/host/" + r.URL.Query().Get("staff")
		}
	}
	page.Script, page.Stylesheet = s.assets.URL("host.js"), s.assets.URL("desk.css")
	s.openPolicyForCall(w, r)
	return s.render(w, r, http.StatusOK, views.Host(page))
}

// commandRoom carries out a host's command, for the host's page and for tests.
func (s *Site) commandRoom(w http.ResponseWriter, r *http.Request) error {
	if mediaType(r) != "application/json" {
		return problem.NotJSON
	}
	key, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if err := s.call.Rehearsal.Command(r.PathValue("room"), key, r.Body); err != nil {
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			return problem.TooLarge
		}
		return err
	}
	return reply.NoContent(w)
}

// isRoom reports whether text is a room's code, so that no other text reaches the page or the log.
func isRoom(room string) bool {
	return len(room) == 16 && strings.Trim(room, "abcdefghijklmnopqrstuvwxyz234567") == ""
}
