package handlers

import (
	"context"
	"errors"
	"net/http"
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

func TestIdentitiesLeftBehindAreDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d deletions
		l := newLeftBehind(time.Now, d.remove)
		l.expect("gone", time.Now().Add(time.Hour))
		l.expect("left", time.Now().Add(time.Hour))
		l.expect("renewed", time.Now().Add(time.Hour))
		l.forget("left")
		time.Sleep(50 * time.Minute)
		l.expect("renewed", time.Now().Add(time.Hour))
		time.Sleep(10*time.Minute + identityRest - time.Second)
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
		l.expect("next", time.Now())
		time.Sleep(identityRest + sweepEvery)
		if got := d.list(); len(got) != 3 {
			t.Errorf("the sweeping did not begin again: %v", got)
		}
	})
}

func TestDeletionsThatFailAreTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d deletions
		l := newLeftBehind(time.Now, d.remove)
		d.fail(errors.New("down"))
		l.expect("a", time.Now())
		l.expect("b", time.Now())
		time.Sleep(identityRest + 3*sweepEvery + time.Minute)
		if got := d.list(); len(got) < 6 {
			t.Errorf("asked %v", got)
		}
		l.mu.Lock()
		l.expires["b"] = time.Now().Add(-identityRest - giveUpAfter)
		l.mu.Unlock()
		d.fail(nil)
		time.Sleep(time.Hour)
		if got := d.list(); !slices.Equal(got, []string{"a"}) {
			t.Errorf("asked %v, want a once, and b given up on", got)
		}
		l.close()
	})
}

func TestLastSweepIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := deletions{took: 3 * time.Second}
		l := newLeftBehind(time.Now, d.remove)
		l.expect("in a call", time.Now().Add(time.Minute))
		l.expect("perhaps in a call", time.Now().Add(-restAtStop+time.Second))
		for _, id := range []string{"a", "b", "c", "d", "e"} {
			l.expect(id, time.Now().Add(-restAtStop))
		}
		began := time.Now()
		l.close()
		l.close()
		if took := time.Since(began); took > farewellTime {
			t.Errorf("took %v", took)
		}
		if got := d.list(); len(got) != 3 || slices.Contains(got, "in a call") || slices.Contains(got, "perhaps in a call") {
			t.Errorf("deleted %v, want 3 of those that are long gone", got)
		}
		l.expect("too late", time.Now())
		time.Sleep(24 * time.Hour)
		if got := d.list(); len(got) != 3 {
			t.Errorf("swept after the end: %v", got)
		}
	})
}

// A sweep that is under way does not hold up the end.
func TestCloseEndsASweep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := deletions{took: time.Hour}
		l := newLeftBehind(time.Now, d.remove)
		l.expect("slow", time.Now().Add(-identityRest))
		time.Sleep(sweepEvery + time.Second)
		began := time.Now()
		l.close()
		if took := time.Since(began); took > farewellTime {
			t.Errorf("took %v", took)
		}
	})
}

func TestMemoryOfIdentitiesIsBounded(t *testing.T) {
	l := newLeftBehind(time.Now, nil)
	for i := range maxLeftBehind + 1 {
		l.expect(string(rune('a'+i%26))+time.Duration(i).String(), time.Now().Add(time.Hour))
	}
	if n := len(l.expires); n != maxLeftBehind {
		t.Errorf("%d remembered", n)
	}
	l.close()
}

// The whole way: who leaves is deleted at once, who closes the browser later, who is in a call not.
func TestIdentitiesOfASite(t *testing.T) {
	clock := newClock()
	now := time.Now()
	clock.now.Store(&now)
	site := startSite(t, func(o *Options) { o.Now = clock.Now })
	join := func() *visitor {
		v := newVisitor(t, site)
		v.knock(shortLink)
		if a := v.do(http.MethodPost, "/visit/join", `{"name":"Sam"}`, "Content-Type", "application/json"); a.StatusCode != http.StatusOK {
			t.Fatalf("join: %d %s", a.StatusCode, a.body)
		}
		return v
	}
	service := site.Identities.(measured).Identities.(identities).service
	deleted := func() (n int) {
		for _, i := range service.Ledger().Identities {
			if !i.DeletedAt.IsZero() {
				n++
			}
		}
		return n
	}
	join().do(http.MethodPost, "/visit/leave", "")
	join()
	if n := deleted(); n != 1 {
		t.Fatalf("%d deleted after one has left", n)
	}
	site.left.sweep(t.Context(), identityRest)
	clock.pass(2*time.Hour + identityRest)
	if n := deleted(); n != 1 {
		t.Fatalf("%d deleted: the one whose token is good as well", n)
	}
	site.left.sweep(t.Context(), identityRest)
	if n := deleted(); n != 2 {
		t.Errorf("%d deleted after a sweep, want both", n)
	}
	if n := len(site.left.expires); n != 0 {
		t.Errorf("%d remembered", n)
	}
}
