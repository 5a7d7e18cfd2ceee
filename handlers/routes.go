package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// handler answers a request, or returns an error for the error table. Path parameters are the request's
// path values.
type handler = func(w http.ResponseWriter, r *http.Request) error

// onEcho adapts a handler to Echo, the router.
func onEcho(h handler) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		for _, name := range c.ParamNames() {
			r.SetPathValue(name, c.Param(name))
		}
		return h(c.Response(), r)
	}
}

// read routes a path that can be read. It answers HEAD too: link previews and uptime probes ask so.
func (s *Site) read(path string, h handler) {
	s.echo.Match([]string{http.MethodGet, http.MethodHead}, path, onEcho(h))
}

func (s *Site) post(path string, h handler) { s.echo.POST(path, onEcho(h)) }

// routes is the one list of what the site answers.
func (s *Site) routes() {
	s.read("/", s.showDoor)
	s.post("/", s.submitDoor)
	s.read("/v/:seal", s.showSealed)
	s.read("/v/:seal/", s.showSealed)
	s.read("/v/:seal/visit.ics", s.sendCalendar)
	s.read("/v/:seal/check", s.showCheckOfVisit)
	s.read("/visit", s.showVisit)
	s.read("/visit/texts/:language", s.sendTexts)
	s.post("/visit/join", s.joinVisit)
	s.post("/visit/token", s.renewToken)
	s.post("/visit/events", s.recordEvent)
	s.post("/visit/leave", s.leaveVisit)
	s.read("/visit/ended", s.showEnding)
	s.read(surveyPath, s.showSurvey)
	s.post(surveyPath, s.answerSurvey)
	s.read("/check", s.showCheck)
	s.post(violationsPath, s.recordViolations)
	if s.call.Try {
		s.read("/try", s.showTry)
	}
	s.read("/assets/:name", s.sendAsset)
	s.read("/favicon.ico", s.showFavicon)
	s.read("/brand/:name", s.organisation.Logo.Serve)
	s.read("/healthz", s.showHealth)
	s.read("/readyz", s.showReadiness)
	if s.desk != nil {
		s.desk.Routes(s.read, s.post)
	}
	if s.staff != nil {
		s.read("/host/:seal", s.showStaffCall)
		s.post("/host/join", s.joinAsStaff)
		s.post("/host/token", s.renewStaffToken)
	}
	if s.call.rehearses() { // with an ACS resource there is nothing behind these addresses
		s.echo.GET("/rehearsal/socket", echo.WrapHandler(s.call.RehearsalSocket))
		s.echo.GET("/rehearsal/host/:room", onEcho(s.showHost))
		s.post("/rehearsal/rooms/:room/commands", s.commandRoom)
	}
}
