package handlers

import "sync"

// recentSet is a set of IDs in bounded memory. When it is full, it drops the older half.
type recentSet struct {
	mu           sync.Mutex
	recent, past map[string]bool
}

const maxRecent = 5000

// first adds the ID and reports whether it was new.
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
