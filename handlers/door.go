package handlers

import (
	"crypto/rand"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
	"github.com/anteroom-visit/anteroom/views"
)

// showDoor is the page with one box. The same address takes links that were already sent to people:
// they are taken into the session, so that no address of ours goes on carrying a meeting.
func (s *Site) showDoor(w http.ResponseWriter, r *http.Request) error {
	v := s.session(r)
	if text, passcode, ok := sentLink(r); ok {
		return s.takeSentLink(w, r, v, text, passcode)
	}
	if !s.acceptsPastedMeetings() {
		return s.showShutDoor(w, r)
	}
	if v.Refused == nil {
		return s.renderDoor(w, r, http.StatusOK, views.DoorPage{})
	}
	refused := *v.Refused
	v.Refused = nil
	if err := s.saveSession(w, r, v); err != nil {
		return err
	}
	return s.renderDoor(w, r, http.StatusUnprocessableEntity, views.DoorPage{Meeting: refused.Input, Refusal: string(refused.Code)})
}

// submitDoor takes what a person pasted.
func (s *Site) submitDoor(w http.ResponseWriter, r *http.Request) error {
	if !s.acceptsPastedMeetings() {
		return problem.LinkNeeded
	}
	if err := r.ParseForm(); err != nil {
		return problem.FromBody(err)
	}
	text, passcode := r.PostForm.Get("meeting"), r.PostForm.Get("passcode")
	found, refusal := s.call.Links.ParseWithPasscode(text, passcode)
	if refusal != nil {
		page := views.DoorPage{Meeting: readable(text), Passcode: readable(passcode), Refusal: string(refusal.Code)}
		return s.renderDoor(w, r, http.StatusUnprocessableEntity, page)
	}
	return s.enter(w, r, s.session(r), meetingOf(found))
}

// readable is what a page can show of something that was sent: browsers send nothing else.
func readable(text string) string { return strings.ToValidUTF8(text, "\ufffd") }

func (s *Site) renderDoor(w http.ResponseWriter, r *http.Request, status int, door views.DoorPage) error {
	door.Page = s.page(r, s.translator(r).Text("door.title"))
	return s.render(w, r, status, views.Door(door))
}

// enter remembers a meeting that the visitor brought and goes on to the visit. A meeting that is not
// admitted is not taken: the session stays as it was.
func (s *Site) enter(w http.ResponseWriter, r *http.Request, v session, m meeting) error {
	if err := s.checkAdmission(session{Meeting: m}); err != nil {
		return err
	}
	if v.Meeting != m || v.Sealed != "" {
		// Another meeting is another visit: what the last host knew of this visitor ends with it.
		s.deleteLater(r, v.UserID)
		v = session{ID: rand.Text(), Name: v.Name, Language: v.Language}
	}
	v.Meeting, v.Refused = m, nil
	if err := s.saveSession(w, r, v); err != nil {
		return err
	}
	return reply.SeeOther(w, "/visit")
}

// maxKeptInput bounds what a refused link may take of the session cookie.
const maxKeptInput = 600

func (s *Site) takeSentLink(w http.ResponseWriter, r *http.Request, v session, text, passcode string) error {
	if !s.acceptsPastedMeetings() {
		return problem.LinkNeeded
	}
	found, refusal := s.call.Links.ParseWithPasscode(text, passcode)
	if refusal == nil {
		return s.enter(w, r, v, meetingOf(found))
	}
	v.Refused = &refusedInput{Code: refusal.Code}
	// Measured as the cookie holds it: JSON can make six bytes of one. Beside a sealed link there is
	// no room in it.
	if raw, err := json.Marshal(text); err == nil && len(raw) <= maxKeptInput && v.Sealed == "" {
		v.Refused.Input = text
	}
	if err := s.saveSession(w, r, v); err != nil {
		return err
	}
	return reply.SeeOther(w, "/")
}

// sentLink finds the meeting in an address of one of the forms that other sites of this kind have
// sent out: meetingURL, teamsLink, or meetingId with passcode, in any case.
func sentLink(r *http.Request) (text, passcode string, ok bool) {
	given, query := make(map[string]string), r.URL.Query()
	// In order, so that an address with one name in two cases always leads to the same meeting.
	for _, name := range slices.Sorted(maps.Keys(query)) {
		given[strings.ToLower(name)] = query.Get(name)
	}
	for _, name := range []string{"meetingurl", "teamslink", "meetingid"} {
		if text, ok = given[name]; ok {
			return text, given["passcode"], true
		}
	}
	return "", "", false
}
