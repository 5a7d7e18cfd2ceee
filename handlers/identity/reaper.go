package identity

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// SessionLifetime is how long a visitor who reloads or returns has the same session.
	SessionLifetime = 12 * time.Hour
	// graceAfterToken is how long an identity is kept after the last token that this process issued. A
	// session lives as long and may have later tokens from another replica: a running call must
	// not lose its identity.
	graceAfterToken = SessionLifetime
	// graceAtStop is the grace when the process ends, because it could not delete later.
	graceAtStop = time.Hour
	sweepEvery  = 5 * time.Minute
	// giveUpAfter is how long a failing deletion is retried.
	giveUpAfter = 24 * time.Hour
	// closeTime limits the last sweep.
	closeTime = 10 * time.Second
	// maxTracked limits the memory to about 20 MB.
	maxTracked = 100_000
	// halfQuota is half of the deletions that the service allows in 30 seconds, for all copies of the site
	// together (ACS service limits). burst of them may come at once.
	halfQuota = 250
	burst     = 50
	// throttlePause is the pause after a refusal that names no time.
	throttlePause = 30 * time.Second
)

// Reaper tracks the identities that this process issued tokens to, until they are deleted: most visitors
// close the browser without leaving. It lives in memory only. When the process is killed, its
// identities stay at the service, without a name, and their tokens end within the hour.
type Reaper struct {
	now    func() time.Time
	remove func(ctx context.Context, userID string) error
	// ending is done when Close is called, which ends a running sweep.
	ending context.Context
	end    context.CancelFunc
	sweeps sync.WaitGroup
	pace   *rate.Limiter

	mu      sync.Mutex
	paused  time.Time            // no deletion before this moment
	expires map[string]time.Time // when the last token ends, by identity
	timer   *time.Timer          // set while identities are tracked
	closed  bool
}

// NewReaper returns a Reaper that deletes identities by remove; now is the clock.
func NewReaper(now func() time.Time, remove func(ctx context.Context, userID string) error) *Reaper {
	r := &Reaper{now: now, remove: remove, expires: make(map[string]time.Time), pace: rate.NewLimiter(rate.Limit((halfQuota-burst)/30.0), burst)}
	r.ending, r.end = context.WithCancel(context.Background())
	return r
}

// Track records that the identity has a token that expires then.
func (r *Reaper) Track(userID string, expires time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.expires[userID]; r.closed || !known && len(r.expires) >= maxTracked {
		return
	}
	r.expires[userID] = expires
	if r.timer == nil {
		r.timer = time.AfterFunc(sweepEvery, r.tick)
	}
}

// Untrack drops an identity that has been deleted.
func (r *Reaper) Untrack(userID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.expires, userID)
}

// Delete deletes an identity whose visitor has left. Above the pace, or while the service asks for a pause,
// it leaves that to the next sweep, as it does with a deletion that fails.
func (r *Reaper) Delete(ctx context.Context, userID string) {
	if !r.isPaused() && r.pace.Allow() && r.try(ctx, userID) == nil {
		return
	}
	r.Track(userID, r.now().Add(-graceAfterToken))
}

// try deletes an identity, and learns from a refusal when to try again.
func (r *Reaper) try(ctx context.Context, userID string) error {
	err := r.remove(ctx, userID)
	var failed *ServiceError
	switch {
	case err == nil:
		r.Untrack(userID)
	case errors.As(err, &failed) && failed.Reason == Busy:
		r.mu.Lock()
		defer r.mu.Unlock()
		r.paused = r.now().Add(cmp.Or(failed.RetryAfter, throttlePause))
	}
	return err
}

func (r *Reaper) isPaused() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now().Before(r.paused)
}

func (r *Reaper) tick() {
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return
	}
	r.sweeps.Add(1)
	r.mu.Unlock()
	defer r.sweeps.Done()
	r.Sweep(r.ending)

	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.closed:
	case len(r.expires) == 0:
		r.timer = nil
	default:
		r.timer.Reset(sweepEvery)
	}
}

// Sweep deletes the identities whose last token expired 12 hours ago. It also runs every five
// minutes.
func (r *Reaper) Sweep(ctx context.Context) { r.sweep(ctx, graceAfterToken) }

// Len returns how many identities are tracked.
func (r *Reaper) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.expires)
}

// sweep deletes the expired identities one after the other, at half the service's quota, until the service
// asks for a pause. One that cannot be deleted stays for the next sweep, until it is given up.
func (r *Reaper) sweep(ctx context.Context, grace time.Duration) {
	for _, userID := range r.expired(r.now(), grace) {
		if r.isPaused() || r.pace.Wait(ctx) != nil {
			return
		}
		_ = r.try(ctx, userID)
	}
}

// expired returns the identities whose last token expired at least grace ago, and drops those that are
// given up.
func (r *Reaper) expired(now time.Time, grace time.Duration) (ids []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for userID, expires := range r.expires {
		switch age := now.Sub(expires); {
		case age >= graceAfterToken+giveUpAfter:
			delete(r.expires, userID)
		case age >= grace:
			ids = append(ids, userID)
		}
	}
	return ids
}

// Close ends the sweeps after a last one of at most 10 seconds. It does not delete an identity that may
// still be in a call.
func (r *Reaper) Close() {
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return
	}
	r.closed = true
	if r.timer != nil {
		r.timer.Stop()
	}
	r.mu.Unlock()
	r.end()
	r.sweeps.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	r.sweep(ctx, graceAtStop)
}
