package handlers

import (
	"cmp"
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
	if err := s.admits(v); err != nil {
		return err
	}
	return s.renderVisit(c, http.StatusOK, v, "")
}

// renderVisit shows the page; notice is the catalogue's id of what went wrong, or "".
func (s *Site) renderVisit(c echo.Context, status int, v session, notice string) error {
	t := s.translator(c)
	page := views.VisitPage{
		Page:    s.page(c, t.Text("visit.title")),
		Name:    v.Name,
		NoChat:  v.Meeting.Channel,
		Notice:  notice,
		Stage:   s.Assets.URL("stage.js"),
		Texts:   s.Catalogue.Texts(t, "visit.", "stage.", "preview."),
		Browser: browserOf(c.Request().UserAgent()),
		Address: s.address(c),
		Call:    views.Call{Visit: v.key(), Role: roleOf(v), WaitMinutes: s.WaitMinutes},
	}
	if s.secure() {
		page.Secure = s.BaseURL.String()
	}
	if s.rehearses() {
		page.Host = "/rehearsal/host/" + s.Rehearsal.Room(cmp.Or(v.Meeting.MeetingLink, v.Meeting.MeetingID))
	}
	if !savesData(c.Request()) {
		page.Prefetch = s.Assets.call(s.rehearses(), s.chatFor(v))
	}
	s.openPolicyForCall(c)
	return s.render(c, status, views.Visit(page))
}

// roleOf is what the visitor may do in the meeting: a guest takes part.
func roleOf(session) string { return "guest" }

// chatFor says whether this visit has chat: visitors have none in a channel meeting.
func (s *Site) chatFor(v session) bool { return s.Chat && !v.Meeting.Channel }

// openPolicyForCall lets this page do what a call needs.
func (s *Site) openPolicyForCall(c echo.Context) {
	nonce := templ.GetNonce(c.Request().Context())
	policy := callPolicy(nonce, s.Endpoint, s.Links.GovernmentCloud)
	if s.rehearses() {
		policy = rehearsalPolicy(nonce)
	}
	s.setPolicy(c, policy)
}

func savesData(r *http.Request) bool { return strings.EqualFold(r.Header.Get("Save-Data"), "on") }

// address is where another browser finds this site: its public address, or what this one asked for.
func (s *Site) address(c echo.Context) string {
	if s.BaseURL != nil {
		return strings.TrimSuffix(s.BaseURL.String(), "/") + "/"
	}
	return c.Scheme() + "://" + c.Request().Host + "/"
}
