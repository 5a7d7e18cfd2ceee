package handlers

import "sync"

// recentSet remembers IDs. When it is full it forgets the older half.
type recentSet struct {
	mu           sync.Mutex
	recent, past map[string]bool
}

const maxRecent = 5000

// first reports whether the set did not hold the ID, and adds it.
func (s *recentSet) first(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.recent[id] || s.past[id] {
		return false
	}
	if s.recent == nil || len(s.recent) >= maxRecent {
		s.recent, s.past = make(map[string]bool), s.recent
	}
	s.recent[id] = true
	return true
}
