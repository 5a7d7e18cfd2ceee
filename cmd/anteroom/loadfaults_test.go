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

type trouble = func(w http.ResponseWriter, r *http.Request, next http.Handler)

// TestLoadFaults goes through every fault that a site must survive: while it lasts, visitors arrive; then
// they must all join within ten seconds, and those in a call must keep it.
func TestLoadFaults(t *testing.T) {
	needLoad(t)
	l := startLoad(t)
	for name, f := range orderedTroubles(l) {
		t.Run(name, func(t *testing.T) {
			lasts := faultTime
			if strings.HasPrefix(name, "latency") {
				lasts = slowTime
			}
			l.through(t, lasts, func() { l.trouble.Store(&f) }, func() { l.trouble.Store(nil) })
		})
	}
	t.Run("full outage", func(t *testing.T) {
		f := aborts
		l.through(t, outageTime, func() { l.trouble.Store(&f) }, func() { l.trouble.Store(nil) })
	})
	t.Run("TLS failure", func(t *testing.T) {
		l.through(t, faultTime, func() { l.noTLS.Store(true); l.front.CloseClientConnections() }, func() { l.noTLS.Store(false) })
	})
	t.Run("DNS failure", func(t *testing.T) {
		l.through(t, faultTime, func() {
			l.replaceAll("ACS_CONNECTION_STRING=endpoint=https://service.invalid/;accesskey=" + loadACSKey())
		}, func() { l.replaceAll() })
	})
	for _, ahead := range []time.Duration{5 * time.Minute, -5 * time.Minute} {
		t.Run(fmt.Sprintf("clock skew %v", ahead), func(t *testing.T) {
			l.through(t, faultTime, func() { l.skew.Store(int64(ahead)) }, func() { l.skew.Store(0) })
		})
	}
	t.Run("inputs without end", func(t *testing.T) { l.through(t, faultTime, func() { l.sendHuge(t) }, func() {}) })
	t.Run("kill -9 of one copy", func(t *testing.T) {
		one := l.rotation[0]
		l.through(t, faultTime, func() { _ = one.program.Process.Kill() }, func() { l.drop(one); l.add(l.start()) })
	})
	t.Run("SIGTERM of one copy", func(t *testing.T) {
		one := l.rotation[0]
		done := l.through(t, faultTime, func() {
			_ = one.program.Process.Signal(syscall.SIGTERM)
			time.AfterFunc(2*time.Second, func() { l.drop(one) }) // as a balancer that asks /readyz
		}, func() { l.add(l.start()) })
		for _, j := range done {
			if len(j.seen) > 0 {
				t.Errorf("a visitor saw %v", j.seen)
			}
		}
	})
	t.Run("rolling deployment with new keys", l.rollKeys)
	t.Run("no directory to write to", func(t *testing.T) {
		l.replaceAll("TMPDIR=/nonexistent", "HOME=/nonexistent")
		l.through(t, faultTime, func() {}, func() {})
	})
}

// orderedTroubles are the ways in which the service itself fails, in order of their names.
func orderedTroubles(l *load) func(yield func(string, trouble) bool) {
	all := map[string]trouble{
		"latency 2 s":          slowly(2 * time.Second),
		"latency 10 s":         slowly(10 * time.Second),
		"latency 60 s":         slowly(time.Minute),
		"429":                  status(http.StatusTooManyRequests, ""),
		"429 with Retry-After": status(http.StatusTooManyRequests, "5"),
		"500":                  status(http.StatusInternalServerError, ""), "502": status(http.StatusBadGateway, ""), "503": status(http.StatusServiceUnavailable, ""),
		"connection reset": aborts,
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
	return func(yield func(string, trouble) bool) {
		for _, name := range slices.Sorted(maps.Keys(all)) {
			if !yield(name, all[name]) {
				return
			}
		}
	}
}

func slowly(d time.Duration) trouble {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		body, _ := io.ReadAll(r.Body) // only then does the context end with the connection
		r.Body = io.NopCloser(bytes.NewReader(body))
		select {
		case <-time.After(d):
			next.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}
}

func status(code int, after string) trouble {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		if after != "" {
			w.Header().Set("Retry-After", after)
		}
		http.Error(w, `{"error":{"code":"Trouble"}}`, code)
	}
}

func aborts(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }

// through lets visitors arrive while a fault lasts, and prints what they saw.
func (l *load) through(t *testing.T, lasts time.Duration, begin, end func()) []journey {
	t.Helper()
	inCall := l.arrive(l.inCall, 1000, l.visit)
	if joined(inCall) != l.inCall {
		t.Fatalf("before the fault: %v", inCall)
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
			t.Errorf("a visitor did not join: %v %v", j.err, j.seen)
		}
	}
	kept := 0
	for _, j := range inCall {
		if status, _, err := l.ask(j, http.MethodPost, "/visit/token", ""); err == nil && status == http.StatusOK {
			kept++
		}
	}
	words := strings.Join(slices.Sorted(maps.Keys(seen)), "; ")
	if words == "" {
		words = "nothing"
	}
	t.Logf("| %s | %s | %d of %d | %d of %d | %.1f s |", strings.ReplaceAll(strings.SplitN(t.Name(), "/", 2)[1], "_", " "), words, joined(done), len(done), kept, l.inCall, max(0, last.Seconds()))
	if kept != l.inCall {
		t.Errorf("%d of %d calls kept their session", kept, l.inCall)
	}
	if last > recovery {
		t.Errorf("the last visitor joined %v after the fault", last)
	}
	return done
}

// sendHuge sends bodies that do not end, at the places that take one.
func (l *load) sendHuge(t *testing.T) {
	for range 50 {
		for _, path := range []string{"/", "/visit/join", "/visit/survey", "/csp"} {
			r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, l.site.URL+path, strings.NewReader(strings.Repeat("<", 1<<20)))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			answer, err := l.client.RoundTrip(r)
			if err != nil {
				continue // cut off
			}
			_ = answer.Body.Close()
			if answer.StatusCode < 400 || answer.StatusCode == http.StatusInternalServerError {
				t.Errorf("%s takes 1 MiB: %d", path, answer.StatusCode)
			}
		}
	}
}

// replace exchanges a copy for one with other settings, as a deployment does.
func (l *load) replace(old *serving, env ...string) {
	l.add(l.start(env...))
	_ = old.program.Process.Signal(syscall.SIGTERM)
	time.Sleep(time.Second)
	l.drop(old)
}

func (l *load) replaceAll(env ...string) {
	for _, old := range slices.Clone(l.rotation) {
		l.replace(old, env...)
	}
}

// rollKeys exchanges all copies twice while visitors join: old key first, then new key first.
func (l *load) rollKeys(t *testing.T) {
	const added = "load test key number two"
	var rolled atomic.Bool
	done := l.through(t, 20*time.Second, func() {
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
			t.Errorf("a visitor saw %v", j.seen)
		}
	}
}

// TestLoadEntraFaults does the same for Entra: a managed identity whose endpoint is slow or refuses, and a
// role that the service does not know yet.
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
		"the service knows the role only later": nil,
	} {
		t.Run(name, func(t *testing.T) { entraFault(t, f) })
	}
}

func entraToken(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"access_token":"entra","expires_on":"%d","token_type":"Bearer","resource":"acs"}`, time.Now().Add(time.Hour).Unix())
}

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
	l.trouble.Store(&denied)
	broken.Store(true)
	l.replaceAll() // fresh copies, which the service has never accepted
	l.inCall = 0   // nobody has joined yet
	l.through(t, faultTime, func() {}, func() { broken.Store(false) })
}

// TestLoadBlockedLog stops reading the log of a copy, as a full pipe does.
func TestLoadBlockedLog(t *testing.T) {
	needLoad(t)
	t.Run("stdout and stderr blocked", blockLog)
}

func blockLog(t *testing.T) {
	l := startLoad(t)
	s := l.start()
	l.add(s)
	l.through(t, faultTime, func() {
		s.log.shut()
		client := http.Client{Timeout: 200 * time.Millisecond}
		for i := range 1000 { // 64 KiB of lines fill a pipe
			if answer, err := client.Get(s.url.String() + "/nowhere/" + strconv.Itoa(i)); err == nil {
				_ = answer.Body.Close()
			}
		}
	}, func() {})
}
