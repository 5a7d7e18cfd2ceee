package identity

import (
	"context"
	"errors"
	"time"

	"github.com/sony/gobreaker/v2"
)

const (
	// The breaker opens when half of at least 20 requests in 10 seconds failed.
	breakerWindow   = 10 * time.Second
	breakerRequests = 20
	// breakerOpen is how long the service then gets no request; after it, breakerTrials may try.
	breakerOpen   = 3 * time.Second
	breakerTrials = 5
	// trialTime limits such a trial, because visitors wait for its result.
	trialTime = 3 * time.Second
	// breakerRetry is when a visitor's page asks again.
	breakerRetry = 2 * time.Second
)

// Breaker is a Service that gets no requests for a while after many have failed: a service in trouble is
// left alone, and visitors learn at once that they have to wait.
type Breaker struct {
	Service
	circuit *gobreaker.TwoStepCircuitBreaker[struct{}]
}

// NewBreaker returns a Breaker around a service. changed is called when it opens and when it closes.
func NewBreaker(service Service, changed func(open bool)) *Breaker {
	return &Breaker{service, gobreaker.NewTwoStepCircuitBreaker[struct{}](gobreaker.Settings{
		MaxRequests: breakerTrials, Interval: breakerWindow, BucketPeriod: time.Second, Timeout: breakerOpen,
		ReadyToTrip: func(c gobreaker.Counts) bool {
			return c.Requests >= breakerRequests && c.TotalFailures*2 >= c.Requests
		},
		OnStateChange: func(_ string, from, to gobreaker.State) {
			if from == gobreaker.StateClosed || to == gobreaker.StateClosed {
				changed(to != gobreaker.StateClosed)
			}
		},
		IsSuccessful: func(err error) bool { return !isFailure(err) },
		IsExcluded:   func(err error) bool { return errors.Is(err, context.Canceled) },
	})}
}

// isFailure reports whether the service is in trouble: one that throttles or refuses is not.
func isFailure(err error) bool {
	var service *ServiceError
	return errors.As(err, &service) && (service.Reason == Late || service.Reason == Unavailable)
}

// Ready returns the error that a request would get at once, nil for none.
func (b *Breaker) Ready() error {
	switch state := b.circuit.State(); {
	case state == gobreaker.StateOpen:
		return rejected(gobreaker.ErrOpenState)
	case state == gobreaker.StateHalfOpen && b.circuit.Counts().Requests >= breakerTrials:
		return rejected(gobreaker.ErrTooManyRequests)
	}
	return nil
}

func rejected(err error) error {
	return &ServiceError{Reason: Unavailable, RetryAfter: breakerRetry, Err: err}
}

// guard makes a request unless the breaker is open.
func (b *Breaker) guard(ctx context.Context, request func(context.Context) error) error {
	done, err := b.circuit.Allow()
	if err != nil {
		return rejected(err)
	}
	if b.circuit.State() == gobreaker.StateHalfOpen {
		trial, cancel := context.WithTimeout(ctx, trialTime)
		defer cancel()
		ctx = trial
	}
	err = context.Canceled // what a panic counts as
	defer func() { done(err) }()
	err = request(ctx)
	return err
}

// Create implements Service.
func (b *Breaker) Create(ctx context.Context) (got Credential, err error) {
	err = b.guard(ctx, func(ctx context.Context) (err error) { got, err = b.Service.Create(ctx); return err })
	return got, err
}

// Renew implements Service.
func (b *Breaker) Renew(ctx context.Context, userID string) (token Token, err error) {
	err = b.guard(ctx, func(ctx context.Context) (err error) { token, err = b.Service.Renew(ctx, userID); return err })
	return token, err
}

// Delete implements Service.
func (b *Breaker) Delete(ctx context.Context, userID string) error {
	return b.guard(ctx, func(ctx context.Context) error { return b.Service.Delete(ctx, userID) })
}
