package identity

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// refusing is a service that refuses every request until a moment, and counts them.
type refusing struct {
	mu               sync.Mutex
	until            time.Time
	created, deleted int
}

func (s *refusing) counts() (created, deleted int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.created, s.deleted
}

func (s *refusing) Create(context.Context) (Credential, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.created++
	if time.Now().Before(s.until) {
		return Credential{}, &ServiceError{Reason: Refused, Support: "cv", Err: errors.New("403")}
	}
	return Credential{UserID: "8:acs:a_b"}, nil
}

func (s *refusing) Renew(context.Context, string) (Token, error) { return Token{}, ErrForeign }

func (s *refusing) Delete(context.Context, string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deleted++
	return nil
}

func reasonOf(err error) Reason {
	var failed *ServiceError
	if errors.As(err, &failed) {
		return failed.Reason
	}
	return ""
}

func TestPermissionWaitsForTheFirstSuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		service := &refusing{until: began.Add(12 * time.Minute)}
		p := NewPermission(service, time.Now, slog.New(slog.DiscardHandler))
		if state, _ := p.State(); state != Permitted {
			t.Errorf("state %d before any answer", state)
		}
		go p.Acquire(t.Context())
		time.Sleep(11 * time.Minute)
		if _, err := p.Create(t.Context()); reasonOf(err) != Starting {
			t.Errorf("after 11 minutes: %v, want %s", err, Starting)
		}
		if state, since := p.State(); state != SettingUp || !since.Equal(began) {
			t.Errorf("after 11 minutes: state %d since %s", state, since)
		}
		time.Sleep(2 * time.Minute)
		_, deleted := service.counts()
		if state, _ := p.State(); state != Permitted || deleted != 1 {
			t.Errorf("after 13 minutes: state %d, %d test identities deleted; the site must retry by itself", state, deleted)
		}
		service.mu.Lock()
		service.until = time.Now().Add(time.Hour) // the role is taken away
		service.mu.Unlock()
		if _, err := p.Create(t.Context()); reasonOf(err) != Refused {
			t.Errorf("refused after a success: %v, want %s", err, Refused)
		}
		asked, _ := service.counts()
		time.Sleep(time.Hour)
		if created, _ := service.counts(); created != asked {
			t.Error("the site still retries after it was accepted")
		}
	})
}

func TestPermissionIsDeniedAfterAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		service := &refusing{until: began.Add(100 * time.Minute)}
		p := NewPermission(service, time.Now, slog.New(slog.DiscardHandler))
		go p.Acquire(t.Context())
		time.Sleep(59 * time.Minute)
		if state, _ := p.State(); state != SettingUp {
			t.Errorf("state %d after 59 minutes", state)
		}
		time.Sleep(2 * time.Minute)
		if _, err := p.Create(t.Context()); reasonOf(err) != Refused {
			t.Errorf("after 61 minutes: %v, want %s", err, Refused)
		}
		if state, since := p.State(); state != NotPermitted || !since.Equal(began) {
			t.Errorf("after 61 minutes: state %d since %s", state, since)
		}
		asked, _ := service.counts()
		time.Sleep(30 * time.Minute)
		created, _ := service.counts()
		if more := created - asked; more < 5 || more > 7 {
			t.Errorf("%d attempts in 30 minutes, want one every five", more)
		}
		time.Sleep(20 * time.Minute)
		if state, _ := p.State(); state != Permitted {
			t.Errorf("state %d once the role works", state)
		}
	})
}

func TestPermissionLearnsOnlyFromAnswers(t *testing.T) {
	p := NewPermission(&refusing{}, time.Now, slog.New(slog.DiscardHandler))
	if err := p.learn(t.Context(), &ServiceError{Reason: Late}); reasonOf(err) != Late {
		t.Errorf("a time-out became %v", err)
	}
	if state, _ := p.State(); state != Permitted || p.accepted {
		t.Error("a time-out shows nothing of the permission")
	}
	if _, err := p.Renew(t.Context(), "8:acs:a_b"); !errors.Is(err, ErrForeign) || !p.accepted {
		t.Errorf("an answer about an identity shows that the site is permitted: %v", err)
	}
	var none *Permission
	if state, _ := none.State(); state != Permitted {
		t.Error("no Permission must be Permitted")
	}
}
