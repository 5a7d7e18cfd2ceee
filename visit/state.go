package visit

import "time"

// State is the state of a visit at a moment. It decides which page a visitor sees.
type State string

// The closed list of states, in the order in which a visit goes through them.
const (
	// StateEarly is before the day of the visit, in the visitor's zone.
	StateEarly State = "early"
	// StateEarlyToday is the day itself, before the visit opens.
	StateEarlyToday State = "early-today"
	// StateOpen is from shortly before the start to the planned end.
	StateOpen State = "open"
	// StateLate is after the planned end, while the meeting may still go on.
	StateLate State = "late"
	// StateEnded is final: nobody can join any more.
	StateEnded State = "ended"
)

// Limits are what an operator decides about time. The zero value opens a visit from its start to its planned end.
type Limits struct {
	// OpenBefore is how long before its start a visit opens.
	OpenBefore time.Duration
	// Grace is how long after its planned end a visit can still be joined.
	Grace time.Duration
}

// Opens returns the time from which the visit can be joined.
func (v Visit) Opens(l Limits) time.Time { return v.Start.Add(-l.OpenBefore) }

// Ends returns the time from which the visit can no longer be joined.
func (v Visit) Ends(l Limits) time.Time { return v.End().Add(l.Grace) }

// State returns the state of the visit at now. Each moment belongs to the state that
// it begins.
// A visit that opens before midnight and starts after it is open before midnight.
func (v Visit) State(now time.Time, l Limits) State {
	switch {
	case !now.Before(v.Ends(l)):
		return StateEnded
	case !now.Before(v.End()):
		return StateLate
	case !now.Before(v.Opens(l)):
		return StateOpen
	case sameDay(now, v.Start, v.Location()):
		return StateEarlyToday
	default:
		return StateEarly
	}
}

// Joinable reports whether a visitor can join in this state.
func (s State) Joinable() bool { return s == StateOpen || s == StateLate }

func sameDay(a, b time.Time, l *time.Location) bool {
	ay, am, ad := a.In(l).Date()
	by, bm, bd := b.In(l).Date()
	return ay == by && am == bm && ad == bd
}
