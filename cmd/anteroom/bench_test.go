package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/acs/acstest"
	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/visit"
)

// These benchmarks compare the site with a minimal server, measured in the same run by the same
// client. On a busy machine only the ratio is meaningful. They have no limits to fail.

// serviceDelay is how long the identity service takes for an answer.
const serviceDelay = 20 * time.Millisecond

var crowds = []int{1, 32, 256}

var readyLine = regexp.MustCompile(`open (http\S+)`)

// freeAddress returns the settings of a site on a free port of this machine.
func freeAddress(b *testing.B) []string {
	b.Helper()
	listener, err := new(net.ListenConfig).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer listener.Close()
	return []string{"LISTEN=" + listener.Addr().String(), "BASE_URL=http://" + listener.Addr().String()}
}

// startServe runs serve until the benchmark ends, discards its log, and returns its address.
func startServe(b *testing.B, env ...string) (address string) {
	b.Helper()
	ctx, cancel := context.WithCancel(b.Context())
	out, where := new(output), freeAddress(b)
	done := make(chan error, 1)
	go func() {
		defer close(done)
		done <- run(ctx, nil, append(env, where...), console{strings.NewReader(""), out, io.Discard, time.Now})
	}()
	b.Cleanup(func() { cancel(); <-done })
	for range 4000 {
		if found := readyLine.FindStringSubmatch(out.String()); found != nil {
			return found[1]
		}
		select {
		case err := <-done:
			b.Fatalf("serve ended: %v", err)
		case <-time.After(5 * time.Millisecond):
		}
	}
	b.Fatal("serve was not ready within 20 seconds")
	return ""
}

// request sends one request of a client, who has a number.
type request func(client *http.Client, member int) error

// rounds is how often the two servers alternate, so that a busy machine slows both equally.
const rounds = 8

// compare has many clients send b.N requests each to the site and to the bare server. It prints both
// rates and their ratio. It prints no time, because the time covers both servers.
func compare(b *testing.B, unit string, crowd int, site, bare request) {
	b.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: crowd, DisableCompression: true}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: time.Minute}
	times := max(1, b.N/rounds)
	var ofSite, ofBare time.Duration
	for range rounds {
		ofSite += sendAll(b, client, crowd, times, site)
		ofBare += sendAll(b, client, crowd, times, bare)
	}
	all := float64(rounds * times)
	b.ReportMetric(all/ofSite.Seconds(), unit+"/s")
	b.ReportMetric(all/ofBare.Seconds(), "bare/s")
	b.ReportMetric(ofBare.Seconds()/ofSite.Seconds(), "ratio")
	b.ReportMetric(0, "ns/op")
}

// sendAll returns how long the clients take for this number of requests in total.
func sendAll(b *testing.B, client *http.Client, crowd, times int, send request) time.Duration {
	b.Helper()
	var left atomic.Int64
	left.Store(int64(times))
	var all sync.WaitGroup
	began := time.Now()
	for member := range crowd {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				if err := send(client, member); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	return time.Since(began)
}

func get(address string) request {
	return func(client *http.Client, _ int) error {
		return exchange(client, http.MethodGet, address, "", nil)
	}
}

func exchange(client *http.Client, method, address, cookie string, body []byte) error {
	r, err := http.NewRequest(method, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Accept-Encoding", "br")
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %d", method, address, answer.StatusCode)
	}
	return nil
}

// BenchmarkPages requests the pages of a visit. The bare server answers with the same number of bytes.
func BenchmarkPages(b *testing.B) {
	site := startServe(b, "REHEARSE=on", "LINK_KEYS="+loadKeys)
	for _, page := range []struct{ name, path string }{{"door", "/"}, {"visit", "/visit"}, {"link", "/v/" + openLink(b)}} {
		for _, crowd := range crowds {
			b.Run(page.name+"/"+strconv.Itoa(crowd), func(b *testing.B) {
				cookies := make([]string, crowd)
				if page.name == "visit" {
					cookies = visitors(b, site, crowd)
				}
				open := func(client *http.Client, member int) error {
					return exchange(client, http.MethodGet, site+page.path, cookies[member], nil)
				}
				bare := httptest.NewServer(sameSize(b, site+page.path, cookies[0]))
				defer bare.Close()
				b.ResetTimer()
				compare(b, "pages", crowd, open, get(bare.URL))
			})
		}
	}
}

// openLink returns the sealed link of a visit that is open now.
func openLink(b *testing.B) string {
	b.Helper()
	keys, err := visit.NewKeyring([]string{loadKeys})
	if err != nil {
		b.Fatal(err)
	}
	now := time.Now()
	draft := visit.Draft{Meeting: shortLink, Name: "Sam Patel", Zone: "UTC", Language: "en-GB", Start: now.UTC().Format("2006-01-02 15:04"), Minutes: "60"}
	made, err := draft.Visit(now, teams.Rules{})
	if err != nil {
		b.Fatal(err)
	}
	text, err := keys.Seal(made)
	if err != nil {
		b.Fatal(err)
	}
	return text
}

// sameSize answers every request with the bytes that the site sends for one.
func sameSize(b *testing.B, address, cookie string) http.Handler {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "br")
	r.Header.Set("Cookie", cookie)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		b.Fatalf("GET %s: %d %v", address, answer.StatusCode, err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(page) })
}

// BenchmarkTokens renews tokens of visitors who have joined: each renewal is one request to the service. (Joins of new
// visitors are slower on purpose, within the service's quota.) The bare server sends one request to an equally slow service,
// and returns its answer.
func BenchmarkTokens(b *testing.B) {
	service, err := acstest.New(acstest.Options{Limits: map[acstest.Operation]int{acstest.OpCreateWithToken: math.MaxInt, acstest.OpIssue: math.MaxInt}})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := service.Start("", nil); err != nil {
		b.Fatal(err)
	}
	defer func() { _ = service.Close() }()
	if err := service.Inject(acstest.Fault{Kind: acstest.FaultSlow, Delay: serviceDelay, Times: math.MaxInt}); err != nil {
		b.Fatal(err)
	}
	site := startServe(b, "ADMISSION=open", "JOINS_PER_ADDRESS=0", "JOINS_PER_SESSION=0", "DAILY_JOINS=0", "ACS_CONNECTION_STRING="+service.ConnectionString())
	bare := httptest.NewServer(bareTokens(b))
	defer bare.Close()
	for _, crowd := range crowds {
		b.Run(strconv.Itoa(crowd), func(b *testing.B) {
			cookies := visitors(b, site, crowd)
			for i := range cookies {
				cookies[i] = joinOnce(b, site, cookies[i])
			}
			renew := func(client *http.Client, member int) error {
				return exchange(client, http.MethodPost, site+"/visit/token", cookies[member], []byte("{}"))
			}
			b.ResetTimer()
			compare(b, "tokens", crowd, renew, get(bare.URL))
		})
	}
}

// visitors opens the same visit for each client, and returns their cookies.
func visitors(b *testing.B, site string, crowd int) (cookies []string) {
	b.Helper()
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client := &http.Client{CheckRedirect: stay, Timeout: time.Minute}
	for range crowd {
		answer, err := client.Get(site + "/?meetingURL=" + strings.ReplaceAll(shortLink, "?", "%3F"))
		if err != nil {
			b.Fatal(err)
		}
		_ = answer.Body.Close()
		if len(answer.Cookies()) == 0 {
			b.Fatalf("open a visit: status %d without a cookie", answer.StatusCode)
		}
		cookie := answer.Cookies()[0]
		cookies = append(cookies, cookie.Name+"="+cookie.Value)
	}
	return cookies
}

// joinOnce joins a visit, waiting for a turn if necessary, and returns the cookie of the session that has joined.
func joinOnce(b *testing.B, site, cookie string) string {
	b.Helper()
	for range 120 {
		r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, site+"/visit/join", strings.NewReader(`{"name":"Sam Patel"}`))
		if err != nil {
			b.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Cookie", cookie)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			b.Fatal(err)
		}
		_ = answer.Body.Close()
		for _, changed := range answer.Cookies() {
			cookie = changed.Name + "=" + changed.Value
		}
		if answer.StatusCode == http.StatusOK {
			return cookie
		}
		time.Sleep(250 * time.Millisecond)
	}
	b.Fatal("no turn to join within 30 seconds")
	return ""
}

func bareTokens(b *testing.B) http.Handler {
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(serviceDelay)
		_, _ = w.Write(bytes.Repeat([]byte("t"), 1000))
	}))
	b.Cleanup(slow.Close)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: slices.Max(crowds)}, Timeout: time.Minute}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answer, err := client.Post(slow.URL, "application/json", strings.NewReader("{}"))
		if err != nil {
			http.Error(w, "", http.StatusBadGateway)
			return
		}
		defer answer.Body.Close()
		_, _ = io.Copy(w, answer.Body)
	})
}

// BenchmarkStart starts the built program and reports the time to its first answer and, on Linux, its
// memory at that moment.
func BenchmarkStart(b *testing.B) {
	program := filepath.Join("..", "..", "bin", "anteroom")
	if _, err := os.Stat(program); err != nil {
		b.Fatalf("run `make build` first: %v", err)
	}
	var starts []time.Duration
	var memory []float64
	for range 5 {
		start, resident := startOnce(b, program)
		starts = append(starts, start)
		if resident > 0 {
			memory = append(memory, resident)
		}
	}
	slices.Sort(starts)
	b.ReportMetric(float64(starts[len(starts)/2].Milliseconds()), "ms-to-first-answer")
	if slices.Sort(memory); len(memory) > 0 {
		b.ReportMetric(memory[len(memory)/2], "MiB-idle")
	}
	b.ReportMetric(0, "ns/op")
}

var residentLine = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

func startOnce(b *testing.B, path string) (start time.Duration, mebibytes float64) {
	b.Helper()
	program := exec.CommandContext(b.Context(), path, "serve")
	// An ACS resource, which is never used, prevents a rehearsal: its meeting and host would need memory.
	program.Env = append(freeAddress(b), "ADMISSION=open", "ACS_CONNECTION_STRING=endpoint=https://bench.communication.azure.com/;accesskey="+strings.Repeat("A", 43)+"=")
	out := new(output)
	program.Stdout = out
	began := time.Now()
	if err := program.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() { _ = program.Process.Kill(); _ = program.Wait() }()
	for range 20_000 {
		if found := readyLine.FindStringSubmatch(out.String()); found != nil {
			if err := exchange(http.DefaultClient, http.MethodGet, found[1]+"/", "", nil); err != nil {
				b.Fatal(err)
			}
			start = time.Since(began)
			break
		}
		time.Sleep(time.Millisecond)
	}
	if start == 0 {
		b.Fatalf("the program was not ready within 20 seconds: %s", out.String())
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", program.Process.Pid))
	if found := residentLine.FindSubmatch(status); err == nil && found != nil {
		kibibytes, _ := strconv.Atoi(string(found[1]))
		mebibytes = float64(kibibytes) / 1024
	}
	return start, mebibytes
}
