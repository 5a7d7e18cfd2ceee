package identity

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// flaky is a service that answers with its error.
type flaky struct {
	err   error
	asked int
}

func (f *flaky) Create(context.Context) (Credential, error) { f.asked++; return Credential{}, f.err }

func (f *flaky) Renew(context.Context, string) (Token, error) {
	f.asked++
	return Token{}, f.err
}
func (f *flaky) Delete(context.Context, string) error { f.asked++; return f.err }

func TestBreakerLeavesAFailingServiceAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := &flaky{err: &ServiceError{Reason: Unavailable}}
		var changes []bool
		b := NewBreaker(service, func(open bool) { changes = append(changes, open) })
		for range 100 {
			_, _ = b.Create(t.Context())
		}
		if service.asked != breakerRequests {
			t.Errorf("%d requests reached a service that fails, want %d", service.asked, breakerRequests)
		}
		var told *ServiceError
		if _, err := b.Renew(t.Context(), "8:acs:a"); !errors.As(err, &told) || told.Reason != Unavailable || told.RetryAfter != breakerRetry {
			t.Errorf("an open breaker: %v", err)
		}
		if b.Ready() == nil {
			t.Error("an open breaker is ready")
		}
		service.err = nil
		time.Sleep(breakerOpen + time.Millisecond)
		for range breakerTrials {
			if err := b.Delete(t.Context(), "8:acs:a"); err != nil {
				t.Fatalf("after the pause: %v", err)
			}
		}
		if err := b.Ready(); err != nil {
			t.Errorf("a service that is well again: %v", err)
		}
		if len(changes) != 2 || !changes[0] || changes[1] {
			t.Errorf("changes %v", changes)
		}
	})
}

// Only a service that is in trouble is left alone: not one that throttles, refuses, or does not own an
// identity, and not for visitors who gave up.
func TestBreakerStaysClosed(t *testing.T) {
	for name, err := range map[string]error{
		"busy": &ServiceError{Reason: Busy}, "refused": &ServiceError{Reason: Refused}, "foreign": ErrForeign,
		"gave up": &ServiceError{Reason: Unavailable, Err: context.Canceled}, "none": nil,
	} {
		service := &flaky{err: err}
		b := NewBreaker(service, func(bool) { t.Errorf("%s: opens", name) })
		for range 100 {
			_, _ = b.Create(t.Context())
		}
		if service.asked != 100 {
			t.Errorf("%s: %d requests of 100", name, service.asked)
		}
	}
}

// One failure of the last ten seconds in three opens nothing.
func TestBreakerToleratesFailures(t *testing.T) {
	service := new(flaky)
	b := NewBreaker(service, func(bool) { t.Error("opens") })
	for i := range 300 {
		service.err = nil
		if i%3 == 2 {
			service.err = &ServiceError{Reason: Late}
		}
		_, _ = b.Create(t.Context())
	}
	if service.asked != 300 {
		t.Errorf("%d requests of 300", service.asked)
	}
}

// hanging is a service that never answers.
type hanging struct{ flaky }

func (h *hanging) Create(ctx context.Context) (Credential, error) {
	if h.err != nil {
		return h.flaky.Create(ctx)
	}
	<-ctx.Done()
	return Credential{}, &ServiceError{Reason: Late, Err: ctx.Err()}
}

// A trial that hangs must not keep visitors waiting for long.
func TestBreakerEndsATrialThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := &hanging{flaky{err: &ServiceError{Reason: Unavailable}}}
		b := NewBreaker(service, func(bool) {})
		for range breakerRequests {
			_, _ = b.Create(t.Context())
		}
		service.err = nil
		time.Sleep(breakerOpen + time.Millisecond)
		began := time.Now()
		if _, err := b.Create(t.Context()); err == nil || time.Since(began) != trialTime {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}
