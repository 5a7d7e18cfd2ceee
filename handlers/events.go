package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// callEvents are what the page may tell of a call; each is a line in the log and nothing more.
var callEvents = map[string]bool{
	"lobby": true, "admitted": true, "reconnecting": true, "recording": true, "ended": true, "fault": true,
}

// recordEvent takes a beacon. It holds no name and no meeting, and what it holds is checked: a
// stranger's text must not reach the log.
func (s *Site) recordEvent(c echo.Context) error {
	var told struct {
		Event   string `json:"event"`
		Code    int    `json:"code"`
		SubCode int    `json:"subCode"`
	}
	if err := readJSON(c.Request(), &told); err != nil {
		return err
	}
	if !callEvents[told.Event] {
		return errBadRequest
	}
	if !s.session(c).hasMeeting() {
		return errNoVisit
	}
	s.Metrics.told(told.Event, told.Code, told.SubCode)
	s.Log.InfoContext(c.Request().Context(), "call", "event", told.Event,
		"code", told.Code, "sub_code", told.SubCode, "request_id", requestID(c))
	return c.NoContent(http.StatusNoContent)
}
