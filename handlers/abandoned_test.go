package handlers

import (
	"net/http"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/handlers/identity"
)

// The identity of a visitor who leaves is deleted at once, of one who closes the browser later, and of
// one in a call not at all.
func TestAbandonedIdentitiesAreDeleted(t *testing.T) {
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
	service := site.identities.Service.(measured).Service.(identities).service
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
	site.reaper.Sweep(t.Context())
	clock.pass(2*time.Hour + identity.SessionLifetime)
	if n := deleted(); n != 1 {
		t.Fatalf("%d deleted: the one whose token is good as well", n)
	}
	site.reaper.Sweep(t.Context())
	if n := deleted(); n != 2 {
		t.Errorf("%d deleted after a sweep, want both", n)
	}
	if n := site.reaper.Len(); n != 0 {
		t.Errorf("%d still tracked", n)
	}
}
