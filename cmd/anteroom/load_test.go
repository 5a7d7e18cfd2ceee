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

// `make load` runs these tests. Three copies of the program run behind a plain round robin; the identity service is the
// stand-in with the real quotas. Everything is on loopback.

const (
	loadCopies   = 3
	loadRate     = 30 // visitors a second
	rushVisitors = 2000
	rushTime     = 75 * time.Second
	randomRate   = 15 // visitors a second; failed requests also count against the quota
	loadKeys     = "load test key number one"
)

func loadACSKey() string { return base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", 64))) }

// needLoad skips the test unless LOAD is on, and returns how long the load lasts.
func needLoad(t *testing.T) time.Duration {
	t.Helper()
	if os.Getenv("LOAD") != "on" {
		t.Skip("LOAD is not on: make load runs this test, for minutes and on all cores")
	}
	lasts, err := time.ParseDuration(os.Getenv("LOAD_TIME"))
	if err != nil {
		t.Fatalf("LOAD_TIME: %v", err)
	}
	return lasts
}

func TestLoadSteady(t *testing.T) {
	lasts := needLoad(t)
	l := startLoad(t)
	bare := newBare(l)
	defer bare.Close()
	count := int(lasts.Seconds() * loadRate)
	done := l.arrive(count, loadRate, func(i int) journey {
		bare.visit(t, i)
		return l.visit(i)
	})
	report(t, fmt.Sprintf("%d visitors a second for %v", loadRate, lasts), done, bare)
	for _, j := range done {
		if j.err != nil || len(j.seen) > 0 {
			t.Errorf("join: error %v, saw %v, want neither", j.err, j.seen)
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
	t.Logf("    the last answer came after %.1f s", took.Seconds())
	if joined(done) != rushVisitors || took > rushTime {
		t.Errorf("%d of %d joined in %v, want all in %v", joined(done), rushVisitors, took, rushTime)
	}
	l.reportService()
}

func TestLoadRandomFailures(t *testing.T) {
	lasts := needLoad(t)
	l := startLoad(t)
	failing := func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if rand.IntN(100) < 30 {
			http.Error(w, `{"error":{"code":"InternalError"}}`, http.StatusInternalServerError)
			return
		}
		next.ServeHTTP(w, r)
	}
	l.fault.Store(&failing)
	count := int(min(lasts, 2*time.Minute).Seconds() * randomRate)
	done := l.arrive(count, randomRate, l.visit)
	report(t, fmt.Sprintf("30 %% of the service's answers are errors, %d visitors a second", randomRate), done, nil)
	if joined(done)*1000 < count*999 {
		t.Errorf("%d of %d joined, want at least 99.9 %%", joined(done), count)
	}
}

// load is the site under load: copies of the program, their identity service, and a load balancer.
type load struct {
	t       *testing.T
	service *acstest.Server
	skew    atomic.Int64 // nanoseconds that the service's clock is ahead
	noTLS   atomic.Bool
	inCall  int // visitors who are in their call before a fault
	front   *httptest.Server
	fault   atomic.Pointer[serviceFault] // nil if the service works
	site    *httptest.Server
	env     []string
	links   []string
	client  *http.Transport
	next    atomic.Int64
	mu      sync.Mutex
	copies  []*siteCopy
}

// siteCopy is one copy of the program.
type siteCopy struct {
	program *exec.Cmd
	log     *gatedOutput
	url     *url.URL
	ended   chan struct{}
}

// startLoad starts the copies, with env as additional settings. Without ACS_ENDPOINT in env they use an access key.
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
	l.front = httptest.NewUnstartedServer(http.HandlerFunc(l.serveIdentities))
	l.front.Config.ErrorLog = log.New(io.Discard, "", 0)
	l.front.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		if l.noTLS.Load() {
			return nil, errors.New("no handshake")
		}
		return nil, nil //nolint:nilnil // the server's own configuration
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
	l.makeLinks()
	return l
}

// serveIdentities is the identity service with 20 ms of delay and the present fault.
func (l *load) serveIdentities(w http.ResponseWriter, r *http.Request) {
	time.Sleep(serviceDelay)
	if fault := l.fault.Load(); fault != nil {
		(*fault)(w, r, l.service)
		return
	}
	l.service.ServeHTTP(w, r)
}

// balancer passes each request to the next copy, whatever it answers.
func (l *load) balancer() http.Handler {
	var turn atomic.Int64
	return &httputil.ReverseProxy{
		Transport: &http.Transport{MaxIdleConnsPerHost: 512, DisableCompression: true},
		ErrorLog:  log.New(io.Discard, "", 0),
		Rewrite: func(r *httputil.ProxyRequest) {
			l.mu.Lock()
			to := l.copies[int(turn.Add(1))%len(l.copies)].url
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
	isBlocked atomic.Bool
	released  chan struct{}
}

func (o *gatedOutput) block() { o.isBlocked.Store(true) }

func (o *gatedOutput) Write(p []byte) (int, error) {
	if o.isBlocked.Load() {
		<-o.released
	}
	return o.output.Write(p)
}

// start starts a copy. Settings in env override those of the load.
func (l *load) start(env ...string) *siteCopy {
	l.t.Helper()
	s := &siteCopy{program: exec.Command(os.Args[0], "serve"), ended: make(chan struct{}), log: &gatedOutput{released: make(chan struct{})}} //nolint:noctx // the test ends it
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
	l.t.Fatalf("serve was not ready within a minute: %s", s.log.String())
	return nil
}

func (l *load) add(s *siteCopy) { l.mu.Lock(); l.copies = append(l.copies, s); l.mu.Unlock() }

func (l *load) drop(s *siteCopy) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.copies = slices.DeleteFunc(slices.Clone(l.copies), func(other *siteCopy) bool { return other == s })
}

// makeLinks makes the links that visitors open.
func (l *load) makeLinks() {
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

// arrive starts count visitors, perSecond of them a second. It returns when the last has joined or given up.
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

// journey is what happened to a visitor.
type journey struct {
	err  error
	page time.Duration     // until the visit's page was loaded
	last time.Duration     // the last request to join
	took time.Duration     // from the press of Join, with all waiting
	at   time.Time         // when the visitor joined or gave up
	seen map[string]string // titles of problems, by problem type
	http *http.Client
	from string
}

// visit opens a link and joins by the rules of the visit's page, which are in static/src/visit/patience.ts.
func (l *load) visit(i int) journey {
	jar, _ := cookiejar.New(nil)
	j := journey{
		seen: make(map[string]string), from: fmt.Sprintf("10.%d.%d.%d", i>>16&255, i>>8&255, i&255),
		http: &http.Client{Jar: jar, Transport: l.client, Timeout: 20 * time.Second},
	}
	link := l.links[i%len(l.links)]
	began := time.Now()
	for range 10 { // a visitor reloads a page that does not open
		status, _, err := l.send(j, http.MethodGet, link, "")
		if err == nil && status == http.StatusOK {
			break
		}
		j.seen["page"] = fmt.Sprintf("the page does not open (%d)", status)
		time.Sleep(2 * time.Second)
	}
	j.page = time.Since(began)
	beganJoin := time.Now()
	body := fmt.Sprintf(`{"name":"Sam Patel","link":%q}`, link)
	for {
		sent := time.Now()
		pause, patience := l.join(&j, body)
		j.last, j.took, j.at = time.Since(sent), time.Since(beganJoin), time.Now()
		if pause == 0 || j.took+pause > patience {
			return j
		}
		time.Sleep(pause)
	}
}

// join requests a ticket once. It returns when the page retries, 0 for never, and for how long it retries.
func (l *load) join(j *journey, body string) (pause, patience time.Duration) {
	status, raw, err := l.send(*j, http.MethodPost, "/visit/join", body)
	var reply struct {
		Token, Type, Title, Detail string
		RetryAfter                 int
	}
	parsed := json.Unmarshal(raw, &reply) == nil
	slug := strings.TrimPrefix(reply.Type, "urn:anteroom:problem:")
	switch {
	case err == nil && status == http.StatusOK && reply.Token != "":
		j.err = nil
		return 0, 0
	case err != nil || !parsed:
		j.err, j.seen["unreachable"] = fmt.Errorf("status %d: %w", status, err), "We cannot reach our service"
		return 2*time.Second + rand.N(time.Second), time.Minute // replacing a copy takes less
	}
	j.err, j.seen[slug] = fmt.Errorf("%d %s", status, slug), reply.Title
	after := time.Duration(reply.RetryAfter) * time.Second
	switch slug {
	case "service-busy":
		return after + rand.N(time.Second/2), 8 * time.Minute
	case "service-late", "service-starting", "service-unavailable", "too-busy":
		return after + rand.N(time.Second), 3 * time.Minute
	}
	return 0, 0
}

func (l *load) send(j journey, method, path, body string) (int, []byte, error) {
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

// bare is a server of a few lines that answers the same visitors in the same run. Its page has the same size, and for a
// ticket it sends one request to the same service.
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
			answer, err := service.Get(l.front.URL) // rejected after the same delay
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
	for _, list := range []*[]time.Duration{&b.page, &b.join} {
		began := time.Now()
		method := http.MethodGet
		if list == &b.join {
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
		*list = append(*list, time.Since(began))
		b.mu.Unlock()
	}
}

// joined returns how many visitors joined.
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
	t.Logf("    page %s; join %s; from the press to the ticket, with all waiting, %s", quantiles(page), quantiles(join), quantiles(took))
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

// reportService prints the requests that the service received.
func (l *load) reportService() {
	ledger := l.service.Ledger()
	requests := ledger.Requests[acstest.OpCreateWithToken]
	l.t.Logf("    the service: %d requests for an identity, %d answered 429", requests, requests-len(ledger.Identities))
}
