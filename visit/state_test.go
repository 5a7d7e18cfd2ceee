package visit

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// at returns the moment at which the clocks of a zone show a time.
func at(t *testing.T, zone, text string) time.Time {
	t.Helper()
	l, ok := location(zone)
	if !ok {
		t.Fatalf("unknown zone %q", zone)
	}
	out, err := time.ParseInLocation("2006-01-02 15:04:05", text, l)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestState(t *testing.T) {
	limits := Limits{OpenBefore: 15 * time.Minute, Grace: time.Hour}
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
		{"its planned end", "Europe/London", "2026-11-24 14:30:00", 15, "Europe/London", "2026-11-24 14:45:00", StateLate},
		{"the last second of grace", "Europe/London", "2026-11-24 14:30:00", 15, "Europe/London", "2026-11-24 15:44:59", StateLate},
		{"the end of grace", "Europe/London", "2026-11-24 14:30:00", 15, "Europe/London", "2026-11-24 15:45:00", StateEnded},
		{"a year later", "Europe/London", "2026-11-24 14:30:00", 15, "Europe/London", "2027-11-24 14:30:00", StateEnded},
		{"a year before", "Europe/London", "2026-11-24 14:30:00", 15, "Europe/London", "2025-11-24 14:30:00", StateEarly},
		{"today in the visitor's zone, yesterday in UTC", "Pacific/Auckland", "2026-11-24 09:00:00", 15, "UTC", "2026-11-23 12:00:00", StateEarlyToday},
		{"today in UTC, yesterday in the visitor's zone", "America/Los_Angeles", "2026-11-24 09:00:00", 15, "UTC", "2026-11-24 07:59:00", StateEarly},
		{"opens before midnight", "Europe/London", "2026-11-24 00:05:00", 15, "Europe/London", "2026-11-23 23:50:00", StateOpen},
		{"a second earlier, on the day before", "Europe/London", "2026-11-24 00:05:00", 15, "Europe/London", "2026-11-23 23:49:59", StateEarly},
		{"midnight of the day on which clocks are put back", "Europe/London", "2026-10-25 08:00:00", 15, "UTC", "2026-10-24 23:00:00", StateEarlyToday},
		{"a second before that midnight", "Europe/London", "2026-10-25 08:00:00", 15, "UTC", "2026-10-24 22:59:59", StateEarly},
		{"clocks put forward at midnight", "America/Santiago", "2026-09-06 09:00:00", 15, "UTC", "2026-09-06 04:00:00", StateEarlyToday},
		{"a second before clocks are put forward", "America/Santiago", "2026-09-06 09:00:00", 15, "UTC", "2026-09-06 03:59:59", StateEarly},
		{"over midnight", "Europe/London", "2026-11-24 23:30:00", 120, "Europe/London", "2026-11-25 01:00:00", StateOpen},
	} {
		v := Visit{Start: at(t, c.zone, c.start), Minutes: c.minutes, Zone: c.zone}
		if got := v.State(at(t, c.nowZone, c.now), limits); got != c.want {
			t.Errorf("%s: got %s, want %s", c.what, got, c.want)
		}
	}
}

func TestJoinable(t *testing.T) {
	for _, s := range states() {
		if got, want := s.Joinable(), s == StateOpen || s == StateLate; got != want {
			t.Errorf("%s: got %v, want %v", s, got, want)
		}
	}
}

// states returns every state in the order of a visit.
func states() []State {
	return []State{StateEarly, StateEarlyToday, StateOpen, StateLate, StateEnded}
}

// TestStateProperties tries random visits and limits. Each visit must go through its
// states in order and be open at its start. OpenBefore must decide when it opens and
// Grace when it ends.
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
			t.Fatalf("%s: got %s at the start, want %s", v.Zone, got, StateOpen)
		}
		if v.State(v.Ends(l), l) != StateEnded || v.State(v.Ends(l).Add(-time.Second), l) == StateEnded {
			t.Fatalf("%s: the visit does not end at Ends", v.Zone)
		}
		if v.State(v.Opens(l).Add(-time.Second), l).Joinable() || !v.State(v.Opens(l), l).Joinable() {
			t.Fatalf("%s: the visit does not open at Opens", v.Zone)
		}
		last := -1
		for now := v.Start.Add(-50 * time.Hour); now.Before(v.Ends(l).Add(time.Hour)); now = now.Add(41 * time.Minute) {
			state := v.State(now, l)
			if place := slices.Index(states(), state); place < last {
				t.Fatalf("%s: got %s after %s at %s", v.Zone, state, states()[last], now)
			} else {
				last = place
			}
			if state == StateEarlyToday != (now.Before(v.Opens(l)) && sameDay(now, v.Start, v.Location())) {
				t.Fatalf("%s: got %s at %s for a visit that starts at %s", v.Zone, state, now, v.Start)
			}
			if other := v.State(now.In(time.FixedZone("x", 5*3600)), l); other != state {
				t.Fatalf("got %s in another zone of the server, want %s", other, state)
			}
		}
	}
}
