package handlers

import (
	"sync"
	"time"

	"github.com/anteroom-visit/anteroom/handlers/identity"
)

const (
	// freshFor is how long a repeated join gets the same answer: a second tab, a double press, a retry.
	freshFor = 2 * time.Minute
	// issuedFor is how long a session's identity is remembered if its cookie does not name it.
	issuedFor = 2 * time.Hour
	// maxIssued bounds the memory: about 30 MB.
	maxIssued = 20_000
)

// issuedCredentials remembers the identity of each session, so that a cookie from before the join
// leads to the same one. It holds tokens for two minutes.
type issuedCredentials struct {
	now func() time.Time

	mu       sync.Mutex
	sessions map[string]issuedCredential // by session
	users    map[string]string           // sessions, by user ID
}

type issuedCredential struct {
	identity.Credential
	at time.Time
}

func newIssuedCredentials(now func() time.Time) *issuedCredentials {
	return &issuedCredentials{now: now, sessions: make(map[string]issuedCredential), users: make(map[string]string)}
}

// get returns the session's last credential, and whether it is fresh enough to be used again. One
// that is not fresh has no token.
func (i *issuedCredentials) get(session string) (got identity.Credential, fresh bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	found, ok := i.sessions[session]
	switch age := i.now().Sub(found.at); {
	case !ok, age >= issuedFor:
		return identity.Credential{}, false
	case age >= freshFor:
		return identity.Credential{UserID: found.UserID}, false
	}
	return found.Credential, true
}

func (i *issuedCredentials) put(session string, got identity.Credential) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if _, known := i.sessions[session]; !known && len(i.sessions) >= maxIssued {
		i.makeRoom()
	}
	i.sessions[session] = issuedCredential{got, i.now()}
	i.users[got.UserID] = session
}

// forget drops an identity that is deleted.
func (i *issuedCredentials) forget(userID string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.sessions, i.users[userID])
	delete(i.users, userID)
}

// makeRoom drops the old entries and, if that is not enough, any tenth: such a session's replayed
// cookie costs one more identity of its budgets.
func (i *issuedCredentials) makeRoom() {
	now, excess := i.now(), maxIssued/10
	for session, found := range i.sessions {
		if now.Sub(found.at) >= issuedFor || excess > 0 {
			excess--
			delete(i.sessions, session)
			delete(i.users, found.UserID)
		}
	}
}
