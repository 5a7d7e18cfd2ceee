package handlers

import (
	"net/http"
	"strings"

	"github.com/anteroom-visit/anteroom/views"
)

// showTry shows the page that joins with a pasted identity and token. Nothing pasted is sent here: the
// policy forbids submitting the form.
func (s *Site) showTry(w http.ResponseWriter, r *http.Request) error {
	t := s.translator(r)
	page := views.TryPage{
		Page:  s.page(r, t.Text("try.title")),
		Stage: s.assets.URL("stage.js"),
		Texts: s.catalogue.Texts(t, "try.", "visit.", "stage."),
		Ticket: map[string]any{
			"rehearsal": s.call.rehearses(), "chat": false, "endpoint": s.call.Endpoint, "role": "guest", "locale": t.Lang(),
		},
	}
	page.Script = s.assets.URL("try.js")
	s.openPolicyForCall(w, r)
	h := w.Header()
	h.Set("Content-Security-Policy", strings.Replace(h.Get("Content-Security-Policy"), "form-action 'self'", "form-action 'none'", 1))
	return s.render(w, r, http.StatusOK, views.Try(page))
}
