package visit

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func at(t *testing.T, zone, text string) time.Time {
	t.Helper()
	l, ok := location(zone)
	if !ok {
		t.Fatal(zone)
	}
	out, err := time.ParseInLocation("2006-01-02 15:04:05", text, l)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestState(t *testing.T) {
	limits := DefaultLimits()
	for _, c := range []struct {
		what, zone, start string
		minutes           int
		nowZone, now      string
		want              State
	}{
		{"the day before", "Europe/London", "2026-11-24 14:30:00", 15, "Europe/London", "2026-11-23 23:59:59", StateEarly},
		{"midnight of the day", "Europe/London", "2026-11-24 14:30:00", 15, "Europe/London", "2026-11-24 00:00:00", StateEarlyToday},
		{"a second before it opens", "Europe/London", "2026-11-24 14:30:00", 15, "Europe/London", "2026-11-24 14:14:59", StateEarlyToday},
		{"it opens", "Europe/London", "2026-11-24 14:30:00", 15, "Europe/London", "2026-11-24 14:15:00", StateOpen},
		{"it starts", "Europe/London", "2026-11-24 14:30:00", 15, "Europe/London", "2026-11-24 14:30:00", StateOpen},
		{"its last second", "Europe/London", "2026-11-24 14:30:00", 15, "Europe/London", "2026-11-24 14:44:59", StateOpen},
		{"it should be over", "Europe/London", "2026-11-24 14:30:00", 15, "Europe/London", "2026-11-24 14:45:00", StateLate},
		{"the last second of grace", "Europe/London", "2026-11-24 14:30:00", 15, "Europe/London", "2026-11-24 15:44:59", StateLate},
		{"ended", "Europe/London", "2026-11-24 14:30:00", 15, "Europe/London", "2026-11-24 15:45:00", StateEnded},
		{"next year", "Europe/London", "2026-11-24 14:30:00", 15, "Europe/London", "2027-11-24 14:30:00", StateEnded},
		{"same date a year before", "Europe/London", "2026-11-24 14:30:00", 15, "Europe/London", "2025-11-24 14:30:00", StateEarly},
		{"today in the visitor's zone, yesterday in UTC", "Pacific/Auckland", "2026-11-24 09:00:00", 15, "UTC", "2026-11-23 12:00:00", StateEarlyToday},
		{"today in UTC, yesterday in the visitor's zone", "America/Los_Angeles", "2026-11-24 09:00:00", 15, "UTC", "2026-11-24 07:59:00", StateEarly},
		{"opens before midnight", "Europe/London", "2026-11-24 00:05:00", 15, "Europe/London", "2026-11-23 23:50:00", StateOpen},
		{"not yet, and another day", "Europe/London", "2026-11-24 00:05:00", 15, "Europe/London", "2026-11-23 23:49:59", StateEarly},
		{"clocks put back in the night before", "Europe/London", "2026-10-25 08:00:00", 15, "UTC", "2026-10-24 23:00:00", StateEarlyToday},
		{"an hour before that day", "Europe/London", "2026-10-25 08:00:00", 15, "UTC", "2026-10-24 22:59:59", StateEarly},
		{"clocks put forward at midnight", "America/Santiago", "2026-09-06 09:00:00", 15, "UTC", "2026-09-06 04:00:00", StateEarlyToday},
		{"just before that", "America/Santiago", "2026-09-06 09:00:00", 15, "UTC", "2026-09-06 03:59:59", StateEarly},
		{"over midnight", "Europe/London", "2026-11-24 23:30:00", 120, "Europe/London", "2026-11-25 01:00:00", StateOpen},
	} {
		v := Visit{Start: at(t, c.zone, c.start), Minutes: c.minutes, Zone: c.zone}
		if got := v.State(at(t, c.nowZone, c.now), limits); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

func TestJoinable(t *testing.T) {
	for _, s := range order() {
		if s.Joinable() != (s == StateOpen || s == StateLate) {
			t.Errorf("%s: %v", s, s.Joinable())
		}
	}
}

func order() []State {
	return []State{StateEarly, StateEarlyToday, StateOpen, StateLate, StateEnded}
}

// A visit goes through its states in order, is open at its start, and each limit
// moves one border only, whatever the zone, the time and the limits are.
func TestStateProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	list := zones()
	for range 30 {
		v := Visit{
			Zone: list[rng.IntN(len(list))], Minutes: 1 + rng.IntN(maxMinutes),
			Start: epoch.Add(time.Duration(rng.IntN(60*365*24*60)) * time.Minute),
		}
		l := Limits{OpenBefore: time.Duration(rng.IntN(180)) * time.Minute, Grace: time.Duration(rng.IntN(600)) * time.Minute}
		if got := v.State(v.Start, l); got != StateOpen {
			t.Fatalf("%s at its start: %s", v.Zone, got)
		}
		if v.State(v.Ends(l), l) != StateEnded || v.State(v.Ends(l).Add(-time.Second), l) == StateEnded {
			t.Fatalf("%s: it does not end when it ends", v.Zone)
		}
		if v.State(v.Opens(l).Add(-time.Second), l).Joinable() || !v.State(v.Opens(l), l).Joinable() {
			t.Fatalf("%s: it does not open when it opens", v.Zone)
		}
		last := -1
		for now := v.Start.Add(-50 * time.Hour); now.Before(v.Ends(l).Add(time.Hour)); now = now.Add(41 * time.Minute) {
			state := v.State(now, l)
			if place := slices.Index(order(), state); place < last {
				t.Fatalf("%s went back to %s at %s", v.Zone, state, now)
			} else {
				last = place
			}
			if state == StateEarlyToday != (now.Before(v.Opens(l)) && sameDay(now, v.Start, v.Location())) {
				t.Fatalf("%s: %s at %s", v.Zone, state, now)
			}
			if other := v.State(now.In(time.FixedZone("x", 5*3600)), l); other != state {
				t.Fatalf("the server's own zone matters: %s, %s", state, other)
			}
		}
	}
}
