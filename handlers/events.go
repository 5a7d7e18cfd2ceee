package handlers

import (
	"net/http"

	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
)

// callEvents are the events of a call that the page may report; each is a line in the log.
var callEvents = map[string]bool{
	"lobby": true, "admitted": true, "reconnecting": true, "recording": true, "ended": true, "fault": true,
}

// recordEvent logs a beacon. It carries no name and no meeting, and its values are checked, because a
// stranger's text must not reach the log.
func (s *Site) recordEvent(w http.ResponseWriter, r *http.Request) error {
	var report struct {
		Event   string `json:"event"`
		Code    int    `json:"code"`
		SubCode int    `json:"subCode"`
	}
	if err := readJSON(r, &report); err != nil {
		return err
	}
	if !callEvents[report.Event] {
		return problem.BadRequest
	}
	if !s.session(r).hasMeeting() {
		return problem.NoVisit
	}
	s.metrics.called(report.Event, report.Code, report.SubCode)
	s.log.InfoContext(r.Context(), "call", "event", report.Event,
		"code", report.Code, "sub_code", report.SubCode)
	return reply.NoContent(w)
}
