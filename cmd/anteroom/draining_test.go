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

// isClosed reports whether the channel is closed once all other goroutines wait.
func isClosed(c <-chan struct{}) bool {
	synctest.Wait()
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// TestSigtermDrainsAndCtrlCStopsAtOnce checks that SIGTERM allows time to drain, which a second signal ends.
func TestSigtermDrainsAndCtrlCStopsAtOnce(t *testing.T) {
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
				if isClosed(ctx.Done()) {
					t.Fatal("the context ended without a signal")
				}
				signals <- c.first
				if !isClosed(ctx.Done()) {
					t.Fatal("the context did not end after a signal")
				}
				why, drains := errors.AsType[draining](context.Cause(ctx))
				if drains != c.drains {
					t.Fatalf("cause = %v, want draining: %t", context.Cause(ctx), c.drains)
				}
				if !c.drains {
					return
				}
				time.Sleep(5*time.Second - time.Millisecond)
				if isClosed(why.over) {
					t.Fatal("draining ended before 5 seconds")
				}
				if c.second != nil {
					signals <- c.second
				} else {
					time.Sleep(time.Millisecond)
				}
				if !isClosed(why.over) {
					t.Error("draining did not end")
				}
			})
		})
	}
}

// TestDrainingSiteServesNewVisitors checks that a draining site is alive and not ready, and that visitors with new
// connections can still join. It refuses connections only after draining.
func TestDrainingSiteServesNewVisitors(t *testing.T) {
	p := startProgram(t, "ACS_CONNECTION_STRING="+startACS(t).ConnectionString())
	v := newVisitor(t, p)
	if a := v.get("/readyz"); a.StatusCode != http.StatusOK {
		t.Fatalf("before draining: status %d, want 200", a.StatusCode)
	}
	over := make(chan struct{})
	end := sync.OnceFunc(func() { close(over) })
	t.Cleanup(end) // so that the program ends with the test
	p.end(draining{over})
	for deadline := time.Now().Add(20 * time.Second); v.get("/readyz").StatusCode != http.StatusServiceUnavailable; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the site is still ready after 20 seconds")
		}
	}
	newcomer := newVisitor(t, p)
	newcomer.http.Transport = &http.Transport{DisableKeepAlives: true} // a new connection for each request
	if a := newcomer.get("/healthz"); a.StatusCode != http.StatusOK {
		t.Errorf("health: status %d, want 200", a.StatusCode)
	}
	if a := newcomer.submitDoor(shortLink, ""); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("door: status %d, want 303", a.StatusCode)
	}
	if ticket := newcomer.join("Sam Patel"); ticket["token"] == "" {
		t.Error("the ticket has no token")
	}
	// A request that began before the stop is still answered. The body of this one is not complete.
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
			t.Fatal("the program still listens after 20 seconds")
		}
	}
	if _, err := io.WriteString(late, "meeting="); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(late); err != nil || !strings.HasPrefix(string(rest), "HTTP/1.1 ") {
		t.Errorf("the request that had begun: %v, %.60q, want a response", err, rest)
	}
	if err := p.stop(); err != nil {
		t.Error(err)
	}
}

func TestRehearsalDoesNotDrain(t *testing.T) {
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
