package identity

import (
	"errors"
	"sync"
	"time"
)

const (
	// The service makes 1,000 identities in 30 seconds, for all copies of a site together (ACS service
	// limits). One copy alone stays below that: 100 at once, and 29 a second.
	turnBurst   = 100
	turnFastest = 34 * time.Millisecond
	// turnSlowest is the pace at which a copy still goes on when the service throttles again and again.
	turnSlowest = time.Second / 2
	// turnPause is how long a throttling service is left alone when it names no time.
	turnPause = 5 * time.Second
	// turnLasts is how long a visitor may come too late for a turn.
	turnLasts = 30 * time.Second
	// longestLine is how long a visitor may be asked to wait for a turn.
	longestLine = 5 * time.Minute
)

// ErrLineFull reports that a turn would be too far away.
var ErrLineFull = errors.New("too many visitors are waiting for an identity")

// Turns shares the identities that the service can make among the visitors of a rush, first come first
// served. It learns from a throttling service how many other copies there are: each copy halves its pace
// then, and quickens it again by a tenth a second.
type Turns struct {
	now func() time.Time

	mu      sync.Mutex
	every   time.Duration // between two turns
	next    time.Time     // the first turn that nobody has
	paused  time.Time     // until when the service wants no request
	changed time.Time     // when every was
}

// NewTurns returns turns without a line; now is the clock.
func NewTurns(now func() time.Time) *Turns { return &Turns{now: now, every: turnFastest} }

// Take returns when the caller's turn is: had where that still counts, otherwise a new one at the end of
// the line. had is the turn from before, or zero. The error is ErrLineFull.
func (t *Turns) Take(had time.Time) (time.Time, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if !had.IsZero() && !had.Before(t.paused) && had.After(now.Add(-turnLasts)) {
		return had, nil
	}
	free := latest(t.next, now.Add(-turnBurst*t.every))
	at := latest(free, now)
	if at.Sub(now) > longestLine {
		return time.Time{}, ErrLineFull
	}
	t.next = free.Add(t.every)
	return at, nil
}

// Throttled records that the service asked for a pause, 0 where it named no time. Turns before its end
// do not count any more.
func (t *Turns) Throttled(pause time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if pause <= 0 {
		pause = turnPause
	}
	now := t.now()
	if now.Before(t.paused) {
		return // several requests were on their way
	}
	t.paused = now.Add(pause)
	t.next = t.paused
	t.every, t.changed = min(2*t.every, turnSlowest), t.paused
}

// Made records that the service made an identity.
func (t *Turns) Made() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if now := t.now(); now.Sub(t.changed) >= time.Second {
		t.every, t.changed = max(t.every*9/10, turnFastest), now
	}
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
