package handlers

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/anteroom-visit/anteroom/handlers/policy"
	"github.com/anteroom-visit/anteroom/handlers/problem"
)

// middleware installs what every request passes through, outermost first.
func (s *Site) middleware() {
	s.echo.Use(
		s.logRequests, // outermost, to see the status that is sent
		s.setHeaders,  // before anything can fail: error pages carry the headers too
		middleware.RecoverWithConfig(middleware.RecoverConfig{ // the error goes on to the error table
			DisableErrorHandler: true,
			LogErrorFunc: func(c echo.Context, err error, stack []byte) error {
				s.log.ErrorContext(c.Request().Context(), "panic", "error", err, "stack", string(stack))
				return errPanicked
			},
		}),
		s.limitBody,
		s.rejectForgedPosts(),
		s.keepLanguage, // before any handler reads the session
	)
}

// logRequests assigns the request its ID and writes one line at its end: with the route's pattern, never
// the address, which can carry a meeting link.
func (s *Site) logRequests(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := time.Now()
		r, state := withState(c.Request())
		r, traced := traceRequest(r, c.Path())
		c.SetRequest(r)
		c.Response().Header().Set(echo.HeaderXRequestID, state.id)
		if err := next(c); err != nil {
			c.Error(err)
		}
		took := time.Since(began)
		traced(c.Response().Status)
		s.metrics.answered(c.Path(), c.Response().Status, took, state.id)
		if state.quiet || isProbe(c.Path()) {
			return nil
		}
		s.log.InfoContext(r.Context(), "request",
			"method", knownMethod(r.Method), "route", c.Path(), "status", c.Response().Status,
			"bytes", c.Response().Size, "ms", took.Milliseconds())
		return nil
	}
}

// isProbe reports whether machines request a route every few seconds: two copies would log 1.5 million
// lines a month.
func isProbe(route string) bool { return route == "/healthz" || route == "/readyz" }

// knownMethod returns the method for the log, or "other" for a method that a stranger made up.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodPatch:
		return method
	}
	return "other"
}

// setHeaders sets headers that forbid what no page needs. openPolicyForCall allows the call's page what the
// Calling SDK needs.
func (s *Site) setHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Cache-Control", "no-store")
		s.setPolicy(c.Response(), c.Request(), s.policies.Page())
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", policy.Permissions)
		if s.origin.secure() {
			h.Set("Reporting-Endpoints", `csp="`+policy.ReportPath+`"`)
		}
		if s.origin.publicHTTPS() {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		return next(c)
	}
}

// setPolicy sets an answer's Content-Security-Policy. No other site may frame a page of the staff.
func (s *Site) setPolicy(w http.ResponseWriter, r *http.Request, text string) {
	policies := s.policies
	if isStaffPath(r.URL.Path) {
		policies.FrameAncestors = nil
	}
	w.Header().Set("Content-Security-Policy", policies.Complete(text))
}

// isStaffPath reports whether a path begins with /desk or /host, even if no page has it.
func isStaffPath(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return first == "desk" || first == "host"
}

// limitBody limits the body of one request, and the bodies of all requests together.
func (s *Site) limitBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if r.Body == nil || r.Body == http.NoBody {
			return next(c)
		}
		limit, memory := s.bodyLimit(r)
		if r.ContentLength > limit {
			// Without this, net/http waits for a small rest of the body before it answers.
			c.Response().Header().Set("Connection", "close")
			return problem.TooLarge
		}
		// net/http's own writer, because Echo's cannot close the connection.
		body, release := memory.Reader(http.MaxBytesReader(c.Response().Writer, r.Body, limit), s.clientKey(r))
		defer release()
		r.Body = body
		return next(c)
	}
}

// rejectForgedPosts rejects requests that another site makes a visitor's browser send.
func (s *Site) rejectForgedPosts() echo.MiddlewareFunc {
	protection := http.NewCrossOriginProtection()
	// Browsers send policy reports with any Origin, or with none.
	protection.AddInsecureBypassPattern("POST " + violationsPath)
	if base := s.origin.BaseURL; base != nil {
		// A proxy may change the Host header.
		if err := protection.AddTrustedOrigin(base.Scheme + "://" + base.Host); err != nil {
			s.log.Warn("public address is not an origin", "error", err)
		}
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			if s.isPlainOrigin(r) && c.Path() != violationsPath {
				return problem.CrossSite
			}
			if err := protection.Check(r); err != nil {
				if c.Path() == surveyPath {
					s.log.DebugContext(r.Context(), "fault", "problem", problem.CrossSite.Slug, "error", err.Error())
					return s.rejectSurvey(c.Response(), r, surveyForged) // an old browser behind a proxy looks the same
				}
				return errors.Join(problem.CrossSite, err)
			}
			if s.origin.embeddable() && c.Path() != violationsPath && lacksOrigin(r) {
				return problem.CrossSite
			}
			return next(c)
		}
	}
}

// isPlainOrigin reports whether a request that changes something comes from an http page although
// the site has https. net/http compares only the hosts.
func (s *Site) isPlainOrigin(r *http.Request) bool {
	scheme, _, _ := strings.Cut(r.Header.Get("Origin"), "://")
	return s.origin.secure() && strings.EqualFold(scheme, "http") && !isSafe(r.Method)
}

// isSafe reports whether a method only reads.
func isSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// lacksOrigin reports whether a request that changes something does not name the page it comes from. No
// browser that can join a call sends such a request.
func lacksOrigin(r *http.Request) bool {
	return !isSafe(r.Method) && r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == ""
}

// keepLanguage remembers the language that an address asks for, for this answer and for those that
// follow. A language that the site does not have changes nothing.
func (s *Site) keepLanguage(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := s.rememberLanguage(c.Response(), c.Request()); err != nil {
			return err
		}
		return next(c)
	}
}

// handleError renders the answer to every request that failed.
func (s *Site) handleError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	if failed := s.renderError(c.Response(), c.Request(), err); failed != nil {
		s.failErrorPage(c, failed)
	}
}

// failErrorPage answers when the error page has failed: with a sentence, unless the client has gone.
func (s *Site) failErrorPage(c echo.Context, failed error) {
	if c.Response().Committed {
		s.log.DebugContext(c.Request().Context(), "error page not sent", "error", failed)
		return
	}
	s.log.ErrorContext(c.Request().Context(), "error page", "error", failed)
	_ = c.Blob(http.StatusInternalServerError, "text/plain; charset=utf-8", []byte(lastResort))
}

// fromEcho returns the problem for an error of Echo's router, or nil.
func fromEcho(err error) error {
	var routed *echo.HTTPError
	if !errors.As(err, &routed) {
		return nil
	}
	switch routed.Code {
	case http.StatusNotFound:
		return problem.NotFound
	case http.StatusMethodNotAllowed:
		return problem.Method
	case http.StatusRequestEntityTooLarge:
		return problem.TooLarge
	case http.StatusBadRequest:
		return problem.BadRequest
	}
	return nil
}
