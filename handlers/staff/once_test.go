package staff

import (
	"errors"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/anteroom-visit/anteroom/secret"
)

func TestOnceCreatesOneMeetingForEqualForms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, calls := newOnce(time.Now), 0
		create := func() (creation, error) {
			calls++
			time.Sleep(10 * time.Second)
			return creation{path: strconv.Itoa(calls), next: Session{Refresh: secret.New("refresh")}}, nil
		}
		got := make(chan creation, 2)
		for range 2 {
			go func() {
				made, err := o.do("form", create)
				if err != nil {
					t.Error(err)
				}
				got <- made
			}()
			synctest.Wait()
		}
		if first, second := <-got, <-got; calls != 1 || first.path != "1" || second.path != "1" || second.next.Refresh.Reveal() != "refresh" {
			t.Errorf("%d calls, paths %q and %q, want 1 call and both paths 1 with the session", calls, first.path, second.path)
		}
		if later, err := o.do("form", create); err != nil || later.path != "1" || later.next.Refresh.Reveal() != "" {
			t.Errorf("later: path %q, refresh token %q, %v, want path 1 without a token", later.path, later.next.Refresh.Reveal(), err)
		}
		time.Sleep(onceLifetime)
		if later, err := o.do("form", create); err != nil || later.path != "2" {
			t.Errorf("after %v: path %q, %v, want a new path 2", onceLifetime, later.path, err)
		}
	})
}

func TestOnceRetriesAfterFailure(t *testing.T) {
	o, failed := newOnce(time.Now), errors.New("failed")
	made, err := o.do("form", func() (creation, error) {
		return creation{next: Session{Refresh: secret.New("replaced")}}, failed
	})
	if !errors.Is(err, failed) || made.next.Refresh.Reveal() != "replaced" {
		t.Errorf("failure: %v, refresh token %q, want the error and the token", err, made.next.Refresh.Reveal())
	}
	if made, err := o.do("form", func() (creation, error) { return creation{path: "visit"}, nil }); err != nil || made.path != "visit" {
		t.Errorf("retry: path %q, %v, want visit and no error", made.path, err)
	}
}

func TestOnceRemembersLimitedForms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOnce(time.Now)
		for i := range maxOnce + 100 {
			_, _ = o.do(strconv.Itoa(i), func() (creation, error) { return creation{path: "visit"}, nil })
		}
		if len(o.made) != maxOnce {
			t.Errorf("%d forms remembered, want %d", len(o.made), maxOnce)
		}
		time.Sleep(onceLifetime)
		_, _ = o.do("next", func() (creation, error) { return creation{path: "visit"}, nil })
		if _, ok := o.recall("next"); !ok {
			t.Error("a form sent after the others expired is not remembered")
		}
	})
}
