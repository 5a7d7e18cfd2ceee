package identity

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// failingService returns err from every call and counts the calls.
type failingService struct {
	err   error
	calls int
}

func (f *failingService) Create(context.Context) (Credential, error) {
	f.calls++
	return Credential{}, f.err
}

func (f *failingService) Renew(context.Context, string) (Token, error) {
	f.calls++
	return Token{}, f.err
}
func (f *failingService) Delete(context.Context, string) error { f.calls++; return f.err }

func TestOpenBreakerSendsNoRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := &failingService{err: &ServiceError{Reason: Unavailable}}
		var changes []bool
		b := NewBreaker(service, func(open bool) { changes = append(changes, open) })
		for range 100 {
			_, _ = b.Create(t.Context())
		}
		if service.calls != breakerRequests {
			t.Errorf("%d requests reached the failing service, want %d", service.calls, breakerRequests)
		}
		var failed *ServiceError
		if _, err := b.Renew(t.Context(), "8:acs:a"); !errors.As(err, &failed) || failed.Reason != Unavailable || failed.RetryAfter != breakerRetry {
			t.Errorf("Renew with an open breaker: %v, want reason %s and RetryAfter %v", err, Unavailable, breakerRetry)
		}
		if b.Ready() == nil {
			t.Error("Ready with an open breaker: nil, want an error")
		}
		service.err = nil
		time.Sleep(breakerOpen + time.Millisecond)
		for range breakerTrials {
			if err := b.Delete(t.Context(), "8:acs:a"); err != nil {
				t.Fatalf("Delete after the pause: %v, want no error", err)
			}
		}
		if err := b.Ready(); err != nil {
			t.Errorf("Ready after the service recovered: %v, want no error", err)
		}
		if len(changes) != 2 || !changes[0] || changes[1] {
			t.Errorf("the breaker reported %v, want [true false]", changes)
		}
	})
}

// Throttling, refusals, foreign identities and visitors who gave up are not failures of the service.
func TestBreakerOpensOnlyForServiceFailures(t *testing.T) {
	for name, err := range map[string]error{
		"busy": &ServiceError{Reason: Busy}, "refused": &ServiceError{Reason: Refused}, "foreign": ErrForeign,
		"gave up": &ServiceError{Reason: Unavailable, Err: context.Canceled}, "none": nil,
	} {
		service := &failingService{err: err}
		b := NewBreaker(service, func(bool) { t.Errorf("%s: the breaker opened, want it closed", name) })
		for range 100 {
			_, _ = b.Create(t.Context())
		}
		if service.calls != 100 {
			t.Errorf("%s: %d requests reached the service, want 100", name, service.calls)
		}
	}
}

func TestBreakerToleratesOneFailureInThree(t *testing.T) {
	service := new(failingService)
	b := NewBreaker(service, func(bool) { t.Error("the breaker opened, want it closed") })
	for i := range 300 {
		service.err = nil
		if i%3 == 2 {
			service.err = &ServiceError{Reason: Late}
		}
		_, _ = b.Create(t.Context())
	}
	if service.calls != 300 {
		t.Errorf("%d requests reached the service, want 300", service.calls)
	}
}

// hangingService never answers Create unless err is set.
type hangingService struct{ failingService }

func (h *hangingService) Create(ctx context.Context) (Credential, error) {
	if h.err != nil {
		return h.failingService.Create(ctx)
	}
	<-ctx.Done()
	return Credential{}, &ServiceError{Reason: Late, Err: ctx.Err()}
}

// A hanging trial must not keep visitors waiting longer than trialTime.
func TestBreakerEndsHangingTrial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := &hangingService{failingService{err: &ServiceError{Reason: Unavailable}}}
		b := NewBreaker(service, func(bool) {})
		for range breakerRequests {
			_, _ = b.Create(t.Context())
		}
		service.err = nil
		time.Sleep(breakerOpen + time.Millisecond)
		began := time.Now()
		if _, err := b.Create(t.Context()); err == nil || time.Since(began) != trialTime {
			t.Errorf("Create: %v after %v, want an error after %v", err, time.Since(began), trialTime)
		}
	})
}
