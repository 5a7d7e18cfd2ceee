package handlers

import (
	"crypto/rand"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/anteroom-visit/anteroom/handlers/policy"
	"github.com/anteroom-visit/anteroom/handlers/reply"
	"github.com/anteroom-visit/anteroom/views"
	"github.com/anteroom-visit/anteroom/visit"
)

// showVisit shows the page on which a visitor types a name and joins.
func (s *Site) showVisit(w http.ResponseWriter, r *http.Request) error {
	v := s.session(r)
	if text, passcode, ok := sentLink(r); ok {
		return s.takeSentLink(w, r, v, text, passcode)
	}
	if !v.hasMeeting() {
		return reply.SeeOther(w, "/")
	}
	setContextVisit(r, v.booked)
	if v.booked != nil && !v.booked.State(s.now(), s.visits.Limits).Joinable() {
		return s.showState(w, r, v.booked)
	}
	if err := s.checkAdmission(v); err != nil {
		return err
	}
	return s.renderVisit(w, r, http.StatusOK, v, "")
}

// renderVisit shows the page; notice is the catalogue's id of what went wrong, or "".
func (s *Site) renderVisit(w http.ResponseWriter, r *http.Request, status int, v session, notice string) error {
	t := s.translator(r)
	call := s.assets.Call(s.call.rehearses(), s.chatFor(v), t.Lang())
	page := views.VisitPage{
		Page:      s.page(r, t.Text("visit.title")),
		Name:      v.Name,
		NoChat:    v.Meeting.Channel,
		Cancelled: v.Meeting.Cancelled,
		Notice:    notice,
		Stage:     s.assets.URL("callpage.js"),
		Texts:     s.visitTexts(t),
		Address:   s.address(r),
		Call:      views.Call{Visit: v.key(), Role: roleOf(v), WaitMinutes: s.call.WaitMinutes},
	}
	if s.origin.publicHTTPS() {
		page.Secure = s.origin.BaseURL.String()
	}
	page.WaitingText = s.organisation.waitingText(t.Lang())
	if v.booked != nil {
		s.showBooked(r, &page, v.booked)
	}
	if s.call.rehearses() {
		page.Host = "/rehearsal/host/" + s.roomOf(v.Meeting) + s.staffQuery(v)
	}
	if !savesData(r) {
		page.Prefetch = call
	}
	s.openPolicyForCall(w, r)
	return s.render(w, r, status, views.Visit(page))
}

// showBooked adds the details of a sealed visit to the page.
func (s *Site) showBooked(r *http.Request, page *views.VisitPage, v *sealedVisit) {
	page.Appointment = s.appointment(page.T, v)
	if v.State(s.now(), s.visits.Limits) == visit.StateLate {
		start := v.local(v.Start)
		page.Late = page.T.Text("state.late", "Time", page.T.Clock(start))
	}
	page.Address, page.Calendar = s.link(r, v), v.path()+"/visit.ics"
	if s.origin.publicHTTPS() {
		page.Secure = page.Address
	}
	page.Call.With, page.Call.Link = v.Host, v.path()
	page.Call.NoCamera, page.Call.NoShare = !v.Camera, !v.Share
}

// roleOf returns the visitor's role for the call: audience only watches, guest takes part.
func roleOf(v session) string {
	if v.booked != nil && v.booked.Role == visit.RoleAudience {
		return string(visit.RoleAudience)
	}
	return string(visit.RoleGuest)
}

// chatFor reports whether this visit has chat. Visitors have none in a channel meeting.
func (s *Site) chatFor(v session) bool {
	return s.call.Chat && !v.Meeting.Channel && (v.booked == nil || v.booked.Chat)
}

// nameInRole returns the name as the host reads it, with the role of an interpreter or a companion.
func (s *Site) nameInRole(r *http.Request, v session, name string) string {
	if v.booked == nil {
		return name
	}
	var suffix string
	switch t := s.translator(r); v.booked.Role {
	case visit.RoleCompanion:
		suffix = t.Text("role.companion")
	case visit.RoleInterpreter:
		suffix = t.Text("role.interpreter")
	case visit.RoleGuest, visit.RoleAudience, visit.RoleHost:
		return name
	}
	suffix = " (" + suffix + ")"
	name = strings.TrimSuffix(name, suffix)
	if runes, room := []rune(name), visit.MaxNameRunes-utf8.RuneCountInString(suffix); len(runes) > room {
		name = strings.TrimSpace(string(runes[:room]))
	}
	return name + suffix
}

// openPolicyForCall sets the page's policy to what a call needs, with a nonce for styles.
func (s *Site) openPolicyForCall(w http.ResponseWriter, r *http.Request) {
	nonce := rand.Text()
	stateOf(r).nonce = nonce
	text := policy.Call(nonce, s.call.Endpoint, s.call.Links.GovernmentCloud)
	if s.call.rehearses() {
		text = policy.Rehearsal(nonce)
	}
	s.setPolicy(w, r, text)
}

func savesData(r *http.Request) bool { return strings.EqualFold(r.Header.Get("Save-Data"), "on") }
