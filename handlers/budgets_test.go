package handlers

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/acs/acstest"
	"github.com/anteroom-visit/anteroom/handlers/budget"
	"github.com/anteroom-visit/anteroom/visit"
)

func forwardedFor(address string) []string { return []string{"X-Forwarded-For", "6.6.6.6, " + address} }

func TestConcurrentJoinsStayWithinBudget(t *testing.T) {
	const limit, visitors = 5, 24
	for want, b := range map[string]budget.Limits{
		"too-many-joins-address": {PerAddress: limit},
		"daily-limit":            {PerDay: limit + 1}, // one is reserved for visits that were created today
		"too-many-joins-visit":   {PerVisit: limit},
	} {
		clock := newClock()
		site := startSite(t, func(o *Options) {
			o.Joins.Budgets, o.Now, o.Origin.Proxies = b, clock.Now, mustParseProxies(t, "loopback")
		})
		var joined, refused atomic.Int64
		var wg sync.WaitGroup
		for i := range visitors {
			v := newVisitor(t, site)
			cookie := sessionCookie(t, site, session{ID: fmt.Sprint(i), Sealed: sealVisit(t, bookedAt(clock.Now())), Visit: "one"})
			wg.Go(func() {
				a := v.join(append(forwardedFor("2001:db8::"+fmt.Sprint(i)), "Cookie", cookie)...)
				switch {
				case a.StatusCode == http.StatusOK:
					joined.Add(1)
				case a.StatusCode == http.StatusTooManyRequests && a.Header.Get("Retry-After") != "" && problemOf(t, a) == want:
					refused.Add(1)
				default:
					t.Errorf("%s: status %d, want 200, or 429 with Retry-After: %s", want, a.StatusCode, a.body)
				}
			})
		}
		wg.Wait()
		if n := len(site.service().Ledger().Identities); n != limit || joined.Load() != limit || refused.Load() != visitors-limit {
			t.Errorf("%s: %d identities, %d joined, %d refused, want %d, %d, %d", want, n, joined.Load(), refused.Load(), limit, limit, visitors-limit)
		}
		// The budgets must limit only joins.
		v := newVisitor(t, site)
		for _, path := range []string{"/", "/assets/visit-1.css", "/healthz", "/visit/ended"} {
			if a := v.get(path, forwardedFor("2001:db8::1")...); a.StatusCode != http.StatusOK {
				t.Errorf("%s: status of %s %d, want 200", want, path, a.StatusCode)
			}
		}
	}
}

func TestEachAddressHasItsOwnBudget(t *testing.T) {
	site := startSite(t, func(o *Options) {
		o.Joins.Budgets, o.Origin.Proxies = budget.Limits{PerAddress: 1}, mustParseProxies(t, "loopback")
	})
	for i, c := range []struct {
		address string
		want    int
	}{
		{"198.51.100.1:1000", 200},
		{"198.51.100.1:2000", 429},
		{"::ffff:198.51.100.1", 429},
		{"198.51.100.2", 200},
		{"2001:db8:0:1::1", 200},
		{"[2001:db8:0:1:ffff::2]:443", 429},
		{"2001:db8:0:2::1", 200},
	} {
		v := newVisitor(t, site)
		v.submitDoor(shortLink)
		if a := v.join(forwardedFor(c.address)...); a.StatusCode != c.want {
			t.Errorf("join %d from %s: status %d, want %d", i, c.address, a.StatusCode, c.want)
		}
	}
}

func TestUntrustedForwardedForIsIgnoredAndLoggedOnce(t *testing.T) {
	site := startSite(t, func(o *Options) { o.Joins.Budgets = budget.Limits{PerAddress: 1} })
	for i, want := range []int{200, 429, 429} {
		v := newVisitor(t, site)
		v.submitDoor(shortLink)
		if a := v.join(forwardedFor("198.51.100." + fmt.Sprint(i))...); a.StatusCode != want {
			t.Errorf("join %d: status %d, want %d", i, a.StatusCode, want)
		}
	}
	if lines := site.log.lines("TRUSTED_PROXIES"); len(lines) != 1 {
		t.Errorf("%d warnings, want 1: %s", len(lines), lines)
	}
	if strings.Contains(site.log.String(), "198.51.100") {
		t.Error("the log contains an address from the header")
	}
}

func TestReloadsAndFailedJoinsCostNoVisitBudget(t *testing.T) {
	site := startSite(t, func(o *Options) {
		o.Joins.Budgets = budget.Limits{PerSession: 30, PerVisit: 2, PerAddress: 2, PerDay: 2}
	})
	v := newVisitor(t, site)
	v.submitDoor(shortLink)
	if err := site.service().Inject(acstest.Fault{Kind: acstest.FaultDenied, Times: 3}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if a := v.join(); a.StatusCode != http.StatusServiceUnavailable && a.StatusCode != http.StatusInternalServerError {
			t.Errorf("join while the service fails: status %d, want 500 or 503", a.StatusCode)
		}
	}
	site.service().ClearFaults()
	for i := range 11 {
		if a := v.join(); a.StatusCode != http.StatusOK {
			t.Fatalf("reload %d: status %d, want 200: %s", i, a.StatusCode, a.body)
		}
	}
	if a := v.renewToken(); a.StatusCode != http.StatusOK {
		t.Errorf("renewal: status %d, want 200", a.StatusCode)
	}
	if n := len(site.service().Ledger().Identities); n != 1 {
		t.Errorf("%d identities, want 1", n)
	}
}

func TestSessionBudgetLimitsTokens(t *testing.T) {
	clock := newClock()
	site := startSite(t, func(o *Options) { o.Joins.Budgets, o.Now = budget.Limits{PerSession: 3}, clock.Now })
	v := newVisitor(t, site)
	v.submitDoor(shortLink)
	v.join()
	v.renewToken()
	v.join()
	for _, path := range []string{"/visit/join", "/visit/token"} {
		a := v.postJSON(path, `{"name":"Sam"}`)
		if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") != "1200" || a.json(t)["retryAfter"] != 1200.0 {
			t.Errorf("%s: status %d, Retry-After %s, want 429 and 1200: %s", path, a.StatusCode, a.Header.Get("Retry-After"), a.body)
		}
	}
	if a := v.join(); !strings.HasSuffix(a.json(t)["detail"].(string), "call 01234 567890.") {
		t.Errorf("detail %q, want the phone number at its end", a.json(t)["detail"])
	}
	if a := v.join("Accept", "text/html"); a.StatusCode != http.StatusTooManyRequests || a.page(t).Find(`main a.btn[href^="tel:"]`).Length() != 1 {
		t.Errorf("page: status %d, want 429 and a button that calls", a.StatusCode)
	}
	clock.advance(20 * time.Minute)
	if a := v.join(); a.StatusCode != http.StatusOK {
		t.Errorf("join after 20 minutes: status %d, want 200", a.StatusCode)
	}
}

// One client with a leaked link may use half of the visit's budget. Whoever has joined before may join
// again without it.
func TestVisitBudgetSurvivesLeakedLink(t *testing.T) {
	s := startSite(t, func(o *Options) {
		o.Joins.Budgets = budget.Limits{PerVisit: 4, PerAddress: 100}
		o.Origin.Proxies = mustParseProxies(t, "loopback")
	})
	link := visitPath(t, s, "Sam")
	from := func(address string) (*visitor, answer) {
		v := newVisitor(t, s)
		v.get(link)
		return v, v.join("X-Forwarded-For", address)
	}
	for i := range 10 {
		if _, a := from("198.51.100.1"); (a.StatusCode == http.StatusOK) != (i < 2) {
			t.Errorf("join %d of one client: status %d, want 200 only for the first 2", i, a.StatusCode)
		}
	}
	sam, a := from("198.51.100.2")
	if a.StatusCode != http.StatusOK {
		t.Fatalf("join of another client: status %d, want 200: %s", a.StatusCode, a.body)
	}
	from("198.51.100.3")
	if _, a := from("198.51.100.4"); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("join over the visit's budget: status %d, want 429", a.StatusCode)
	}
	sam.leave()
	if a := sam.join("X-Forwarded-For", "198.51.100.2"); a.StatusCode != http.StatusOK {
		t.Errorf("second join of a visitor who left: status %d, want 200: %s", a.StatusCode, a.body)
	}
}

// Links of another role to the same visit count for themselves: a companion's link that has leaked leaves the
// visitor and the interpreter their joins.
func TestEachRoleHasItsOwnBudget(t *testing.T) {
	s := startSite(t, func(o *Options) {
		o.Joins.Budgets = budget.Limits{PerVisit: 4, PerAddress: 100}
		o.Origin.Proxies = mustParseProxies(t, "loopback")
	})
	client := 0
	join := func(role visit.Role) int {
		v := newVisitor(t, s)
		booked := bookedAt(s.now())
		booked.Role, booked.Name = role, ""
		v.get("/v/" + sealVisit(t, booked))
		client++
		return v.join("X-Forwarded-For", fmt.Sprintf("198.51.100.%d", client)).StatusCode
	}
	for range 4 {
		join(visit.RoleCompanion)
	}
	for role, want := range map[visit.Role]int{visit.RoleCompanion: 429, visit.RoleGuest: 200, visit.RoleInterpreter: 200} {
		if got := join(role); got != want {
			t.Errorf("%s after the companion's link has leaked: status %d, want %d", role, got, want)
		}
	}
}

// A fifth of the day's limit is reserved for visits that were created today.
func TestDailyLimitReservesAndWarns(t *testing.T) {
	s := startSite(t, func(o *Options) { o.Joins.Budgets = budget.Limits{PerDay: 10} })
	for i := range 10 {
		v := newVisitor(t, s)
		v.submitDoor(shortLink)
		if a := v.join(); (a.StatusCode == http.StatusOK) != (i < 8) {
			t.Errorf("pasted meeting %d: status %d, want 200 only for the first 8", i, a.StatusCode)
		}
	}
	link := visitPath(t, s, "Sam")
	for range 2 {
		v := newVisitor(t, s)
		v.get(link)
		if a := v.join(); a.StatusCode != http.StatusOK {
			t.Errorf("visit of today: status %d, want 200", a.StatusCode)
		}
	}
	warnings := s.log.lines(`"level":"WARN","msg":"daily limit`)
	if len(warnings) != 3 {
		t.Errorf("%d warnings, want 3: %q", len(warnings), warnings)
	}
	refused := s.log.lines(`"problem":"daily-limit"`)
	if len(refused) != 2 || !strings.Contains(refused[0], `"level":"WARN"`) {
		t.Errorf("refusals in the log %q, want 2 at level WARN", refused)
	}
	if used, limit := s.JoinsToday(); used != 10 || limit != 10 {
		t.Errorf("JoinsToday: %d of %d, want 10 of 10", used, limit)
	}
}
