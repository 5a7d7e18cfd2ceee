package handlers

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/views"
)

// problem is one kind of failure as the outside sees it: its words stand in the catalogue under
// problem.<slug>, its stable type for scripts is urn:anteroom:problem:<slug>.
type problem struct {
	slug   string
	status int
}

func (p problem) Error() string { return p.slug }

// The whole table. Everything else that goes wrong is errInternal.
var (
	errBadRequest  = problem{"bad-request", http.StatusBadRequest}
	errForged      = problem{"cross-site", http.StatusForbidden}
	errNotFound    = problem{"not-found", http.StatusNotFound}
	errMethod      = problem{"method-not-allowed", http.StatusMethodNotAllowed}
	errNoVisit     = problem{"no-visit", http.StatusConflict}
	errTooLarge    = problem{"too-large", http.StatusRequestEntityTooLarge}
	errNotJSON     = problem{"not-json", http.StatusUnsupportedMediaType}
	errInvalidName = problem{"invalid-name", http.StatusUnprocessableEntity}
	errInternal    = problem{"internal", http.StatusInternalServerError}
	// ErrHostKey and those after it are why a command of a rehearsal's host was not carried out.
	ErrHostKey    = problem{"host-key", http.StatusForbidden}
	ErrNoRoom     = problem{"no-room", http.StatusNotFound}
	ErrNotNow     = problem{"not-now", http.StatusConflict}
	ErrBadCommand = problem{"bad-command", http.StatusBadRequest}
	errNoIdentity = problem{"no-identity", http.StatusConflict}
	// Who gets no token, by the rule of admission.
	errLinkNeeded        = problem{"link-needed", http.StatusForbidden}
	errOtherOrganisation = problem{"other-organisation", http.StatusForbidden}
	// Why a visit by sealed link is not joined.
	errVisitUnknown = problem{"visit-unknown", http.StatusNotFound}
	errVisitEarly   = problem{"visit-early", http.StatusConflict}
	errVisitEnded   = problem{"visit-ended", http.StatusGone}
	errVisitChanged = problem{"visit-changed", http.StatusConflict}
	errLinkAgain    = problem{"link-again", http.StatusConflict}
	// Whose budget of joins is spent.
	errSessionBudget = problem{"too-many-joins-session", http.StatusTooManyRequests}
	errVisitBudget   = problem{"too-many-joins-visit", http.StatusTooManyRequests}
	errAddressBudget = problem{"too-many-joins-address", http.StatusTooManyRequests}
	errDailyLimit    = problem{"daily-limit", http.StatusTooManyRequests}
	serviceProblems  = map[Reason]problem{
		Busy:        {string(Busy), http.StatusServiceUnavailable},
		Late:        {string(Late), http.StatusServiceUnavailable},
		Unavailable: {string(Unavailable), http.StatusServiceUnavailable},
		Refused:     {string(Refused), http.StatusServiceUnavailable},
	}
)

// errPanicked is a panic that stands in the log already, with its stack.
var errPanicked = fmt.Errorf("panic: %w", errInternal)

// defaultRetry is what a visitor's page is told to wait when the service names no time.
const defaultRetry = 5 * time.Second

// invalidName carries what exactly is wrong with a name.
type invalidName struct{ fault nameFault }

func (e invalidName) Error() string { return "invalid name: " + string(e.fault) }

// overBudget is a join that was not made, and when the next one can be.
type overBudget struct {
	problem
	wait time.Duration
}

func (e overBudget) Unwrap() error { return e.problem }

// retryAfter is when trying again can help, 0 where it is no matter of time.
func retryAfter(err error, p problem) time.Duration {
	var service *ServiceError
	var budget overBudget
	switch {
	case errors.As(err, &budget):
		return budget.wait
	case p.status != http.StatusServiceUnavailable:
		return 0
	case errors.As(err, &service) && service.RetryAfter > 0:
		return service.RetryAfter
	}
	return defaultRetry
}

// classify finds the problem that an error is to the outside.
func classify(err error) problem {
	var p problem
	var service *ServiceError
	var name invalidName
	var tooLarge *http.MaxBytesError
	var fromEcho *echo.HTTPError
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, ErrForeignIdentity):
		return errNoIdentity
	case errors.As(err, &name):
		return errInvalidName
	case errors.As(err, &service):
		if known, ok := serviceProblems[service.Reason]; ok {
			return known
		}
		return serviceProblems[Unavailable]
	case errors.As(err, &tooLarge):
		return errTooLarge
	case errors.As(err, &fromEcho):
		switch fromEcho.Code {
		case http.StatusNotFound:
			return errNotFound
		case http.StatusMethodNotAllowed:
			return errMethod
		case http.StatusRequestEntityTooLarge:
			return errTooLarge
		case http.StatusBadRequest:
			return errBadRequest
		}
	}
	return errInternal
}

// renderError is where every error ends: logged once, told in words, nothing of the inside.
func (s *Site) renderError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	p := classify(err)
	s.logFault(c, p, err)
	retry := retryAfter(err, p)
	if retry > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(retry.Seconds()))))
	}
	if isForScript(c) {
		err = s.sendProblem(c, p, problemDetail(err, p), retry)
	} else {
		err = s.showProblem(c, p)
	}
	if err != nil && !c.Response().Committed {
		s.Log.ErrorContext(c.Request().Context(), "error page", "error", err)
		_ = c.Blob(http.StatusInternalServerError, "text/plain; charset=utf-8", []byte(lastResort))
	}
}

// lastResort is what remains when not even the error page can be rendered.
const lastResort = "Sorry, there is a problem with the service. Please try again in a few minutes."

func (s *Site) logFault(c echo.Context, p problem, err error) {
	if errors.Is(err, errPanicked) {
		return
	}
	level := slog.LevelDebug
	switch {
	case p.status >= http.StatusInternalServerError:
		level = slog.LevelError
	case p == errDailyLimit:
		level = slog.LevelWarn // only the operator can help
	}
	attrs := []any{"problem", p.slug, "error", err.Error(), "request_id", requestID(c)}
	var service *ServiceError
	if errors.As(err, &service) && service.Support != "" {
		attrs = append(attrs, "ms_cv", service.Support)
	}
	s.Log.Log(c.Request().Context(), level, "fault", attrs...)
}

// problemDetail is the catalogue's id of the sentence that says what to do.
func problemDetail(err error, p problem) string {
	var name invalidName
	if errors.As(err, &name) {
		return "name." + string(name.fault)
	}
	return "problem." + p.slug + ".text"
}

// isForScript tells a request by our own script from one by a person who follows a link.
func isForScript(c echo.Context) bool {
	r := c.Request()
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		return false
	}
	forScript := strings.HasPrefix(r.URL.Path, "/visit/") || strings.HasPrefix(r.URL.Path, "/rehearsal/") || r.URL.Path == violationsPath
	return forScript && r.Method == http.MethodPost ||
		strings.Contains(r.Header.Get("Accept"), "json")
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

func (s *Site) sendProblem(c echo.Context, p problem, detail string, retry time.Duration) error {
	t := s.translator(c)
	c.Response().Header().Set(echo.HeaderContentType, "application/problem+json")
	c.Response().WriteHeader(p.status)
	return c.Echo().JSONSerializer.Serialize(c, problemJSON{
		Type:       "urn:anteroom:problem:" + p.slug,
		Title:      t.Text("problem."+p.slug+".title", "Organisation", s.organisation(t)),
		Status:     p.status,
		Detail:     withNumber(t, p, s.brand(c).Phone, t.Text(detail, "Max", strconv.Itoa(maxNameRunes), "Organisation", s.organisation(t))),
		Instance:   "urn:anteroom:request:" + requestID(c),
		RetryAfter: int(math.Ceil(retry.Seconds())),
	}, "")
}

func (s *Site) showProblem(c echo.Context, p problem) error {
	t := s.translator(c)
	page := views.ProblemPage{
		Page:      s.page(c, t.Text("problem."+p.slug+".title", "Organisation", s.organisation(t))),
		Text:      t.Text("problem."+p.slug+".text", "Organisation", s.organisation(t)),
		Reference: requestID(c),
	}
	switch p {
	case errLinkNeeded, errVisitUnknown, errVisitEarly, errVisitEnded, errVisitChanged, errLinkAgain:
		page.NoStart, page.Call, page.Reference = true, true, ""
	case errOtherOrganisation, errSessionBudget, errVisitBudget, errAddressBudget, errDailyLimit:
		// Nothing went wrong: a person helps, and a reference does not.
		page.Call, page.Reference = true, ""
	}
	return s.render(c, p.status, views.Problem(page))
}

// withNumber adds the organisation's number where waiting is all that we can offer.
func withNumber(t locales.Translator, p problem, phone, detail string) string {
	if p.status != http.StatusTooManyRequests || phone == "" {
		return detail
	}
	return detail + " " + t.Text("problem.call", "Phone", phone)
}

// organisation is who runs the site, within a sentence.
func (s *Site) organisation(t locales.Translator) string {
	return cmp.Or(s.Brand.Name, t.Text("problem.us"))
}
