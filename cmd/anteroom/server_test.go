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

// newTestSite returns a whole site, without the program around it.
func newTestSite(t *testing.T) *handlers.Site {
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
func listen(t *testing.T, handler http.Handler, timeouts times) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := newHTTPServer(handler, slog.New(slog.DiscardHandler), timeouts)
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

// checkDoor checks that a new visitor receives the door's page.
func checkDoor(t *testing.T, address string) {
	t.Helper()
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Get("http://" + address + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if page, _ := io.ReadAll(answer.Body); answer.StatusCode != http.StatusOK || !strings.Contains(string(page), "<h1>") {
		t.Errorf("the door: status %d, want 200 and a heading", answer.StatusCode)
	}
}

// testTimeouts returns timeouts for the server. Those that a test does not wait for are long, for a busy machine.
func testTimeouts(header, read time.Duration) times {
	return times{header: header, read: read, write: time.Minute, idle: time.Minute}
}

// TestSlowClientsAreDisconnected checks clients that send byte by byte, and that the server serves others meanwhile.
func TestSlowClientsAreDisconnected(t *testing.T) {
	site := newTestSite(t)
	const body = "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\nmeeting="
	const short = 300 * time.Millisecond
	for what, c := range map[string]struct {
		begin, rest string
		timeouts    times
	}{
		"sends nothing":      {"", "", testTimeouts(short, time.Minute)},
		"headers, a letter":  {"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", "a", testTimeouts(short, time.Minute)},
		"headers, a line":    {"GET / HTTP/1.1\r\nHost: x\r\n", "X-A: b\r\n", testTimeouts(short, time.Minute)},
		"first line":         {"GET /", "a", testTimeouts(short, time.Minute)},
		"body, a letter":     {body, "a", testTimeouts(time.Minute, short)},
		"body, never begins": {strings.TrimSuffix(body, "meeting="), "", testTimeouts(time.Minute, short)},
		"body in chunks": {
			"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n", testTimeouts(time.Minute, short),
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			address := listen(t, site, c.timeouts)
			slow := dial(t, address)
			if _, err := io.WriteString(slow, c.begin); err != nil {
				t.Fatal(err)
			}
			checkDoor(t, address)
			ended := make(chan struct{})
			go func() { // until the server disconnects
				defer close(ended)
				_, _ = io.Copy(io.Discard, slow)
			}()
			tick := time.NewTicker(20 * time.Millisecond)
			defer tick.Stop()
			for deadline := time.After(20 * time.Second); ; {
				select {
				case <-ended:
					return
				case <-deadline:
					t.Fatal("the connection is still open after 20 seconds")
				case <-tick.C:
					_, _ = io.WriteString(slow, c.rest)
				}
			}
		})
	}
}

// TestDefaultTimeoutsAreBounded checks the timeouts of the real site.
func TestDefaultTimeoutsAreBounded(t *testing.T) {
	h := newHTTPServer(http.NotFoundHandler(), slog.New(slog.DiscardHandler), defaultTimes())
	for what, c := range map[string]struct{ got, limit time.Duration }{
		"header": {h.ReadHeaderTimeout, 5 * time.Second}, "read": {h.ReadTimeout, 15 * time.Second},
		"write": {h.WriteTimeout, time.Minute}, "idle": {h.IdleTimeout, 2 * time.Minute},
	} {
		if c.got <= 0 || c.got > c.limit {
			t.Errorf("%s timeout = %v, want at most %v", what, c.got, c.limit)
		}
	}
}

// TestOversizeRequestsAreRejected checks that the server rejects them before it reads them, and disconnects.
func TestOversizeRequestsAreRejected(t *testing.T) {
	address := listen(t, newTestSite(t), defaultTimes())
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
		{"body with its length", "POST / HTTP/1.1\r\nHost: x\r\n" + form + "Content-Length: 1000000000000\r\n\r\nmeeting=", 413},
		{"JSON body with its length", "POST /visit/join HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 20000\r\n\r\n{", 413},
		{"body in chunks", "POST / HTTP/1.1\r\nHost: x\r\n" + form + "Transfer-Encoding: chunked\r\n\r\n" + strings.Repeat("10000\r\n"+strings.Repeat("a", 0x10000)+"\r\n", 8), 413},
		{"two lengths", "POST / HTTP/1.1\r\nHost: x\r\n" + form + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
		{"length and chunks", "POST / HTTP/1.1\r\nHost: x\r\n" + form + "Content-Length: 4\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 501},
		{"no host", "GET / HTTP/1.1\r\n\r\n", 400},
		{"not HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400},
	} {
		client := dial(t, address)
		began := time.Now()
		_ = client.SetDeadline(began.Add(20 * time.Second))
		go func() { _, _ = io.WriteString(client, c.request) }() // the server may answer before it has read all
		answer, err := http.ReadResponse(bufio.NewReader(client), nil)
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		_ = answer.Body.Close()
		if answer.StatusCode != c.want || !answer.Close {
			t.Errorf("%s: status %d, connection closed: %t; want %d, true", c.what, answer.StatusCode, answer.Close, c.want)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s: answered after %v, want at most 10s, without waiting for the rest", c.what, took)
		}
	}
	checkDoor(t, address)
}

// TestIdleConnectionsDoNotBlockOthers opens thousands of silent connections.
func TestIdleConnectionsDoNotBlockOthers(t *testing.T) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	// Both ends are in this process.
	n := min(maxConnections, (int(min(limit.Cur, 1<<20))-300)/2)
	if n < 1000 {
		t.Skipf("the limit of open files is %d: raise it with ulimit -n to run this test", limit.Cur)
	}
	address := listen(t, newTestSite(t), testTimeouts(5*time.Minute, 5*time.Minute))
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
		t.Fatalf("opened %d connections, want %d", len(idle), n)
	}
	began := time.Now()
	for range 5 {
		checkDoor(t, address)
	}
	t.Logf("%d connections held open; the door five times in %v", len(idle), time.Since(began).Round(time.Millisecond))
}

// TestProbesAreNotLogged checks the paths that a load balancer requests every few seconds.
func TestProbesAreNotLogged(t *testing.T) {
	p := startProgram(t)
	v := newVisitor(t, p)
	for _, path := range []string{"/healthz", "/readyz", "/check"} {
		v.get(path)
	}
	log := p.log.String()
	for _, path := range []string{"/healthz", "/readyz"} {
		if strings.Contains(log, path) {
			t.Errorf("the log contains a request of %s", path)
		}
	}
	if !strings.Contains(log, "/check") {
		t.Error("the log lacks the request of /check")
	}
}
