package handlers

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/anteroom-visit/anteroom/handlers/identity"
	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
	"github.com/anteroom-visit/anteroom/secret"
	"github.com/anteroom-visit/anteroom/views"
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
