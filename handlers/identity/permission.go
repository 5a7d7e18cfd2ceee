package identity

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// SetupTime is how long a service may refuse a new site before that counts as a mistake in its setup: in
// Azure, a role that has just been assigned takes minutes to reach the service.
const SetupTime = time.Hour

const (
	// setupRetry is the pause between two attempts during SetupTime, lateRetry the one afterwards.
	setupRetry = 8 * time.Second
	lateRetry  = 5 * time.Minute
)

// PermissionState is whether the service accepts the site.
type PermissionState int

// The states. Permitted is also the state before the service has answered anything.
const (
	Permitted PermissionState = iota
	// SettingUp: refused so far, for less than SetupTime.
	SettingUp
	// NotPermitted: refused for SetupTime, and never accepted.
	NotPermitted
)

// Permission is a Service that does not yet accept the site. Until its first success, it reports a refusal
// as Starting for SetupTime. A nil Permission is always Permitted.
type Permission struct {
	Service
	now func() time.Time
	log *slog.Logger

	mu       sync.Mutex
	accepted bool
	since    time.Time // of the first refusal
}

// NewPermission returns the service with its permission; now is the clock.
func NewPermission(s Service, now func() time.Time, log *slog.Logger) *Permission {
	return &Permission{Service: s, now: now, log: log}
}

// State returns whether the service accepts the site, and since when it has not.
func (p *Permission) State() (PermissionState, time.Time) {
	if p == nil {
		return Permitted, time.Time{}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.accepted || p.since.IsZero():
		return Permitted, time.Time{}
	case p.now().Sub(p.since) < SetupTime:
		return SettingUp, p.since
	}
	return NotPermitted, p.since
}

// Acquire requests an identity until the service has accepted the site once, or ctx ends. It deletes that
// identity.
func (p *Permission) Acquire(ctx context.Context) {
	for !p.isAccepted() {
		if got, err := p.Create(ctx); err == nil {
			if err := p.Delete(ctx, got.UserID); err != nil {
				p.log.WarnContext(ctx, "identity left behind", "error", err)
			}
			return
		}
		pause := setupRetry
		if state, _ := p.State(); state == NotPermitted {
			pause = lateRetry
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

func (p *Permission) isAccepted() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.accepted
}

// Create implements Service.
func (p *Permission) Create(ctx context.Context) (Credential, error) {
	got, err := p.Service.Create(ctx)
	return got, p.learn(ctx, err)
}

// Renew implements Service.
func (p *Permission) Renew(ctx context.Context, userID string) (Token, error) {
	token, err := p.Service.Renew(ctx, userID)
	return token, p.learn(ctx, err)
}

// learn records what an answer shows of the permission, and returns the error that a visitor needs.
func (p *Permission) learn(ctx context.Context, err error) error {
	var failed *ServiceError
	refused := errors.As(err, &failed) && failed.Reason == Refused
	if err != nil && !refused && !errors.Is(err, ErrForeign) {
		return err // this shows nothing
	}
	p.mu.Lock()
	first := !p.accepted && (!refused || p.since.IsZero())
	switch {
	case !refused:
		p.accepted = true
	case first:
		p.since = p.now()
	}
	since := p.since
	p.mu.Unlock()
	switch {
	case first && refused:
		p.log.WarnContext(ctx, "being set up: the identity service does not permit this site yet, retrying", "error", err)
	case first && !since.IsZero():
		p.log.InfoContext(ctx, "set up: the identity service permits this site", "refused_seconds", int(p.now().Sub(since).Seconds()))
	}
	if state, _ := p.State(); refused && state == SettingUp {
		return &ServiceError{Reason: Starting, RetryAfter: setupRetry, Support: failed.Support, Err: failed.Err}
	}
	return err
}
