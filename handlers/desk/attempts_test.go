package desk

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestAttemptsRememberLimitedAddresses(t *testing.T) {
	now := time.Now()
	a := newAttempts(func() time.Time { return now })
	var waited time.Duration
	a.wait = func(_ context.Context, d time.Duration) error { waited = d; return nil }
	address := func(n int) string { return strings.Repeat("x", n%7) + time.Duration(n).String() }
	for i := range maxAddresses + 500 {
		if err := a.begin(t.Context(), client{address: address(i)}); err != nil {
			t.Fatalf("attempt %d: %v, want no error", i, err)
		}
	}
	if waited != longestDelay || len(a.byKey) > maxAddresses+1 {
		t.Errorf("delay %v, %d addresses remembered, want %v and at most %d", waited, len(a.byKey), longestDelay, maxAddresses+1)
	}
}

// Sending many guesses at once must not have more of them checked than sending them one by one.
func TestConcurrentAttemptsAreLimited(t *testing.T) {
	const many = 60
	now := time.Now()
	for what, c := range map[string]struct {
		address func(int) string
		want    int
	}{
		"one address":    {func(int) string { return "a" }, freeAttempts + 1},
		"many addresses": {func(n int) string { return time.Duration(n).String() }, many},
	} {
		a := newAttempts(func() time.Time { return now })
		errs := make(chan error, many)
		for i := range many {
			go func() {
				_, err := a.count(client{address: c.address(i)})
				errs <- err
			}()
		}
		accepted := 0
		for range many {
			if err := <-errs; err == nil {
				accepted++
			} else if !errors.As(err, new(tooMany)) {
				t.Error(err)
			}
		}
		if accepted != c.want {
			t.Errorf("%s: %d of %d attempts accepted, want %d", what, accepted, many, c.want)
		}
	}
}

func TestAttemptsDelayThenLockAddress(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	a := newAttempts(func() time.Time { return now })
	var waits []time.Duration
	a.wait = func(_ context.Context, d time.Duration) error { waits = append(waits, d); return nil }
	for range lockedAfter {
		if err := a.begin(t.Context(), client{address: "198.51.100.1"}); err != nil {
			t.Fatal(err)
		}
	}
	if len(waits) != lockedAfter-freeAttempts || waits[0] != firstDelay || waits[1] != 2*firstDelay || waits[len(waits)-1] != longestDelay {
		t.Errorf("delays %v, want %d from %v, doubling up to %v", waits, lockedAfter-freeAttempts, firstDelay, longestDelay)
	}
	var locked tooMany
	if err := a.begin(t.Context(), client{address: "198.51.100.1"}); !errors.As(err, &locked) || locked.wait != forgivenAfter {
		t.Errorf("attempt %d: %v, want it locked for %v", lockedAfter+1, err, forgivenAfter)
	}
	now = now.Add(forgivenAfter)
	if err := a.begin(t.Context(), client{address: "198.51.100.1"}); err != nil {
		t.Errorf("after %v: %v, want no error", forgivenAfter, err)
	}
}
