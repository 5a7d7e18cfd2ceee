package handlers

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/anteroom-visit/anteroom/handlers/budget"
	"github.com/anteroom-visit/anteroom/handlers/policy"
	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
)

// violationsPath is where browsers report what a page's policy forbade.
const violationsPath = policy.ReportPath

// Any client can send reports, so only this many are read: first for each address, so that one client does not
// silence the others, then in total.
const (
	maxViolations        = 20 // in one request
	violationsPerAddress = 20 // requests at once, and again in each hour
	violationsAtOnce     = 200
)

// violationLimit limits the requests that are read.
type violationLimit struct {
	each  *budget.Budgets
	total *rate.Limiter
}

func newViolationLimit(now func() time.Time) violationLimit {
	return violationLimit{
		budget.New(budget.Limits{PerAddress: violationsPerAddress}, now), rate.NewLimiter(rate.Every(time.Second), violationsAtOnce),
	}
}

func (l violationLimit) allows(client string, now time.Time) bool {
	_, err := l.each.TakeIdentity(budget.Keys{Address: client})
	return err == nil && l.total.AllowN(now, 1)
}

// policyDirectives are the directives that a browser can name.
var policyDirectives = []string{
	"base-uri", "child-src", "connect-src", "default-src", "font-src", "form-action", "frame-ancestors", "frame-src",
	"img-src", "manifest-src", "media-src", "object-src", "script-src", "script-src-attr", "script-src-elem",
	"style-src", "style-src-attr", "style-src-elem", "worker-src",
}

// violation is the part of a report that is logged, without addresses.
type violation struct{ directive, blocked string }

// recordViolations logs both kinds of report that browsers send: one of report-uri (CSP 2), or several of
// report-to (the Reporting API). Each becomes a line with the name of a directive and of a host.
func (s *Site) recordViolations(w http.ResponseWriter, r *http.Request) error {
	var read func([]byte) ([]violation, error)
	switch mediaType(r) {
	case "application/csp-report":
		read = readViolation
	case "application/reports+json":
		read = readViolations
	default:
		return problem.NotJSON
	}
	if !s.violations.allows(s.clientKey(r), s.now()) {
		s.metrics.violated("not-read")
		return reply.NoContent(w)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return problem.FromBody(err)
	}
	reports, err := read(body)
	if err != nil {
		return problem.BadRequest
	}
	for _, v := range reports[:min(len(reports), maxViolations)] {
		s.metrics.violated(v.directive)
		s.log.WarnContext(r.Context(), "policy violation", "directive", v.directive, "blocked", v.blocked)
	}
	return reply.NoContent(w)
}

func readViolation(body []byte) ([]violation, error) {
	var reports struct {
		Report *struct {
			Effective string `json:"effective-directive"`
			Violated  string `json:"violated-directive"`
			Blocked   string `json:"blocked-uri"`
		} `json:"csp-report"`
	}
	if err := json.Unmarshal(body, &reports); err != nil {
		return nil, err
	}
	if reports.Report == nil {
		return nil, problem.BadRequest
	}
	directive := reports.Report.Effective
	if directive == "" {
		directive, _, _ = strings.Cut(reports.Report.Violated, " ") // older browsers add the sources
	}
	return []violation{{knownDirective(directive), blockedHost(reports.Report.Blocked)}}, nil
}

func readViolations(body []byte) ([]violation, error) {
	var reports []struct {
		Type string `json:"type"`
		Body struct {
			Effective string `json:"effectiveDirective"`
			Blocked   string `json:"blockedURL"`
		} `json:"body"`
	}
	if err := json.Unmarshal(body, &reports); err != nil {
		return nil, err
	}
	var found []violation
	for _, report := range reports {
		if report.Type == "csp-violation" {
			found = append(found, violation{knownDirective(report.Body.Effective), blockedHost(report.Body.Blocked)})
		}
	}
	return found, nil
}

func knownDirective(name string) string {
	if slices.Contains(policyDirectives, name) {
		return name
	}
	return "other"
}

// blockedHost returns what was forbidden as one word: the host of an address, or the word that browsers
// send instead.
func blockedHost(blocked string) string {
	switch blocked {
	case "inline", "eval", "wasm-eval", "self", "data", "blob", "about":
		return blocked
	}
	u, err := url.Parse(blocked)
	if err != nil {
		return "other"
	}
	switch u.Scheme {
	case "https", "http", "wss", "ws":
		if host := strings.ToLower(u.Hostname()); policy.IsHostName(host) {
			return host
		}
	case "data", "blob", "about":
		return u.Scheme
	case "chrome-extension", "moz-extension", "safari-web-extension":
		return "extension"
	}
	return "other"
}
