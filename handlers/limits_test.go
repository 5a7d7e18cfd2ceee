package handlers

import (
	"net/http"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/visit"
)

// An operator's 0 means 0: no minute before the start, and none after the planned end.
func TestZeroLimitsMeanNoMinute(t *testing.T) {
	start := utc(t, "2026-11-24 14:30:00")
	for after, want := range map[time.Duration]int{
		-time.Second: http.StatusConflict, 0: http.StatusOK, 15*time.Minute - time.Second: http.StatusOK, 15 * time.Minute: http.StatusGone,
	} {
		now := start
		s := startSite(t, func(o *Options) { o.Now, o.Visits.Limits = func() time.Time { return now }, visit.Limits{} })
		v := newVisitor(t, s)
		v.get("/v/" + sealVisit(t, bookedAt(start)))
		now = start.Add(after)
		if a := v.join(); a.StatusCode != want {
			t.Errorf("%v after the start: %d, want %d", after, a.StatusCode, want)
		}
	}
}
