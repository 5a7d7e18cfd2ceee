// Package budget bounds how many identities and tokens one process hands out, and so what strangers can
// make the operator pay for.
package budget

import (
	"slices"
	"sync"
	"time"
)

// Limits are the most that each budget allows; 0 is without limit.
type Limits struct {
	// PerSession bounds the tokens of one visitor's session, reloads and renewals included: so many at
	// once, and as many again over each hour.
	PerSession int
	// PerVisit bounds the identities made for all who open links to one visit, in the same way. One
	// address may use up to half of it, unless PerAddress is without limit: one client with a leaked
	// link leaves the rest to the others.
	PerVisit int
	// PerAddress bounds the identities made for one client address (an IPv4 address or an IPv6 /64),
	// in the same way.
	PerAddress int
	// PerDay bounds the identities made for the whole site in a day of UTC. A fifth of it is reserved for
	// the visits that Keys.Reserved marks.
	PerDay int
}

// Keys name the budgets that a join counts against. An empty key counts against none of its kind.
type Keys struct {
	Session, Visit, Address string
	// Reserved joins may use the whole of the day's limit: their visit was created today.
	Reserved bool
}

// Kind is one of the budgets.
type Kind string

// The budgets.
const (
	Session Kind = "session"
	Visit   Kind = "visit"
	Address Kind = "address"
	Day     Kind = "day"
)

// Exceeded is the error for a join that a budget does not allow.
type Exceeded struct {
	Kind Kind
	// Wait is how long until the budget allows another.
	Wait time.Duration
}

func (e *Exceeded) Error() string { return "budget used up: " + string(e.Kind) }

// refill is how long a used-up allowance takes to be whole again.
const refill = time.Hour

const (
	visitShare    = 2 // one address may use 1/2 of a visit's budget
	reservedShare = 5 // 1/5 of the day's limit is reserved
)

// visitor names one address in one visit, "" without both.
func (k Keys) visitor() string {
	if k.Visit == "" || k.Address == "" {
		return ""
	}
	return k.Visit + " " + k.Address
}

// maxKeys bounds the memory of one kind of allowance: about 10 MB.
const maxKeys = 100_000

// Budgets counts. It does not use golang.org/x/time/rate, whose reservations cannot be returned once
// their time has come: a join that the service failed must cost nothing.
type Budgets struct {
	now func() time.Time

	mu                      sync.Mutex
	session, visit, address allowance
	visitor                 allowance // of one address in one visit
	perDay, today           int
	day                     time.Time
}

// New returns unspent budgets; now is the clock.
func New(l Limits, now func() time.Time) *Budgets {
	b := &Budgets{
		now: now, perDay: l.PerDay,
		session: newAllowance(l.PerSession), visit: newAllowance(l.PerVisit), address: newAllowance(l.PerAddress),
	}
	if l.PerAddress > 0 {
		b.visitor = newAllowance((l.PerVisit + 1) / visitShare)
	}
	return b
}

// TakeToken counts a token for an identity that exists already against the session's budget alone, so
// that a visitor who reloads takes nothing from the others behind the same address. refund undoes it.
func (b *Budgets) TakeToken(keys Keys) (refund func(), err error) {
	return b.take(Keys{Session: keys.Session}, false)
}

// TakeIdentity counts a new identity against every budget. refund undoes it, for a join that failed.
func (b *Budgets) TakeIdentity(keys Keys) (refund func(), err error) {
	return b.take(keys, true)
}

// take counts against all budgets or none.
func (b *Budgets) take(keys Keys, daily bool) (refund func(), err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	charges := []struct {
		*allowance
		key  string
		kind Kind
	}{
		{&b.session, keys.Session, Session},
		{&b.address, keys.Address, Address},
		{&b.visitor, keys.visitor(), Address},
		{&b.visit, keys.Visit, Visit},
	}
	for _, a := range charges {
		if wait := a.wait(a.key, now); wait > 0 {
			return nil, &Exceeded{a.kind, wait}
		}
	}
	day := now.UTC().Truncate(24 * time.Hour)
	if daily && b.perDay > 0 {
		if !day.Equal(b.day) {
			b.day, b.today = day, 0
		}
		if b.today >= b.perDay || !keys.Reserved && b.today >= b.perDay-b.perDay/reservedShare {
			return nil, &Exceeded{Day, day.Add(24 * time.Hour).Sub(now)}
		}
		b.today++
	}
	for _, a := range charges {
		a.spend(a.key, now)
	}
	return sync.OnceFunc(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, a := range charges {
			a.refund(a.key)
		}
		if daily && b.perDay > 0 && day.Equal(b.day) {
			b.today--
		}
	}), nil
}

// Today returns how many identities were made in this day of UTC and the day's limit, 0 without one.
func (b *Budgets) Today() (used, limit int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.now().UTC().Truncate(24 * time.Hour).Equal(b.day) {
		return 0, b.perDay
	}
	return b.today, b.perDay
}

// allowance is so many joins at once for each key, and as many again over each refill. It remembers of a
// key only when its allowance will be whole again. A key whose time has passed can be forgotten without
// a difference.
type allowance struct {
	most     int
	interval time.Duration // in which one join comes back
	whole    map[string]time.Time
}

func newAllowance(most int) allowance {
	if most <= 0 {
		return allowance{}
	}
	return allowance{most, refill / time.Duration(most), make(map[string]time.Time)}
}

func (a *allowance) counts(key string) bool { return a.most > 0 && key != "" }

// wait returns how long until the key may join, 0 for now.
func (a *allowance) wait(key string, now time.Time) time.Duration {
	whole := a.whole[key]
	if !a.counts(key) || !whole.After(now) {
		return 0
	}
	return max(0, whole.Sub(now)-time.Duration(a.most-1)*a.interval)
}

func (a *allowance) spend(key string, now time.Time) {
	if !a.counts(key) {
		return
	}
	whole, known := a.whole[key]
	if !known && len(a.whole) >= maxKeys {
		a.makeRoom(now)
	}
	if whole.Before(now) {
		whole = now
	}
	a.whole[key] = whole.Add(a.interval)
}

func (a *allowance) refund(key string) {
	if whole, known := a.whole[key]; known {
		a.whole[key] = whole.Add(-a.interval)
	}
}

// makeRoom forgets the keys that owe nothing and, where that is not enough, the quarter that owes least.
// A used-up allowance is therefore forgotten last: a stranger who comes from many addresses only
// displaces the fresh ones among them.
func (a *allowance) makeRoom(now time.Time) {
	times := make([]time.Time, 0, len(a.whole))
	for key, whole := range a.whole {
		if whole.After(now) {
			times = append(times, whole)
		} else {
			delete(a.whole, key)
		}
	}
	if len(times) <= maxKeys*3/4 {
		return
	}
	slices.SortFunc(times, time.Time.Compare)
	least := times[len(times)/4]
	for key, whole := range a.whole {
		if len(a.whole) > maxKeys*3/4 && !whole.After(least) {
			delete(a.whole, key)
		}
	}
}
