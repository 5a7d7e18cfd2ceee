package handlers

import (
	"net/http"

	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
)

// callEvents are what the page may tell of a call; each is a line in the log and nothing more.
var callEvents = map[string]bool{
	"lobby": true, "admitted": true, "reconnecting": true, "recording": true, "ended": true, "fault": true,
}

// recordEvent takes a beacon. It holds no name and no meeting, and what it holds is checked: a
// stranger's text must not reach the log.
func (s *Site) recordEvent(w http.ResponseWriter, r *http.Request) error {
	var told struct {
		Event   string `json:"event"`
		Code    int    `json:"code"`
		SubCode int    `json:"subCode"`
	}
	if err := readJSON(r, &told); err != nil {
		return err
	}
	if !callEvents[told.Event] {
		return problem.BadRequest
	}
	if !s.session(r).hasMeeting() {
		return problem.NoVisit
	}
	s.metrics.told(told.Event, told.Code, told.SubCode)
	s.log.InfoContext(r.Context(), "call", "event", told.Event,
		"code", told.Code, "sub_code", told.SubCode)
	return reply.NoContent(w)
}
