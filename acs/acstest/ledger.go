package acstest

import (
	"maps"
	"slices"
	"time"
)

// Ledger records what the server has done so far.
type Ledger struct {
	// Identities lists all identities in order of creation, including deleted ones.
	Identities []IdentityRecord `json:"identities"`
	// Exchanges is how many Teams tokens were exchanged.
	Exchanges int `json:"exchanges"`
	// Requests counts the requests by operation, including refused ones and those
	// with a fault; requests for unknown paths count under the empty name.
	Requests map[Operation]int `json:"requests"`
}

// IdentityRecord records the life of an identity. A time is zero until it happens.
type IdentityRecord struct {
	ID        string        `json:"id"`
	CreatedAt time.Time     `json:"createdAt"`
	Tokens    []TokenRecord `json:"tokens"`
	RevokedAt time.Time     `json:"revokedAt,omitzero"`
	DeletedAt time.Time     `json:"deletedAt,omitzero"`
}

// TokenRecord describes a token that was issued, without the token itself.
type TokenRecord struct {
	IssuedAt  time.Time `json:"issuedAt"`
	ExpiresOn time.Time `json:"expiresOn"`
	Scopes    []string  `json:"scopes"`
}

// Ledger returns a copy of the server's current ledger.
func (s *Server) Ledger() Ledger {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := Ledger{
		Identities: make([]IdentityRecord, 0, len(s.order)),
		Exchanges:  s.exchanges,
		Requests:   maps.Clone(s.requests),
	}
	for _, id := range s.order {
		i := s.identities[id]
		l.Identities = append(l.Identities, IdentityRecord{
			ID: id, CreatedAt: i.created, RevokedAt: i.revoked, DeletedAt: i.deleted,
			Tokens: append([]TokenRecord{}, slices.Clone(i.tokens)...),
		})
	}
	return l
}

// takeFault counts a request and removes its fault from the queue, if there is one.
func (s *Server) takeFault(op Operation) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests[op]++
	for i := range s.faults {
		f := &s.faults[i]
		if f.Operation != "" && f.Operation != op {
			continue
		}
		hit := *f
		if f.Times--; f.Times == 0 {
			s.faults = slices.Delete(s.faults, i, i+1)
		}
		return hit
	}
	return Fault{}
}
