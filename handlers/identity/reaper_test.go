package identity

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// deletions records the identities that a service was asked to delete.
type deletions struct {
	mu    sync.Mutex
	users []string
	err   error
	delay time.Duration
}

func (d *deletions) remove(ctx context.Context, userID string) error {
	if d.delay > 0 {
		select {
		case <-time.After(d.delay):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.users = append(d.users, userID)
	return d.err
}

func (d *deletions) list() []string {
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Sorted(slices.Values(d.users))
}

// fail forgets the recorded deletions. Later ones return err.
func (d *deletions) fail(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.err, d.users = err, nil
}

func TestReaperDeletesExpiredIdentities(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d deletions
		reaper := NewReaper(time.Now, d.remove)
		reaper.Track("expired", time.Now().Add(time.Hour))
		reaper.Track("untracked", time.Now().Add(time.Hour))
		reaper.Track("renewed", time.Now().Add(time.Hour))
		reaper.Untrack("untracked")
		time.Sleep(50 * time.Minute)
		reaper.Track("renewed", time.Now().Add(time.Hour))
		time.Sleep(10*time.Minute + graceAfterToken - time.Second)
		if got := d.list(); len(got) != 0 {
			t.Fatalf("deleted %v before the grace period ended, want nothing", got)
		}
		time.Sleep(sweepEvery)
		if got := d.list(); !slices.Equal(got, []string{"expired"}) {
			t.Fatalf("deleted %v, want [expired]", got)
		}
		time.Sleep(50 * time.Minute)
		if got := d.list(); !slices.Equal(got, []string{"expired", "renewed"}) {
			t.Fatalf("deleted %v, want [expired renewed]", got)
		}
		time.Sleep(24 * time.Hour)
		if got := d.list(); len(got) != 2 || reaper.timer != nil {
			t.Errorf("deleted %v, timer %v; want 2 deletions and no timer", got, reaper.timer)
		}
		reaper.Track("next", time.Now())
		time.Sleep(graceAfterToken + sweepEvery)
		if got := d.list(); len(got) != 3 {
			t.Errorf("deleted %v after tracking another, want 3 deletions", got)
		}
	})
}

func TestReaperRetriesFailedDeletions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d deletions
		reaper := NewReaper(time.Now, d.remove)
		d.fail(errors.New("down"))
		reaper.Track("a", time.Now())
		reaper.Track("b", time.Now())
		time.Sleep(graceAfterToken + 3*sweepEvery + time.Minute)
		if got := d.list(); len(got) < 6 {
			t.Errorf("%d attempts to delete, want at least 6: %v", len(got), got)
		}
		reaper.mu.Lock()
		reaper.expires["b"] = time.Now().Add(-graceAfterToken - giveUpAfter)
		reaper.mu.Unlock()
		d.fail(nil)
		time.Sleep(time.Hour)
		if got := d.list(); !slices.Equal(got, []string{"a"}) {
			t.Errorf("deleted %v, want only a: the reaper must give up on b", got)
		}
		reaper.Close()
	})
}

func TestReaperCloseReturnsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := deletions{delay: 3 * time.Second}
		reaper := NewReaper(time.Now, d.remove)
		reaper.Track("in a call", time.Now().Add(time.Minute))
		reaper.Track("perhaps in a call", time.Now().Add(-graceAtStop+time.Second))
		for _, id := range []string{"a", "b", "c", "d", "e"} {
			reaper.Track(id, time.Now().Add(-graceAtStop))
		}
		began := time.Now()
		reaper.Close()
		reaper.Close()
		if took := time.Since(began); took > closeTime {
			t.Errorf("Close took %v, want at most %v", took, closeTime)
		}
		if got := d.list(); len(got) != 3 || slices.Contains(got, "in a call") || slices.Contains(got, "perhaps in a call") {
			t.Errorf("deleted %v, want 3 of a to e", got)
		}
		reaper.Track("too late", time.Now())
		time.Sleep(24 * time.Hour)
		if got := d.list(); len(got) != 3 {
			t.Errorf("deleted %v a day after Close, want no more than the first 3", got)
		}
	})
}

func TestReaperCloseInterruptsSweep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := deletions{delay: time.Hour}
		reaper := NewReaper(time.Now, d.remove)
		reaper.Track("slow", time.Now().Add(-graceAfterToken))
		time.Sleep(sweepEvery + time.Second)
		began := time.Now()
		reaper.Close()
		if took := time.Since(began); took > closeTime {
			t.Errorf("Close took %v, want at most %v", took, closeTime)
		}
	})
}

func TestReaperLimitsTrackedIdentities(t *testing.T) {
	reaper := NewReaper(time.Now, nil)
	for i := range maxTracked + 1 {
		reaper.Track(string(rune('a'+i%26))+time.Duration(i).String(), time.Now().Add(time.Hour))
	}
	if n := len(reaper.expires); n != maxTracked {
		t.Errorf("%d identities tracked, want %d", n, maxTracked)
	}
	reaper.Close()
}

func TestReaperUsesHalfTheQuota(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d deletions
		reaper := NewReaper(time.Now, d.remove)
		for i := range 600 {
			reaper.Track(time.Duration(i).String(), time.Now().Add(-graceAfterToken))
		}
		for i := range 400 {
			reaper.Delete(t.Context(), "left "+time.Duration(i).String())
		}
		go reaper.Sweep(t.Context())
		for before := 0; before < 1000; {
			time.Sleep(30 * time.Second)
			after := len(d.list())
			if after-before > halfQuota || after == before {
				t.Fatalf("%d deletions in 30 seconds, want 1 to %d", after-before, halfQuota)
			}
			before = after
		}
		if reaper.Len() != 0 {
			t.Errorf("%d identities still tracked, want 0", reaper.Len())
		}
		reaper.Close()
	})
}

func TestReaperHonoursRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d deletions
		d.fail(&ServiceError{Reason: Busy, RetryAfter: 7 * time.Minute})
		reaper := NewReaper(time.Now, d.remove)
		for _, id := range []string{"a", "b", "c"} {
			reaper.Track(id, time.Now().Add(-graceAfterToken))
		}
		reaper.Sweep(t.Context())
		reaper.Delete(t.Context(), "left")
		time.Sleep(6*time.Minute + 59*time.Second) // the reaper starts a sweep in this time
		if got := d.list(); len(got) != 1 {
			t.Errorf("deletions %v before RetryAfter passed, want only the first", got)
		}
		d.fail(nil)
		time.Sleep(sweepEvery)
		if got := d.list(); !slices.Equal(got, []string{"a", "b", "c", "left"}) || reaper.Len() != 0 {
			t.Errorf("deleted %v after the pause, %d still tracked; want [a b c left] and 0", got, reaper.Len())
		}
		reaper.Close()
	})
}
