// Package budget limits how many identities and tokens one process issues, and so the costs that
// strangers can cause.
package budget

import (
	"slices"
	"sync"
	"time"
)

// Limits are the limits of the budgets; 0 means no limit.
type Limits struct {
	// PerSession limits the tokens of one visitor's session, including reloads and renewals: this many at
	// once, and as many again during each hour.
	PerSession int
	// PerVisit limits the identities made for all links of one role to one visit, in the same way. One
	// address may use up to half of it, unless PerAddress is without limit: one client with a leaked
	// link leaves the rest to the others.
	PerVisit int
	// PerAddress limits the identities made for one client address (an IPv4 address or an IPv6 /64),
	// in the same way.
	PerAddress int
	// PerDay limits the identities made for the full site in a day of UTC. A fifth of it is reserved for
	// the visits that Keys.Reserved marks.
	PerDay int
}

// Keys name the budgets that a join counts against. An empty key counts against none of its kind.
type Keys struct {
	Session, Visit, Address string
	// Reserved joins may use the full of the day's limit: their visit was created today.
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

// refill is how long a used-up allowance takes to be full again.
const refill = time.Hour

const (
	visitShare    = 2 // one address may use 1/2 of a visit's budget
	reservedShare = 5 // 1/5 of the day's limit is reserved
)

// visitor returns the key of one address in one visit, or "" if either is missing.
func (k Keys) visitor() string {
	if k.Visit == "" || k.Address == "" {
		return ""
	}
	return k.Visit + " " + k.Address
}

// maxKeys limits the memory of one kind of allowance to about 10 MB.
const maxKeys = 100_000

// Budgets counts joins. It does not use golang.org/x/time/rate, whose reservations cannot be returned
// after they took effect: a join that fails at the service must cost nothing.
type Budgets struct {
	now func() time.Time

	mu                      sync.Mutex
	session, visit, address allowance
	visitor                 allowance // of one address in one visit
	perDay, today           int
	day                     time.Time
}

// New returns unused budgets; now is the clock.
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

// TakeToken counts a token for an existing identity against the session's budget only, so
// that a visitor who reloads takes nothing from the others behind the same address. refund undoes it.
func (b *Budgets) TakeToken(keys Keys) (refund func(), err error) {
	return b.take(Keys{Session: keys.Session}, false)
}

// TakeIdentity counts a new identity against every budget. refund undoes it, for a join that failed.
func (b *Budgets) TakeIdentity(keys Keys) (refund func(), err error) {
	return b.take(keys, true)
}

// take counts against all budgets, or against none if one of them is used up.
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

// Today returns how many identities were made since midnight UTC, and the day's limit or 0.
func (b *Budgets) Today() (used, limit int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.now().UTC().Truncate(24 * time.Hour).Equal(b.day) {
		return 0, b.perDay
	}
	return b.today, b.perDay
}

// allowance allows a number of joins at once for each key, and as many again during each refill. For
// each key it stores only the time when its allowance is full again. A key whose time has passed can be
// dropped.
type allowance struct {
	most     int
	interval time.Duration        // in which one join comes back
	full     map[string]time.Time // when the allowance is full again
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
	full := a.full[key]
	if !a.counts(key) || !full.After(now) {
		return 0
	}
	return max(0, full.Sub(now)-time.Duration(a.most-1)*a.interval)
}

func (a *allowance) spend(key string, now time.Time) {
	if !a.counts(key) {
		return
	}
	full, known := a.full[key]
	if !known && len(a.full) >= maxKeys {
		a.makeRoom(now)
	}
	if full.Before(now) {
		full = now
	}
	a.full[key] = full.Add(a.interval)
}

func (a *allowance) refund(key string) {
	if full, known := a.full[key]; known {
		a.full[key] = full.Add(-a.interval)
	}
}

// makeRoom drops the keys with a full allowance and, if that is not enough, the quarter that is nearest
// to full. A used-up allowance is dropped last: a stranger with many addresses only displaces addresses
// that were used little.
func (a *allowance) makeRoom(now time.Time) {
	times := make([]time.Time, 0, len(a.full))
	for key, full := range a.full {
		if full.After(now) {
			times = append(times, full)
		} else {
			delete(a.full, key)
		}
	}
	if len(times) <= maxKeys*3/4 {
		return
	}
	slices.SortFunc(times, time.Time.Compare)
	least := times[len(times)/4]
	for key, full := range a.full {
		if len(a.full) > maxKeys*3/4 && !full.After(least) {
			delete(a.full, key)
		}
	}
}
