// Package handlers is the site over HTTP: it parses, validates, calls and renders. What it needs
// of the world outside (identities) it declares as an interface; where settings come from, and
// which credential the identity service asks for, it does not know.
package handlers

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/singleflight"
	"golang.org/x/time/rate"

	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/views"
	"github.com/anteroom-visit/anteroom/visit"
)

// Options is what a site is made of. It is copied by New.
type Options struct {
	// BaseURL is the public address. Its scheme decides whether cookies are Secure and whether
	// browsers are told to insist on https; nil means plain http on this machine.
	BaseURL *url.URL
	// OwnTLS says that this process serves https itself, where BaseURL does not say so.
	OwnTLS bool
	// FrameAncestors are the origins whose pages may show this site in a frame, as ParseFrameAncestors
	// gives them; none without. They need https.
	FrameAncestors []string
	// Try shows the page that joins with an identity and a token that somebody pastes.
	Try bool
	// Rehearsal is the meeting that stands in for Teams where no Azure resource is set; nil with one.
	Rehearsal Rehearsal
	// RehearsalSocket is the signalling between the browsers of a rehearsal.
	RehearsalSocket http.Handler
	// Chat offers the meeting's chat where the meeting has one.
	Chat bool
	// WaitMinutes is how long a visitor may wait to be let in before the page gives up, which is
	// asked about first: waiting is billed. 0 is for ever.
	WaitMinutes int
	// Endpoint is the address of the identity service, which is the address of its chat as well.
	Endpoint string
	// Admission is who gets a token; its zero value admits only by sealed link.
	Admission Admission
	// Tenants are the tenant ids (lower-case GUIDs) that AdmitTenants admits.
	Tenants []string
	// Budgets bound the joins; the zero value bounds nothing.
	Budgets Budgets
	// Proxies are whose word on a client's address is taken.
	Proxies Proxies
	// Metrics counts what happens; nil counts for nobody.
	Metrics *Metrics
	// Now is the clock; nil is the machine's.
	Now func() time.Time
	// Seals opens the links to visits; nil opens none.
	Seals *visit.Keyring
	// VisitLimits say from when until when a visit can be joined. Their zero value is from its start
	// until its planned end.
	VisitLimits visit.Limits
	// Links are the rules by which pasted text becomes a meeting.
	Links teams.Rules
	// Brand is the organisation as visitors see it.
	Brand views.Brand
	// Logo is the organisation's picture; nil shows none.
	Logo *Logo
	// SurveyURL is the organisation's own form for how a visit was, an https address; empty asks here.
	SurveyURL string
	// SessionKeys encrypt the session cookie: the first seals, all open. At least one.
	SessionKeys []string
	// Identities mints and deletes what a visitor joins with.
	Identities Identities
	// Assets is the built browser bundle.
	Assets *Assets
	// Catalogue is the site's words.
	Catalogue *locales.Catalogue
	// Log receives one line for each request and each fault, and nothing personal.
	Log *slog.Logger
}

// Site is the whole site as one http.Handler.
type Site struct {
	Options
	echo         *echo.Echo
	sessions     *sessions.CookieStore
	joins        singleflight.Group
	budgets      *budgets
	left         *leftBehind
	unnamedProxy sync.Once
	violations   *rate.Limiter
	farewell     sync.WaitGroup
	draining     atomic.Bool
	answered     onces
	writers      sync.Pool // of *brotli.Writer
}

// New builds the site, or says which option it cannot do without.
func New(o Options) (*Site, error) {
	if len(o.SessionKeys) == 0 {
		return nil, fmt.Errorf("build site: no session key")
	}
	if !o.rehearses() && len(o.Assets.manifest.Call) == 0 {
		return nil, fmt.Errorf("build site: this bundle can only rehearse: run `make build` for one with the Calling SDK")
	}
	if o.embeddable() && !o.secure() {
		return nil, fmt.Errorf("build site: a frame needs https")
	}
	store, err := newSessionStore(o.SessionKeys, o.secure(), o.embeddable())
	if err != nil {
		return nil, fmt.Errorf("build site: %w", err)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Metrics == nil {
		o.Metrics = NewMetrics(prometheus.NewRegistry())
	}
	o.Brand.Logo = o.Logo.view()
	o.Identities = measured{o.Identities, o.Metrics}
	s := &Site{Options: o, sessions: store, echo: echo.New(), budgets: newBudgets(o.Budgets, o.Now), violations: newViolationLimit()}
	s.left = newLeftBehind(o.Now, s.deleteIdentity)
	s.echo.HTTPErrorHandler = s.renderError
	s.middleware()
	s.routes()
	return s, nil
}

func (o Options) rehearses() bool { return o.Rehearsal != nil }

// secure says whether browsers reach the site by https.
func (o Options) secure() bool { return o.OwnTLS || o.publicHTTPS() }

// publicHTTPS says that they do so with a certificate that they trust.
func (o Options) publicHTTPS() bool { return o.BaseURL != nil && o.BaseURL.Scheme == "https" }

func (o Options) embeddable() bool { return len(o.FrameAncestors) > 0 }

// ServeHTTP answers one request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// Routes lists the patterns of all addresses that the site answers, such as "POST /visit/join".
func (s *Site) Routes() []string {
	var routes []string
	for _, r := range s.echo.Routes() {
		routes = append(routes, r.Method+" "+r.Path)
	}
	slices.Sort(routes)
	return slices.Compact(routes)
}

// Drain makes /readyz say no, so that no new visitor is sent here; everything else goes on.
func (s *Site) Drain() { s.draining.Store(true) }

// Wait is for the end: it blocks until the identities that visitors have left behind are deleted, or
// given up on, which takes at most 10 seconds.
func (s *Site) Wait() {
	s.left.close()
	s.farewell.Wait()
}

func (s *Site) routes() {
	e := s.echo
	// What can be read can be asked for without its body: link previews and uptime probes do.
	read := func(path string, handle echo.HandlerFunc) {
		e.Match([]string{http.MethodGet, http.MethodHead}, path, handle)
	}
	read("/", s.showDoor)
	e.POST("/", s.submitDoor)
	read("/v/:seal", s.showSealed)
	read("/v/:seal/visit.ics", s.sendCalendar)
	read("/visit", s.showVisit)
	e.POST("/visit/join", s.joinVisit)
	e.POST("/visit/token", s.renewToken)
	e.POST("/visit/events", s.recordEvent)
	e.POST("/visit/leave", s.leaveVisit)
	read("/visit/ended", s.showEnding)
	read("/check", s.showCheck)
	read(surveyPath, s.showSurvey)
	e.POST(surveyPath, s.answerSurvey)
	e.POST(violationsPath, s.recordViolations)
	if s.Try {
		read("/try", s.showTry)
	}
	read("/assets/:name", s.Assets.serve)
	read("/favicon.ico", s.showFavicon)
	read("/brand/:name", s.showLogo)
	read("/healthz", s.showHealth)
	read("/readyz", s.showReadiness)
	if s.rehearses() {
		s.rehearsalRoutes()
	}
}
