package desk

import (
	"sync"
	"time"
)

// revocations remembers the sign-ins that were signed out, until they would have expired. It lives in
// memory: a restart and other replicas do not know it, and a new passphrase or session key revokes every
// sign-in everywhere. Only a browser that is signed in can add to it, which bounds it.
type revocations struct {
	now func() time.Time

	mu    sync.Mutex
	until map[string]time.Time
}

func newRevocations(now func() time.Time) *revocations {
	return &revocations{now: now, until: make(map[string]time.Time)}
}

func (v *revocations) add(id string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := v.now()
	for old, until := range v.until {
		if now.After(until) {
			delete(v.until, old)
		}
	}
	v.until[id] = now.Add(signInLifetime)
}

func (v *revocations) has(id string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	_, there := v.until[id]
	return there
}
