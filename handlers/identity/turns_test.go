package identity

import (
	"errors"
	"testing"
	"time"
)

// The service allows 1,000 new identities in 30 seconds.
func TestTurnsStayWithinServiceLimit(t *testing.T) {
	began := time.Now()
	turns := NewTurns(func() time.Time { return began })
	var last time.Time
	within := 0
	for range 2000 {
		at, err := turns.Take(time.Time{})
		if err != nil || at.Before(last) {
			t.Fatalf("turn at %v after one at %v, error %v; want turns in order and no error", at, last, err)
		}
		if last = at; at.Sub(began) < 30*time.Second {
			within++
		}
	}
	if within > 1000 {
		t.Errorf("%d turns in 30 seconds, want at most 1000", within)
	}
	if wait := last.Sub(began); wait > 65*time.Second {
		t.Errorf("the last of 2,000 visitors waits %v, want at most 65s", wait)
	}
}

func TestTurnStaysValidThenExpires(t *testing.T) {
	now := time.Now()
	turns := NewTurns(func() time.Time { return now })
	var mine time.Time
	for range turnBurst + 100 {
		mine, _ = turns.Take(time.Time{})
	}
	for _, at := range []time.Time{now, mine, mine.Add(turnLasts - time.Second)} { // too early, in time, a little late
		now = at
		if got, err := turns.Take(mine); got != mine || err != nil {
			t.Errorf("Take %v after the turn: %v, %v, want %v again", at.Sub(mine), got, err, mine)
		}
	}
	now = mine.Add(turnLasts)
	if got, _ := turns.Take(mine); got.Equal(mine) {
		t.Errorf("Take %v after the turn: %v again, want a new turn", turnLasts, got)
	}
}

// After throttling, turns pause as long as the service asked, then come half as often.
// They become more frequent again while the service answers.
func TestThrottlingDelaysTurns(t *testing.T) {
	now := time.Now()
	turns := NewTurns(func() time.Time { return now })
	for range turnBurst {
		_, _ = turns.Take(time.Time{})
	}
	early, _ := turns.Take(time.Time{})
	turns.Throttled(20 * time.Second)
	turns.Throttled(25 * time.Second) // ignored: this request was sent before the pause
	paused := now.Add(20 * time.Second)
	first, _ := turns.Take(early)
	second, _ := turns.Take(time.Time{})
	if first != paused || second.Sub(first) != 2*turnFastest {
		t.Errorf("first turn %v after the pause, second %v later, want 0s and %v", first.Sub(paused), second.Sub(first), 2*turnFastest)
	}
	now = paused
	for range 60 {
		now = now.Add(time.Second)
		turns.Made()
	}
	if turns.every != turnFastest {
		t.Errorf("a turn every %v after a minute without throttling, want every %v", turns.every, turnFastest)
	}
	for range 100 {
		now = now.Add(time.Hour)
		turns.Throttled(0)
	}
	if turns.every != turnSlowest || !turns.paused.Equal(now.Add(turnPause)) {
		t.Errorf("a turn every %v, paused for %v, want every %v and %v", turns.every, turns.paused.Sub(now), turnSlowest, turnPause)
	}
}

func TestTakeRejectsWhenLineIsFull(t *testing.T) {
	now := time.Now()
	turns := NewTurns(func() time.Time { return now })
	for range 100_000 {
		if _, err := turns.Take(time.Time{}); err != nil {
			if !errors.Is(err, ErrLineFull) {
				t.Errorf("Take with a full line: %v, want ErrLineFull", err)
			}
			return
		}
	}
	t.Error("100,000 turns taken, want ErrLineFull before")
}
