package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// middleware is everything a request passes through, outermost first.
func (s *Site) middleware() {
	s.echo.Use(
		s.logRequests, // outermost: it sees the status that really went out
		s.setHeaders,  // before anything can fail: error pages carry the headers too
		middleware.RecoverWithConfig(middleware.RecoverConfig{ // the error goes on to the error table
			DisableErrorHandler: true,
			LogErrorFunc: func(c echo.Context, err error, stack []byte) error {
				s.Log.ErrorContext(c.Request().Context(), "panic", "error", err, "stack", string(stack), "request_id", requestID(c))
				return errPanicked
			},
		}),
		limitBody,
		s.refuseForgedPosts(),
		s.keepLanguage, // before any handler reads the session
	)
}

type contextKey int

const (
	requestIDKey contextKey = iota
)

// requestID is what a visitor can quote and an operator can find in the log.
func requestID(c echo.Context) string {
	id, _ := c.Get("request_id").(string)
	return id
}

// logRequests gives the request its id and writes one line when it is over: the route's pattern,
// never the address itself, because an address can carry a meeting link.
func (s *Site) logRequests(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := time.Now()
		id := rand.Text()[:16]
		c.Set("request_id", id)
		c.SetRequest(c.Request().WithContext(context.WithValue(c.Request().Context(), requestIDKey, id)))
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		if err := next(c); err != nil {
			c.Error(err)
		}
		s.Metrics.answered(c.Path(), c.Response().Status)
		s.Log.InfoContext(c.Request().Context(), "request",
			"method", knownMethod(c.Request().Method), "route", c.Path(), "status", c.Response().Status,
			"bytes", c.Response().Size, "ms", time.Since(began).Milliseconds(), "request_id", id)
		return nil
	}
}

// knownMethod keeps a stranger's own words out of the log.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodPatch:
		return method
	}
	return "other"
}

// setHeaders closes everything that no page needs. The page with the call opens what the Calling
// SDK needs, in callPolicy.
func (s *Site) setHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		nonce := rand.Text()
		c.SetRequest(c.Request().WithContext(templ.WithNonce(c.Request().Context(), nonce)))
		h := c.Response().Header()
		h.Set("Cache-Control", "no-store")
		s.setPolicy(c, s.pagePolicy(nonce))
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", permissionsPolicy)
		if s.secure() {
			h.Set("Reporting-Endpoints", `csp="/csp"`)
		}
		if s.publicHTTPS() {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		return next(c)
	}
}

// pagePolicy lets a page have what this site serves, and the brand's colour where there is one.
func (s *Site) pagePolicy(nonce string) string { return s.lightPolicy(nonce, "") }

// checkPolicy is pagePolicy opened for asking the hosts of a call whether they answer.
func (s *Site) checkPolicy(nonce string) string { return s.lightPolicy(nonce, " "+callHosts) }

func (s *Site) lightPolicy(nonce, hosts string) string {
	styles := "'self'"
	if s.Brand.Palette != nil {
		styles += " 'nonce-" + nonce + "'"
	}
	return "default-src 'none'; script-src 'self'; style-src " + styles + "; img-src 'self'; connect-src 'self'" + hosts + "; " +
		"base-uri 'none'; form-action 'self'"
}

// callPolicy is pagePolicy opened for the Calling SDK and the UI Library: the hosts that the SDK asks,
// a worker from a blob for its timers, and styles that the UI Library writes as it runs, by nonce.
func callPolicy(nonce, endpoint string, government bool) string {
	hosts := callHosts
	if government {
		hosts += " " + governmentHosts
	}
	if endpoint != "" && !covers(hosts, endpoint) {
		hosts += " " + endpoint
	}
	return stagePolicy(nonce, "worker-src 'self' blob:; connect-src 'self' "+hosts)
}

// rehearsalPolicy is pagePolicy opened for the UI Library alone: a rehearsal speaks to this server
// and to nobody else. Safari 15 and older do not take 'self' for a WebSocket; they get no rehearsal.
func rehearsalPolicy(nonce string) string { return stagePolicy(nonce, "connect-src 'self'") }

func stagePolicy(nonce, connections string) string {
	return fmt.Sprintf("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-%s'; "+
		"style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; %s; "+
		"base-uri 'none'; form-action 'self'", nonce, connections)
}

// Bodies: an invitation of 64 KiB can be three times as long once a form has encoded it.
const (
	maxDoorBody = 256 << 10
	maxBody     = 16 << 10
)

// bodyLimit is higher where long texts are refused in place, not lost.
func bodyLimit(path string) int64 {
	switch path {
	case "/", surveyPath, deskPath, deskMeetingPath, deskSignInPath:
		return maxDoorBody
	case deskBatchPath:
		return maxBatchBody
	}
	return maxBody
}

func limitBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		limit := bodyLimit(c.Path())
		if c.Request().ContentLength > limit {
			// Without this, net/http waits for a small rest of the body before it answers.
			c.Response().Header().Set("Connection", "close")
			return errTooLarge
		}
		// The writer is net/http's own, which it tells to close the connection; Echo's does not pass that on.
		c.Request().Body = http.MaxBytesReader(c.Response().Writer, c.Request().Body, limit)
		return next(c)
	}
}

// refuseForgedPosts turns away what another site makes a visitor's browser send.
func (s *Site) refuseForgedPosts() echo.MiddlewareFunc {
	protection := http.NewCrossOriginProtection()
	// Browsers report what a policy forbade on behalf of any page, and of none.
	protection.AddInsecureBypassPattern("POST " + violationsPath)
	if s.BaseURL != nil {
		// A proxy may give us another Host than the one in the visitor's address bar.
		if err := protection.AddTrustedOrigin(s.BaseURL.Scheme + "://" + s.BaseURL.Host); err != nil {
			s.Log.Warn("public address is no origin", "error", err)
		}
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := protection.Check(c.Request()); err != nil {
				if c.Path() == surveyPath {
					s.Log.DebugContext(c.Request().Context(), "fault", "problem", errForged.slug, "error", err.Error(), "request_id", requestID(c))
					return s.refuseSurvey(c, surveyForged) // an old browser behind a proxy looks the same
				}
				return errors.Join(errForged, err)
			}
			if s.embeddable() && c.Path() != violationsPath && comesFromNowhere(c.Request()) {
				return errForged
			}
			return next(c)
		}
	}
}
