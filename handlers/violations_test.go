package handlers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/handlers/policy"
)

const (
	oneReport      = "application/csp-report"
	severalReports = "application/reports+json"
)

// The reports have the forms that browsers send. Every field that must not be logged contains "canary".
func TestViolationsAreLogged(t *testing.T) {
	for _, c := range []struct{ name, contentType, body, directive, blocked string }{
		{"Firefox", oneReport, `{"csp-report":{"document-uri":"https://visit.example/canary?canary","referrer":"canary","blocked-uri":"https://CDN.evil.example:8443/canary?canary","effective-directive":"connect-src","violated-directive":"connect-src","original-policy":"canary","script-sample":"canary","source-file":"canary"}}`, "connect-src", "cdn.evil.example"},
		{"older browser", oneReport, `{"csp-report":{"blocked-uri":"inline","violated-directive":"style-src 'self' https://canary.example"}}`, "style-src", "inline"},
		{"Chromium", severalReports, `[{"type":"csp-violation","age":1,"url":"https://visit.example/canary","user_agent":"canary","body":{"documentURL":"canary","blockedURL":"wss://go.evil.example/canary","effectiveDirective":"connect-src","sample":"canary"}}]`, "connect-src", "go.evil.example"},
		{"browser extension", severalReports, `[{"type":"csp-violation","body":{"blockedURL":"chrome-extension://canary/x.js","effectiveDirective":"script-src-elem"}}]`, "script-src-elem", "extension"},
		{"data URL", oneReport, `{"csp-report":{"blocked-uri":"data:text/html,canary","effective-directive":"img-src"}}`, "img-src", "data"},
		{"unknown directive", oneReport, `{"csp-report":{"blocked-uri":"eval","effective-directive":"canary-src"}}`, "other", "eval"},
		{"host with a space", oneReport, `{"csp-report":{"blocked-uri":"https://canary canary/","effective-directive":"img-src"}}`, "img-src", "other"},
		{"host with punctuation", oneReport, `{"csp-report":{"blocked-uri":"https://x_canary;y/","effective-directive":"img-src"}}`, "img-src", "other"},
		{"host too long", oneReport, `{"csp-report":{"blocked-uri":"https://` + strings.Repeat("canary.", 40) + `example/","effective-directive":"img-src"}}`, "img-src", "other"},
		{"empty report", oneReport, `{"csp-report":{}}`, "other", "other"},
	} {
		t.Run(c.name, func(t *testing.T) {
			site := startSite(t)
			a := newVisitor(t, site).do(http.MethodPost, "/csp", c.body, "Content-Type", c.contentType, "Origin", "null", "Sec-Fetch-Site", "cross-site")
			lines := site.log.lines("policy violation")
			if a.StatusCode != http.StatusNoContent || len(lines) != 1 {
				t.Fatalf("status %d, %d log lines, want 204 and 1", a.StatusCode, len(lines))
			}
			var line struct{ Directive, Blocked string }
			if err := json.Unmarshal([]byte(lines[0]), &line); err != nil {
				t.Fatal(err)
			}
			if line.Directive != c.directive || line.Blocked != c.blocked {
				t.Errorf("log line %+v, want directive %s, blocked %s", line, c.directive, c.blocked)
			}
			if log := site.log.String(); strings.Contains(log, "canary") || strings.Contains(log, "8443") {
				t.Errorf("the log contains canary or a port: %s", log)
			}
		})
	}
}

func TestInvalidViolationsAreRejected(t *testing.T) {
	site := startSite(t)
	v := newVisitor(t, site)
	for _, c := range []struct {
		contentType, body string
		want              int
	}{
		{"", "{}", http.StatusUnsupportedMediaType},
		{jsonType, "{}", http.StatusUnsupportedMediaType},
		{oneReport, "", http.StatusBadRequest},
		{oneReport, "{}", http.StatusBadRequest},
		{oneReport, `{"csp-report":{"blocked-uri":7}}`, http.StatusBadRequest},
		{oneReport, `{"csp-report":{}`, http.StatusBadRequest},
		{oneReport, strings.Repeat(`{"csp-report":`, 1000), http.StatusBadRequest},
		{oneReport, strings.Repeat(" ", maxBody+1), http.StatusRequestEntityTooLarge},
		{severalReports, `{}`, http.StatusBadRequest},
		{severalReports, `[]`, http.StatusNoContent},
		{severalReports, `[{"type":"deprecation","body":{"id":"canary"}}]`, http.StatusNoContent},
	} {
		a := v.do(http.MethodPost, "/csp", c.body, "Content-Type", c.contentType)
		if a.StatusCode != c.want || a.StatusCode >= 400 && a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%q %.30q: status %d of type %s, want %d, and problem+json for an error", c.contentType, c.body, a.StatusCode, a.Header.Get("Content-Type"), c.want)
		}
	}
	if n := len(site.log.lines("policy violation")); n != 0 {
		t.Errorf("%d log lines, want none", n)
	}
}

func TestViolationsInLogAreLimited(t *testing.T) {
	now := time.Now()
	site := startSite(t, func(o *Options) {
		o.Now = func() time.Time { return now }
		o.Origin.Proxies = mustParseProxies(t, "loopback")
	})
	v := newVisitor(t, site)
	one := `{"type":"csp-violation","body":{"blockedURL":"inline","effectiveDirective":"img-src"}}`
	many := "[" + one + strings.Repeat(","+one, 2*maxViolations) + "]"
	if a := v.do(http.MethodPost, "/csp", many, "Content-Type", severalReports); a.StatusCode != http.StatusNoContent {
		t.Fatalf("status %d, want 204", a.StatusCode)
	}
	if n := len(site.log.lines("policy violation")); n != maxViolations {
		t.Errorf("%d log lines for one request, want %d", n, maxViolations)
	}
	lines := func() int { return len(site.log.lines("policy violation")) }
	for range 3 * violationsPerAddress {
		v.do(http.MethodPost, "/csp", "["+one+"]", "Content-Type", severalReports)
	}
	if n, most := lines(), maxViolations+violationsPerAddress-1; n != most {
		t.Errorf("%d log lines for one address, want %d", n, most)
	}
	from := func(client int) {
		v.do(http.MethodPost, "/csp", "["+one+"]", "Content-Type", severalReports, "X-Forwarded-For", fmt.Sprintf("198.51.100.%d", client))
	}
	before := lines()
	if from(1); lines() != before+1 {
		t.Error("another address is not logged, want 1 more line")
	}
	for i := range 2 * violationsAtOnce {
		from(1 + i/10)
	}
	if n, most := lines(), maxViolations-1+violationsAtOnce; n != most {
		t.Errorf("%d log lines for all addresses, want %d", n, most)
	}
}

func FuzzViolations(f *testing.F) {
	for _, seed := range []string{
		`{"csp-report":{"blocked-uri":"https://a.example/x","effective-directive":"img-src"}}`, `[{"type":"csp-violation","body":{"blockedURL":"blob"}}]`,
		"[]", "null", `{"csp-report":null}`, `{"csp-report":{"blocked-uri":"https://[::1]:80/"}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		for _, read := range []func([]byte) ([]violation, error){readViolation, readViolations} {
			found, err := read([]byte(body))
			if err != nil && len(found) > 0 {
				t.Fatalf("%q: %v and violations %v, want none with an error", body, err, found)
			}
			for _, v := range found {
				if v.directive != "other" && knownDirective(v.directive) != v.directive || v.blocked != "other" && !policy.IsHostName(v.blocked) {
					t.Errorf("%q: %+v, want a known directive and a host name, or other", body, v)
				}
			}
		}
	})
}

func TestPolicyHasReportEndpoint(t *testing.T) {
	for address, wantReportTo := range map[string]bool{"http://localhost:8080": false, "https://visit.lamna.example": true} {
		v := newVisitor(t, startSite(t, withBaseURL(t, address)))
		a := v.get("/")
		policy := policyOf(a.Header.Get("Content-Security-Policy"))
		if got := fmt.Sprint(policy["report-uri"]); got != "[/csp]" {
			t.Errorf("%s: report-uri %s, want [/csp]", address, got)
		}
		if got := a.Header.Get("Reporting-Endpoints"); wantReportTo != (got == `csp="/csp"`) || wantReportTo != (fmt.Sprint(policy["report-to"]) == "[csp]") {
			t.Errorf("%s: Reporting-Endpoints %q, report-to %v, want both: %v", address, got, policy["report-to"], wantReportTo)
		}
	}
}
