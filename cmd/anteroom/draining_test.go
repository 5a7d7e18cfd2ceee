package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// isOver reports whether the channel is closed once all other goroutines wait.
func isOver(c <-chan struct{}) bool {
	synctest.Wait()
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// SIGTERM gives the site its time to drain. A second signal ends that time, and Ctrl-C gives none.
func TestSignals(t *testing.T) {
	for what, c := range map[string]struct {
		first  os.Signal
		second os.Signal
		drains bool
	}{
		"SIGTERM": {syscall.SIGTERM, nil, true}, "SIGTERM twice": {syscall.SIGTERM, syscall.SIGTERM, true},
		"SIGTERM, Ctrl-C": {syscall.SIGTERM, os.Interrupt, true}, "Ctrl-C": {os.Interrupt, nil, false},
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				signals := make(chan os.Signal, 2)
				ctx := untilSignal(signals)
				time.Sleep(time.Hour)
				if isOver(ctx.Done()) {
					t.Fatal("it ended without a signal")
				}
				signals <- c.first
				if !isOver(ctx.Done()) {
					t.Fatal("a signal did not end it")
				}
				why, drains := errors.AsType[draining](context.Cause(ctx))
				if drains != c.drains {
					t.Fatalf("cause: %v", context.Cause(ctx))
				}
				if !c.drains {
					return
				}
				time.Sleep(5*time.Second - time.Millisecond)
				if isOver(why.over) {
					t.Fatal("less than 5 seconds to drain")
				}
				if c.second != nil {
					signals <- c.second
				} else {
					time.Sleep(time.Millisecond)
				}
				if !isOver(why.over) {
					t.Error("still draining")
				}
			})
		})
	}
}

// A draining site is alive and not ready, and visitors with new connections can still join. It refuses
// connections only after draining.
func TestDraining(t *testing.T) {
	p := startProgram(t, "ACS_CONNECTION_STRING="+startACS(t).ConnectionString())
	v := newVisitor(t, p)
	if a := v.get("/readyz"); a.StatusCode != http.StatusOK {
		t.Fatalf("before: %d", a.StatusCode)
	}
	over := make(chan struct{})
	end := sync.OnceFunc(func() { close(over) })
	t.Cleanup(end) // otherwise the program would outlive the test
	p.end(draining{over})
	for deadline := time.Now().Add(20 * time.Second); v.get("/readyz").StatusCode != http.StatusServiceUnavailable; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("still ready")
		}
	}
	newcomer := newVisitor(t, p)
	newcomer.http.Transport = &http.Transport{DisableKeepAlives: true} // a new connection for each request
	if a := newcomer.get("/healthz"); a.StatusCode != http.StatusOK {
		t.Errorf("health: %d", a.StatusCode)
	}
	if a := newcomer.knock(shortLink, ""); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("knock: %d", a.StatusCode)
	}
	if ticket := newcomer.join("Sam Patel"); ticket["token"] == "" {
		t.Error("a ticket without a token")
	}
	// A request that began before the end is still answered: here one whose body is not complete.
	late := dial(t, strings.TrimPrefix(p.url, "http://"))
	if _, err := io.WriteString(late, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 8\r\nExpect: 100-continue\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	begun := make([]byte, len("HTTP/1.1 100 Continue\r\n\r\n"))
	if _, err := io.ReadFull(late, begun); err != nil {
		t.Fatal(err)
	}
	end()
	for deadline := time.Now().Add(20 * time.Second); accepts(t, p); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it still listens")
		}
	}
	if _, err := io.WriteString(late, "meeting="); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(late); err != nil || !strings.HasPrefix(string(rest), "HTTP/1.1 ") {
		t.Errorf("what had begun: %v, %.60q", err, rest)
	}
	if err := p.stop(); err != nil {
		t.Error(err)
	}
}

func TestARehearsalDoesNotDrain(t *testing.T) {
	p := startProgram(t)
	p.end(draining{make(chan struct{})}) // draining never ends
	if err := p.stop(); err != nil {
		t.Error(err)
	}
}

// accepts reports whether the program accepts a new connection.
func accepts(t *testing.T, p *program) bool {
	t.Helper()
	var d net.Dialer
	c, err := d.DialContext(t.Context(), "tcp", strings.TrimPrefix(p.url, "http://"))
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}
