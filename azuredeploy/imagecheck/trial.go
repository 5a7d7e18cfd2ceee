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
	defer func() { err = errors.Join(err, s.leave()) }()
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

// terminate sends SIGTERM while a crowd's joins are in flight, and one more visitor after it. A second
// signal ends the time in which the site takes those, and all who have pressed Join are to get their
// tickets. It returns how many joins were in flight at that signal.
func (t trial) terminate(ctx context.Context) (inFlight int, err error) {
	s, err := t.jail.start(ctx, settings(t.service.connection)...)
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.stop())
		}
	}()
	visitors := make([]*visitor, crowd+1)
	for i := range visitors {
		if visitors[i], err = newVisitor(s, i+1); err == nil && i < crowd {
			err = visitors[i].knock(ctx)
		}
		if err != nil {
			return 0, err
		}
	}
	if err := t.service.slow(ctx, held, len(visitors)); err != nil {
		return 0, err
	}
	var joins, begun sync.WaitGroup
	var answered atomic.Int64
	tickets, lost := make([]ticket, len(visitors)), make([]error, len(visitors))
	press := func(i int) {
		begun.Add(1)
		joins.Go(func() {
			once := sync.OnceFunc(begun.Done)
			tickets[i], lost[i] = visitors[i].join(ctx, once)
			answered.Add(1)
			once()
		})
	}
	for i := range crowd {
		press(i)
	}
	begun.Wait()
	if err := errors.Join(s.signal(syscall.SIGTERM), visitors[crowd].comeLate(ctx)); err != nil {
		return 0, err
	}
	press(crowd)
	begun.Wait()
	inFlight = len(visitors) - int(answered.Load())
	if err := s.signal(syscall.SIGTERM); err != nil {
		return inFlight, err
	}
	joins.Wait()
	if err := errors.Join(append(lost, s.wait())...); err != nil {
		return inFlight, err
	}
	people := map[string]bool{}
	for _, got := range tickets {
		people[got.UserID] = true
	}
	if len(people) != len(visitors) {
		return inFlight, fmt.Errorf("%d visitors have %d identities", len(visitors), len(people))
	}
	return inFlight, nil
}

// comeLate knocks at a site that has had SIGTERM, once it is no longer ready.
func (v *visitor) comeLate(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, endTime)
	defer cancel()
	for status := http.StatusOK; status != http.StatusServiceUnavailable; {
		var err error
		if status, _, err = v.do(ctx, http.MethodGet, "/readyz", "", "", nil); err != nil {
			return fmt.Errorf("after SIGTERM: %w", err)
		}
	}
	v.client.CloseIdleConnections() // the rest comes over a new one
	_, err := v.get(ctx, "/healthz", "ok")
	if err = errors.Join(err, v.knock(ctx)); err != nil {
		return fmt.Errorf("after SIGTERM: %w", err)
	}
	return nil
}
