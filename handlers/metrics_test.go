package handlers

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/anteroom-visit/anteroom/acs/acstest"
	"github.com/anteroom-visit/anteroom/handlers/budget"
)

// exposition is what Prometheus would read.
func exposition(t *testing.T, registry *prometheus.Registry) string {
	t.Helper()
	w := httptest.NewRecorder()
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return w.Body.String()
}

func counted(registry *prometheus.Registry) func(*Options) {
	return func(o *Options) { o.Metrics = NewMetrics(registry) }
}

func TestMetrics(t *testing.T) {
	registry := prometheus.NewRegistry()
	site := startSite(t, counted(registry), func(o *Options) { o.Joins.Budgets = budget.Limits{PerSession: 2} })
	v := newVisitor(t, site)
	const json = "application/json"
	v.get("/")
	v.join()
	v.knock(shortLink)
	v.do(http.MethodPost, "/visit/join", `{"name":""}`, "Content-Type", json)
	v.join()
	v.join()
	v.join()
	for _, event := range []string{`{"event":"lobby"}`, `{"event":"ended","code":0,"subCode":5854}`, `{"event":"ended","code":-7,"subCode":99999999}`, `{"event":"bribed"}`} {
		v.do(http.MethodPost, "/visit/events", event, "Content-Type", json)
	}
	v.do(http.MethodPost, "/visit/leave", "")
	if err := site.service().Inject(acstest.Fault{Kind: acstest.FaultDenied}); err != nil {
		t.Fatal(err)
	}
	other := newVisitor(t, site)
	other.knock(shortLink)
	other.join()
	got := exposition(t, registry)
	for _, want := range []string{
		`anteroom_requests_total{route="/",status="2xx"} 1`,
		`anteroom_requests_total{route="/",status="3xx"} 2`,
		`anteroom_requests_total{route="/visit/join",status="2xx"} 2`,
		`anteroom_joins_total{outcome="no-visit"} 1`,
		`anteroom_joins_total{outcome="invalid-name"} 1`,
		`anteroom_joins_total{outcome="ok"} 2`,
		`anteroom_joins_total{outcome="too-many-joins-session"} 1`,
		`anteroom_joins_total{outcome="internal"} 1`, // the tests' own service names no reason
		`anteroom_budget_refusals_total{budget="too-many-joins-session"} 1`,
		`anteroom_call_events_total{event="lobby"} 1`,
		`anteroom_call_events_total{event="ended"} 2`,
		`anteroom_call_endings_total{class="trouble",ending="denied"} 1`,
		`anteroom_call_endings_total{class="trouble",ending="unknown"} 1`,
		`anteroom_identity_request_seconds_count{operation="create",outcome="ok"} 1`,
		`anteroom_identity_request_seconds_count{operation="create",outcome="error"} 1`,
		`anteroom_identity_request_seconds_count{operation="renew",outcome="ok"} 1`,
		`anteroom_identity_request_seconds_count{operation="delete",outcome="ok"} 1`,
	} {
		if !strings.Contains(got, want+"\n") {
			t.Errorf("not told: %s", want)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}

// No name, address, method or code that a stranger chose becomes a label, so nobody can fill the
// memory of whoever collects them either.
func TestMetricsHoldNoTextOfStrangers(t *testing.T) {
	registry := prometheus.NewRegistry()
	site := startSite(t, counted(registry))
	v := newVisitor(t, site)
	v.knock("https://teams.microsoft.com/meet/2735012345678?p=CanaryPass")
	v.do(http.MethodPost, "/visit/join", `{"name":"Canary Name"}`, "Content-Type", "application/json")
	lines := func() int { // a route has ten lines of its histogram
		text := exposition(t, registry)
		return strings.Count(text, "\n") - strings.Count(text, "_bucket{")
	}
	series := lines()
	for _, path := range []string{
		"/canary", "/visit/canary", "/assets/canary.js", "/assets/canary/canary", "//canary", "/%63anary", "/visit/ended?code=canary", "/?canary=canary",
		"/?meetingURL=" + url.QueryEscape("https://teams.live.com/meet/canary"), "/rehearsal/host/canary",
	} {
		v.get(path, "X-Forwarded-For", "canary", "User-Agent", "canary")
		v.do("CANARY", path, "canary")
		v.do(http.MethodPost, path, "canary")
	}
	for _, event := range []string{`{"event":"canary"}`, `{"event":"ended","code":424242,"subCode":424242}`, `{"event":"fault","canary":"canary"}`} {
		v.do(http.MethodPost, "/visit/events", event, "Content-Type", "application/json")
	}
	got := exposition(t, registry)
	for _, canary := range []string{"canary", "2735012345678", "424242", "teams.", "8:acs:"} {
		if strings.Contains(strings.ToLower(got), canary) {
			t.Errorf("%s is told: %s", canary, got)
		}
	}
	if grown := lines() - series; grown > 40 {
		t.Errorf("strangers made %d lines", grown)
	}
}

// TestFiguresOfWaitingVisitors counts visitors by what their pages report, and forgets closed browsers.
func TestFiguresOfWaitingVisitors(t *testing.T) {
	clock := newClock()
	now := time.Date(2026, 11, 30, 9, 5, 0, 0, time.UTC)
	clock.now.Store(&now)
	registry := prometheus.NewRegistry()
	site := startSite(t, counted(registry), func(o *Options) { o.Now = clock.Now })
	v := newVisitor(t, site)
	v.knock(shortLink)
	report := func(event string) {
		if a := v.do(http.MethodPost, "/visit/events", event, "Content-Type", "application/json"); a.StatusCode != http.StatusNoContent {
			t.Fatalf("%s: %d", event, a.StatusCode)
		}
	}
	expect := func(when string, wants ...string) {
		t.Helper()
		got := exposition(t, registry)
		for _, want := range wants {
			if !strings.Contains(got, want+"\n") {
				t.Errorf("%s: not told: %s", when, want)
			}
		}
	}
	report(`{"event":"lobby"}`)
	expect("in the lobby", `anteroom_visitors{state="waiting"} 1`, `anteroom_visitors{state="in-call"} 0`, `anteroom_visitor_minutes_total 0`)
	clock.pass(30 * time.Second)
	report(`{"event":"waiting"}`)
	clock.pass(time.Second)
	report(`{"event":"waiting"}`) // too soon to count
	clock.pass(29 * time.Second)
	report(`{"event":"waiting"}`)
	report(`{"event":"admitted","waited":60}`)
	expect("admitted", `anteroom_visitors{state="waiting"} 0`, `anteroom_visitors{state="in-call"} 1`, `anteroom_visitor_minutes_total 1`,
		`anteroom_estimated_cost_dollars_total 0.004`, `anteroom_admission_seconds_sum 60`)
	clock.pass(time.Minute)
	expect("after the browser was closed", `anteroom_visitors{state="in-call"} 0`)
	for _, line := range site.log.lines(`"msg":"request"`) {
		if strings.Contains(line, `"reference":""`) {
			t.Errorf("a line without its reference: %s", line)
		}
	}
	if beats := site.log.lines("\"waiting\""); len(beats) != 0 {
		t.Errorf("beats are logged: %q", beats)
	}
}

// TestEndingPageLeadsToLogAndMetrics follows the reference of an ordinary ending.
func TestEndingPageLeadsToLogAndMetrics(t *testing.T) {
	registry := prometheus.NewRegistry()
	site := startSite(t, counted(registry))
	v := newVisitor(t, site)
	v.knock(shortLink)
	v.join()
	const call = "0f8b6c1e-1d2f-4a3b-8c4d-5e6f7a8b9c0d"
	v.do(http.MethodPost, "/visit/events", `{"event":"admitted","waited":5,"call":"`+call+`"}`, "Content-Type", "application/json")
	v.do(http.MethodPost, "/visit/events", `{"event":"ended","code":0,"subCode":0,"call":"not a call's ID"}`, "Content-Type", "application/json")
	shown := v.get("/visit/ended?code=0&subCode=0").page(t).Find(".hint").Text()
	reference := regexp.MustCompile(`[A-Z2-7]{4}-[A-Z2-7]{4}`).FindString(shown)
	if reference == "" {
		t.Fatalf("no reference on the page: %q", shown)
	}
	if lines := site.log.lines(`"reference":"` + reference + `"`); len(lines) < 3 || !strings.Contains(strings.Join(lines, ""), `"acs_call":"`+call+`"`) {
		t.Errorf("the reference does not lead to the call's ID: %q", lines)
	}
	if strings.Contains(site.log.String(), "not a call") {
		t.Error("a stranger's text is in the log")
	}
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.Header.Set("Accept", "application/openmetrics-text; version=1.0.0")
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{EnableOpenMetrics: true}).ServeHTTP(w, r)
	if !strings.Contains(w.Body.String(), `# {reference="`+reference+`"}`) {
		t.Error("no metric has the reference as its exemplar")
	}
}

// TestFailedLinksHaveReasons tells a mistyped link from one that no key opens any more.
func TestFailedLinksHaveReasons(t *testing.T) {
	registry := prometheus.NewRegistry()
	now := utc(t, "2026-11-24 14:30:00")
	site := startSite(t, at(now), counted(registry))
	foreign, err := keyring(t, "another key of the same length").Seal(bookedAt(now))
	if err != nil {
		t.Fatal(err)
	}
	own := sealing(t, bookedAt(now.Add(48*time.Hour)))
	v := newVisitor(t, site)
	for path, reason := range map[string]string{"/v/" + foreign: "unknown-key", "/v/hello": "not-a-link", "/v/" + own: "early"} {
		v.get(path)
		if got := exposition(t, registry); !strings.Contains(got, `anteroom_link_failures_total{reason="`+reason+`"} 1`) {
			t.Errorf("%s is not counted as %s", path, reason)
		}
	}
	if got := exposition(t, registry); !strings.Contains(got, `anteroom_links_opened_total{key="1"} 1`) {
		t.Error("the link of the first key is not counted")
	}
}
