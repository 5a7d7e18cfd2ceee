package handlers

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/anteroom-visit/anteroom/views"
	"github.com/anteroom-visit/anteroom/visit"
)

// Admission is who gets a token.
type Admission string

const (
	// AdmitLinks admits those who opened a visit by a sealed link of this site. It is the zero value
	// as well, and what anything unknown means.
	AdmitLinks Admission = "links"
	// AdmitTenants admits also those who bring a meeting link that names a tenant on the list. The
	// link claims its tenant; nothing but Teams can prove it.
	AdmitTenants Admission = "tenants"
	// AdmitOpen admits everybody who has a meeting.
	AdmitOpen Admission = "open"
)

// pastes says whether a meeting that somebody brings is looked at at all.
func (o Options) pastes() bool { return o.Admission == AdmitTenants || o.Admission == AdmitOpen }

// admits says why this session gets no token, or nil. It is asked wherever a meeting comes in, and
// again wherever a token goes out: a session can come from a time with another rule.
func (o Options) admits(v session) error {
	switch {
	case v.Sealed != "":
		return o.admitsSealed(v)
	case o.Admission == AdmitOpen:
		return nil
	case o.Admission == AdmitTenants:
		if v.Meeting.Tenant == "" || !slices.Contains(o.Tenants, v.Meeting.Tenant) {
			return errOtherOrganisation
		}
		return nil
	}
	return errLinkNeeded
}

// admitsSealed is admits for a visit by sealed link: there is a time for it, under every rule.
func (o Options) admitsSealed(v session) error {
	if v.booked == nil {
		return errLinkAgain // its key is gone
	}
	switch v.booked.State(o.Now(), o.VisitLimits) {
	case visit.StateOpen, visit.StateLate:
		return nil
	case visit.StateEarly, visit.StateEarlyToday:
		return errVisitEarly
	case visit.StateEnded:
	}
	return errVisitEnded
}

// visiting is the session of somebody who has a meeting here and may be in it.
func (s *Site) visiting(c echo.Context) (session, error) {
	v := s.session(c)
	about(c, v.booked)
	if !v.hasMeeting() {
		return v, errNoVisit
	}
	return v, s.admits(v)
}

// spender is on whose account a join of this session goes.
func (s *Site) spender(c echo.Context, v session) spender {
	r := c.Request()
	forwarded := r.Header.Values(echo.HeaderXForwardedFor)
	at := s.Proxies.client(r.RemoteAddr, forwarded)
	if len(forwarded) > 0 && len(s.Proxies) == 0 && (at.IsPrivate() || at.IsLoopback() || at.IsLinkLocalUnicast()) {
		s.unnamedProxy.Do(func() {
			s.Log.WarnContext(r.Context(), "a proxy stands in front that TRUSTED_PROXIES does not name: all its visitors share one budget of joins per address")
		})
	}
	return spender{session: v.ID, visit: cmp.Or(v.Visit, v.Sealed), address: addressKey(at)}
}

// showShutDoor is the door where only links open a visit.
func (s *Site) showShutDoor(c echo.Context) error {
	return s.render(c, http.StatusOK, views.ShutDoor(s.page(c, s.translator(c).Text("door.shutTitle"))))
}
