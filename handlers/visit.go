package handlers

import (
	"cmp"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/anteroom-visit/anteroom/views"
	"github.com/anteroom-visit/anteroom/visit"
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
	about(c, v.booked)
	if v.booked != nil && !v.booked.State(s.Now(), s.VisitLimits).Joinable() {
		return s.showState(c, v.booked)
	}
	if err := s.admits(v); err != nil {
		return err
	}
	return s.renderVisit(c, http.StatusOK, v, "")
}

// renderVisit shows the page; notice is the catalogue's id of what went wrong, or "".
func (s *Site) renderVisit(c echo.Context, status int, v session, notice string) error {
	t := s.translator(c)
	call := s.Assets.call(s.rehearses(), s.chatFor(v), t.Lang())
	page := views.VisitPage{
		Page:    s.page(c, t.Text("visit.title")),
		Name:    v.Name,
		NoChat:  v.Meeting.Channel,
		Notice:  notice,
		Stage:   s.Assets.URL("callpage.js"),
		Texts:   s.visitTexts(t, len(call) > 0),
		Browser: browserOf(c.Request().UserAgent()),
		Address: s.address(c),
		Call:    views.Call{Visit: v.key(), Role: roleOf(v), WaitMinutes: s.WaitMinutes},
	}
	if s.publicHTTPS() {
		page.Secure = s.BaseURL.String()
	}
	if v.booked != nil {
		s.showBooked(c, &page, v.booked)
	}
	if s.rehearses() {
		page.Host = "/rehearsal/host/" + s.Rehearsal.Room(cmp.Or(v.Meeting.MeetingLink, v.Meeting.MeetingID))
	}
	if !savesData(c.Request()) {
		page.Prefetch = call
	}
	s.openPolicyForCall(c)
	return s.render(c, status, views.Visit(page))
}

// showBooked adds to the page what a sealed visit knows.
func (s *Site) showBooked(c echo.Context, page *views.VisitPage, v *sealedVisit) {
	page.Appointment = s.appointment(page.T, v)
	if v.State(s.Now(), s.VisitLimits) == visit.StateLate {
		start := v.local(v.Start)
		page.Late = page.T.Text("state.late", "Time", page.T.Clock(start))
	}
	page.Address, page.Calendar = s.link(c, v), v.path()+"/visit.ics"
	if s.publicHTTPS() {
		page.Secure = page.Address
	}
	page.Call.With, page.Call.Link = v.Host, v.path()
	page.Call.NoCamera, page.Call.NoShare = !v.Camera, !v.Share
}

// roleOf is what the visitor may do in the meeting: an audience looks on, everybody else takes part.
func roleOf(v session) string {
	if v.booked != nil && v.booked.Role == visit.RoleAudience {
		return string(visit.RoleAudience)
	}
	return string(visit.RoleGuest)
}

// chatFor says whether this visit has chat: visitors have none in a channel meeting.
func (s *Site) chatFor(v session) bool {
	return s.Chat && !v.Meeting.Channel && (v.booked == nil || v.booked.Chat)
}

// nameInRole is the name as the host reads it: who interprets, or has come along, says so.
func (s *Site) nameInRole(c echo.Context, v session, name string) string {
	if v.booked == nil {
		return name
	}
	var suffix string
	switch t := s.translator(c); v.booked.Role {
	case visit.RoleCompanion:
		suffix = t.Text("role.companion")
	case visit.RoleInterpreter:
		suffix = t.Text("role.interpreter")
	case visit.RoleGuest, visit.RoleAudience:
		return name
	}
	suffix = " (" + suffix + ")"
	name = strings.TrimSuffix(name, suffix)
	if runes, room := []rune(name), maxNameRunes-utf8.RuneCountInString(suffix); len(runes) > room {
		name = strings.TrimSpace(string(runes[:room]))
	}
	return name + suffix
}

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
