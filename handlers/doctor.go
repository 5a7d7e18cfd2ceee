package handlers

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/anteroom-visit/anteroom/views"
)

// Doctor examines the site that it belongs to.
type Doctor interface {
	// Examine says how everything is, in an order that stays the same. It ends when ctx does, and
	// says of what it has not seen by then that it has not.
	Examine(ctx context.Context) []Finding
}

// FindingState is how the examined thing is.
type FindingState string

// The states. Information is what cannot be examined from where the site runs.
const (
	FindingOK          FindingState = "ok"
	FindingWarning     FindingState = "warning"
	FindingProblem     FindingState = "problem"
	FindingInformation FindingState = "information"
)

// Finding is what was seen of one thing. It holds nothing secret, and is written in English for who
// runs the site.
type Finding struct {
	// Check is the name of what was examined, such as "link-keys". Several findings can share it.
	Check string `json:"check"`
	// State is how it is.
	State FindingState `json:"state"`
	// Says is what was seen.
	Says string `json:"says"`
	// Fix is what to do; empty where nothing is.
	Fix string `json:"fix,omitempty"`
	// Command is a line for a shell that shows more; empty for none.
	Command string `json:"command,omitempty"`
}

// doctorTime bounds an examination for the page, which a proxy waits for as well.
const doctorTime = 20 * time.Second

// doctorRoute makes the doctor's page reachable through guard, and through nothing else: it tells
// how the site is set up, and each look makes an identity.
func (s *Site) doctorRoute(guard echo.MiddlewareFunc) {
	s.echo.Match([]string{http.MethodGet, http.MethodHead}, "/desk/doctor", s.showDoctor, guard)
}

// showDoctor examines the site and tells what was found. Who asks while an examination is under way
// gets its findings.
func (s *Site) showDoctor(c echo.Context) error {
	if s.Doctor == nil {
		return errNotFound
	}
	began := context.WithoutCancel(c.Request().Context()) // the others wait for it as well
	found, _, _ := s.examinations.Do("", func() (any, error) {
		ctx, cancel := context.WithTimeout(began, doctorTime)
		defer cancel()
		return s.Doctor.Examine(ctx), nil
	})
	page := views.DoctorPage{Page: s.page(c, s.translator(c).Text("doctor.title"))}
	page.Stylesheet = s.Assets.URL("check.css")
	findings, _ := found.([]Finding)
	for _, f := range findings {
		page.Findings = append(page.Findings, views.Finding{
			Check: f.Check, State: string(f.State), Says: f.Says, Fix: f.Fix, Command: f.Command,
		})
	}
	return s.render(c, http.StatusOK, views.Doctor(page))
}
