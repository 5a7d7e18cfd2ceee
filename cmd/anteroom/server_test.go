package main

import (
	"bufio"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/handlers"
)

// testSite is a whole site, without the program around it.
func testSite(t *testing.T) *handlers.Site {
	t.Helper()
	settings := serviceSettings{ACSConnectionString: secretText(t, startACS(t).ConnectionString()), TokenScopes: "voip", TokenMinutes: "60"}
	service := settings.checked(newMistakes(&settings, nil))
	site, err := serveCommand{}.build(service, site{admission: admission{rule: handlers.AdmitOpen}}, nil, newRegistry(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(site.Wait)
	return site
}

func secretText(t *testing.T, text string) (s secretSetting) {
	t.Helper()
	if err := s.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return s
}

// listen serves the site with these timeouts, and returns its address.
func listen(t *testing.T, handler http.Handler, patience times) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := newHTTPServer(handler, slog.New(slog.DiscardHandler), patience)
	go func() { _ = h.Serve(listener) }()
	t.Cleanup(func() { _ = h.Close() })
	return listener.Addr().String()
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	var d net.Dialer
	connection, err := d.DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	return connection
}

// opens reports whether a visitor receives the door's page.
func opens(t *testing.T, address string) {
	t.Helper()
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Get("http://" + address + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if page, _ := io.ReadAll(answer.Body); answer.StatusCode != http.StatusOK || !strings.Contains(string(page), "<h1>") {
		t.Errorf("the door: %d", answer.StatusCode)
	}
}

// patienceOfTests has short timeouts where a test waits for them. The others are long, so that a busy
// machine does not reach them.
func patienceOfTests(header, read time.Duration) times {
	return times{header: header, read: read, write: time.Minute, idle: time.Minute}
}

// The server disconnects a client that sends its request byte by byte, and serves others meanwhile.
func TestSlowClientsAreCutOff(t *testing.T) {
	site := testSite(t)
	const body = "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\nmeeting="
	const short = 300 * time.Millisecond
	for what, c := range map[string]struct {
		begin, drop string
		patience    times
	}{
		"says nothing":       {"", "", patienceOfTests(short, time.Minute)},
		"headers, a letter":  {"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", "a", patienceOfTests(short, time.Minute)},
		"headers, a line":    {"GET / HTTP/1.1\r\nHost: x\r\n", "X-A: b\r\n", patienceOfTests(short, time.Minute)},
		"first line":         {"GET /", "a", patienceOfTests(short, time.Minute)},
		"body, a letter":     {body, "a", patienceOfTests(time.Minute, short)},
		"body, never begins": {strings.TrimSuffix(body, "meeting="), "", patienceOfTests(time.Minute, short)},
		"body in chunks": {
			"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n", patienceOfTests(time.Minute, short),
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			address := listen(t, site, c.patience)
			slow := dial(t, address)
			if _, err := io.WriteString(slow, c.begin); err != nil {
				t.Fatal(err)
			}
			opens(t, address)
			ended := make(chan struct{})
			go func() { // until the server ends it
				defer close(ended)
				_, _ = io.Copy(io.Discard, slow)
			}()
			drops := time.NewTicker(20 * time.Millisecond)
			defer drops.Stop()
			for patience := time.After(20 * time.Second); ; {
				select {
				case <-ended:
					return
				case <-patience:
					t.Fatal("the connection is still held")
				case <-drops.C:
					_, _ = io.WriteString(slow, c.drop)
				}
			}
		})
	}
}

// The timeouts of the real site are at most these.
func TestPatienceIsBounded(t *testing.T) {
	h := newHTTPServer(http.NotFoundHandler(), slog.New(slog.DiscardHandler), defaultTimes())
	for what, c := range map[string]struct{ is, most time.Duration }{
		"header": {h.ReadHeaderTimeout, 5 * time.Second}, "read": {h.ReadTimeout, 15 * time.Second},
		"write": {h.WriteTimeout, time.Minute}, "idle": {h.IdleTimeout, 2 * time.Minute},
	} {
		if c.is <= 0 || c.is > c.most {
			t.Errorf("%s: %v, at most %v", what, c.is, c.most)
		}
	}
}

// A request that is too large is rejected before it is read, and the connection is closed.
func TestOversizeIsRefused(t *testing.T) {
	address := listen(t, testSite(t), defaultTimes())
	const form = "Content-Type: application/x-www-form-urlencoded\r\n"
	for _, c := range []struct {
		what, request string
		want          int
	}{
		{"one long header", "GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("a", 64<<10) + "\r\n\r\n", 431},
		{"many headers", "GET / HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X-Many: abcdefghij\r\n", 4000) + "\r\n", 431},
		{"long cookie", "GET / HTTP/1.1\r\nHost: x\r\nCookie: anteroom=" + strings.Repeat("a", 64<<10) + "\r\n\r\n", 431},
		{"long address", "GET /?" + strings.Repeat("a", 64<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n", 431},
		{"long method", strings.Repeat("A", 64<<10) + " / HTTP/1.1\r\nHost: x\r\n\r\n", 431},
		{"body that says so", "POST / HTTP/1.1\r\nHost: x\r\n" + form + "Content-Length: 1000000000000\r\n\r\nmeeting=", 413},
		{"script's body that says so", "POST /visit/join HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 20000\r\n\r\n{", 413},
		{"body in chunks", "POST / HTTP/1.1\r\nHost: x\r\n" + form + "Transfer-Encoding: chunked\r\n\r\n" + strings.Repeat("10000\r\n"+strings.Repeat("a", 0x10000)+"\r\n", 8), 413},
		{"two lengths", "POST / HTTP/1.1\r\nHost: x\r\n" + form + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
		{"length and chunks", "POST / HTTP/1.1\r\nHost: x\r\n" + form + "Content-Length: 4\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 501},
		{"no host", "GET / HTTP/1.1\r\n\r\n", 400},
		{"not HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400},
	} {
		stranger := dial(t, address)
		began := time.Now()
		_ = stranger.SetDeadline(began.Add(20 * time.Second))
		go func() { _, _ = io.WriteString(stranger, c.request) }() // the server may answer before it has read all
		answer, err := http.ReadResponse(bufio.NewReader(stranger), nil)
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		_ = answer.Body.Close()
		if answer.StatusCode != c.want || !answer.Close {
			t.Errorf("%s: %d, connection closed: %v; want %d", c.what, answer.StatusCode, answer.Close, c.want)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s: answered after %v: the server waited for the rest", c.what, took)
		}
	}
	opens(t, address)
}

// Thousands of silent connections do not keep other clients out.
func TestIdleConnectionsKeepNobodyOut(t *testing.T) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	// Both ends are in this process.
	n := min(mostConnections, (int(min(limit.Cur, 1<<20))-300)/2)
	if n < 1000 {
		t.Skipf("only %d open files are allowed here", limit.Cur)
	}
	address := listen(t, testSite(t), patienceOfTests(5*time.Minute, 5*time.Minute))
	var d net.Dialer
	idle := make([]net.Conn, 0, n)
	defer func() {
		for _, c := range idle {
			_ = c.Close()
		}
	}()
	for range n {
		c, err := d.DialContext(t.Context(), "tcp", address)
		if errors.Is(err, syscall.EMFILE) || errors.Is(err, os.ErrDeadlineExceeded) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		idle = append(idle, c)
	}
	if len(idle) < n*9/10 {
		t.Fatalf("%d connections of %d", len(idle), n)
	}
	began := time.Now()
	for range 5 {
		opens(t, address)
	}
	t.Logf("%d connections held open; the door five times in %v", len(idle), time.Since(began).Round(time.Millisecond))
}

// TestProbesAreNotLogged: a load balancer asks every few seconds.
func TestProbesAreNotLogged(t *testing.T) {
	p := startProgram(t)
	v := newVisitor(t, p)
	for _, path := range []string{"/healthz", "/readyz", "/check"} {
		v.get(path)
	}
	log := p.log.String()
	for _, path := range []string{"/healthz", "/readyz"} {
		if strings.Contains(log, path) {
			t.Errorf("a request of %s is in the log", path)
		}
	}
	if !strings.Contains(log, "/check") {
		t.Error("a request of /check is not in the log")
	}
}
