package budget

import (
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// clock is a clock that a test sets.
type clock struct{ now atomic.Pointer[time.Time] }

func newClock() *clock {
	c := new(clock)
	start := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	c.now.Store(&start)
	return c
}

func (c *clock) Now() time.Time { return *c.now.Load() }

func (c *clock) advance(d time.Duration) {
	later := c.Now().Add(d)
	c.now.Store(&later)
}

var sam = Keys{Session: "session of Sam", Visit: "visit of Sam", Address: "198.51.100.1"}

// exceeded returns which budget was used up and how long to wait.
func exceeded(err error) (Kind, time.Duration) {
	var over *Exceeded
	if !errors.As(err, &over) {
		return "", 0
	}
	return over.Kind, over.Wait
}

func TestRefusalNamesBudgetAndWait(t *testing.T) {
	for want, b := range map[Kind]Limits{
		Session: {PerSession: 2},
		Visit:   {PerVisit: 2},
		Address: {PerAddress: 2},
		Day:     {PerDay: 2},
	} {
		clock := newClock()
		budgets := New(b, clock.Now)
		for i := range 2 {
			if _, err := budgets.TakeIdentity(sam); err != nil {
				t.Fatalf("%s: join %d: %v, want no error", want, i, err)
			}
		}
		for range 3 { // refusals do not lengthen the wait
			_, err := budgets.TakeIdentity(sam)
			kind, wait := exceeded(err)
			if kind != want {
				t.Errorf("%v, want the budget %s used up", err, want)
			}
			if limit := 30 * time.Minute; want != Day && wait != limit {
				t.Errorf("%s: wait %v, want %v", want, wait, limit)
			} else if want == Day && wait != 15*time.Hour {
				t.Errorf("%s: wait %v, want %v until midnight", want, wait, 15*time.Hour)
			}
		}
		_, err := budgets.TakeIdentity(sam)
		_, wait := exceeded(err)
		clock.advance(wait - time.Second)
		if _, err := budgets.TakeIdentity(sam); err == nil {
			t.Errorf("%s: join a second before the wait is over: no error, want one", want)
		}
		clock.advance(time.Second)
		if _, err := budgets.TakeIdentity(sam); err != nil {
			t.Errorf("%s: join after the wait: %v, want no error", want, err)
		}
	}
}

func TestRefusalUsesNoOtherBudget(t *testing.T) {
	budgets := New(Limits{PerSession: 1, PerVisit: 2, PerAddress: 3, PerDay: 100}, newClock().Now)
	join := func(session, visit, address string) Kind {
		_, err := budgets.TakeIdentity(Keys{Session: session, Visit: visit, Address: address})
		kind, _ := exceeded(err)
		return kind
	}
	for i, c := range []struct {
		session, visit, address string
		want                    Kind
	}{
		{"a", "v", "1", ""},
		{"a", "v", "1", Session},
		{"b", "v", "1", Address}, // one address gets half of a visit's budget
		{"b", "v", "2", ""},
		{"c", "v", "3", Visit},
		{"c", "w", "1", ""}, // the refusal did not count against session c
		{"d", "x", "1", ""},
		{"e", "y", "1", Address},
		{"e", "y", "2", ""},
		{"f", "", "2", ""}, // a pasted meeting counts against no visit's budget
		{"g", "", "2", Address},
	} {
		if got := join(c.session, c.visit, c.address); got != c.want {
			t.Errorf("join %d: used up budget %q, want %q", i, got, c.want)
		}
	}
}

func TestTakeTokenCountsAgainstTheSessionOnly(t *testing.T) {
	budgets := New(Limits{PerSession: 12, PerVisit: 1, PerAddress: 1, PerDay: 1}, newClock().Now)
	if _, err := budgets.TakeIdentity(sam); err != nil {
		t.Fatal(err)
	}
	for i := range 11 {
		if _, err := budgets.TakeToken(sam); err != nil {
			t.Errorf("reload %d: %v, want no error", i+1, err)
		}
	}
	if kind, _ := exceeded(errorOf(budgets.TakeToken(sam))); kind != Session {
		t.Errorf("reload 12: used up budget %q, want %q", kind, Session)
	}
}

// errorOf drops the refund that TakeIdentity and TakeToken return.
func errorOf(_ func(), err error) error { return err }

func TestRefundUndoesTake(t *testing.T) {
	clock := newClock()
	budgets := New(Limits{PerSession: 2, PerVisit: 4, PerAddress: 2, PerDay: 2}, clock.Now)
	for range 100 {
		refund, err := budgets.TakeIdentity(sam)
		if err != nil {
			t.Fatalf("join after refunds: %v, want no error", err)
		}
		clock.advance(3 * time.Second) // the join fails late
		refund()
		refund()
	}
	for range 2 {
		if _, err := budgets.TakeIdentity(sam); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := budgets.TakeIdentity(sam); err == nil {
		t.Error("third join: no error, want only two: a second refund must change nothing")
	}
	// A join of yesterday must not be refunded to today.
	clock.advance(24 * time.Hour)
	refund, err := budgets.TakeIdentity(sam)
	if err != nil {
		t.Fatal(err)
	}
	clock.advance(24 * time.Hour)
	for range 2 {
		if _, err := budgets.TakeIdentity(sam); err != nil {
			t.Fatal(err)
		}
	}
	refund()
	if kind, _ := exceeded(errorOf(budgets.TakeIdentity(Keys{Session: "x", Visit: "y", Address: "z"}))); kind != Day {
		t.Errorf("join after refunding a join of yesterday: used up budget %q, want %q", kind, Day)
	}
}

func TestZeroLimitsAllowEverything(t *testing.T) {
	budgets := New(Limits{}, newClock().Now)
	for range 5000 {
		if _, err := budgets.TakeIdentity(sam); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(budgets.address.full); n != 0 {
		t.Errorf("%d addresses stored, want 0 without a limit", n)
	}
}

func TestConcurrentJoinsStayWithinBudget(t *testing.T) {
	const limit, workers, joins = 50, 64, 40
	for want, b := range map[Kind]Limits{
		"session": {PerSession: limit}, "visit": {PerVisit: limit}, "address": {PerAddress: limit}, "day": {PerDay: limit},
	} {
		budgets, keys := New(b, newClock().Now), sam
		keys.Reserved = true // may use the full limit of the day
		var joined atomic.Int64
		var wg sync.WaitGroup
		for worker := range workers {
			wg.Go(func() {
				for i := range joins {
					refund, err := budgets.TakeIdentity(keys)
					switch {
					case err != nil:
					case (worker+i)%3 == 0:
						refund()
					default:
						joined.Add(1)
					}
				}
			})
		}
		wg.Wait()
		// Use up what was refunded after the last join of the others.
		for errorOf(budgets.TakeIdentity(keys)) == nil {
			joined.Add(1)
		}
		if joined.Load() != limit {
			t.Errorf("%s: %d joins, want %d", want, joined.Load(), limit)
		}
	}
}

// A stranger with many addresses must not be able to reset an address that is over the limit.
func TestMakeRoomKeepsUsedUpAllowances(t *testing.T) {
	clock := newClock()
	budgets := New(Limits{PerAddress: 5}, clock.Now)
	join := func(address string) error {
		return errorOf(budgets.TakeIdentity(Keys{Address: address}))
	}
	for range 5 {
		if err := join("spent"); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 2*maxKeys + 10 {
		if err := join(strconv.Itoa(i)); err != nil {
			t.Fatalf("join of new address %d: %v, want no error", i, err)
		}
		if n := len(budgets.address.full); n > maxKeys {
			t.Fatalf("%d addresses stored, want at most %d", n, maxKeys)
		}
	}
	if join("spent") == nil {
		t.Error("join of a used-up address after others filled the memory: no error, want one")
	}
	clock.advance(refill)
	for i := range maxKeys {
		if err := join("later " + strconv.Itoa(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := join("spent"); err != nil {
		t.Errorf("join of the used-up address after %v: %v, want no error", refill, err)
	}
}

func TestDailyLimitReservesAFifth(t *testing.T) {
	budgets := New(Limits{PerDay: 10}, newClock().Now)
	for range 8 {
		if _, err := budgets.TakeIdentity(Keys{}); err != nil {
			t.Fatal(err)
		}
	}
	if kind, _ := exceeded(errorOf(budgets.TakeIdentity(Keys{}))); kind != Day {
		t.Errorf("join without Reserved: used up budget %q, want %q", kind, Day)
	}
	for range 2 {
		if _, err := budgets.TakeIdentity(Keys{Reserved: true}); err != nil {
			t.Fatal(err)
		}
	}
	if kind, _ := exceeded(errorOf(budgets.TakeIdentity(Keys{Reserved: true}))); kind != Day {
		t.Errorf("reserved join over the limit: used up budget %q, want %q", kind, Day)
	}
	if used, limit := budgets.Today(); used != 10 || limit != 10 {
		t.Errorf("Today: %d of %d, want 10 of 10", used, limit)
	}
}

// makeRoom must make room even when no key has its full allowance.
func TestMakeRoomDropsLeastUsedKeys(t *testing.T) {
	a := newAllowance(10)
	now := newClock().Now()
	for range 9 {
		a.spend("spent", now)
	}
	for i := range maxKeys {
		a.spend(strconv.Itoa(i), now)
	}
	if n := len(a.full); n > maxKeys || n < maxKeys/2 {
		t.Errorf("%d keys stored, want %d to %d", n, maxKeys/2, maxKeys)
	}
	if wait := a.full["spent"].Sub(now); wait != 9*a.interval {
		t.Errorf("the most used key is full again in %v, want %v", wait, 9*a.interval)
	}
}
