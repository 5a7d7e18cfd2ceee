package handlers

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
	"github.com/anteroom-visit/anteroom/visit"
	"github.com/anteroom-visit/anteroom/visit/invitation"
)

// sealedVisit is a visit with the text that this site has sealed it to.
type sealedVisit struct {
	visit.Visit
	text string
}

// open returns the visit behind /v/. Its error is VisitUnknown, whatever was wrong.
func (s *Site) open(seal string) (*sealedVisit, error) {
	v, err := s.reopen(seal)
	if err != nil {
		return nil, err
	}
	if v.text, err = s.visits.Seals.Seal(v.Visit); err != nil {
		return nil, fmt.Errorf("seal visit: %w", err)
	}
	return v, nil
}

// reopen is open for a text that this site has sealed and kept: it does not seal it again.
func (s *Site) reopen(seal string) (*sealedVisit, error) {
	if s.visits.Seals == nil {
		return nil, problem.VisitUnknown
	}
	opened, err := s.visits.Seals.Open(seal)
	if err != nil {
		return nil, problem.VisitUnknown
	}
	if opened.Role == visit.RoleHost { // opens for signed-in staff only, at /host/
		return nil, problem.VisitUnknown
	}
	return &sealedVisit{opened, seal}, nil
}

// key identifies this visit for this person, and reveals nothing. A visit that is moved keeps it, as
// does a link that another key sealed.
func (v *sealedVisit) key() string {
	m := meetingOf(v.Meeting)
	sum := sha256.Sum256(fmt.Appendf(nil, "anteroom sealed visit %s %s %q %q %q", v.ID, v.Role, v.Name, m.MeetingLink, m.MeetingID))
	return hex.EncodeToString(sum[:8])
}

// local returns a moment in the visitor's zone.
func (v *sealedVisit) local(at time.Time) time.Time { return at.In(v.Location()) }

// path returns the visit's address on this site.
func (v *sealedVisit) path() string { return "/v/" + v.text }

// link returns the visit's address for other browsers.
func (s *Site) link(r *http.Request, v *sealedVisit) string {
	return strings.TrimSuffix(s.address(r), "/") + v.path()
}

// sealIn returns the seal in the last part of an address, without what a message or a copy put behind
// or into it: a full stop, a bracket, an invisible character.
func sealIn(part string) string {
	part = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, part)
	if end := strings.IndexFunc(part, func(r rune) bool { return r > unicode.MaxASCII || strings.ContainsRune(" .,;:!?)>]}'\"", r) }); end >= 0 {
		part = part[:end]
	}
	return part
}

// showSealed shows the visit behind a sealed link: the page to join while it can be joined, and a page
// about its state before and after. Only a page that can be joined changes the visitor's session.
func (s *Site) showSealed(w http.ResponseWriter, r *http.Request) error {
	seal := sealIn(r.PathValue("seal"))
	opened, err := s.open(seal)
	if err != nil {
		s.linkFailed(r, s.whyUnknown(seal))
		return err
	}
	setContextVisit(r, opened)
	key, _ := s.visits.Seals.Inspect(seal)
	s.metrics.opened(key)
	if state := opened.State(s.now(), s.visits.Limits); !state.Joinable() {
		s.linkFailed(r, string(state))
		return s.showState(w, r, opened)
	}
	v := s.session(r).withVisit(opened)
	if r.Method == http.MethodHead || !isNavigation(r) {
		return s.renderVisit(w, r, http.StatusOK, v, "")
	}
	if err := s.saveSession(w, r, v); err != nil {
		return err
	}
	return s.renderVisit(w, r, http.StatusOK, v, "")
}

// whyUnknown returns why a link opens no visit: "not-a-link", "unknown-key" for one that no key of this
// site has sealed, or "host" for a link of the staff.
func (s *Site) whyUnknown(seal string) string {
	if s.visits.Seals == nil {
		return "no-keys"
	}
	key, isSeal := s.visits.Seals.Inspect(seal)
	switch {
	case key > 0:
		return "host"
	case isSeal:
		return "unknown-key"
	}
	return "not-a-link"
}

func (s *Site) linkFailed(r *http.Request, reason string) {
	s.metrics.notOpened(reason)
	s.log.InfoContext(r.Context(), "link not opened", "reason", reason)
}

// recoverVisit puts the visit of a sealed link into the session, as opening the link does. A page whose
// session was lost, or moved to another visit by another tab, asks for it when its visitor presses Join.
func (s *Site) recoverVisit(w http.ResponseWriter, r *http.Request, path string) error {
	opened, err := s.open(sealIn(strings.TrimPrefix(path, "/v/")))
	if err != nil || !opened.State(s.now(), s.visits.Limits).Joinable() {
		return err
	}
	return s.saveSession(w, r, s.session(r).withVisit(opened))
}

// withVisit returns the session with this visit. The same person in the same visit keeps the session;
// for anyone else it is a new one.
func (v session) withVisit(opened *sealedVisit) session {
	if v.booked == nil || v.booked.key() != opened.key() {
		v = v.successor()
		v.Name = opened.Name
	}
	v.booked, v.Sealed, v.Visit = opened, opened.text, opened.ID.String()
	v.Meeting, v.Refused = meetingOf(opened.Meeting), nil
	return v
}

// sendCalendar sends the visit as a calendar file.
func (s *Site) sendCalendar(w http.ResponseWriter, r *http.Request) error {
	opened, err := s.open(r.PathValue("seal"))
	if err != nil {
		return err
	}
	setContextVisit(r, opened)
	if opened.State(s.now(), s.visits.Limits) == visit.StateEnded {
		return problem.VisitEnded
	}
	invited, err := s.invitation(r, opened)
	if err != nil {
		return err
	}
	file, err := invited.Calendar()
	if err != nil {
		return fmt.Errorf("write calendar: %w", err)
	}
	return reply.File(w, "visit.ics", "text/calendar; charset=utf-8; method=PUBLISH", []byte(file))
}

func (s *Site) invitation(r *http.Request, v *sealedVisit) (invitation.Invitation, error) {
	brand := invitation.Brand{Name: s.organisation.Brand.Name, Phone: s.organisation.Brand.Phone}
	invited, err := invitation.New(v.Visit, s.link(r, v), brand, s.catalogue, s.now())
	if err != nil {
		return invited, fmt.Errorf("make invitation: %w", err)
	}
	return invited, nil
}
