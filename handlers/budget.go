package handlers

import (
	"slices"
	"sync"
	"time"
)

// Budgets bound how many joins one process makes, and so what strangers can make the operator pay
// for. Zero is without limit. What is given out is an identity with a token, or another token.
type Budgets struct {
	// PerSession bounds the tokens that one visitor's session gets, reloads and renewals included:
	// so many at once, and as many again over each hour.
	PerSession int
	// PerVisit bounds the identities made for all who open links to one visit, in the same way.
	PerVisit int
	// PerAddress bounds the identities made for one client address (an IPv4 address or an IPv6 /64),
	// in the same way.
	PerAddress int
	// PerDay bounds the identities made for the whole site in a day of UTC.
	PerDay int
}

// spender is on whose account a join goes; an empty name has no account of that kind.
type spender struct{ session, visit, address string }

// refill is how long a spent allowance takes to be whole again.
const refill = time.Hour

// maxAccounts bounds the memory of one kind of allowance: about 10 MB.
const maxAccounts = 100_000

// budgets counts. It is its own bucket and not golang.org/x/time/rate, whose reservations cannot be
// given back once their time has come: a join that the service failed must cost nothing.
type budgets struct {
	now func() time.Time

	mu                      sync.Mutex
	session, visit, address allowance
	perDay, today           int
	day                     time.Time
}

func newBudgets(b Budgets, now func() time.Time) *budgets {
	return &budgets{
		now: now, perDay: b.PerDay,
		session: newAllowance(b.PerSession), visit: newAllowance(b.PerVisit), address: newAllowance(b.PerAddress),
	}
}

// token counts a token for an identity that is there already: on the session's account alone, so
// that a visitor who reloads takes nothing from the others behind the same address.
func (b *budgets) token(who spender) (giveBack func(), err error) {
	return b.take(spender{session: who.session}, false)
}

// identity counts a new identity on every account.
func (b *budgets) identity(who spender) (giveBack func(), err error) {
	return b.take(who, true)
}

// take counts on all accounts or on none. giveBack undoes it for a join that failed.
func (b *budgets) take(who spender, daily bool) (giveBack func(), err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	accounts := []struct {
		*allowance
		name    string
		refusal problem
	}{
		{&b.session, who.session, errSessionBudget},
		{&b.visit, who.visit, errVisitBudget},
		{&b.address, who.address, errAddressBudget},
	}
	for _, a := range accounts {
		if wait := a.wait(a.name, now); wait > 0 {
			return nil, overBudget{a.refusal, wait}
		}
	}
	day := now.UTC().Truncate(24 * time.Hour)
	if daily && b.perDay > 0 {
		if !day.Equal(b.day) {
			b.day, b.today = day, 0
		}
		if b.today >= b.perDay {
			return nil, overBudget{errDailyLimit, day.Add(24 * time.Hour).Sub(now)}
		}
		b.today++
	}
	for _, a := range accounts {
		a.spend(a.name, now)
	}
	return sync.OnceFunc(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, a := range accounts {
			a.giveBack(a.name)
		}
		if daily && b.perDay > 0 && day.Equal(b.day) {
			b.today--
		}
	}), nil
}

// allowance is so many joins at once for each name, and as many again over each refill. All that it
// remembers of a name is when its allowance will be whole again: a name whose time has passed is as
// good as forgotten, so forgetting it takes nothing from anybody.
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

func (a *allowance) counts(name string) bool { return a.most > 0 && name != "" }

// wait is how long until the name may join, 0 for now.
func (a *allowance) wait(name string, now time.Time) time.Duration {
	whole := a.whole[name]
	if !a.counts(name) || !whole.After(now) {
		return 0
	}
	return max(0, whole.Sub(now)-time.Duration(a.most-1)*a.interval)
}

func (a *allowance) spend(name string, now time.Time) {
	if !a.counts(name) {
		return
	}
	whole, known := a.whole[name]
	if !known && len(a.whole) >= maxAccounts {
		a.makeRoom(now)
	}
	if whole.Before(now) {
		whole = now
	}
	a.whole[name] = whole.Add(a.interval)
}

func (a *allowance) giveBack(name string) {
	if whole, known := a.whole[name]; known {
		a.whole[name] = whole.Add(-a.interval)
	}
}

// makeRoom forgets the names that owe nothing, and where that is not enough the quarter that owes
// least. So nobody gets out of a spent allowance without first spending those of others: a stranger
// who comes from many addresses forgets the fresh ones of these, never the one that is used up.
func (a *allowance) makeRoom(now time.Time) {
	times := make([]time.Time, 0, len(a.whole))
	for name, whole := range a.whole {
		if whole.After(now) {
			times = append(times, whole)
		} else {
			delete(a.whole, name)
		}
	}
	if len(times) <= maxAccounts*3/4 {
		return
	}
	slices.SortFunc(times, time.Time.Compare)
	least := times[len(times)/4]
	for name, whole := range a.whole {
		if len(a.whole) > maxAccounts*3/4 && !whole.After(least) {
			delete(a.whole, name)
		}
	}
}
