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

// deletions records what a service was asked to delete.
type deletions struct {
	mu    sync.Mutex
	asked []string
	fails error
	took  time.Duration
}

func (d *deletions) remove(ctx context.Context, userID string) error {
	if d.took > 0 {
		select {
		case <-time.After(d.took):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked = append(d.asked, userID)
	return d.fails
}

func (d *deletions) list() []string {
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Sorted(slices.Values(d.asked))
}

func (d *deletions) fail(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fails, d.asked = err, nil
}

func TestReaperDeletesExpiredIdentities(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d deletions
		l := NewReaper(time.Now, d.remove)
		l.Track("gone", time.Now().Add(time.Hour))
		l.Track("left", time.Now().Add(time.Hour))
		l.Track("renewed", time.Now().Add(time.Hour))
		l.Untrack("left")
		time.Sleep(50 * time.Minute)
		l.Track("renewed", time.Now().Add(time.Hour))
		time.Sleep(10*time.Minute + graceAfterToken - time.Second)
		if got := d.list(); len(got) != 0 {
			t.Fatalf("deleted too early: %v", got)
		}
		time.Sleep(sweepEvery)
		if got := d.list(); !slices.Equal(got, []string{"gone"}) {
			t.Fatalf("deleted %v, want the one that is gone", got)
		}
		time.Sleep(50 * time.Minute)
		if got := d.list(); !slices.Equal(got, []string{"gone", "renewed"}) {
			t.Fatalf("deleted %v", got)
		}
		time.Sleep(24 * time.Hour)
		if got := d.list(); len(got) != 2 || l.timer != nil {
			t.Errorf("nothing is left and the sweeping goes on: %v", got)
		}
		l.Track("next", time.Now())
		time.Sleep(graceAfterToken + sweepEvery)
		if got := d.list(); len(got) != 3 {
			t.Errorf("the sweeping did not begin again: %v", got)
		}
	})
}

func TestReaperRetriesFailedDeletions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d deletions
		l := NewReaper(time.Now, d.remove)
		d.fail(errors.New("down"))
		l.Track("a", time.Now())
		l.Track("b", time.Now())
		time.Sleep(graceAfterToken + 3*sweepEvery + time.Minute)
		if got := d.list(); len(got) < 6 {
			t.Errorf("asked %v", got)
		}
		l.mu.Lock()
		l.expires["b"] = time.Now().Add(-graceAfterToken - giveUpAfter)
		l.mu.Unlock()
		d.fail(nil)
		time.Sleep(time.Hour)
		if got := d.list(); !slices.Equal(got, []string{"a"}) {
			t.Errorf("asked %v, want a once, and b given up on", got)
		}
		l.Close()
	})
}

func TestReaperCloseIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := deletions{took: 3 * time.Second}
		l := NewReaper(time.Now, d.remove)
		l.Track("in a call", time.Now().Add(time.Minute))
		l.Track("perhaps in a call", time.Now().Add(-graceAtStop+time.Second))
		for _, id := range []string{"a", "b", "c", "d", "e"} {
			l.Track(id, time.Now().Add(-graceAtStop))
		}
		began := time.Now()
		l.Close()
		l.Close()
		if took := time.Since(began); took > closeTime {
			t.Errorf("took %v", took)
		}
		if got := d.list(); len(got) != 3 || slices.Contains(got, "in a call") || slices.Contains(got, "perhaps in a call") {
			t.Errorf("deleted %v, want 3 of those that are long gone", got)
		}
		l.Track("too late", time.Now())
		time.Sleep(24 * time.Hour)
		if got := d.list(); len(got) != 3 {
			t.Errorf("swept after the end: %v", got)
		}
	})
}

// A sweep that is under way does not hold up the end.
func TestReaperCloseEndsASweep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := deletions{took: time.Hour}
		l := NewReaper(time.Now, d.remove)
		l.Track("slow", time.Now().Add(-graceAfterToken))
		time.Sleep(sweepEvery + time.Second)
		began := time.Now()
		l.Close()
		if took := time.Since(began); took > closeTime {
			t.Errorf("took %v", took)
		}
	})
}

func TestReaperMemoryIsBounded(t *testing.T) {
	l := NewReaper(time.Now, nil)
	for i := range maxTracked + 1 {
		l.Track(string(rune('a'+i%26))+time.Duration(i).String(), time.Now().Add(time.Hour))
	}
	if n := len(l.expires); n != maxTracked {
		t.Errorf("%d remembered", n)
	}
	l.Close()
}

// TestReaperKeepsHalfTheQuota deletes 1000 identities at no more than half of what the service allows.
func TestReaperKeepsHalfTheQuota(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d deletions
		l := NewReaper(time.Now, d.remove)
		for i := range 600 {
			l.Track(time.Duration(i).String(), time.Now().Add(-graceAfterToken))
		}
		for i := range 400 {
			l.Delete(t.Context(), "left "+time.Duration(i).String())
		}
		go l.Sweep(t.Context())
		for before := 0; before < 1000; {
			time.Sleep(30 * time.Second)
			asked := len(d.list())
			if asked-before > halfQuota || asked == before {
				t.Fatalf("%d deletions in 30 seconds, at most %d are half the quota", asked-before, halfQuota)
			}
			before = asked
		}
		if l.Len() != 0 {
			t.Errorf("%d are still tracked", l.Len())
		}
		l.Close()
	})
}

// TestReaperHonoursRetryAfter stops asking a service that throttles.
func TestReaperHonoursRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d deletions
		d.fail(&ServiceError{Reason: Busy, RetryAfter: 7 * time.Minute})
		l := NewReaper(time.Now, d.remove)
		for _, id := range []string{"a", "b", "c"} {
			l.Track(id, time.Now().Add(-graceAfterToken))
		}
		l.Sweep(t.Context())
		l.Delete(t.Context(), "left")
		time.Sleep(6*time.Minute + 59*time.Second) // one of the reaper's own sweeps is in this time
		if got := d.list(); len(got) != 1 {
			t.Errorf("asked for %v before the service's pause was over", got)
		}
		d.fail(nil)
		time.Sleep(sweepEvery)
		if got := d.list(); !slices.Equal(got, []string{"a", "b", "c", "left"}) || l.Len() != 0 {
			t.Errorf("deleted %v after the pause, %d left", got, l.Len())
		}
		l.Close()
	})
}
