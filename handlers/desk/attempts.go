package desk

import (
	"context"
	"sync"
	"time"
)

// What wrong passphrases cost. Whoever guesses on from one address is locked out of the sign-in for a
// while; guesses from many addresses make everybody wait, and lock nobody out.
const (
	freeAttempts      = 3  // of one address, answered at once
	lockedAfter       = 10 // of one address
	freeAttemptsInAll = 20
	firstDelay        = 250 * time.Millisecond
	longestDelay      = 4 * time.Second
	forgivenAfter     = 15 * time.Minute
	maxWaiting        = 32
	maxAddresses      = 10_000
)

// attempts counts the wrong passphrases of the desk, by address and in all, in bounded memory.
type attempts struct {
	now  func() time.Time
	wait func(context.Context, time.Duration) error

	mu        sync.Mutex
	byAddress map[string]tally
	inAll     tally
	waiting   int
}

type tally struct {
	count int
	last  time.Time
}

func newAttempts(now func() time.Time) *attempts {
	return &attempts{now: now, wait: sleep, byAddress: make(map[string]tally)}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// tooMany is an attempt that was not looked at, and when the next one can be.
type tooMany struct{ wait time.Duration }

func (tooMany) Error() string { return "sign in at the desk: too many attempts" }

// begin counts an attempt as wrong before anybody knows, so that many at once gain nothing, and holds
// it back for as long as the attempts before it have earned. Whoever was right calls forgive.
func (a *attempts) begin(ctx context.Context, address string) error {
	delay, err := a.count(address)
	if err != nil || delay == 0 {
		return err
	}
	defer func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.waiting--
	}()
	return a.wait(ctx, delay)
}

func (a *attempts) count(address string) (time.Duration, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	address = a.account(address, now)
	own, all := a.byAddress[address].at(now), a.inAll.at(now)
	if address != "" && own.count >= lockedAfter {
		return 0, tooMany{own.last.Add(forgivenAfter).Sub(now)}
	}
	delay := max(delayOf(own.count-freeAttempts), delayOf(all.count-freeAttemptsInAll))
	if delay > 0 {
		if a.waiting >= maxWaiting {
			return 0, tooMany{longestDelay}
		}
		a.waiting++
	}
	a.byAddress[address] = tally{own.count + 1, now}
	a.inAll = tally{all.count + 1, now}
	return delay, nil
}

// forgive takes back what begin counted: the passphrase was right.
func (a *attempts) forgive(address string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.byAddress, address)
	a.inAll.count = max(0, a.inAll.count-1)
}

// account is the address itself, or the one account of all strangers when there is no more room.
func (a *attempts) account(address string, now time.Time) string {
	if _, known := a.byAddress[address]; known || len(a.byAddress) < maxAddresses {
		return address
	}
	for other, t := range a.byAddress {
		if t.at(now).count == 0 {
			delete(a.byAddress, other)
		}
	}
	if len(a.byAddress) < maxAddresses {
		return address
	}
	return ""
}

// at is the tally as it stands now: quiet for long enough, it is clean again.
func (t tally) at(now time.Time) tally {
	if now.Sub(t.last) >= forgivenAfter {
		return tally{}
	}
	return t
}

// delayOf doubles with each attempt beyond the free ones.
func delayOf(beyond int) time.Duration {
	if beyond < 0 {
		return 0
	}
	return min(firstDelay<<min(beyond, 10), longestDelay)
}
