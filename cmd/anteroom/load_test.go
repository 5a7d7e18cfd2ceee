package main

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/acs/acstest"
	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/visit"
)

// `make load` runs these tests: three copies of the program behind a plain round robin, and the stand-in
// for the identity service with the service's real quotas. All of it is on loopback and bounded.

const (
	loadCopies   = 3
	loadRate     = 30 // visitors a second
	rushVisitors = 2000
	rushTime     = 75 * time.Second
	randomRate   = 15 // visitors a second: failed requests count against the quota, too
	loadKeys     = "load test key number one"
)

func loadACSKey() string { return base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", 64))) }

func needLoad(t *testing.T) time.Duration {
	t.Helper()
	if os.Getenv("LOAD") != "on" {
		t.Skip("LOAD is not on: make load runs it for minutes, on all cores")
	}
	of, err := time.ParseDuration(os.Getenv("LOAD_TIME"))
	if err != nil {
		t.Fatalf("LOAD_TIME: %v", err)
	}
	return of
}

func TestLoadSteady(t *testing.T) {
	of := needLoad(t)
	l := startLoad(t)
	bare := newBare(l)
	defer bare.Close()
	count := int(of.Seconds() * loadRate)
	done := l.arrive(count, loadRate, func(i int) journey {
		bare.visit(t, i)
		return l.visit(i)
	})
	report(t, fmt.Sprintf("%d visitors a second for %v", loadRate, of), done, bare)
	for _, j := range done {
		if j.err != nil || len(j.seen) > 0 {
			t.Errorf("a join failed or had to wait: %v %v", j.err, j.seen)
		}
	}
	l.reportService()
}

func TestLoadRush(t *testing.T) {
	needLoad(t)
	l := startLoad(t)
	began := time.Now()
	done := l.arrive(rushVisitors, rushVisitors, l.visit)
	took := time.Since(began)
	report(t, fmt.Sprintf("a rush of %d visitors in one second", rushVisitors), done, nil)
	t.Logf("    all answered after %.1f s", took.Seconds())
	if joined(done) != rushVisitors || took > rushTime {
		t.Errorf("%d of %d joined within %v, want all within %v", joined(done), rushVisitors, took, rushTime)
	}
	l.reportService()
}

func TestLoadRandomFailures(t *testing.T) {
	of := needLoad(t)
	l := startLoad(t)
	failing := func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if rand.IntN(100) < 30 {
			http.Error(w, `{"error":{"code":"InternalError"}}`, http.StatusInternalServerError)
			return
		}
		next.ServeHTTP(w, r)
	}
	l.trouble.Store(&failing)
	count := int(min(of, 2*time.Minute).Seconds() * randomRate)
	done := l.arrive(count, randomRate, l.visit)
	report(t, fmt.Sprintf("30 %% of the service's answers are errors, %d visitors a second", randomRate), done, nil)
	if joined(done)*1000 < count*999 {
		t.Errorf("%d of %d joined, want 99.9 %%", joined(done), count)
	}
}

// load is the site under load: copies of the program, their service, and a balancer.
type load struct {
	t        *testing.T
	service  *acstest.Server
	skew     atomic.Int64 // nanoseconds that the service's clock is ahead
	noTLS    atomic.Bool
	inCall   int // visitors who are in their call before a fault
	front    *httptest.Server
	trouble  atomic.Pointer[func(http.ResponseWriter, *http.Request, http.Handler)]
	site     *httptest.Server
	env      []string
	links    []string
	client   *http.Transport
	next     atomic.Int64
	mu       sync.Mutex
	rotation []*serving
}

// serving is one copy of the program.
type serving struct {
	program *exec.Cmd
	log     *gatedOutput
	url     *url.URL
	ended   chan struct{}
}

// startLoad starts copies with these settings besides; without ACS_ENDPOINT they use an access key.
func startLoad(t *testing.T, env ...string) *load {
	t.Helper()
	l := &load{t: t, inCall: 5, client: &http.Transport{MaxIdleConnsPerHost: 512, DisableCompression: true}}
	t.Cleanup(l.client.CloseIdleConnections)
	key := loadACSKey()
	var err error
	if l.service, err = acstest.New(acstest.Options{
		Key: key, Clock: func() time.Time { return time.Now().Add(time.Duration(l.skew.Load())) }, Bearer: func(string) error { return nil },
	}); err != nil {
		t.Fatal(err)
	}
	l.front = httptest.NewUnstartedServer(http.HandlerFunc(l.answer))
	l.front.Config.ErrorLog = log.New(io.Discard, "", 0)
	l.front.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		if l.noTLS.Load() {
			return nil, errors.New("no handshake")
		}
		return nil, nil //nolint:nilnil // keeps the server's own
	}}
	l.front.StartTLS()
	t.Cleanup(l.front.Close)
	trusted := filepath.Join(t.TempDir(), "service.pem")
	if err := os.WriteFile(trusted, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: l.front.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	l.site = httptest.NewServer(l.balancer())
	t.Cleanup(l.site.Close)
	l.env = append([]string{
		asProgram + "=1", "SSL_CERT_FILE=" + trusted, "BASE_URL=" + l.site.URL, "TRUSTED_PROXIES=loopback", "LINK_KEYS=" + loadKeys, "SESSION_KEYS=" + loadKeys,
		"DAILY_JOINS=0", "JOINS_PER_VISIT=0", "LISTEN=127.0.0.1:0", "GOMAXPROCS=2",
	}, env...)
	if !slices.ContainsFunc(env, func(s string) bool { return strings.HasPrefix(s, "ACS_ENDPOINT=") }) {
		l.env = append(l.env, "ACS_CONNECTION_STRING=endpoint="+l.front.URL+"/;accesskey="+key)
	} else {
		l.env = append(l.env, "ACS_ENDPOINT="+l.front.URL)
		l.env = slices.DeleteFunc(l.env, func(s string) bool { return s == "ACS_ENDPOINT=" })
	}
	for range loadCopies {
		l.add(l.start())
	}
	l.seal()
	return l
}

// answer is the identity service with 20 ms of delay, and whatever trouble is on.
func (l *load) answer(w http.ResponseWriter, r *http.Request) {
	time.Sleep(serviceDelay)
	if trouble := l.trouble.Load(); trouble != nil {
		(*trouble)(w, r, l.service)
		return
	}
	l.service.ServeHTTP(w, r)
}

// balancer hands each request to the next copy, whatever it answers.
func (l *load) balancer() http.Handler {
	var turn atomic.Int64
	return &httputil.ReverseProxy{
		Transport: &http.Transport{MaxIdleConnsPerHost: 512, DisableCompression: true},
		ErrorLog:  log.New(io.Discard, "", 0),
		Rewrite: func(r *httputil.ProxyRequest) {
			l.mu.Lock()
			to := l.rotation[int(turn.Add(1))%len(l.rotation)].url
			l.mu.Unlock()
			r.SetURL(to)
			r.Out.Host = r.In.Host
			r.Out.Header["X-Forwarded-For"] = r.In.Header["X-Forwarded-For"]
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			http.Error(w, "Bad Gateway", http.StatusBadGateway)
		},
	}
}

// gatedOutput is a log that can stop being read.
type gatedOutput struct {
	output
	isShut   atomic.Bool
	released chan struct{}
}

func (o *gatedOutput) shut() { o.isShut.Store(true) }

func (o *gatedOutput) Write(p []byte) (int, error) {
	if o.isShut.Load() {
		<-o.released
	}
	return o.output.Write(p)
}

// start starts a copy with these settings besides, which win.
func (l *load) start(env ...string) *serving {
	l.t.Helper()
	s := &serving{program: exec.Command(os.Args[0], "serve"), ended: make(chan struct{}), log: &gatedOutput{released: make(chan struct{})}} //nolint:noctx // its end is the test's
	s.program.Env, s.program.Stderr = append(slices.Clone(l.env), env...), s.log
	if err := s.program.Start(); err != nil {
		l.t.Fatal(err)
	}
	go func() { _ = s.program.Wait(); close(s.ended) }()
	l.t.Cleanup(func() { close(s.log.released); _ = s.program.Process.Kill(); <-s.ended })
	for range 2400 {
		if found := listenLine.FindStringSubmatch(s.log.String()); found != nil {
			s.url, _ = url.Parse("http://" + net.JoinHostPort("127.0.0.1", found[2]))
			return s
		}
		time.Sleep(25 * time.Millisecond)
	}
	l.t.Fatalf("serve is not ready: %s", s.log.String())
	return nil
}

func (l *load) add(s *serving) { l.mu.Lock(); l.rotation = append(l.rotation, s); l.mu.Unlock() }

func (l *load) drop(s *serving) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rotation = slices.DeleteFunc(slices.Clone(l.rotation), func(other *serving) bool { return other == s })
}

// seal makes the links that visitors come by.
func (l *load) seal() {
	l.t.Helper()
	keys, err := visit.NewKeyring([]string{loadKeys})
	if err != nil {
		l.t.Fatal(err)
	}
	for i := range 200 {
		draft := visit.Draft{
			Meeting: shortLink, Name: fmt.Sprintf("Visitor %d", i), Zone: "UTC", Language: "en-GB",
			Start: time.Now().UTC().Format("2006-01-02 15:04"), Minutes: "60",
		}
		v, err := draft.Visit(time.Now(), teams.Rules{})
		if err != nil {
			l.t.Fatal(err)
		}
		text, err := keys.Seal(v)
		if err != nil {
			l.t.Fatal(err)
		}
		l.links = append(l.links, "/v/"+text)
	}
}

// arrive lets so many visitors come, so many a second, and returns when the last has joined or given up.
func (l *load) arrive(count, perSecond int, visit func(i int) journey) []journey {
	done := make([]journey, count)
	var all sync.WaitGroup
	pace := time.NewTicker(time.Second / time.Duration(perSecond))
	defer pace.Stop()
	for i := range count {
		<-pace.C
		n := int(l.next.Add(1))
		all.Go(func() { done[i] = visit(n) })
	}
	all.Wait()
	return done
}

// journey is how a visitor joined.
type journey struct {
	err  error
	page time.Duration // the visit's page
	last time.Duration // the request that joined
	took time.Duration // from the press of Join, with all waiting
	at   time.Time     // when it was over
	seen map[string]string
	http *http.Client
	from string
}

// visit opens a link and joins as the visit's page does: static/src/visit/patience.ts has the same rules.
func (l *load) visit(i int) journey {
	jar, _ := cookiejar.New(nil)
	j := journey{
		seen: make(map[string]string), from: fmt.Sprintf("10.%d.%d.%d", i>>16&255, i>>8&255, i&255),
		http: &http.Client{Jar: jar, Transport: l.client, Timeout: 20 * time.Second},
	}
	link := l.links[i%len(l.links)]
	began := time.Now()
	for range 10 { // a person reloads a page that does not open
		status, _, err := l.ask(j, http.MethodGet, link, "")
		if err == nil && status == http.StatusOK {
			break
		}
		j.seen["page"] = fmt.Sprintf("the page does not open (%d)", status)
		time.Sleep(2 * time.Second)
	}
	j.page = time.Since(began)
	pressed := time.Now()
	body := fmt.Sprintf(`{"name":"Sam Patel","link":%q}`, link)
	for {
		asked := time.Now()
		pause, patience := l.join(&j, body)
		j.last, j.took, j.at = time.Since(asked), time.Since(pressed), time.Now()
		if pause == 0 || j.took+pause > patience {
			return j
		}
		time.Sleep(pause)
	}
}

// join asks for a ticket once. It returns when the page asks again, 0 for never, and how long it does so.
func (l *load) join(j *journey, body string) (pause, patience time.Duration) {
	status, raw, err := l.ask(*j, http.MethodPost, "/visit/join", body)
	var said struct {
		Token, Type, Title, Detail string
		RetryAfter                 int
	}
	parsed := json.Unmarshal(raw, &said) == nil
	slug := strings.TrimPrefix(said.Type, "urn:anteroom:problem:")
	switch {
	case err == nil && status == http.StatusOK && said.Token != "":
		j.err = nil
		return 0, 0
	case err != nil || !parsed:
		j.err, j.seen["unreachable"] = fmt.Errorf("status %d: %w", status, err), "We cannot reach our service"
		return 2*time.Second + rand.N(time.Second), time.Minute // longer than one copy takes to be replaced
	}
	j.err, j.seen[slug] = fmt.Errorf("%d %s", status, slug), said.Title
	after := time.Duration(said.RetryAfter) * time.Second
	switch slug {
	case "service-busy":
		return after + rand.N(time.Second/2), 8 * time.Minute
	case "service-late", "service-starting", "service-unavailable", "too-busy":
		return after + rand.N(time.Second), 3 * time.Minute
	}
	return 0, 0
}

func (l *load) ask(j journey, method, path, body string) (int, []byte, error) {
	r, err := http.NewRequestWithContext(context.Background(), method, l.site.URL+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("X-Forwarded-For", j.from)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := j.http.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	return answer.StatusCode, raw, err
}

// bare is a server of a few lines that answers the same visitors in the same run: a page of the same
// size, and a ticket for which it asks the same service once.
type bare struct {
	*httptest.Server
	mu         sync.Mutex
	page, join []time.Duration
}

func newBare(l *load) *bare {
	service := l.front.Client()
	page := []byte(strings.Repeat("p", 30_000))
	return &bare{Server: httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			answer, err := service.Get(l.front.URL) // rejected, and as slow
			if err != nil {
				http.Error(w, "", http.StatusBadGateway)
				return
			}
			_, _ = io.Copy(io.Discard, answer.Body)
			_ = answer.Body.Close()
		}
		_, _ = w.Write(page)
	}))}
}

func (b *bare) visit(t *testing.T, _ int) {
	for _, of := range []*[]time.Duration{&b.page, &b.join} {
		began := time.Now()
		method := http.MethodGet
		if of == &b.join {
			method = http.MethodPost
		}
		r, _ := http.NewRequestWithContext(t.Context(), method, b.URL, strings.NewReader("{}"))
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
		b.mu.Lock()
		*of = append(*of, time.Since(began))
		b.mu.Unlock()
	}
}

func joined(done []journey) (n int) {
	for _, j := range done {
		if j.err == nil {
			n++
		}
	}
	return n
}

// report prints what happened to the visitors.
func report(t *testing.T, what string, done []journey, bare *bare) {
	t.Helper()
	seen := make(map[string]int)
	var page, join, took []time.Duration
	for _, j := range done {
		page, join, took = append(page, j.page), append(join, j.last), append(took, j.took)
		for slug := range maps.Keys(j.seen) {
			seen[slug]++
		}
	}
	t.Logf("%s: %d of %d joined; visitors who waited, by reason: %v", what, joined(done), len(done), seen)
	t.Logf("    page %s; join %s; from the press to the ticket, waiting included %s", quantiles(page), quantiles(join), quantiles(took))
	if bare != nil {
		bare.mu.Lock()
		defer bare.mu.Unlock()
		t.Logf("    bare Go handler, same run: page %s; join %s", quantiles(bare.page), quantiles(bare.join))
	}
}

func quantiles(d []time.Duration) string {
	slices.Sort(d)
	at := func(q float64) float64 { return float64(d[int(q*float64(len(d)-1))].Microseconds()) / 1000 }
	return fmt.Sprintf("median %.1f, p99 %.1f, most %.1f ms", at(.5), at(.99), at(1))
}

// reportService prints what the service saw.
func (l *load) reportService() {
	ledger := l.service.Ledger()
	requests := ledger.Requests[acstest.OpCreateWithToken]
	l.t.Logf("    the service: %d requests for an identity, %d answered 429", requests, requests-len(ledger.Identities))
}
