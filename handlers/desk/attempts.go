package desk

import (
	"context"
	"strings"
	"sync"
	"time"
)

// What wrong passphrases cost. A stranger who keeps guessing from one address is locked out for a while;
// guesses from many addresses make every stranger wait. A device that has signed in before has an account
// of its own, so that no stranger's guesses can lock or delay it.
const (
	freeAttempts      = 3  // of one address, answered at once
	lockedAfter       = 10 // of one address or device
	freeAttemptsInAll = 20
	firstDelay        = 250 * time.Millisecond
	longestDelay      = 4 * time.Second
	forgivenAfter     = 15 * time.Minute
	// maxWaiting bounds the strangers who wait at once, one for each address.
	maxWaiting   = 1024
	maxAddresses = 10_000
)

// attempts counts the wrong passphrases, by address or device and in all, in bounded memory.
type attempts struct {
	now  func() time.Time
	wait func(context.Context, time.Duration) error

	mu      sync.Mutex
	byKey   map[string]tally
	inAll   tally
	waiting map[string]bool // addresses
}

type tally struct {
	count int
	last  time.Time
}

func newAttempts(now func() time.Time) *attempts {
	return &attempts{now: now, wait: sleep, byKey: make(map[string]tally), waiting: make(map[string]bool)}
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

// tooMany is the error for an attempt that was not checked.
type tooMany struct{ wait time.Duration } // until the next one can be

func (tooMany) Error() string { return "sign in at the desk: too many attempts" }

// client is who tries to sign in.
type client struct {
	address string
	device  string // "" for a browser that has not signed in before
}

// key separates devices from addresses.
func (c client) key() string {
	if c.device != "" {
		return "device " + c.device
	}
	return c.address
}

// begin counts an attempt as wrong before it is checked, so that many at once gain nothing, and delays it
// as earlier attempts have earned. Call forgive after a right one.
func (a *attempts) begin(ctx context.Context, c client) error {
	delay, err := a.count(c)
	if err != nil || delay == 0 {
		return err
	}
	defer func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.waiting, c.address)
	}()
	return a.wait(ctx, delay)
}

func (a *attempts) count(c client) (time.Duration, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	key := a.account(c.key(), now)
	own, all := a.byKey[key].at(now), a.inAll.at(now)
	if key != "" && own.count >= lockedAfter {
		return 0, tooMany{own.last.Add(forgivenAfter).Sub(now)}
	}
	if c.device != "" {
		a.byKey[key] = tally{own.count + 1, now}
		return 0, nil
	}
	delay := max(delayOf(own.count-freeAttempts), delayOf(all.count-freeAttemptsInAll))
	if delay > 0 {
		if a.waiting[c.address] || len(a.waiting) >= maxWaiting {
			return 0, tooMany{longestDelay}
		}
		a.waiting[c.address] = true
	}
	a.byKey[key] = tally{own.count + 1, now}
	a.inAll = tally{all.count + 1, now}
	return delay, nil
}

// delayed returns how many attempts wait.
func (a *attempts) delayed() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.waiting)
}

// forgive undoes what begin counted: the passphrase was right.
func (a *attempts) forgive(c client) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.byKey, c.key())
	if c.device == "" {
		a.inAll.count = max(0, a.inAll.count-1)
	}
}

// account returns the key, or the one account that all strangers share when there is no room.
func (a *attempts) account(key string, now time.Time) string {
	if _, known := a.byKey[key]; known || len(a.byKey) < maxAddresses {
		return key
	}
	for other, t := range a.byKey {
		if t.at(now).count == 0 {
			delete(a.byKey, other)
		}
	}
	if len(a.byKey) < maxAddresses || strings.HasPrefix(key, "device ") {
		return key
	}
	return ""
}

// at returns the tally at now: it starts again after a quiet time.
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
