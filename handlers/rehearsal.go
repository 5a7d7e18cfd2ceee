package handlers

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/anteroom-visit/anteroom/views"
)

// Rehearsal is a meeting without Azure.
type Rehearsal interface {
	// Room is the code of the room in which a meeting, a link or an ID, is rehearsed.
	Room(meeting string) string
	// Host is what a person needs to host the room.
	Host(room, name string) HostPass
	// Command makes something happen in the room. ErrHostKey, ErrNoRoom, ErrNotNow or
	// ErrBadCommand say why it does not.
	Command(room, key string, command io.Reader) error
}

// HostPass lets a person host a room: the token for the stage, the key for the commands.
type HostPass struct {
	UserID  string
	Token   Token
	HostKey string
	// Endings are the names of all endings that a host can play.
	Endings []string
}

// rehearsalRoutes exist only in a rehearsal: with an ACS resource set there is nothing behind these
// addresses.
func (s *Site) rehearsalRoutes() {
	s.echo.GET("/rehearsal/socket", echo.WrapHandler(s.RehearsalSocket))
	s.echo.GET("/rehearsal/host/:room", s.showHost)
	s.echo.POST("/rehearsal/rooms/:room/commands", s.commandRoom)
}

// showHost is the host's page: the same stage as a visitor's, and a button for everything that can
// happen in a meeting.
func (s *Site) showHost(c echo.Context) error {
	room := c.Param("room")
	if !isRoom(room) {
		return errNotFound
	}
	t := s.translator(c)
	name := t.Text("host.name")
	pass := s.Rehearsal.Host(room, name)
	page := views.HostPage{
		Page:    s.page(c, t.Text("host.title")),
		Room:    room,
		HostKey: pass.HostKey,
		Endings: pass.Endings,
		Stage:   s.Assets.URL("stage.js"),
		Texts:   s.Catalogue.Texts(t, "visit.", "stage.", "host."),
		Ticket: ticket{
			Rehearsal:   true,
			UserID:      pass.UserID,
			Token:       pass.Token.Value,
			ExpiresOn:   pass.Token.ExpiresOn.UTC(),
			DisplayName: name,
			Locator:     locator{MeetingID: room},
			Chat:        true,
			Endpoint:    s.Endpoint,
			Role:        "host",
			Locale:      t.Lang(),
		},
	}
	page.Script = s.Assets.URL("host.js")
	s.openPolicyForCall(c)
	return s.render(c, http.StatusOK, views.Host(page))
}

// commandRoom plays a host's part, for the host's page and for tests.
func (s *Site) commandRoom(c echo.Context) error {
	if mediaType(c.Request()) != "application/json" {
		return errNotJSON
	}
	key, _ := strings.CutPrefix(c.Request().Header.Get("Authorization"), "Bearer ")
	if err := s.Rehearsal.Command(c.Param("room"), key, c.Request().Body); err != nil {
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			return errTooLarge
		}
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// isRoom keeps a stranger's text out of the page and the log: a room is 16 letters and digits.
func isRoom(room string) bool {
	return len(room) == 16 && strings.Trim(room, "abcdefghijklmnopqrstuvwxyz234567") == ""
}
