package handlers

import (
	"net/http"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/handlers/budget"
)

// In a rush a visitor receives a turn, which every replica of the site accepts. The turn costs a join at
// once, so that strangers cannot fill the line.
func TestJoinInRushGetsTurn(t *testing.T) {
	clock := newClock()
	replica := func(o *Options) {
		o.Now, o.SessionKeys = clock.Now, []string{"the same key of two replicas"}
		o.Joins.Budgets = budget.Limits{PerDay: 10}
	}
	first, second := startSite(t, replica), startSite(t, replica)
	for range 500 {
		for _, s := range []testSite{first, second} {
			if _, err := s.turns.Take(time.Time{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	v := newVisitor(t, first)
	v.submitDoor(shortLink)
	a := v.join()
	problem := a.json(t)
	wait, _ := problem["retryAfter"].(float64)
	if a.StatusCode != http.StatusServiceUnavailable || problem["type"] != "urn:anteroom:problem:service-busy" || wait < 5 {
		t.Fatalf("join in a rush: status %d, want 503 service-busy and at least 5 seconds: %s", a.StatusCode, a.body)
	}
	if lines := first.log.lines(`"level":"ERROR"`); len(lines) != 0 {
		t.Errorf("error lines %q, want none", lines)
	}
	w := newVisitor(t, second)
	w.copyCookies(v.cookies())
	if a := w.join(); a.StatusCode != http.StatusServiceUnavailable || a.json(t)["retryAfter"] != wait {
		t.Errorf("join at the other replica before the turn: status %d, want 503 with the same turn: %s", a.StatusCode, a.body)
	}
	clock.advance(time.Duration(wait) * time.Second)
	if a := w.join(); a.StatusCode != http.StatusOK {
		t.Errorf("join at the turn: status %d, want 200: %s", a.StatusCode, a.body)
	}
	if used, _ := first.JoinsToday(); used != 1 {
		t.Errorf("%d joins at the first replica, want 1", used)
	}
	if used, _ := second.JoinsToday(); used != 0 {
		t.Errorf("%d joins at the second replica, want 0", used)
	}
}
