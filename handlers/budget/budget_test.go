package budget

import (
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// clock is a time that a test moves.
type clock struct{ now atomic.Pointer[time.Time] }

func newClock() *clock {
	c := new(clock)
	start := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	c.now.Store(&start)
	return c
}

func (c *clock) Now() time.Time { return *c.now.Load() }

func (c *clock) pass(d time.Duration) {
	later := c.Now().Add(d)
	c.now.Store(&later)
}

var sam = Keys{Session: "session of Sam", Visit: "visit of Sam", Address: "198.51.100.1"}

// refusal is the budget that was used up and how long to wait.
func refusal(err error) (Kind, time.Duration) {
	var over *Exceeded
	if !errors.As(err, &over) {
		return "", 0
	}
	return over.Kind, over.Wait
}

func TestEachBudgetHasItsOwnRefusal(t *testing.T) {
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
				t.Fatalf("%s: join %d: %v", want, i, err)
			}
		}
		for range 3 { // a refusal costs nothing, so the wait does not grow
			_, err := budgets.TakeIdentity(sam)
			slug, wait := refusal(err)
			if slug != want {
				t.Errorf("%v, want %s", err, want)
			}
			if limit := 30 * time.Minute; want != Day && wait != limit {
				t.Errorf("%s: wait %v, want %v", want, wait, limit)
			} else if want == Day && wait != 15*time.Hour {
				t.Errorf("%s: wait %v until midnight", want, wait)
			}
		}
		_, err := budgets.TakeIdentity(sam)
		_, wait := refusal(err)
		clock.pass(wait - time.Second)
		if _, err := budgets.TakeIdentity(sam); err == nil {
			t.Errorf("%s: a join before its time", want)
		}
		clock.pass(time.Second)
		if _, err := budgets.TakeIdentity(sam); err != nil {
			t.Errorf("%s: no join when it was time: %v", want, err)
		}
	}
}

func TestRefusalCostsOtherBudgetsNothing(t *testing.T) {
	budgets := New(Limits{PerSession: 1, PerVisit: 2, PerAddress: 3, PerDay: 100}, newClock().Now)
	join := func(session, visit, address string) Kind {
		_, err := budgets.TakeIdentity(Keys{Session: session, Visit: visit, Address: address})
		slug, _ := refusal(err)
		return slug
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
		{"c", "w", "1", ""}, // the refusal of c cost c nothing
		{"d", "x", "1", ""},
		{"e", "y", "1", Address},
		{"e", "y", "2", ""},
		{"f", "", "2", ""}, // pasted meetings share no budget of a visit
		{"g", "", "2", Address},
	} {
		if got := join(c.session, c.visit, c.address); got != c.want {
			t.Errorf("join %d: %q, want %q", i, got, c.want)
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
			t.Errorf("reload %d: %v", i+1, err)
		}
	}
	if slug, _ := refusal(second(budgets.TakeToken(sam))); slug != Session {
		t.Errorf("reload 12: %q", slug)
	}
}

func second(_ func(), err error) error { return err }

func TestRefundUndoesTake(t *testing.T) {
	clock := newClock()
	budgets := New(Limits{PerSession: 2, PerVisit: 4, PerAddress: 2, PerDay: 2}, clock.Now)
	for range 100 {
		refund, err := budgets.TakeIdentity(sam)
		if err != nil {
			t.Fatalf("what was given back is spent: %v", err)
		}
		clock.pass(3 * time.Second) // the service takes its time to fail
		refund()
		refund()
	}
	for range 2 {
		if _, err := budgets.TakeIdentity(sam); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := budgets.TakeIdentity(sam); err == nil {
		t.Error("giving back twice gave too much")
	}
	// Over midnight, yesterday's join is not given back to today.
	clock.pass(24 * time.Hour)
	refund, err := budgets.TakeIdentity(sam)
	if err != nil {
		t.Fatal(err)
	}
	clock.pass(24 * time.Hour)
	for range 2 {
		if _, err := budgets.TakeIdentity(sam); err != nil {
			t.Fatal(err)
		}
	}
	refund()
	if slug, _ := refusal(second(budgets.TakeIdentity(Keys{Session: "x", Visit: "y", Address: "z"}))); slug != Day {
		t.Errorf("yesterday's join was given to today: %q", slug)
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
		t.Errorf("%d names remembered for nothing", n)
	}
}

// However many ask at once, from however many addresses, no more are given out than the budget has.
func TestBudgetsHoldUnderConcurrency(t *testing.T) {
	const most, hands, each = 50, 64, 40
	for want, b := range map[Kind]Limits{
		"session": {PerSession: most}, "visit": {PerVisit: most}, "address": {PerAddress: most}, "day": {PerDay: most},
	} {
		budgets, everyone := New(b, newClock().Now), sam
		everyone.Reserved = true // so that the whole of the day can be used
		var given atomic.Int64
		var wg sync.WaitGroup
		for hand := range hands {
			wg.Go(func() {
				for i := range each {
					refund, err := budgets.TakeIdentity(everyone)
					switch {
					case err != nil:
					case (hand+i)%3 == 0:
						refund()
					default:
						given.Add(1)
					}
				}
			})
		}
		wg.Wait()
		// Those given back may have been missed by others at that moment: now they are there.
		for second(budgets.TakeIdentity(everyone)) == nil {
			given.Add(1)
		}
		if given.Load() != most {
			t.Errorf("%s: %d given out of %d", want, given.Load(), most)
		}
	}
}

// The memory is bounded, and filling it frees nobody who is over the limit.
func TestMakeRoomKeepsUsedUpAllowances(t *testing.T) {
	clock := newClock()
	budgets := New(Limits{PerAddress: 5}, clock.Now)
	join := func(address string) error {
		return second(budgets.TakeIdentity(Keys{Address: address}))
	}
	for range 5 {
		if err := join("spent"); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 2*maxKeys + 10 {
		if err := join(strconv.Itoa(i)); err != nil {
			t.Fatalf("a newcomer is refused: %v", err)
		}
		if n := len(budgets.address.full); n > maxKeys {
			t.Fatalf("%d names remembered", n)
		}
	}
	if join("spent") == nil {
		t.Error("filling the memory made a spent allowance whole")
	}
	clock.pass(refill)
	for i := range maxKeys {
		if err := join("later " + strconv.Itoa(i)); err != nil {
			t.Fatal(err)
		}
	}
	if join("spent") != nil {
		t.Error("an hour later the allowance is not whole")
	}
}

func TestDayReservesAFifth(t *testing.T) {
	budgets := New(Limits{PerDay: 10}, newClock().Now)
	for range 8 {
		if _, err := budgets.TakeIdentity(Keys{}); err != nil {
			t.Fatal(err)
		}
	}
	if kind, _ := refusal(second(budgets.TakeIdentity(Keys{}))); kind != Day {
		t.Errorf("a join of no visit of today took the reserve: %q", kind)
	}
	for range 2 {
		if _, err := budgets.TakeIdentity(Keys{Reserved: true}); err != nil {
			t.Fatal(err)
		}
	}
	if kind, _ := refusal(second(budgets.TakeIdentity(Keys{Reserved: true}))); kind != Day {
		t.Errorf("over the limit: %q", kind)
	}
	if used, limit := budgets.Today(); used != 10 || limit != 10 {
		t.Errorf("today: %d of %d", used, limit)
	}
}

// An address that is used up does not become whole when other addresses fill the memory, and makeRoom
// makes room even when every key owes something.
func TestMakeRoomDropsThoseThatOweLeast(t *testing.T) {
	a := newAllowance(10)
	now := newClock().Now()
	for range 9 {
		a.spend("spent", now)
	}
	for i := range maxKeys {
		a.spend(strconv.Itoa(i), now)
	}
	if n := len(a.full); n > maxKeys*3/4+maxKeys/4 || n < maxKeys/2 {
		t.Errorf("%d keys after making room", n)
	}
	if whole := a.full["spent"]; whole.Sub(now) != 9*a.interval {
		t.Errorf("the one that owes most is whole at %v", whole.Sub(now))
	}
}
