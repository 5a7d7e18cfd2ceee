// Package handlers serves the site over HTTP: it parses, validates, calls and renders. It declares the
// services that it needs as interfaces. It reads no settings and chooses no credentials.
//
// Echo routes the requests: routes.go and middleware.go know it, everything else is net/http.
package handlers

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
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

	"github.com/anteroom-visit/anteroom/handlers/address"
	"github.com/anteroom-visit/anteroom/handlers/assets"
	"github.com/anteroom-visit/anteroom/handlers/budget"
	"github.com/anteroom-visit/anteroom/handlers/cookie"
	"github.com/anteroom-visit/anteroom/handlers/desk"
	"github.com/anteroom-visit/anteroom/handlers/identity"
	"github.com/anteroom-visit/anteroom/handlers/policy"
	"github.com/anteroom-visit/anteroom/handlers/reply"
	"github.com/anteroom-visit/anteroom/handlers/staff"
	"github.com/anteroom-visit/anteroom/handlers/traffic"
	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/views"
	"github.com/anteroom-visit/anteroom/visit"
)

// Options configures a Site. New copies it.
type Options struct {
	Origin       Origin
	Call         Call
	Joins        Joins
	Visits       Visits
	Desk         Desk
	Organisation Organisation
	// SessionKeys encrypt the session cookie: the first seals, all of them open. At least one.
	SessionKeys []string
	// SessionKeyMarks tell them apart.
	SessionKeyMarks []string
	// Identities issues and deletes the visitors' identities.
	Identities identity.Service
	// Permission is whether Identities accepts the site, which a new site must wait for; nil is always.
	Permission *identity.Permission
	// Assets is the built browser bundle.
	Assets *assets.Bundle
	// Catalogue holds the site's texts.
	Catalogue *locales.Catalogue
	// Log receives one line for each request and each fault, and nothing personal.
	Log *slog.Logger
	// Metrics counts what happens; nil means metrics that nobody reads.
	Metrics *Metrics
	// Now returns the time; nil means time.Now.
	Now func() time.Time
}

// Origin is where browsers reach the site, and which other origins may show it in a frame.
type Origin struct {
	// BaseURL is the public address. Its scheme decides whether cookies are Secure and whether
	// the site sends HSTS; nil means plain http on this machine.
	BaseURL *url.URL
	// OwnTLS reports that this process serves https itself, with a certificate that browsers do not
	// trust, where BaseURL does not show it.
	OwnTLS bool
	// FrameAncestors are the origins whose pages may show this site in a frame, as
	// policy.ParseFrameAncestors returns them. They need https.
	FrameAncestors []string
	// Proxies are trusted to name the client's address.
	Proxies address.Proxies
}

// secure reports whether browsers reach the site by https.
func (o Origin) secure() bool { return o.OwnTLS || o.publicHTTPS() }

// publicHTTPS reports whether they do so with a certificate that they trust.
func (o Origin) publicHTTPS() bool { return o.BaseURL != nil && o.BaseURL.Scheme == "https" }

func (o Origin) embeddable() bool { return len(o.FrameAncestors) > 0 }

// Call configures the calls.
type Call struct {
	// Chat offers the meeting's chat where the meeting has one.
	Chat bool
	// WaitMinutes is how long a visitor may wait to be admitted before the page asks whether to give
	// up, because waiting is billed. 0 means never.
	WaitMinutes int
	// Endpoint is the address of the identity service and of its chat.
	Endpoint string
	// Links are the rules by which pasted text becomes a meeting.
	Links teams.Rules
	// Try enables the page that joins with a pasted identity and token.
	Try bool
	// Example is a meeting that the door offers to try the site with, in a rehearsal; empty for none.
	Example string
	// Rehearsal replaces Teams when no Azure resource is set; otherwise it is nil.
	Rehearsal Rehearsal
	// RehearsalSocket is the signalling between the browsers of a rehearsal.
	RehearsalSocket http.Handler
}

func (c Call) rehearses() bool { return c.Rehearsal != nil }

// Joins is who may join, and how often.
type Joins struct {
	// Admission decides who gets a token; its zero value admits only by sealed link.
	Admission Admission
	// Tenants are the tenant IDs (lower-case GUIDs) that AdmitTenants admits.
	Tenants []string
	// Budgets limit the joins; the zero value has no limits.
	Budgets budget.Limits
}

// Visits configures sealed links.
type Visits struct {
	// Seals makes and opens the links to visits; nil means that the site has none.
	Seals *visit.Keyring
	// KeyMarks tell the keys of Seals apart, in their order.
	KeyMarks []string
	// Limits are when a visit can be joined; the zero value is from its start to its planned end.
	Limits visit.Limits
}

// Desk configures the pages on which staff make links to visits.
type Desk struct {
	// Passphrase opens the desk, and so does Staff; without both there is no desk. They need Visits.Seals.
	Passphrase string
	// Staff is the directory of the organisation's own accounts; nil is none.
	Staff staff.Provider
	// StaffRights are the rights that Staff is asked for beyond the sign-in, of [staff.Rights].
	StaffRights []string
	// Open opens the desk to everyone, without a passphrase: for a rehearsal whose links open nowhere
	// else.
	Open bool
	// Zone is the IANA time zone that the desk begins with; empty is Europe/London.
	Zone string
	// Doctor examines the site; without it the desk has no such page.
	Doctor Doctor
}

func (d Desk) exists() bool { return d.Passphrase != "" || d.Staff != nil || d.Open }

// Organisation describes who runs the site, for visitors.
type Organisation struct {
	Brand views.Brand
	// Logo is the organisation's picture; nil shows none.
	Logo *assets.Logo
	// SurveyURL is the organisation's own form for how a visit was, an https address; empty asks here.
	SurveyURL string
	// WaitingTexts are the organisation's own plain text for visitors who wait, at most MaxWaitingText
	// characters, by language tag; "" is for languages without one.
	WaitingTexts map[string]string
}

// MaxWaitingText is how long a text for visitors who wait may be, in characters.
const MaxWaitingText = 500

// waitingText returns the text in this language, or else the one for all languages.
func (o Organisation) waitingText(tag string) string {
	return cmp.Or(o.WaitingTexts[tag], o.WaitingTexts[""])
}

// Site is the whole site as one http.Handler.
type Site struct {
	origin       Origin
	call         Call
	joins        Joins
	visits       Visits
	organisation Organisation
	identities   *identity.Breaker
	assets       *assets.Bundle
	catalogue    *locales.Catalogue
	log          *slog.Logger
	metrics      *Metrics
	now          func() time.Time

	echo         *echo.Echo
	policies     policy.Writer
	sessions     *sessions.CookieStore
	pages        reply.Pages
	budgets      *budget.Budgets
	daily        dailyWatch
	surveys      *budget.Budgets
	events       *budget.Budgets
	downloads    *traffic.Downloads
	bodies       *traffic.Bodies
	deskBodies   *traffic.Bodies
	credentials  singleflight.Group
	issued       *issuedCredentials
	turns        *identity.Turns
	reaper       *identity.Reaper
	deletions    sync.WaitGroup
	desk         *desk.Desk   // nil where there is none
	staff        *staff.Staff // nil where staff have no accounts of their own
	unnamedProxy sync.Once
	violations   violationLimit
	answered     recentSet
	present      *presence
	failing      failing
	permission   *identity.Permission
	// networkKey makes the marks of networks, sessionKeyMarks are those of the keys.
	networkKey      []byte
	sessionKeyMarks []string
	texts           sync.Map // of visitTexts, by language and build
	draining        atomic.Bool
}

// New builds a site. Its error names the option that is missing or does not fit the others.
func New(o Options) (*Site, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("build site: %w", err)
	}
	store, err := cookie.NewStore(o.SessionKeys, cookie.Options{
		Lifetime: identity.SessionLifetime, Secure: o.Origin.secure(), SameSite: http.SameSiteLaxMode, Embeddable: o.Origin.embeddable(),
		Encoding: sessionEncoding{},
	})
	if err != nil {
		return nil, fmt.Errorf("build site: %w", err)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Metrics == nil {
		o.Metrics = NewMetrics(prometheus.NewRegistry())
	}
	o.Organisation.Brand.Logo = o.Organisation.Logo.View()
	s := &Site{
		origin: o.Origin, call: o.Call, joins: o.Joins, visits: o.Visits, organisation: o.Organisation,
		assets: o.Assets, catalogue: o.Catalogue,
		log: slog.New(requestLog{o.Log.Handler()}), metrics: o.Metrics, now: o.Now,

		echo: echo.New(), sessions: store, issued: newIssuedCredentials(o.Now), turns: identity.NewTurns(o.Now), budgets: budget.New(o.Joins.Budgets, o.Now), surveys: budget.New(surveyLimits, o.Now), events: budget.New(eventLimits, o.Now), violations: newViolationLimit(o.Now),
		downloads: traffic.NewDownloads(maxDownloads, maxDownloads/4, o.Now), bodies: traffic.NewBodies(maxBodies/2, maxBodies/4),
		deskBodies: traffic.NewBodies(maxBodies/2, maxBodies/4),
		policies: policy.Writer{
			FrameAncestors: o.Origin.FrameAncestors, Reporting: o.Origin.secure(), StyleHash: o.Organisation.Brand.StyleHash(),
		},
	}
	s.identities = identity.NewBreaker(measured{o.Identities, o.Metrics, s.log}, s.serviceChanged)
	s.present, s.failing.now, s.permission = newPresence(o.Now), o.Now, o.Permission
	s.networkKey, s.sessionKeyMarks = []byte(o.SessionKeys[0]), o.SessionKeyMarks
	s.reaper = identity.NewReaper(o.Now, s.deleteIdentity)
	if o.Desk.exists() {
		if s.desk, err = s.newDesk(o); err != nil {
			return nil, fmt.Errorf("build site: %w", err)
		}
	}
	s.echo.HTTPErrorHandler = s.handleError
	s.middleware()
	s.routes()
	read := s.figures
	s.metrics.now.read.Store(&read)
	return s, nil
}

func (o Options) check() error {
	switch {
	case len(o.SessionKeys) == 0:
		return fmt.Errorf("at least one session key must be given")
	case !o.Call.rehearses() && !o.Assets.HoldsCall():
		return fmt.Errorf("this bundle can only rehearse: run `make build` for one with the Calling SDK")
	case o.Origin.embeddable() && !o.Origin.secure():
		return fmt.Errorf("a frame needs https")
	case o.Desk.Open && !o.Call.rehearses():
		return fmt.Errorf("only a rehearsal can have an open desk")
	case o.Desk.exists() && o.Visits.Seals == nil:
		return fmt.Errorf("the desk has no keys to make links with")
	}
	return nil
}

func (s *Site) newDesk(o Options) (*desk.Desk, error) {
	options := desk.Options{
		Passphrase: o.Desk.Passphrase, Open: o.Desk.Open, Zone: o.Desk.Zone, SessionKeys: o.SessionKeys, Secure: o.Origin.secure(),
		Seals: o.Visits.Seals, Limits: o.Visits.Limits, Links: o.Call.Links, Brand: o.Organisation.Brand,
		Permission: o.Permission, Made: s.metrics.madeVisits, Site: deskSite{s}, Assets: o.Assets, Catalogue: o.Catalogue, Log: s.log, Now: o.Now,
	}
	if o.Desk.Staff != nil {
		signIn, err := staff.New(staff.Options{
			Provider: o.Desk.Staff, Rights: o.Desk.StaffRights, SessionKeys: o.SessionKeys, Secure: o.Origin.secure(), Site: deskSite{s}, Log: s.log, Now: o.Now,
		})
		if err != nil {
			return nil, err
		}
		s.staff, options.Staff = signIn, signIn
	}
	if o.Desk.Doctor != nil {
		options.Examine = func(ctx context.Context) []views.Finding { return viewFindings(o.Desk.Doctor.Examine(ctx)) }
	}
	return desk.New(options)
}

// What clients can use at once. A slow connection takes about 40 KiB (measured; the program and traffic limit
// its header), a body up to four times its size while it is read and parsed: the process stays under 256 MiB.
const (
	maxConnections           = 2000
	maxConnectionsPerAddress = 500
	maxDownloads             = 1024     // large answers
	maxBodies                = 12 << 20 // bytes
)

// Listener returns a listener that limits the connections to the site: in total, and for each public IPv4
// address or IPv6 /64. At a limit it closes the connection that makes the least progress.
func (s *Site) Listener(inner net.Listener) *traffic.Listener {
	return traffic.NewListener(inner, maxConnections, maxConnectionsPerAddress, s.origin.Proxies.Trusts)
}

// ServeHTTP answers one request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// Routes returns the patterns of all addresses that the site answers, such as "POST /visit/join".
func (s *Site) Routes() []string {
	var routes []string
	for _, r := range s.echo.Routes() {
		routes = append(routes, r.Method+" "+r.Path)
	}
	slices.Sort(routes)
	return slices.Compact(routes)
}

// HasDesk reports whether the site has a desk.
func (s *Site) HasDesk() bool { return s.desk != nil }

// Drain makes /readyz answer 503, so that a load balancer sends no new visitors here. All other requests
// are served as before.
func (s *Site) Drain() { s.draining.Store(true) }

// Wait blocks until the abandoned identities are deleted or given up, for at most 10 seconds.
// Call it last.
func (s *Site) Wait() {
	s.reaper.Close()
	s.deletions.Wait()
	if left := s.reaper.Len(); left > 0 {
		s.log.Info("stopped: identities stay at the service; their tokens end within the hour", "identities", left)
	}
}
