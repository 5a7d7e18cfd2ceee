package handlers

import (
	"context"
	"sync"
	"time"
)

const (
	// identityRest is how long an identity is kept after the last token that this process knows of.
	// A session lives as long, and may have got later tokens from another replica: a running call
	// must not lose its identity.
	identityRest = sessionLifetime
	// restAtStop is what is left of it for a process that ends and could not delete it later.
	restAtStop = time.Hour
	sweepEvery = 5 * time.Minute
	// giveUpAfter bounds how long a deletion that the service refuses is tried again.
	giveUpAfter = 24 * time.Hour
	// maxLeftBehind bounds the memory: about 20 MB.
	maxLeftBehind = 100_000
)

// leftBehind remembers the identities that this process gave tokens to, until they are deleted: most
// visitors close the browser and never say that they leave. It is a memory and no database. What a
// process that was killed knew is lost, and its identities stay at the service, without a token that
// is still good and without a name.
type leftBehind struct {
	now    func() time.Time
	remove func(ctx context.Context, userID string) error
	// ending ends with close, and with it a sweep that is under way.
	ending context.Context
	end    context.CancelFunc
	sweeps sync.WaitGroup

	mu      sync.Mutex
	expires map[string]time.Time // when the last token ends, by identity
	timer   *time.Timer          // set while there is anything to remember
	closed  bool
}

func newLeftBehind(now func() time.Time, remove func(context.Context, string) error) *leftBehind {
	l := &leftBehind{now: now, remove: remove, expires: make(map[string]time.Time)}
	l.ending, l.end = context.WithCancel(context.Background())
	return l
}

// expect remembers that the identity has a token that is good until then.
func (l *leftBehind) expect(userID string, expires time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, known := l.expires[userID]; l.closed || !known && len(l.expires) >= maxLeftBehind {
		return
	}
	l.expires[userID] = expires
	if l.timer == nil {
		l.timer = time.AfterFunc(sweepEvery, l.tick)
	}
}

// forget is for an identity that is deleted.
func (l *leftBehind) forget(userID string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.expires, userID)
}

func (l *leftBehind) tick() {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return
	}
	l.sweeps.Add(1)
	l.mu.Unlock()
	defer l.sweeps.Done()
	l.sweep(l.ending, identityRest)

	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
	case len(l.expires) == 0:
		l.timer = nil
	default:
		l.timer.Reset(sweepEvery)
	}
}

// sweep deletes, one after the other, what has rested so long. What cannot be deleted stays for the
// next sweep, until it is given up on.
func (l *leftBehind) sweep(ctx context.Context, rest time.Duration) {
	for _, userID := range l.rested(l.now(), rest) {
		if ctx.Err() != nil {
			return
		}
		if l.remove(ctx, userID) == nil {
			l.forget(userID)
		}
	}
}

// rested are the identities whose last token ended so long ago. Those given up on are forgotten.
func (l *leftBehind) rested(now time.Time, rest time.Duration) (ids []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for userID, expires := range l.expires {
		switch age := now.Sub(expires); {
		case age >= identityRest+giveUpAfter:
			delete(l.expires, userID)
		case age >= rest:
			ids = append(ids, userID)
		}
	}
	return ids
}

// close ends the sweeping with a last sweep, which takes at most farewellTime. An identity that may
// still be in a call is left alone.
func (l *leftBehind) close() {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return
	}
	l.closed = true
	if l.timer != nil {
		l.timer.Stop()
	}
	l.mu.Unlock()
	l.end()
	l.sweeps.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), farewellTime)
	defer cancel()
	l.sweep(ctx, restAtStop)
}
