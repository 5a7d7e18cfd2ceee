package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/acs/acstest"
)

const (
	faultRate  = 4 // visitors a second
	faultTime  = 6 * time.Second
	outageTime = time.Minute
	slowTime   = 15 * time.Second // longer than a join waits for the service
	recovery   = 10 * time.Second
)

// serviceFault is a fault of the identity service; next is the service itself.
type serviceFault = func(w http.ResponseWriter, r *http.Request, next http.Handler)

// TestLoadFaults causes every fault that a site must survive, while visitors arrive. After the fault, all of them must
// join within ten seconds, and visitors who were in a call must keep their session.
func TestLoadFaults(t *testing.T) {
	needLoad(t)
	l := startLoad(t)
	for name, f := range serviceFaults(l) {
		t.Run(name, func(t *testing.T) {
			lasts := faultTime
			if strings.HasPrefix(name, "latency") {
				lasts = slowTime
			}
			l.during(t, lasts, func() { l.fault.Store(&f) }, func() { l.fault.Store(nil) })
		})
	}
	t.Run("full outage", func(t *testing.T) {
		f := abortConnection
		l.during(t, outageTime, func() { l.fault.Store(&f) }, func() { l.fault.Store(nil) })
	})
	t.Run("TLS failure", func(t *testing.T) {
		l.during(t, faultTime, func() { l.noTLS.Store(true); l.front.CloseClientConnections() }, func() { l.noTLS.Store(false) })
	})
	t.Run("DNS failure", func(t *testing.T) {
		l.during(t, faultTime, func() {
			l.replaceAll("ACS_CONNECTION_STRING=endpoint=https://service.invalid/;accesskey=" + loadACSKey())
		}, func() { l.replaceAll() })
	})
	for _, ahead := range []time.Duration{5 * time.Minute, -5 * time.Minute} {
		t.Run(fmt.Sprintf("clock skew %v", ahead), func(t *testing.T) {
			l.during(t, faultTime, func() { l.skew.Store(int64(ahead)) }, func() { l.skew.Store(0) })
		})
	}
	t.Run("endless request bodies", func(t *testing.T) { l.during(t, faultTime, func() { l.sendLargeBodies(t) }, func() {}) })
	t.Run("kill -9 of one copy", func(t *testing.T) {
		first := l.copies[0]
		l.during(t, faultTime, func() { _ = first.program.Process.Kill() }, func() { l.drop(first); l.add(l.start()) })
	})
	t.Run("SIGTERM of one copy", func(t *testing.T) {
		first := l.copies[0]
		done := l.during(t, faultTime, func() {
			_ = first.program.Process.Signal(syscall.SIGTERM)
			time.AfterFunc(2*time.Second, func() { l.drop(first) }) // like a load balancer that requests /readyz
		}, func() { l.add(l.start()) })
		for _, j := range done {
			if len(j.seen) > 0 {
				t.Errorf("a visitor saw %v, want nothing", j.seen)
			}
		}
	})
	t.Run("rolling deployment with new keys", l.rollKeys)
	t.Run("no directory to write to", func(t *testing.T) {
		l.replaceAll("TMPDIR=/nonexistent", "HOME=/nonexistent")
		l.during(t, faultTime, func() {}, func() {})
	})
}

// serviceFaults returns the faults of the service itself, in the order of their names.
func serviceFaults(l *load) func(yield func(string, serviceFault) bool) {
	all := map[string]serviceFault{
		"latency 2 s":          delayBy(2 * time.Second),
		"latency 10 s":         delayBy(10 * time.Second),
		"latency 60 s":         delayBy(time.Minute),
		"429":                  respondWith(http.StatusTooManyRequests, ""),
		"429 with Retry-After": respondWith(http.StatusTooManyRequests, "5"),
		"500":                  respondWith(http.StatusInternalServerError, ""), "502": respondWith(http.StatusBadGateway, ""), "503": respondWith(http.StatusServiceUnavailable, ""),
		"connection reset": abortConnection,
	}
	for name, kind := range map[string]acstest.FaultKind{
		"connection reset in the body": acstest.FaultTruncated, "truncated JSON": acstest.FaultMalformed, "JSON of wrong types": acstest.FaultWrongTypes,
		"10 MB of JSON": acstest.FaultHuge, "an HTML page": acstest.FaultHTML, "an expired token": acstest.FaultExpired,
	} {
		all[name] = func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			_ = l.service.Inject(acstest.Fault{Kind: kind})
			next.ServeHTTP(w, r)
		}
	}
	return func(yield func(string, serviceFault) bool) {
		for _, name := range slices.Sorted(maps.Keys(all)) {
			if !yield(name, all[name]) {
				return
			}
		}
	}
}

func delayBy(d time.Duration) serviceFault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		body, _ := io.ReadAll(r.Body) // the context ends with the connection only after the body was read
		r.Body = io.NopCloser(bytes.NewReader(body))
		select {
		case <-time.After(d):
			next.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}
}

func respondWith(code int, after string) serviceFault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		if after != "" {
			w.Header().Set("Retry-After", after)
		}
		http.Error(w, `{"error":{"code":"Trouble"}}`, code)
	}
}

func abortConnection(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }

// during causes a fault, starts visitors while it lasts, and prints what they saw.
func (l *load) during(t *testing.T, lasts time.Duration, begin, end func()) []journey {
	t.Helper()
	inCall := l.arrive(l.inCall, 1000, l.visit)
	if joined(inCall) != l.inCall {
		t.Fatalf("before the fault: %d of %d joined: %v", joined(inCall), l.inCall, inCall)
	}
	begin()
	var done []journey
	var all sync.WaitGroup
	all.Go(func() { done = l.arrive(int(lasts.Seconds()*faultRate), faultRate, l.visit) })
	time.Sleep(lasts)
	end()
	over := time.Now()
	all.Wait()
	var last time.Duration
	seen := make(map[string]bool)
	for _, j := range done {
		last = max(last, j.at.Sub(over))
		for _, title := range j.seen {
			seen[title] = true
		}
		if j.err != nil {
			t.Errorf("a visitor did not join: %v, saw %v", j.err, j.seen)
		}
	}
	kept := 0
	for _, j := range inCall {
		if status, _, err := l.send(j, http.MethodPost, "/visit/token", ""); err == nil && status == http.StatusOK {
			kept++
		}
	}
	titles := strings.Join(slices.Sorted(maps.Keys(seen)), "; ")
	if titles == "" {
		titles = "nothing"
	}
	t.Logf("| %s | %s | %d of %d | %d of %d | %.1f s |", strings.ReplaceAll(strings.SplitN(t.Name(), "/", 2)[1], "_", " "), titles, joined(done), len(done), kept, l.inCall, max(0, last.Seconds()))
	if kept != l.inCall {
		t.Errorf("%d calls kept their session, want %d", kept, l.inCall)
	}
	if last > recovery {
		t.Errorf("the last visitor joined %v after the fault, want at most %v", last, recovery)
	}
	return done
}

// sendLargeBodies sends bodies of 1 MiB to the routes that accept a body.
func (l *load) sendLargeBodies(t *testing.T) {
	for range 50 {
		for _, path := range []string{"/", "/visit/join", "/visit/survey", "/csp"} {
			r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, l.site.URL+path, strings.NewReader(strings.Repeat("<", 1<<20)))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			answer, err := l.client.RoundTrip(r)
			if err != nil {
				continue // the server disconnected
			}
			_ = answer.Body.Close()
			if answer.StatusCode < 400 || answer.StatusCode == http.StatusInternalServerError {
				t.Errorf("1 MiB to %s: status %d, want a client error", path, answer.StatusCode)
			}
		}
	}
}

// replace replaces a copy by one with other settings, as a deployment does.
func (l *load) replace(old *siteCopy, env ...string) {
	l.add(l.start(env...))
	_ = old.program.Process.Signal(syscall.SIGTERM)
	time.Sleep(time.Second)
	l.drop(old)
}

func (l *load) replaceAll(env ...string) {
	for _, old := range slices.Clone(l.copies) {
		l.replace(old, env...)
	}
}

// rollKeys replaces all copies twice while visitors join: first with the old key first, then with the new key first.
func (l *load) rollKeys(t *testing.T) {
	const added = "load test key number two"
	var rolled atomic.Bool
	done := l.during(t, 20*time.Second, func() {
		go func() {
			defer rolled.Store(true)
			for _, keys := range []string{loadKeys + "," + added, added + "," + loadKeys} {
				l.replaceAll("LINK_KEYS="+keys, "SESSION_KEYS="+keys)
			}
		}()
	}, func() {
		for !rolled.Load() {
			time.Sleep(100 * time.Millisecond)
		}
		l.env = append(l.env, "LINK_KEYS="+added+","+loadKeys, "SESSION_KEYS="+added+","+loadKeys)
	})
	for _, j := range done {
		if len(j.seen) > 0 {
			t.Errorf("a visitor saw %v, want nothing", j.seen)
		}
	}
}

// TestLoadEntraFaults does the same for Entra: a slow or refusing endpoint of the managed identity, and a role that has
// not reached the service yet.
func TestLoadEntraFaults(t *testing.T) {
	needLoad(t)
	for name, f := range map[string]http.HandlerFunc{
		"Entra slow": func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(4 * time.Second)
			entraToken(w, r)
		},
		"Entra 401": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, `{"error":"unauthorized"}`, http.StatusUnauthorized)
		},
		"Entra 403": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, `{"error":"forbidden"}`, http.StatusForbidden)
		},
		"the role reaches the service later": nil,
	} {
		t.Run(name, func(t *testing.T) { entraFault(t, f) })
	}
}

func entraToken(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"access_token":"entra","expires_on":"%d","token_type":"Bearer","resource":"acs"}`, time.Now().Add(time.Hour).Unix())
}

// entraFault starts a site while Entra has a fault. A nil fault means that the service denies the role.
func entraFault(t *testing.T, f http.HandlerFunc) {
	var broken atomic.Bool
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if broken.Load() && f != nil {
			f(w, r)
			return
		}
		entraToken(w, r)
	}))
	defer tokens.Close()
	l := startLoad(t, "ACS_ENDPOINT=", "AZURE_CLIENT_ID=00001111-aaaa-2222-bbbb-3333cccc4444", "IDENTITY_ENDPOINT="+tokens.URL, "IDENTITY_HEADER=header")
	denied := func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if f == nil && broken.Load() {
			http.Error(w, `{"error":{"code":"Denied"}}`, http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	}
	l.fault.Store(&denied)
	broken.Store(true)
	l.replaceAll() // fresh copies, which the service has never accepted
	l.inCall = 0   // nobody has joined yet
	l.during(t, faultTime, func() {}, func() { broken.Store(false) })
}

// TestLoadBlockedLog stops reading the log of a copy, as a full pipe does.
func TestLoadBlockedLog(t *testing.T) {
	needLoad(t)
	t.Run("nobody reads the log (stderr blocked)", blockLog)
}

func blockLog(t *testing.T) {
	l := startLoad(t)
	s := l.start()
	l.add(s)
	l.during(t, faultTime, func() {
		s.log.block()
		client := http.Client{Timeout: 200 * time.Millisecond}
		for i := range 1000 { // more than the 64 KiB that a pipe holds
			if answer, err := client.Get(s.url.String() + "/nowhere/" + strconv.Itoa(i)); err == nil {
				_ = answer.Body.Close()
			}
		}
	}, func() {})
}
