package handlers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/anteroom-visit/anteroom/handlers/budget"
	"github.com/anteroom-visit/anteroom/handlers/identity"
	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
	"github.com/anteroom-visit/anteroom/handlers/traffic"
	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/views"
	"github.com/anteroom-visit/anteroom/visit"
)

// serviceProblems maps failures of the identity service to the problems that visitors see.
var serviceProblems = map[identity.Reason]problem.Problem{
	identity.Busy:        {Slug: string(identity.Busy), Status: http.StatusServiceUnavailable},
	identity.Late:        {Slug: string(identity.Late), Status: http.StatusServiceUnavailable},
	identity.Unavailable: {Slug: string(identity.Unavailable), Status: http.StatusServiceUnavailable},
	identity.Refused:     {Slug: string(identity.Refused), Status: http.StatusServiceUnavailable},
	identity.Starting:    {Slug: string(identity.Starting), Status: http.StatusServiceUnavailable},
}

var budgetProblems = map[budget.Kind]problem.Problem{
	budget.Session: problem.SessionBudget,
	budget.Visit:   problem.VisitBudget,
	budget.Address: problem.AddressBudget,
	budget.Day:     problem.DailyLimit,
}

// errPanicked represents a panic that is already in the log with its stack.
var errPanicked = fmt.Errorf("panic: %w", problem.Internal)

// defaultRetry is how long a visitor's page waits when the service names no time.
const defaultRetry = 5 * time.Second

// invalidName is the error for a name that cannot be a display name.
type invalidName struct{ reason visit.Reason }

func (e invalidName) Error() string { return "invalid name: " + string(e.reason) }

// nameTexts are the catalogue's ids for what is wrong with a name.
var nameTexts = map[visit.Reason]string{
	visit.Missing: "name.missing", visit.TooLong: "name.tooLong", visit.Unreadable: "name.unreadable",
}

// retryAfter returns how long to wait before a retry can succeed, or 0 when waiting does not help.
func retryAfter(err error, p problem.Problem) time.Duration {
	var service *identity.ServiceError
	var exceeded *budget.Exceeded
	switch {
	case errors.As(err, &exceeded):
		return exceeded.Wait
	case p.Status != http.StatusServiceUnavailable:
		return 0
	case errors.As(err, &service) && service.RetryAfter > 0:
		return service.RetryAfter
	case p == problem.TooBusy:
		return traffic.RetryAfter
	}
	return defaultRetry
}

// classify returns the problem that a client sees for an error.
func classify(err error) problem.Problem {
	var p problem.Problem
	var service *identity.ServiceError
	var exceeded *budget.Exceeded
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, identity.ErrForeign):
		return problem.NoIdentity
	case errors.As(err, new(invalidName)):
		return problem.InvalidName
	case errors.Is(err, traffic.ErrBusy):
		return problem.TooBusy
	case errors.As(err, &exceeded):
		return budgetProblems[exceeded.Kind]
	case errors.As(err, &service):
		if known, ok := serviceProblems[service.Reason]; ok {
			return known
		}
		return serviceProblems[identity.Unavailable]
	case errors.As(err, &tooLarge):
		return problem.TooLarge
	case errors.As(fromEcho(err), &p):
		return p
	case errors.Is(err, context.Canceled):
		return problem.TooSlow // the client has gone, or the server no longer waits for it
	}
	return problem.Internal
}

// renderError answers a request that failed. It logs the error once; the answer shows only the problem.
func (s *Site) renderError(w http.ResponseWriter, r *http.Request, err error) error {
	p := classify(err)
	s.logFault(r, p, err)
	retry := retryAfter(err, p)
	if retry > 0 {
		w.Header().Set("Retry-After", seconds(retry))
	}
	if problem.ForScript(r) {
		return s.sendProblem(w, r, p, problemDetail(err, p), retry)
	}
	return s.showProblem(w, r, p)
}

// seconds returns a duration in whole seconds, rounded up.
func seconds(d time.Duration) string { return strconv.Itoa(int(math.Ceil(d.Seconds()))) }

// lastResort is the answer when not even the error page can be rendered.
const lastResort = "Sorry, there is a problem with the service. Please try again in a few minutes."

func (s *Site) logFault(r *http.Request, p problem.Problem, err error) {
	if errors.Is(err, errPanicked) {
		return
	}
	level := slog.LevelDebug
	switch {
	case errors.As(err, new(inTurn)), errors.Is(err, context.Canceled):
		// a rush, or a client that has gone: not a fault
	case p.Status >= http.StatusInternalServerError:
		level = slog.LevelError
	case p == problem.DailyLimit:
		level = slog.LevelWarn // only the operator can help
	}
	attrs := []any{"problem", p.Slug, "error", err.Error()}
	var service *identity.ServiceError
	if errors.As(err, &service) && service.Support != "" {
		attrs = append(attrs, "ms_cv", service.Support)
	}
	s.log.Log(r.Context(), level, "fault", attrs...)
}

// problemDetail returns the id of the text that describes the problem and the next step.
func problemDetail(err error, p problem.Problem) string {
	var name invalidName
	if errors.As(err, &name) {
		return nameTexts[name.reason]
	}
	return "problem." + p.Slug + ".text"
}

// problemJSON is RFC 9457.
type problemJSON struct {
	Type     string `json:"type"`
	Title    string `json:"title"`
	Status   int    `json:"status"`
	Detail   string `json:"detail"`
	Instance string `json:"instance"`
	// RetryAfter is in seconds, for a script that cannot read the header.
	RetryAfter int `json:"retryAfter,omitempty"`
}

func (s *Site) sendProblem(w http.ResponseWriter, r *http.Request, p problem.Problem, detail string, retry time.Duration) error {
	t := s.translator(r)
	return reply.ProblemJSON(w, p.Status, problemJSON{
		Type:       "urn:anteroom:problem:" + p.Slug,
		Title:      t.Text("problem."+p.Slug+".title", "Organisation", s.organisationName(t)),
		Status:     p.Status,
		Detail:     withNumber(t, p, s.brand(r).Phone, t.Text(detail, "Max", strconv.Itoa(visit.MaxNameRunes), "Organisation", s.organisationName(t))),
		Instance:   "urn:anteroom:request:" + requestID(r),
		RetryAfter: int(math.Ceil(retry.Seconds())),
	})
}

func (s *Site) showProblem(w http.ResponseWriter, r *http.Request, p problem.Problem) error {
	t := s.translator(r)
	page := views.ProblemPage{
		Page:      s.page(r, t.Text("problem."+p.Slug+".title", "Organisation", s.organisationName(t))),
		Text:      t.Text("problem."+p.Slug+".text", "Organisation", s.organisationName(t)),
		Reference: requestID(r),
	}
	page.NoStart = !s.acceptsPastedMeetings()
	switch p {
	case problem.LinkNeeded, problem.VisitUnknown, problem.VisitEarly, problem.VisitEnded, problem.VisitChanged, problem.LinkAgain:
		page.NoStart, page.Call, page.Reference = true, true, ""
	case problem.OtherOrganisation, problem.SessionBudget, problem.VisitBudget, problem.AddressBudget, problem.DailyLimit:
		// Nothing failed: a person can help, but a reference cannot.
		page.Call, page.Reference = true, ""
	}
	return s.render(w, r, p.Status, views.Problem(page))
}

// withNumber adds the organisation's number to a problem that only waiting solves.
func withNumber(t locales.Translator, p problem.Problem, phone, detail string) string {
	if p.Status != http.StatusTooManyRequests || phone == "" {
		return detail
	}
	return detail + " " + t.Text("problem.call", "Phone", phone)
}

// organisationName returns the organisation's name for use in a sentence.
func (s *Site) organisationName(t locales.Translator) string {
	return cmp.Or(s.organisation.Brand.Name, t.Text("problem.us"))
}
