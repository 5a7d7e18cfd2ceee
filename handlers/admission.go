package handlers

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/anteroom-visit/anteroom/handlers/address"
	"github.com/anteroom-visit/anteroom/handlers/budget"
	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/views"
	"github.com/anteroom-visit/anteroom/visit"
)

// Admission is the rule by which visitors get a token.
type Admission string

const (
	// AdmitLinks admits visitors who opened a visit by a sealed link of this site. It is also the zero
	// value's rule, and that of every unknown value.
	AdmitLinks Admission = "links"
	// AdmitTenants also admits visitors with a meeting link that names a tenant on the list. The link
	// only claims its tenant; nothing but Teams can prove it.
	AdmitTenants Admission = "tenants"
	// AdmitOpen admits every visitor with a meeting.
	AdmitOpen Admission = "open"
)

// acceptsPastedMeetings reports whether visitors may bring a meeting of their own.
func (s *Site) acceptsPastedMeetings() bool {
	return s.joins.Admission == AdmitTenants || s.joins.Admission == AdmitOpen
}

// checkAdmission returns an error if this session must not get a token. It is called wherever a meeting
// is read and again wherever a token is issued, because a session can be older than the rule.
func (s *Site) checkAdmission(v session) error {
	switch {
	case v.Sealed != "":
		return s.checkSealedAdmission(v)
	case s.joins.Admission == AdmitOpen:
		return nil
	case s.joins.Admission == AdmitTenants:
		if v.Meeting.Tenant == "" || !slices.Contains(s.joins.Tenants, v.Meeting.Tenant) {
			return problem.OtherOrganisation
		}
		return nil
	}
	return problem.LinkNeeded
}

// checkSealedAdmission is checkAdmission for a sealed link, whose time counts under every rule.
func (s *Site) checkSealedAdmission(v session) error {
	if v.booked == nil {
		return problem.LinkAgain // the key that sealed it was removed
	}
	switch v.booked.State(s.now(), s.visits.Limits) {
	case visit.StateOpen, visit.StateLate:
		return nil
	case visit.StateEarly, visit.StateEarlyToday:
		return problem.VisitEarly
	case visit.StateEnded:
	}
	return problem.VisitEnded
}

// admitted returns the session of a visitor who has a meeting here and may join it.
func (s *Site) admitted(r *http.Request) (session, error) {
	v := s.session(r)
	setContextVisit(r, v.booked)
	if !v.hasMeeting() {
		return v, problem.NoVisit
	}
	return v, s.checkAdmission(v)
}

// budgetKeys returns the budgets that a join of this session counts against.
func (s *Site) budgetKeys(r *http.Request, v session) budget.Keys {
	keys := budget.Keys{Session: v.ID, Visit: v.budgetKey(), Address: s.clientKey(r)}
	if v.Joined {
		keys.Visit = "" // a visitor who has joined the visit may always return
	}
	keys.Reserved = v.booked != nil && v.booked.Created.Equal(visit.Day(s.now()))
	return keys
}

// budgetKey returns what a visit's budgets count as one: the links to it of one role, so that a companion's link that
// has leaked leaves the visitor's own budget alone. It is "" for a meeting that the visitor pasted.
func (v session) budgetKey() string {
	if v.booked == nil {
		return cmp.Or(v.Visit, v.Sealed)
	}
	return v.Visit + " " + string(v.booked.Role)
}

// clientKey returns what the budgets count as one client. It warns once about a proxy that is not
// trusted, because all its visitors then share one budget.
func (s *Site) clientKey(r *http.Request) string {
	at := s.origin.Proxies.Client(r)
	if r.Header.Get("X-Forwarded-For") != "" && len(s.origin.Proxies) == 0 && (at.IsPrivate() || at.IsLoopback() || at.IsLinkLocalUnicast()) {
		s.unnamedProxy.Do(func() {
			s.log.WarnContext(r.Context(), "TRUSTED_PROXIES does not name the proxy in front: all its visitors share one budget of joins per address")
		})
	}
	return address.Key(at)
}

// showShutDoor is the door where only links open a visit.
func (s *Site) showShutDoor(w http.ResponseWriter, r *http.Request) error {
	return s.render(w, r, http.StatusOK, views.ShutDoor(s.page(r, s.translator(r).Text("door.shutTitle"))))
}
