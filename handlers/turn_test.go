package handlers

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/handlers/budget"
)

// In a rush a visitor gets a turn. It costs a join at once, so that strangers cannot fill the line, and
// every copy of the site honours it.
func TestRushGivesTurns(t *testing.T) {
	clock := newClock()
	copies := func(o *Options) {
		o.Now, o.SessionKeys = clock.Now, []string{"the same key of two copies"}
		o.Joins.Budgets = budget.Limits{PerDay: 10}
	}
	first, second := startSite(t, copies), startSite(t, copies)
	for range 500 {
		for _, s := range []testSite{first, second} {
			if _, err := s.turns.Take(time.Time{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	v := newVisitor(t, first)
	v.knock(shortLink)
	a := v.join()
	problem := a.json(t)
	wait, _ := problem["retryAfter"].(float64)
	if a.StatusCode != http.StatusServiceUnavailable || problem["type"] != "urn:anteroom:problem:service-busy" || wait < 5 {
		t.Fatalf("in a rush: %d %s", a.StatusCode, a.body)
	}
	if lines := first.log.lines(`"level":"ERROR"`); len(lines) != 0 {
		t.Errorf("a rush is logged as an error: %q", lines)
	}
	here, _ := url.Parse(first.url)
	there, _ := url.Parse(second.url)
	w := newVisitor(t, second)
	w.http.Jar.SetCookies(there, v.http.Jar.Cookies(here))
	if a := w.join(); a.StatusCode != http.StatusServiceUnavailable || a.json(t)["retryAfter"] != wait {
		t.Errorf("before the turn: %d %s, want the same turn", a.StatusCode, a.body)
	}
	clock.pass(time.Duration(wait) * time.Second)
	if a := w.join(); a.StatusCode != http.StatusOK {
		t.Errorf("at the turn: %d %s", a.StatusCode, a.body)
	}
	if used, _ := first.JoinsToday(); used != 1 {
		t.Errorf("waiting for a turn costs %d joins, want 1", used)
	}
	if used, _ := second.JoinsToday(); used != 0 {
		t.Errorf("the turn is paid again, with %d joins", used)
	}
}
