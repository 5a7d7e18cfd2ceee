package handlers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/anteroom-visit/anteroom/handlers/budget"
	"github.com/anteroom-visit/anteroom/handlers/identity"
)

const (
	// heldTurn is how long a request itself waits for its turn; for a longer one the page asks again.
	heldTurn = 2 * time.Second
	// turnPaid is how long a turn stays paid, so that waiting costs a visitor one join.
	turnPaid = 10 * time.Minute
	// fullLine is when a visitor's page asks again if all turns were taken.
	fullLine = time.Minute
)

// inTurn is the error for a visitor whose turn is later. The session keeps the turn, so that every copy
// of the site knows it.
type inTurn struct{ at time.Time }

func (e inTurn) Error() string { return "the visitor's turn is later" }

// waits returns the error that asks a visitor's page to come back at its turn.
func (s *Site) waits(at time.Time) error {
	return &identity.ServiceError{Reason: identity.Busy, RetryAfter: max(time.Second, at.Sub(s.now())), Err: inTurn{at}}
}

// create makes an identity when it is the visitor's turn, and counts it against every budget. A failure
// of the service costs nothing. Waiting costs a join, or a stranger could fill the line.
func (s *Site) create(ctx context.Context, turn time.Time, keys budget.Keys) (identity.Credential, error) {
	take, paid := s.budgets.TakeIdentity, s.now().Sub(turn) < turnPaid
	if paid {
		take = s.budgets.TakeToken
	} else {
		turn = time.Time{}
	}
	refund, err := take(keys)
	if err != nil {
		s.metrics.refused(err)
		return identity.Credential{}, err
	}
	got, err := s.createInTurn(ctx, turn)
	if err != nil {
		if paid || !errors.As(err, new(inTurn)) {
			refund()
		}
		return identity.Credential{}, err
	}
	s.reaper.Track(got.UserID, got.Token.ExpiresOn)
	s.watchDay(ctx)
	return got, nil
}

// createInTurn makes an identity, or returns inTurn.
func (s *Site) createInTurn(ctx context.Context, turn time.Time) (identity.Credential, error) {
	if err := s.identities.Ready(); err != nil {
		return identity.Credential{}, err // it takes no turn from others
	}
	at, err := s.turns.Take(turn)
	if err != nil {
		return identity.Credential{}, &identity.ServiceError{Reason: identity.Busy, RetryAfter: fullLine, Err: err}
	}
	wait := at.Sub(s.now())
	if wait > heldTurn {
		return identity.Credential{}, s.waits(at)
	}
	select {
	case <-ctx.Done():
		return identity.Credential{}, fmt.Errorf("wait for a turn: %w", ctx.Err())
	case <-time.After(wait):
	}
	got, err := s.identities.Create(ctx)
	var service *identity.ServiceError
	switch {
	case err == nil:
		s.turns.Made()
	case errors.As(err, &service) && service.Reason == identity.Busy:
		s.turns.Throttled(service.RetryAfter)
		if at, full := s.turns.Take(time.Time{}); full == nil {
			err = s.waits(at)
		}
	}
	return got, err
}

// serviceChanged logs when the identity service gets no requests for its failures, and when it does again.
func (s *Site) serviceChanged(open bool) {
	if open {
		s.log.Error("identity service: most requests fail, visitors wait")
		return
	}
	s.log.Info("identity service: answers again")
}
