package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"regexp"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// settings are what every site on trial is given: it takes any meeting, and the visitors' own
// addresses from the proxy that we play.
func settings(connection string) []string {
	return []string{
		"ACS_CONNECTION_STRING=" + connection, "ADMISSION=open", "TRUSTED_PROXIES=127.0.0.1/32",
		"SESSION_KEYS=a key that is only for this trial",
	}
}

// trial is what the image's program is put through.
type trial struct {
	jail    *jail
	service *service
}

var scriptOfPage = regexp.MustCompile(`/assets/[\w./-]+\.js`)

// visit brings one visitor from the door to a ticket, and looks at the site's own checks.
func (t trial) visit(ctx context.Context) (err error) {
	s, err := t.jail.start(ctx, settings(t.service.connection)...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	if err := s.powerless(t.jail); err != nil {
		return err
	}
	v, err := newVisitor(s, 1)
	if err != nil {
		return err
	}
	for path, want := range map[string]string{"/healthz": "ok", "/readyz": "ready", "/": `name="meeting"`} {
		if _, err := v.get(ctx, path, want); err != nil {
			return err
		}
	}
	before, err := t.service.identities(ctx)
	if err != nil {
		return err
	}
	if err := v.knock(ctx); err != nil {
		return err
	}
	page, err := v.get(ctx, "/visit", "<script")
	if err != nil {
		return err
	}
	if _, err := v.get(ctx, scriptOfPage.FindString(page), "import"); err != nil {
		return fmt.Errorf("the browser half: %w", err)
	}
	got, err := v.join(ctx, nil)
	if err != nil {
		return err
	}
	after, err := t.service.identities(ctx)
	if err != nil {
		return err
	}
	if before[got.UserID] || !after[got.UserID] || len(after) != len(before)+1 {
		return errors.New("the visitor's identity is not the one that the service has just made")
	}
	return t.healthcheck(ctx, s)
}

// healthcheck asks as the container runtime does, also once the site has ended.
func (t trial) healthcheck(ctx context.Context, s *site) error {
	if out, err := t.jail.command(ctx, []string{"PORT=" + s.port}, "healthcheck").CombinedOutput(); err != nil {
		return fmt.Errorf("healthcheck: %w\n%s", err, out)
	}
	err := t.jail.command(ctx, []string{"PORT=1"}, "healthcheck").Run()
	if exit := new(exec.ExitError); !errors.As(err, &exit) || exit.ExitCode() != 1 {
		return fmt.Errorf("healthcheck where nothing listens: %w, want exit status 1", err)
	}
	return nil
}

// rehearse starts the program as somebody does who has only just fetched it.
func (t trial) rehearse(ctx context.Context) error {
	s, err := t.jail.start(ctx)
	if err != nil {
		return err
	}
	v, err := newVisitor(s, 1)
	if err == nil {
		_, err = v.get(ctx, "/", `name="meeting"`)
	}
	return errors.Join(err, s.stop())
}

// trust joins over TLS with an authority of our own: not without being told of it, and well with
// SSL_CERT_FILE, which names a file inside the jail.
func (t trial) trust(ctx context.Context, front *private, authority string) error {
	for _, env := range [][]string{nil, {"SSL_CERT_FILE=" + authority}} {
		s, err := t.jail.start(ctx, append(settings(front.connection), env...)...)
		if err != nil {
			return err
		}
		v, err := newVisitor(s, 1)
		if err == nil {
			err = v.knock(ctx)
		}
		if err != nil {
			return errors.Join(err, s.stop())
		}
		_, err = v.join(ctx, nil)
		refused := new(refusedJoin)
		switch unknown := env == nil; {
		case unknown && errors.As(err, &refused) && refused.Status == http.StatusServiceUnavailable:
			err = nil
		case unknown:
			err = fmt.Errorf("join over TLS with an unknown authority: %w, want to be refused", err)
		}
		if err = errors.Join(err, s.stop()); err != nil {
			return err
		}
	}
	return nil
}

const (
	crowd = 200
	// held is how long the service keeps a join waiting: long, so that all are in flight at once,
	// and short of the 3 seconds after which the site tries again.
	held = 2500 * time.Millisecond
)

// terminate sends SIGTERM while a crowd's joins are in flight, and wants all of them answered
// with a ticket. It returns how many were in flight at the signal.
func (t trial) terminate(ctx context.Context) (inFlight int, err error) {
	s, err := t.jail.start(ctx, settings(t.service.connection)...)
	if err != nil {
		return 0, err
	}
	visitors := make([]*visitor, crowd)
	for i := range visitors {
		if visitors[i], err = newVisitor(s, i+1); err == nil {
			err = visitors[i].knock(ctx)
		}
		if err != nil {
			return 0, errors.Join(err, s.stop())
		}
	}
	if err := t.service.slow(ctx, held, crowd); err != nil {
		return 0, errors.Join(err, s.stop())
	}
	var joins, begun sync.WaitGroup
	var answered atomic.Int64
	tickets, lost := make([]ticket, crowd), make([]error, crowd)
	begun.Add(crowd)
	for i, v := range visitors {
		joins.Go(func() {
			once := sync.OnceFunc(begun.Done)
			tickets[i], lost[i] = v.join(ctx, once)
			answered.Add(1)
			once()
		})
	}
	begun.Wait()
	inFlight = crowd - int(answered.Load())
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return 0, fmt.Errorf("stop site: %w", err)
	}
	joins.Wait()
	if err := errors.Join(append(lost, s.wait())...); err != nil {
		return inFlight, err
	}
	people := map[string]bool{}
	for _, got := range tickets {
		people[got.UserID] = true
	}
	if len(people) != crowd {
		return inFlight, fmt.Errorf("%d visitors have %d identities", crowd, len(people))
	}
	return inFlight, nil
}
