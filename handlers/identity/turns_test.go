package identity

import (
	"errors"
	"testing"
	"time"
)

// A copy alone never asks for more than the service's 1,000 identities in 30 seconds.
func TestTurnsStayWithinTheAllowance(t *testing.T) {
	began := time.Now()
	turns := NewTurns(func() time.Time { return began })
	var last time.Time
	within := 0
	for range 2000 {
		at, err := turns.Take(time.Time{})
		if err != nil || at.Before(last) {
			t.Fatalf("a turn at %v after one at %v: %v", at, last, err)
		}
		if last = at; at.Sub(began) < 30*time.Second {
			within++
		}
	}
	if within > 1000 {
		t.Errorf("%d turns in 30 seconds", within)
	}
	if wait := last.Sub(began); wait > 65*time.Second {
		t.Errorf("the last of 2,000 visitors waits %v", wait)
	}
}

func TestTurnIsKept(t *testing.T) {
	now := time.Now()
	turns := NewTurns(func() time.Time { return now })
	var mine time.Time
	for range turnBurst + 100 {
		mine, _ = turns.Take(time.Time{})
	}
	for _, at := range []time.Time{now, mine, mine.Add(turnLasts - time.Second)} { // too early, in time, a little late
		now = at
		if got, err := turns.Take(mine); got != mine || err != nil {
			t.Errorf("%v after the turn: %v, %v", at.Sub(mine), got, err)
		}
	}
	now = mine.Add(turnLasts)
	if got, _ := turns.Take(mine); got.Equal(mine) {
		t.Error("a turn counts for ever")
	}
}

// A throttling service gets a pause of its choice and half the requests, and more again when it answers.
func TestTurnsYieldToAThrottlingService(t *testing.T) {
	now := time.Now()
	turns := NewTurns(func() time.Time { return now })
	for range turnBurst {
		_, _ = turns.Take(time.Time{})
	}
	early, _ := turns.Take(time.Time{})
	turns.Throttled(20 * time.Second)
	turns.Throttled(25 * time.Second) // was on its way already
	paused := now.Add(20 * time.Second)
	first, _ := turns.Take(early)
	second, _ := turns.Take(time.Time{})
	if first != paused || second.Sub(first) != 2*turnFastest {
		t.Errorf("the first turn %v after the pause, the second %v later", first.Sub(paused), second.Sub(first))
	}
	now = paused
	for range 60 {
		now = now.Add(time.Second)
		turns.Made()
	}
	if turns.every != turnFastest {
		t.Errorf("a turn every %v after a minute without throttling", turns.every)
	}
	for range 100 {
		now = now.Add(time.Hour)
		turns.Throttled(0)
	}
	if turns.every != turnSlowest || !turns.paused.Equal(now.Add(turnPause)) {
		t.Errorf("a turn every %v, paused for %v", turns.every, turns.paused.Sub(now))
	}
}

func TestLineIsBounded(t *testing.T) {
	now := time.Now()
	turns := NewTurns(func() time.Time { return now })
	for range 100_000 {
		if _, err := turns.Take(time.Time{}); err != nil {
			if !errors.Is(err, ErrLineFull) {
				t.Error(err)
			}
			return
		}
	}
	t.Error("the line has no end")
}
