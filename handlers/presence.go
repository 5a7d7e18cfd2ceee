package handlers

import (
	"sync"
	"time"
)

// A page reports every beat that its visitor waits or is in a call. That counts visitors over all copies
// of the site, whichever copy a report reaches, and forgets those whose browser was closed.
const (
	beat = 30 * time.Second
	// minBeat is the shortest time between two reports of one visitor that both count.
	minBeat = 20 * time.Second
	// maxPresent bounds the memory.
	maxPresent = 10_000
	// dollarsPerMinute is Microsoft's list price of November 2026 for a visitor, waiting included.
	dollarsPerMinute = 0.004
)

// presence is who waits and who is in a call, as this copy has heard in the last beat.
type presence struct {
	now func() time.Time

	mu      sync.Mutex
	seen    map[string]sighting // by caller
	minutes float64             // of all visitors
}

type sighting struct {
	event string
	at    time.Time
}

func newPresence(now func() time.Time) *presence {
	return &presence{now: now, seen: make(map[string]sighting)}
}

// isBeat reports whether an event only repeats what is so already: it is counted, and not logged.
func isBeat(event string) bool { return event == "waiting" || event == "in-call" }

// saw records an event of a visitor's call.
func (p *presence) saw(caller, event string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	last, known := p.seen[caller]
	switch {
	case event == "ended":
		delete(p.seen, caller)
		return
	case event == "lobby":
		event = "waiting"
	case event == "admitted":
		event = "in-call"
	case !isBeat(event) || known && now.Sub(last.at) < minBeat:
		return
	default:
		p.minutes += beat.Minutes()
	}
	if !known && len(p.seen) >= maxPresent {
		p.forget(now)
	}
	if known || len(p.seen) < maxPresent {
		p.seen[caller] = sighting{event, now}
	}
}

func (p *presence) forget(now time.Time) {
	for reference, s := range p.seen {
		if now.Sub(s.at) > beat {
			delete(p.seen, reference)
		}
	}
}

// count returns who waits and who is in a call, and the minutes of all visitors since the start.
func (p *presence) count() (waiting, inCall int, minutes float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forget(p.now())
	for _, s := range p.seen {
		if s.event == "waiting" {
			waiting++
		} else {
			inCall++
		}
	}
	return waiting, inCall, p.minutes
}

const (
	// failingFor is how long a failed join counts as recent.
	failingFor = 15 * time.Minute
	maxFailing = 1000
)

// failedJoin is what may be common to failed joins: none of it identifies a person.
type failedJoin struct {
	at                      time.Time
	visit, network, browser string
}

// failing is the failed joins of the last 15 minutes.
type failing struct {
	now func() time.Time

	mu    sync.Mutex
	joins []failedJoin
}

func (f *failing) add(join failedJoin) {
	f.mu.Lock()
	defer f.mu.Unlock()
	join.at = f.now()
	f.joins = append(f.joins, join)
	f.joins = f.joins[max(0, len(f.joins)-maxFailing):]
}

// distinct returns how many different visits, networks and browsers have failed recently.
func (f *failing) distinct() (visits, networks, browsers int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	of := [3]map[string]bool{{}, {}, {}}
	for _, join := range f.joins {
		if f.now().Sub(join.at) < failingFor {
			of[0][join.visit], of[1][join.network], of[2][join.browser] = true, true, true
		}
	}
	return len(of[0]), len(of[1]), len(of[2])
}
