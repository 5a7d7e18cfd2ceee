package handlers

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/anteroom-visit/anteroom/handlers/pasted"
	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/views"
)

// showDoor shows the page with one input. The same address accepts links that other software sent:
// it moves the meeting into the session, so that it does not stay in the address.
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
	in := teams.Input{Text: refused.Input, Passcode: refused.Passcode}
	reading := s.call.Links.Read(in)
	if refused.Code != "" { // the input itself may have been too long to keep
		reading = teams.Reading{Refusal: &teams.Refusal{Code: refused.Code, Service: refused.Service}}
	}
	return s.showReading(w, r, in, reading)
}

// submitDoor reads what a visitor pasted: a meeting, or a link to a visit of this site.
func (s *Site) submitDoor(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return problem.FromBody(err)
	}
	in := pasted.Input(r.PostForm)
	if opened := s.ownLink(in.Text); opened != nil {
		return reply.SeeOther(w, opened.path())
	}
	if !s.acceptsPastedMeetings() {
		return problem.LinkNeeded
	}
	reading := s.call.Links.Read(in)
	s.log.InfoContext(r.Context(), "meeting read", "at", "door", "outcome", reading.Outcome(), "rule", reading.Rule)
	if reading.Meeting == nil {
		return s.showReading(w, r, in, reading)
	}
	return s.enter(w, r, s.session(r), pastedMeeting(reading))
}

// showReading shows the door again with a refusal or a question, and what was typed.
func (s *Site) showReading(w http.ResponseWriter, r *http.Request, in teams.Input, reading teams.Reading) error {
	page := views.DoorPage{NoPasscode: in.NoPasscode}
	if len(in.Text)+len(in.Passcode) <= maxEchoedBody { // as HTML, it can be five times as long
		page.Meeting, page.Passcode = readable(in.Text), readable(in.Passcode)
	}
	switch {
	case reading.Question != nil:
		page.Question = pasted.Question(s.translator(r), *reading.Question)
	case reading.Refusal != nil:
		page.Refusal, page.Service = string(reading.Refusal.Code), reading.Refusal.Service
	default: // the rules changed since
		return s.enter(w, r, s.session(r), pastedMeeting(reading))
	}
	return s.renderDoor(w, r, http.StatusUnprocessableEntity, page)
}

// pastedMeeting returns what a session keeps of a reading.
func pastedMeeting(reading teams.Reading) meeting {
	m := meetingOf(*reading.Meeting)
	m.Cancelled = reading.Cancelled
	return m
}

var ownPath = regexp.MustCompile(`/v/([A-Za-z0-9_-]{20,})`)

// ownLink returns the visit whose link is in the text, or nil. A link that another site sealed does
// not open here, so the host need not be compared.
func (s *Site) ownLink(text string) *sealedVisit {
	for _, m := range ownPath.FindAllStringSubmatch(text[:min(len(text), maxOwnLink)], 4) {
		if opened, err := s.open(m[1]); err == nil {
			return opened
		}
	}
	return nil
}

// maxOwnLink is how much of a pasted text is searched for a link of this site, in bytes.
const maxOwnLink = 8 << 10

// readable replaces invalid UTF-8, which no browser sends.
func readable(text string) string { return strings.ToValidUTF8(text, "\ufffd") }

func (s *Site) renderDoor(w http.ResponseWriter, r *http.Request, status int, door views.DoorPage) error {
	door.Page = s.page(r, s.translator(r).Text("door.title"))
	if door.Refusal == "" && door.Question.Code == "" {
		door.Example = s.call.Example
	}
	return s.render(w, r, status, views.Door(door))
}

// enter puts a meeting into the session and redirects to the visit. A meeting that is not admitted
// leaves the session as it was.
func (s *Site) enter(w http.ResponseWriter, r *http.Request, v session, m meeting) error {
	if err := s.checkAdmission(session{Meeting: m}); err != nil {
		return err
	}
	if v.Meeting != m || v.Sealed != "" {
		// Another meeting is another visit, with an identity of its own.
		name := v.Name
		v = v.successor()
		v.Name = name
	}
	v.Meeting, v.Refused = m, nil
	if err := s.saveSession(w, r, v); err != nil {
		return err
	}
	return reply.SeeOther(w, "/visit")
}

// maxKeptInput is the longest refused link that the session cookie keeps, in bytes.
const maxKeptInput = 600

func (s *Site) takeSentLink(w http.ResponseWriter, r *http.Request, v session, text, passcode string) error {
	if !s.acceptsPastedMeetings() {
		return problem.LinkNeeded
	}
	if !isNavigation(r) {
		return reply.SeeOther(w, "/visit")
	}
	reading := s.call.Links.Read(teams.Input{Text: text, Passcode: passcode})
	s.log.InfoContext(r.Context(), "meeting read", "at", "address", "outcome", reading.Outcome(), "rule", reading.Rule)
	if reading.Meeting != nil {
		return s.enter(w, r, v, pastedMeeting(reading))
	}
	v.Refused = &refusedInput{}
	if reading.Refusal != nil {
		v.Refused.Code, v.Refused.Service = reading.Refusal.Code, reading.Refusal.Service
	}
	// Measured as the cookie holds it: JSON can make six bytes of one. A sealed link leaves no room for
	// it.
	if raw, err := json.Marshal(text + passcode); err == nil && len(raw) <= maxKeptInput && v.Sealed == "" {
		v.Refused.Input, v.Refused.Passcode = text, passcode
	} else if reading.Question != nil { // its choices cannot be kept: the visitor pastes the text once more
		v.Refused.Code = teams.IncompleteLink
	}
	if err := s.saveSession(w, r, v); err != nil {
		return err
	}
	return reply.SeeOther(w, "/")
}

// sentLink returns the meeting in the query of an address that other software sends: meetingURL,
// teamsLink, or meetingId with passcode, in any case.
func sentLink(r *http.Request) (text, passcode string, ok bool) {
	given, query := make(map[string]string), r.URL.Query()
	// Sorted, so that an address with one name in two cases always leads to the same meeting.
	for _, name := range slices.Sorted(maps.Keys(query)) {
		given[strings.ToLower(name)] = query.Get(name)
	}
	for _, name := range []string{"meetingurl", "teamslink", "meetingid"} {
		if text, ok = given[name]; ok {
			if whole := unencoded(r.URL.RawQuery, name); whole != "" {
				text = whole
			}
			return text, given["passcode"], true
		}
	}
	return "", "", false
}

// unencoded returns a link that the query contains without encoding, up to the query's end, because the
// link's own parameters look like parameters of the query. It returns "" if the value is encoded.
func unencoded(query, name string) string {
	for rest := query; rest != ""; _, rest, _ = strings.Cut(rest, "&") {
		key, value, _ := strings.Cut(rest, "=")
		if !strings.EqualFold(key, name) {
			continue
		}
		scheme, _, isLink := strings.Cut(value, "://")
		if isLink && (strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http")) {
			return value
		}
		return ""
	}
	return ""
}
