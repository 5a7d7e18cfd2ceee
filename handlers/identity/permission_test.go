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

// refusingService refuses to create identities before until. It counts the calls of Create and Delete.
type refusingService struct {
	mu               sync.Mutex
	until            time.Time
	created, deleted int
}

func (s *refusingService) counts() (created, deleted int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.created, s.deleted
}

func (s *refusingService) Create(context.Context) (Credential, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.created++
	if time.Now().Before(s.until) {
		return Credential{}, &ServiceError{Reason: Refused, Support: "cv", Err: errors.New("403")}
	}
	return Credential{UserID: "8:acs:a_b"}, nil
}

func (s *refusingService) Renew(context.Context, string) (Token, error) { return Token{}, ErrForeign }

func (s *refusingService) Delete(context.Context, string) error {
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

func TestPermissionRetriesUntilFirstSuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		service := &refusingService{until: began.Add(12 * time.Minute)}
		p := NewPermission(service, time.Now, slog.New(slog.DiscardHandler))
		if state, _ := p.State(); state != Permitted {
			t.Errorf("state %d before the first answer, want %d", state, Permitted)
		}
		go p.Acquire(t.Context())
		time.Sleep(11 * time.Minute)
		if _, err := p.Create(t.Context()); reasonOf(err) != Starting {
			t.Errorf("after 11 minutes: %v, want %s", err, Starting)
		}
		if state, since := p.State(); state != SettingUp || !since.Equal(began) {
			t.Errorf("after 11 minutes: state %d since %s, want %d since %s", state, since, SettingUp, began)
		}
		time.Sleep(2 * time.Minute)
		_, deleted := service.counts()
		if state, _ := p.State(); state != Permitted || deleted != 1 {
			t.Errorf("after 13 minutes: state %d, %d test identities deleted, want state %d and 1 deleted", state, deleted, Permitted)
		}
		service.mu.Lock()
		service.until = time.Now().Add(time.Hour) // the role is removed
		service.mu.Unlock()
		if _, err := p.Create(t.Context()); reasonOf(err) != Refused {
			t.Errorf("refused after a success: %v, want %s", err, Refused)
		}
		before, _ := service.counts()
		time.Sleep(time.Hour)
		if after, _ := service.counts(); after != before {
			t.Errorf("%d attempts in the hour after a success, want 0", after-before)
		}
	})
}

func TestPermissionIsDeniedAfterAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		service := &refusingService{until: began.Add(100 * time.Minute)}
		p := NewPermission(service, time.Now, slog.New(slog.DiscardHandler))
		go p.Acquire(t.Context())
		time.Sleep(59 * time.Minute)
		if state, _ := p.State(); state != SettingUp {
			t.Errorf("state %d after 59 minutes, want %d", state, SettingUp)
		}
		time.Sleep(2 * time.Minute)
		if _, err := p.Create(t.Context()); reasonOf(err) != Refused {
			t.Errorf("after 61 minutes: %v, want %s", err, Refused)
		}
		if state, since := p.State(); state != NotPermitted || !since.Equal(began) {
			t.Errorf("after 61 minutes: state %d since %s, want %d since %s", state, since, NotPermitted, began)
		}
		before, _ := service.counts()
		time.Sleep(30 * time.Minute)
		after, _ := service.counts()
		if attempts := after - before; attempts < 5 || attempts > 7 {
			t.Errorf("%d attempts in 30 minutes, want one every five minutes", attempts)
		}
		time.Sleep(20 * time.Minute)
		if state, _ := p.State(); state != Permitted {
			t.Errorf("state %d after the service accepted the site, want %d", state, Permitted)
		}
	})
}

func TestPermissionLearnsOnlyFromAnswers(t *testing.T) {
	p := NewPermission(&refusingService{}, time.Now, slog.New(slog.DiscardHandler))
	if err := p.learn(t.Context(), &ServiceError{Reason: Late}); reasonOf(err) != Late {
		t.Errorf("learn of a time-out: %v, want reason %s", err, Late)
	}
	if state, _ := p.State(); state != Permitted || p.accepted {
		t.Errorf("after a time-out: state %d, accepted %v, want state %d and not accepted", state, p.accepted, Permitted)
	}
	if _, err := p.Renew(t.Context(), "8:acs:a_b"); !errors.Is(err, ErrForeign) || !p.accepted {
		t.Errorf("Renew of a foreign identity: %v, accepted %v, want ErrForeign and accepted", err, p.accepted)
	}
	var disabled *Permission
	if state, _ := disabled.State(); state != Permitted {
		t.Errorf("nil Permission: state %d, want %d", state, Permitted)
	}
}
