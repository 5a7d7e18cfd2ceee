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

// scrape returns the metrics as Prometheus would read them.
func scrape(t *testing.T, registry *prometheus.Registry) string {
	t.Helper()
	w := httptest.NewRecorder()
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return w.Body.String()
}

func withMetrics(registry *prometheus.Registry) func(*Options) {
	return func(o *Options) { o.Metrics = NewMetrics(registry) }
}

func TestMetricsCountRequestsJoinsAndCalls(t *testing.T) {
	registry := prometheus.NewRegistry()
	site := startSite(t, withMetrics(registry), func(o *Options) { o.Joins.Budgets = budget.Limits{PerSession: 2} })
	v := newVisitor(t, site)
	v.get("/")
	v.join()
	v.submitDoor(shortLink)
	v.postJSON("/visit/join", `{"name":""}`)
	v.join()
	v.join()
	v.join()
	for _, event := range []string{`{"event":"lobby"}`, `{"event":"ended","code":0,"subCode":5854}`, `{"event":"ended","code":-7,"subCode":99999999}`, `{"event":"bribed"}`} {
		v.postJSON("/visit/events", event)
	}
	v.leave()
	if err := site.service().Inject(acstest.Fault{Kind: acstest.FaultDenied}); err != nil {
		t.Fatal(err)
	}
	other := newVisitor(t, site)
	other.submitDoor(shortLink)
	other.join()
	got := scrape(t, registry)
	for _, want := range []string{
		`anteroom_requests_total{route="/",status="2xx"} 1`,
		`anteroom_requests_total{route="/",status="3xx"} 2`,
		`anteroom_requests_total{route="/visit/join",status="2xx"} 2`,
		`anteroom_joins_total{outcome="no-visit"} 1`,
		`anteroom_joins_total{outcome="invalid-name"} 1`,
		`anteroom_joins_total{outcome="ok"} 2`,
		`anteroom_joins_total{outcome="too-many-joins-session"} 1`,
		`anteroom_joins_total{outcome="internal"} 1`, // the tests' identity service reports no reason
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
			t.Errorf("metrics lack %s", want)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}

// No text of a request may become a label: it could be personal, and strangers could create many series.
func TestMetricsContainNoTextOfRequests(t *testing.T) {
	registry := prometheus.NewRegistry()
	site := startSite(t, withMetrics(registry))
	v := newVisitor(t, site)
	v.submitDoor("https://teams.microsoft.com/meet/2735012345678?p=CanaryPass")
	v.postJSON("/visit/join", `{"name":"Canary Name"}`)
	lines := func() int { // without the ten buckets of each route's histogram
		text := scrape(t, registry)
		return strings.Count(text, "\n") - strings.Count(text, "_bucket{")
	}
	before := lines()
	for _, path := range []string{
		"/canary", "/visit/canary", "/assets/canary.js", "/assets/canary/canary", "//canary", "/%63anary", "/visit/ended?code=canary", "/?canary=canary",
		"/?meetingURL=" + url.QueryEscape("https://teams.live.com/meet/canary"), "/rehearsal/host/canary",
	} {
		v.get(path, "X-Forwarded-For", "canary", "User-Agent", "canary")
		v.do("CANARY", path, "canary")
		v.do(http.MethodPost, path, "canary")
	}
	for _, event := range []string{`{"event":"canary"}`, `{"event":"ended","code":424242,"subCode":424242}`, `{"event":"fault","canary":"canary"}`} {
		v.postJSON("/visit/events", event)
	}
	got := scrape(t, registry)
	for _, canary := range []string{"canary", "2735012345678", "424242", "teams.", "8:acs:"} {
		if strings.Contains(strings.ToLower(got), canary) {
			t.Errorf("metrics contain %q: %s", canary, got)
		}
	}
	if n := lines() - before; n > 40 {
		t.Errorf("the requests added %d lines, want at most 40", n)
	}
}

// The pages of visitors report where they are. A visitor whose page stops reporting is no longer counted.
func TestMetricsCountVisitors(t *testing.T) {
	clock := newClockAt(time.Date(2026, 11, 30, 9, 5, 0, 0, time.UTC))
	registry := prometheus.NewRegistry()
	site := startSite(t, withMetrics(registry), func(o *Options) { o.Now = clock.Now })
	v := newVisitor(t, site)
	v.submitDoor(shortLink)
	v.join()
	report := func(event string) {
		if a := v.postJSON("/visit/events", event); a.StatusCode != http.StatusNoContent {
			t.Fatalf("%s: status %d, want 204", event, a.StatusCode)
		}
	}
	expect := func(when string, wants ...string) {
		t.Helper()
		got := scrape(t, registry)
		for _, want := range wants {
			if !strings.Contains(got, want+"\n") {
				t.Errorf("%s: metrics lack %s", when, want)
			}
		}
	}
	report(`{"event":"lobby"}`)
	expect("in the lobby", `anteroom_visitors{state="waiting"} 1`, `anteroom_visitors{state="in-call"} 0`, `anteroom_visitor_minutes_total 0`)
	clock.advance(30 * time.Second)
	report(`{"event":"waiting"}`)
	clock.advance(time.Second)
	report(`{"event":"waiting"}`) // too soon to count
	clock.advance(29 * time.Second)
	report(`{"event":"waiting"}`)
	report(`{"event":"admitted","waited":60}`)
	expect("admitted", `anteroom_visitors{state="waiting"} 0`, `anteroom_visitors{state="in-call"} 1`, `anteroom_visitor_minutes_total 1`,
		`anteroom_estimated_cost_dollars_total 0.004`, `anteroom_admission_seconds_sum 60`)
	clock.advance(time.Minute)
	expect("after the browser was closed", `anteroom_visitors{state="in-call"} 0`)
	for _, line := range site.log.lines(`"msg":"request"`) {
		if strings.Contains(line, `"reference":""`) {
			t.Errorf("request line %s, want a reference in it", line)
		}
	}
	if lines := site.log.lines("\"waiting\""); len(lines) != 0 {
		t.Errorf("log lines for waiting events %q, want none", lines)
	}
}

func TestReferenceOfEndingIsInLogAndMetrics(t *testing.T) {
	registry := prometheus.NewRegistry()
	site := startSite(t, withMetrics(registry))
	v := newVisitor(t, site)
	v.submitDoor(shortLink)
	v.join()
	const call = "0f8b6c1e-1d2f-4a3b-8c4d-5e6f7a8b9c0d"
	v.postJSON("/visit/events", `{"event":"admitted","waited":5,"call":"`+call+`"}`)
	v.postJSON("/visit/events", `{"event":"ended","code":0,"subCode":0,"call":"not a call's ID"}`)
	hint := v.get("/visit/ended?code=0&subCode=0").page(t).Find(".hint").Text()
	reference := regexp.MustCompile(`[A-Z2-7]{4}-[A-Z2-7]{4}`).FindString(hint)
	if reference == "" {
		t.Fatalf("hint %q, want a reference in it", hint)
	}
	if lines := site.log.lines(`"reference":"` + reference + `"`); len(lines) < 3 || !strings.Contains(strings.Join(lines, ""), `"acs_call":"`+call+`"`) {
		t.Errorf("log lines with the reference %q, want at least 3, one with the call's ID", lines)
	}
	if strings.Contains(site.log.String(), "not a call") {
		t.Error("the log contains an invalid call ID")
	}
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.Header.Set("Accept", "application/openmetrics-text; version=1.0.0")
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{EnableOpenMetrics: true}).ServeHTTP(w, r)
	if !strings.Contains(w.Body.String(), `# {reference="`+reference+`"}`) {
		t.Errorf("no metric has the reference %s as its exemplar", reference)
	}
}

func TestMetricsCountFailedLinksByReason(t *testing.T) {
	registry := prometheus.NewRegistry()
	now := utc(t, "2026-11-24 14:30:00")
	site := startSite(t, atTime(now), withMetrics(registry))
	foreign, err := keyring(t, "another key of the same length").Seal(bookedAt(now))
	if err != nil {
		t.Fatal(err)
	}
	own := sealVisit(t, bookedAt(now.Add(48*time.Hour)))
	v := newVisitor(t, site)
	for path, reason := range map[string]string{"/v/" + foreign: "unknown-key", "/v/hello": "not-a-link", "/v/" + own: "early"} {
		v.get(path)
		if got := scrape(t, registry); !strings.Contains(got, `anteroom_link_failures_total{reason="`+reason+`"} 1`) {
			t.Errorf("%s: not counted once with reason %s", path, reason)
		}
	}
	if got := scrape(t, registry); !strings.Contains(got, `anteroom_links_opened_total{key="1"} 1`) {
		t.Error("the link of the first key is not counted once")
	}
}

func TestJoinsWithoutVisitAreNotFailingVisits(t *testing.T) {
	s := startSite(t)
	for range 8 {
		newVisitor(t, s).postJSON("/visit/join", "{bad")
	}
	if visits, _, _ := s.failing.distinct(); visits != 0 {
		t.Errorf("%d failing visits, want 0", visits)
	}
}
