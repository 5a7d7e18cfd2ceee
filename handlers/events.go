package handlers

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/anteroom-visit/anteroom/browser"
	"github.com/anteroom-visit/anteroom/handlers/budget"
	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
	"github.com/anteroom-visit/anteroom/teams"
)

// callEvents are the events of a call that the page may report; each is a line in the log, except beats.
var callEvents = map[string]bool{
	"lobby": true, "admitted": true, "reconnecting": true, "recording": true, "fault": true, "ended": true,
	"waiting": true, "in-call": true,
}

// callEvent is what a page reports of its call. It contains no name and no meeting.
type callEvent struct {
	Event   string `json:"event"`
	Code    int    `json:"code"`
	SubCode int    `json:"subCode"`
	// Waited is how long an admitted visitor waited, in seconds.
	Waited int `json:"waited"`
	// Call is the call's ID, by which Microsoft's own logs know it.
	Call string `json:"call"`
}

var callID = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// eventLimits limit the events that count. A page sends 120 beats an hour and few other events; an address may
// be that of a hundred visitors.
var eventLimits = budget.Limits{PerSession: 300, PerAddress: 12_000}

// recordEvent logs a beacon of a visitor who has joined: nobody else has a call to report. Its values are
// checked, because a stranger's text must not reach the log.
func (s *Site) recordEvent(w http.ResponseWriter, r *http.Request) error {
	var told callEvent
	if err := readJSON(r, &told); err != nil {
		return err
	}
	if !callEvents[told.Event] {
		return problem.BadRequest
	}
	caller, err := s.caller(r)
	if err != nil {
		return err
	}
	if _, err := s.events.TakeIdentity(budget.Keys{Session: caller, Address: s.clientKey(r)}); err != nil {
		stateOf(r).quiet = true
		return reply.NoContent(w) // nobody reads the answer
	}
	if told.Waited < 0 || told.Waited > int((24*time.Hour).Seconds()) {
		told.Waited = 0
	}
	if !callID.MatchString(told.Call) {
		told.Call = ""
	}
	reference := stateOf(r).reference()
	s.present.saw(caller, told.Event)
	s.metrics.called(told, reference)
	if isBeat(told.Event) {
		stateOf(r).quiet = true
		return reply.NoContent(w)
	}
	attrs := []any{"event", told.Event, "code", told.Code, "sub_code", told.SubCode, "waited_seconds", told.Waited, "acs_call", told.Call}
	if told.Event == "ended" {
		ending := teams.EndingOf(told.Code, told.SubCode)
		attrs = append(attrs, "ending", ending.Name, "class", classOf(ending))
	}
	s.log.InfoContext(r.Context(), "call", attrs...)
	return reply.NoContent(w)
}

// caller returns what identifies the visitor of a call: the identity, so that one identity counts once in
// whichever visits its browser opens; or the session, once the identity is deleted.
func (s *Site) caller(r *http.Request) (string, error) {
	v := s.session(r)
	switch identity := cmp.Or(v.UserID, v.Former); {
	case !v.hasMeeting():
		return "", problem.NoVisit
	case identity != "":
		return identity, nil
	case v.Joined:
		return v.ID, nil
	}
	return "", problem.NoIdentity
}

// recordJoin counts and logs a press of Join, with marks that show what failed joins have in common.
func (s *Site) recordJoin(r *http.Request, err error, took time.Duration) {
	b := browser.Parse(r.UserAgent())
	s.metrics.joined(err, b, stateOf(r).reference())
	kind := b.Family + " " + strconv.Itoa(b.Major())
	visit, network := "", s.networkMark(s.clientKey(r))
	if v := stateOf(r).session; v != nil && v.hasMeeting() {
		visit = mark("anteroom visit mark " + cmp.Or(v.Visit, v.key()))
	}
	if err != nil && visit != "" {
		s.failing.add(failedJoin{visit: visit, network: network, browser: kind})
	}
	s.log.InfoContext(r.Context(), "join", "outcome", outcomeOf(err), "ms", took.Milliseconds(),
		"browser", b.Family, "browser_version", b.Major(), "system", b.System, "visit", visit, "network", network)
}

func mark(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:4])
}

// networkMark returns four digits that are the same for one network on one day of UTC. So few, under a key,
// they do not lead back to an address.
func (s *Site) networkMark(client string) string {
	h := hmac.New(sha256.New, s.networkKey)
	h.Write([]byte("anteroom network mark " + s.now().UTC().Format(time.DateOnly) + " " + client))
	return hex.EncodeToString(h.Sum(nil)[:2])
}
