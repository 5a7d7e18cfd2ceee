package handlers

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/anteroom-visit/anteroom/visit"
	"github.com/anteroom-visit/anteroom/visit/invitation"
)

// sealedVisit is a visit that this site has sealed, and the text that the newest key makes of it.
type sealedVisit struct {
	visit.Visit
	text string
}

// open gives the visit behind /v/. Its error is errVisitUnknown, whatever was wrong.
func (s *Site) open(seal string) (*sealedVisit, error) {
	if s.Seals == nil {
		return nil, errVisitUnknown
	}
	opened, err := s.Seals.Open(seal)
	if err != nil {
		return nil, errVisitUnknown
	}
	text, err := s.Seals.Seal(opened)
	if err != nil {
		return nil, fmt.Errorf("seal visit: %w", err)
	}
	return &sealedVisit{opened, text}, nil
}

// key tells this visit, for this person, from others, and tells nobody more. A visit that is moved
// keeps it, as does a link that another key sealed.
func (v *sealedVisit) key() string {
	m := keep(v.Meeting)
	sum := sha256.Sum256(fmt.Appendf(nil, "anteroom sealed visit %s %s %q %q %q", v.ID, v.Role, v.Name, m.MeetingLink, m.MeetingID))
	return hex.EncodeToString(sum[:8])
}

// local is a moment in the visitor's zone.
func (v *sealedVisit) local(at time.Time) time.Time { return at.In(v.Location()) }

// path is the visit's address on this site.
func (v *sealedVisit) path() string { return "/v/" + v.text }

// link is the visit's address for other browsers.
func (s *Site) link(c echo.Context, v *sealedVisit) string {
	return strings.TrimSuffix(s.address(c), "/") + v.path()
}

const aboutKey = "about"

// about has this answer speak of the visit: in its language, with its phone number.
func about(c echo.Context, v *sealedVisit) {
	if v != nil {
		c.Set(aboutKey, v)
	}
}

// spokenOf is the visit that this answer speaks of, nil for none.
func spokenOf(c echo.Context) *sealedVisit {
	v, _ := c.Get(aboutKey).(*sealedVisit)
	return v
}

// showSealed is where a sealed link leads: to the visit's page while it can be joined, and to what
// there is to say before and after. Only a page that can be joined takes the visitor's session.
func (s *Site) showSealed(c echo.Context) error {
	opened, err := s.open(c.Param("seal"))
	if err != nil {
		return err
	}
	about(c, opened)
	if !opened.State(s.Now(), s.VisitLimits).Joinable() {
		return s.showState(c, opened)
	}
	v, other := s.session(c).taking(opened)
	if c.Request().Method == http.MethodHead {
		return s.renderVisit(c, http.StatusOK, v, "")
	}
	s.forgetIdentity(c, other)
	if err := s.saveSession(c, v); err != nil {
		return err
	}
	return s.renderVisit(c, http.StatusOK, v, "")
}

// taking is the session with this visit. The same person in the same visit stays who they are; for
// anybody else it is a new session, and other is the identity that is to be forgotten.
func (v session) taking(opened *sealedVisit) (taken session, other string) {
	if v.booked == nil || v.booked.key() != opened.key() {
		other = v.UserID
		v = session{ID: rand.Text(), Name: opened.Name, Language: v.Language}
	}
	v.booked, v.Sealed, v.Visit = opened, opened.text, opened.ID.String()
	v.Meeting, v.Refused = keep(opened.Meeting), nil
	return v, other
}

// sendCalendar is the visit as a calendar file.
func (s *Site) sendCalendar(c echo.Context) error {
	opened, err := s.open(c.Param("seal"))
	if err != nil {
		return err
	}
	about(c, opened)
	if opened.State(s.Now(), s.VisitLimits) == visit.StateEnded {
		return errVisitEnded
	}
	invited, err := s.invitation(c, opened)
	if err != nil {
		return err
	}
	file, err := invited.Calendar()
	if err != nil {
		return fmt.Errorf("write calendar: %w", err)
	}
	h := c.Response().Header()
	h.Set("Content-Disposition", `attachment; filename="visit.ics"`)
	h.Set("Content-Length", strconv.Itoa(len(file)))
	return c.Blob(http.StatusOK, "text/calendar; charset=utf-8; method=PUBLISH", []byte(file))
}

func (s *Site) invitation(c echo.Context, v *sealedVisit) (invitation.Invitation, error) {
	brand := invitation.Brand{Name: s.Brand.Name, Phone: s.Brand.Phone}
	invited, err := invitation.New(v.Visit, s.link(c, v), brand, s.Catalogue, s.Now())
	if err != nil {
		return invited, fmt.Errorf("make invitation: %w", err)
	}
	return invited, nil
}
