// Package doctor examines a site and returns findings with fixes. It prints nothing, parses no flags
// and serves no pages: its caller describes the site and shows the findings.
package doctor

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/anteroom-visit/anteroom/acs"
	"github.com/anteroom-visit/anteroom/entra"
	"github.com/anteroom-visit/anteroom/secret"
)

// State is the result of a check.
type State string

// The states. Information marks what cannot be examined from where the doctor runs.
const (
	OK          State = "ok"
	Warning     State = "warning"
	Problem     State = "problem"
	Information State = "information"
)

// Finding is what a check found. It holds nothing secret and is in English, as is all text for
// operators.
type Finding struct {
	// Check names the check, such as "link-keys". Several findings can share it.
	Check string `json:"check"`
	// State is the result.
	State State `json:"state"`
	// Message is what was found. Its JSON name stays as it was before the field was renamed.
	Message string `json:"says"`
	// Fix is what to do; empty for nothing.
	Fix string `json:"fix,omitempty"`
	// Command is a line for a shell that shows more; empty for none.
	Command string `json:"command,omitempty"`
}

// Site describes a site by its settings.
type Site struct {
	// Mistakes are what serve would reject, one text for each. A setting with a mistake has its zero
	// value in the other fields.
	Mistakes []string
	// Environment is the environment of the program, as NAME=value.
	Environment []string
	// Settings are the names of all variables that the program reads.
	Settings []string
	// Mask removes secret values from a text that is about to be shown.
	Mask func(text string) string

	Resource     Resource
	Address      Address
	Keys         Keys
	Joins        Joins
	Organisation Organisation
	Staff        Staff
	Bundle       Bundle
	// Missing lists the texts that each language lacks; nil asks package locales.
	Missing map[string][]string
}

// Resource is the ACS resource that a site uses.
type Resource struct {
	// Named reports whether a setting names a resource, even a wrong one; ByEndpoint whether it is
	// ACS_ENDPOINT, with an Entra identity.
	Named, ByEndpoint bool
	// Client talks to the resource; nil without one, or where its setting has a mistake.
	Client *acs.Client
	// RefusedSince returns since when the resource has refused a new site, which it never accepted; zero
	// when it has, or when this process does not know. nil is never known.
	RefusedSince func() time.Time
	// Request is the token that visitors get, and TokenScopes and TokenMinutes its settings.
	Request                   acs.TokenRequest
	TokenScopes, TokenMinutes string
	// Chat is auto or off. Government accepts meetings of Azure Government.
	Chat       string
	Government bool
}

// Address is where browsers reach a site.
type Address struct {
	// Public is BASE_URL, or nil when it is not set or has a mistake; Given distinguishes the two.
	Public *url.URL
	Given  bool
	// SelfSigned reports whether the site makes its own certificate.
	SelfSigned bool
	// Listen is the address that the site listens on, Metrics the one of its metrics; empty for none.
	Listen, Metrics string
	// Proxies are the networks that are trusted to name the client's address.
	Proxies []netip.Prefix
}

// Keys are the keys of a site, newest first.
type Keys struct {
	Session, Link []secret.Text
	// Weak returns an error for a key with which the site does not start.
	Weak func(key string) error
}

// Joins is who may join, and how often.
type Joins struct {
	// Admission is links, tenants or open; anything else is a mistake.
	Admission string
	// Tenants is the number of tenants that may bring meetings.
	Tenants int
	// The budgets of joins; 0 is without limit.
	PerAddress, PerVisit, PerSession, PerDay int
	// Today returns how many joins this copy of the site has counted today (UTC) and the day's limit; nil
	// where no site runs.
	Today func() (used, limit int)
}

// Staff is how staff sign in with Microsoft Entra.
type Staff struct {
	// Given reports whether a setting asks for it, even a wrong one.
	Given bool
	// Client signs staff in; nil without it, or where its settings have a mistake.
	Client *entra.Client
	// Credential is the setting with which the site proves that it is the application.
	Credential string
	// Expires is when its certificate expires; zero where the setting does not tell.
	Expires time.Time
	// Callback is the path that Entra sends the browser back to, and Role the app role that opens the desk.
	Callback, Role string
	// CreatesMeetings and JoinsCalls report what signed-in staff may do besides using the desk.
	CreatesMeetings, JoinsCalls bool
}

// Organisation is who runs a site, as visitors see it.
type Organisation struct {
	Name, Phone, PrivacyURL, SurveyURL string
	// Colour is BRAND_COLOUR, Light and Dark the shades of it that the pages use; all empty for the
	// site's own colour.
	Colour, Light, Dark string
	// Logo is BRAND_LOGO, and HasLogo reports whether it can be used.
	Logo    string
	HasLogo bool
}

// Bundle is the browser half of the program.
type Bundle struct {
	// Err is why the bundle cannot be used, and Missing reports that it was never built.
	Err     error
	Missing bool
	// HasCall reports whether the Calling SDK was built in.
	HasCall bool
}

// Doctor examines one site.
type Doctor struct {
	site Site
	http *http.Client
	now  func() time.Time
	// public returns what the site's own address answers, once it has.
	public func() publicAnswer
}

// New returns a Doctor for a site.
func New(site Site) *Doctor {
	return &Doctor{site: site, now: time.Now, http: &http.Client{
		Timeout:       askTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true},
	}}
}

// MaxTime limits an examination, even when nothing answers.
const MaxTime = 15 * time.Second

// Examine makes all checks at the same time and returns their findings, always in the same order. A
// check that does not end in time is a problem.
func (d *Doctor) Examine(ctx context.Context) []Finding {
	ctx, cancel := context.WithTimeout(ctx, MaxTime)
	defer cancel()
	fresh := *d
	fresh.public = fresh.startAsking(ctx)
	list := checks()
	done := make([]chan []Finding, len(list))
	for i, c := range list {
		done[i] = make(chan []Finding, 1) // buffered, because wait may have given up
		go func() { done[i] <- c.run(ctx, &fresh) }()
	}
	var all []Finding
	for i, c := range list {
		for _, f := range wait(ctx, done[i]) {
			f.Check = c.name
			f.Message, f.Fix = d.clean(f.Message), d.clean(f.Fix)
			all = append(all, f)
		}
	}
	return all
}

// wait returns a check's findings, or a finding that the check did not end in time.
func wait(ctx context.Context, done <-chan []Finding) []Finding {
	select {
	case found := <-done:
		return found
	case <-ctx.Done():
	}
	select {
	case found := <-done: // it ended at the last moment
		return found
	default:
		return problem("check the network between this machine and the address that did not answer", "not finished within %s", MaxTime).alone()
	}
}

// clean masks secrets in a text and joins its lines. A secret may be in the wrong setting, and an error
// may quote that setting.
func (d *Doctor) clean(text string) string {
	if d.site.Mask != nil {
		text = d.site.Mask(text)
	}
	return strings.Join(strings.Fields(text), " ")
}

func okay(format string, args ...any) Finding {
	return Finding{State: OK, Message: fmt.Sprintf(format, args...)}
}

func warning(fix, format string, args ...any) Finding {
	return Finding{State: Warning, Message: fmt.Sprintf(format, args...), Fix: fix}
}

func problem(fix, format string, args ...any) Finding {
	return Finding{State: Problem, Message: fmt.Sprintf(format, args...), Fix: fix}
}

func notChecked(format string, args ...any) Finding {
	return Finding{State: Information, Message: fmt.Sprintf(format, args...)}
}

func (f Finding) alone() []Finding { return []Finding{f} }

// okUnless returns the findings, or an OK with this message where there are none.
func okUnless(found []Finding, format string, args ...any) []Finding {
	if len(found) > 0 {
		return found
	}
	return okay(format, args...).alone()
}

// check is one thing to examine. It returns at least one finding, and need not set its name.
type check struct {
	name string
	run  func(ctx context.Context, d *Doctor) []Finding
}

// checks returns everything that is examined, in the order of the findings. A new check is a function
// and a line here.
func checks() []check {
	local := func(run func(*Doctor) []Finding) func(context.Context, *Doctor) []Finding {
		return func(_ context.Context, d *Doctor) []Finding { return run(d) }
	}
	return []check{
		{"settings", local((*Doctor).checkSettings)},
		{"variables", local((*Doctor).checkVariables)},
		{"service", checkService},
		{"clock", checkClock},
		{"tokens", local((*Doctor).checkTokens)},
		{"address", local((*Doctor).checkAddress)},
		{"https", local((*Doctor).checkHTTPS)},
		{"framing", local((*Doctor).checkFraming)},
		{"session-keys", local((*Doctor).checkSessionKeys)},
		{"link-keys", local((*Doctor).checkLinkKeys)},
		{"admission", local((*Doctor).checkAdmission)},
		{"budgets", local((*Doctor).checkBudgets)},
		{"proxies", local((*Doctor).checkProxies)},
		{"metrics", local((*Doctor).checkMetrics)},
		{"staff", checkStaff},
		{"name", local((*Doctor).checkName)},
		{"phone", local((*Doctor).checkPhone)},
		{"privacy", local((*Doctor).checkPrivacy)},
		{"colour", local((*Doctor).checkColour)},
		{"logo", local((*Doctor).checkLogo)},
		{"survey", local((*Doctor).checkSurvey)},
		{"languages", local((*Doctor).checkLanguages)},
		{"bundle", local((*Doctor).checkBundle)},
		{"teams", local((*Doctor).checkTeams)},
	}
}

// Checks returns the names of all checks, in the order of their findings.
func Checks() []string {
	var names []string
	for _, c := range checks() {
		names = append(names, c.name)
	}
	return names
}
