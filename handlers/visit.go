package handlers

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/anteroom-visit/anteroom/views"
)

// showVisit is the page on which a visitor gives a name and joins.
func (s *Site) showVisit(c echo.Context) error {
	v := s.session(c)
	if text, passcode, ok := sentLink(c.Request()); ok {
		return s.takeSentLink(c, v, text, passcode)
	}
	if !v.hasMeeting() {
		return s.redirect(c, "/")
	}
	return s.renderVisit(c, http.StatusOK, v, "")
}

// renderVisit shows the page; notice is the catalogue's id of what went wrong, or "".
func (s *Site) renderVisit(c echo.Context, status int, v session, notice string) error {
	t := s.translator(c)
	page := views.VisitPage{
		Page:   s.page(c, t.Text("visit.title")),
		Name:   v.Name,
		NoChat: v.Meeting.Channel,
		Notice: notice,
		Stage:  s.Assets.URL("stage.js"),
		Texts:  s.Catalogue.Texts(t, "visit.", "stage."),
	}
	if !savesData(c.Request()) {
		page.Prefetch = s.Assets.call(s.chatFor(v))
	}
	c.Response().Header().Set("Content-Security-Policy", callPolicy(templ.GetNonce(c.Request().Context()), s.Endpoint))
	return s.render(c, status, views.Visit(page))
}

// chatFor says whether this visit has chat: visitors have none in a channel meeting.
func (s *Site) chatFor(v session) bool { return s.Chat && !v.Meeting.Channel }

func savesData(r *http.Request) bool { return strings.EqualFold(r.Header.Get("Save-Data"), "on") }
