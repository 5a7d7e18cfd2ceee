package handlers

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/anteroom-visit/anteroom/handlers/budget"
)

// report sends an event of a call, and returns the status.
func (v *visitor) report(event string, headers ...string) int {
	v.t.Helper()
	return v.do(http.MethodPost, "/visit/events", event, append([]string{"Content-Type", "application/json"}, headers...)...).StatusCode
}

// Only a visitor who has joined has a call to report: a link alone moves no figure.
func TestReportsNeedAnIdentity(t *testing.T) {
	registry := prometheus.NewRegistry()
	s := startSite(t, withMetrics(registry))
	first, second := visitPath(t, s, "Sam"), visitPath(t, s, "Alex")
	count := func(event string) bool {
		return strings.Contains(scrape(t, registry), fmt.Sprintf("anteroom_call_events_total{event=%q} 1\n", event))
	}
	v := newVisitor(t, s)
	if status := v.report(`{"event":"lobby"}`); status != http.StatusConflict {
		t.Errorf("a stranger: %d", status)
	}
	v.get(first)
	for event := range callEvents {
		if status := v.report(`{"event":"` + event + `","waited":9,"code":410,"subCode":3100}`); status != http.StatusConflict || count(event) {
			t.Errorf("%s before joining: %d, counted: %t", event, status, count(event))
		}
	}
	if waiting, inCall, minutes := s.present.count(); waiting+inCall > 0 || minutes > 0 {
		t.Errorf("%d wait, %d are in a call, %v minutes", waiting, inCall, minutes)
	}
	v.join()
	expect := func(when, event string) {
		t.Helper()
		if status := v.report(`{"event":"` + event + `"}`); status != http.StatusNoContent || !count(event) {
			t.Errorf("%s: %d, counted: %t", when, status, count(event))
		}
	}
	expect("joined", "lobby")
	v.get(second)
	expect("while the next visit is opened", "admitted")
	v.get(first)
	v.join()
	v.leave()
	expect("after leaving", "ended")
	v.get(second)
	if status := v.report(`{"event":"fault"}`); status != http.StatusConflict {
		t.Errorf("another visit after leaving: %d", status)
	}
}

// A visitor who reports without end, in however many visits, counts as one, and leaves the others their reports.
func TestReportsAreLimited(t *testing.T) {
	clock, registry := newClock(), prometheus.NewRegistry()
	s := startSite(t, withMetrics(registry), func(o *Options) {
		o.Now, o.Origin.Proxies = clock.Now, mustParseProxies(t, "loopback")
	})
	counts := func(n int) bool {
		return strings.Contains(scrape(t, registry), fmt.Sprintf("anteroom_call_events_total{event=\"admitted\"} %d\n", n))
	}
	v := newVisitor(t, s)
	v.get(visitPath(t, s, "Sam"))
	v.join()
	others := []string{visitPath(t, s, "Alex"), visitPath(t, s, "Robin")}
	for i := range eventLimits.PerSession + 20 {
		if i%10 == 0 {
			v.get(others[i/10%2]) // another session of the same identity
		}
		if status := v.report(`{"event":"admitted","waited":600}`); status != http.StatusNoContent {
			t.Fatalf("report %d: %d", i, status)
		}
	}
	if !counts(eventLimits.PerSession) {
		t.Errorf("want %d reports: %s", eventLimits.PerSession, scrape(t, registry))
	}
	if waiting, inCall, _ := s.present.count(); waiting != 0 || inCall != 1 {
		t.Errorf("one visitor is %d who wait and %d in a call", waiting, inCall)
	}
	other := newVisitor(t, s)
	other.get(others[0])
	other.join()
	if other.report(`{"event":"admitted"}`); !counts(eventLimits.PerSession + 1) {
		t.Error("another visitor's report does not count")
	}
	clock.advance(time.Minute)
	if v.report(`{"event":"admitted"}`); !counts(eventLimits.PerSession + 2) {
		t.Error("a minute later no report counts")
	}
}

func TestReportsOfOneAddressAreLimited(t *testing.T) {
	clock := newClock()
	s := startSite(t, func(o *Options) {
		o.Now, o.Origin.Proxies = clock.Now, mustParseProxies(t, "loopback")
	})
	v := newVisitor(t, s)
	v.submitDoor(shortLink)
	v.join()
	for range eventLimits.PerAddress { // of other visitors behind the same address
		if _, err := s.events.TakeIdentity(budget.Keys{Address: "198.51.100.7"}); err != nil {
			t.Fatal(err)
		}
	}
	present := func() int { _, inCall, _ := s.present.count(); return inCall }
	if v.report(`{"event":"admitted"}`, "X-Forwarded-For", "198.51.100.7"); present() != 0 {
		t.Error("a report over the limit of its address counts")
	}
	if v.report(`{"event":"admitted"}`, "X-Forwarded-For", "198.51.100.8"); present() != 1 {
		t.Error("a report from another address does not count")
	}
}
