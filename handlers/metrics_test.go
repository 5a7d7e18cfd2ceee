package handlers

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

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
		`anteroom_call_endings_total{ending="denied"} 1`,
		`anteroom_call_endings_total{ending="unknown"} 1`,
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
	series := strings.Count(exposition(t, registry), "\n")
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
	if grown := strings.Count(got, "\n") - series; grown > 30 {
		t.Errorf("strangers made %d lines", grown)
	}
}
