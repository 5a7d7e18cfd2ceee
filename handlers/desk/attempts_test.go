package desk

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestAttemptsFromManyAddressesAreBounded(t *testing.T) {
	now := time.Now()
	a := newAttempts(func() time.Time { return now })
	var waited time.Duration
	a.wait = func(_ context.Context, d time.Duration) error { waited = d; return nil }
	address := func(n int) string { return strings.Repeat("x", n%7) + time.Duration(n).String() }
	for i := range maxAddresses + 500 {
		if err := a.begin(t.Context(), client{address: address(i)}); err != nil {
			t.Fatalf("attempt %d: %v", i, err)
		}
	}
	if waited != longestDelay || len(a.byKey) > maxAddresses+1 {
		t.Errorf("waits %v, remembers %d", waited, len(a.byKey))
	}
}

// Many attempts at once get no further than one after the other.
func TestConcurrentAttemptsGainNothing(t *testing.T) {
	const many = 60
	now := time.Now()
	for what, c := range map[string]struct {
		address func(int) string
		taken   int
	}{
		"one address":    {func(int) string { return "a" }, freeAttempts + 1},
		"many addresses": {func(n int) string { return time.Duration(n).String() }, many},
	} {
		a := newAttempts(func() time.Time { return now })
		held, ended := make(chan struct{}), make(chan error, many)
		var counted sync.WaitGroup
		for i := range many {
			counted.Add(1)
			go func() {
				_, err := a.count(client{address: c.address(i)})
				counted.Done()
				<-held
				ended <- err
			}()
		}
		counted.Wait()
		close(held)
		taken := 0
		for range many {
			if err := <-ended; err == nil {
				taken++
			} else if !errors.As(err, new(tooMany)) {
				t.Error(err)
			}
		}
		if taken != c.taken {
			t.Errorf("%s: %d of %d were looked at, want %d", what, taken, many, c.taken)
		}
	}
}

func TestAttemptsLockOneAddress(t *testing.T) {
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
		t.Errorf("waited %v", waits)
	}
	var locked tooMany
	if err := a.begin(t.Context(), client{address: "198.51.100.1"}); !errors.As(err, &locked) || locked.wait != forgivenAfter {
		t.Errorf("after %d: %v", lockedAfter, err)
	}
	now = now.Add(forgivenAfter)
	if err := a.begin(t.Context(), client{address: "198.51.100.1"}); err != nil {
		t.Errorf("later: %v", err)
	}
}
