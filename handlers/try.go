package handlers

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/anteroom-visit/anteroom/views"
)

// showTry is the page of those who have an identity and a token already: it joins with what they
// paste, and nothing of that comes back here. The policy forbids its form to be sent at all.
func (s *Site) showTry(c echo.Context) error {
	t := s.translator(c)
	page := views.TryPage{
		Page:  s.page(c, t.Text("try.title")),
		Stage: s.Assets.URL("stage.js"),
		Texts: s.Catalogue.Texts(t, "try.", "visit.", "stage."),
		Ticket: map[string]any{
			"rehearsal": s.rehearses(), "chat": false, "endpoint": s.Endpoint, "role": "guest", "locale": t.Lang(),
		},
	}
	page.Script = s.Assets.URL("try.js")
	s.openPolicyForCall(c)
	h := c.Response().Header()
	h.Set("Content-Security-Policy", strings.Replace(h.Get("Content-Security-Policy"), "form-action 'self'", "form-action 'none'", 1))
	return s.render(c, http.StatusOK, views.Try(page))
}
