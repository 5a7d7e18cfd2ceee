package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/static"
)

// The sizes and limits of the flood, which stays on loopback.
const (
	slowReaders = 4000
	slowWriters = 4000
	slowHeaders = 1000             // clients that never finish a request's header
	floodTime   = 20 * time.Second // after all slow clients have tried to connect
	rampTime    = 2 * time.Minute  // until all have tried, on a busy machine
	maxMemory   = 256              // MiB, at the peak
)

// TestFlood opens 8,000 slow connections from 250 addresses to a program with a memory limit, while
// honest visitors join. `make check` runs it.
func TestFlood(t *testing.T) {
	if os.Getenv("FLOOD") != "on" {
		t.Skip("FLOOD is not on: a flood takes both cores; make check runs it")
	}
	program, address := startFlooded(t)
	asset := largestAsset(t)
	usual := timeUsualJoin(t, "http://"+address)
	ctx, stop := context.WithTimeout(t.Context(), rampTime+floodTime)
	defer stop()
	var flood, dialling sync.WaitGroup
	dialling.Add(slowReaders + slowWriters)
	var connected, dropped atomic.Int64
	for i := range slowReaders {
		header := ""
		if i%2 == 0 {
			header = widestHeader()
		}
		flood.Go(func() { readSlowly(ctx, address, from(i), asset, header, &connected, &dropped, dialling.Done) })
	}
	for i := range slowWriters {
		flood.Go(func() { writeSlowly(ctx, address, from(slowReaders+i), &connected, &dropped, dialling.Done) })
	}
	dialling.Wait() // bounded by the deadline of ctx and of each dial
	var took []time.Duration
	for end := time.Now().Add(floodTime); len(took) == 0 || time.Now().Before(end) && ctx.Err() == nil; {
		began := time.Now()
		if err := joinHonestly(t.Context(), "http://"+address); err != nil {
			t.Errorf("an honest visitor after %v: %v", time.Since(began).Round(time.Millisecond), err)
		}
		took = append(took, time.Since(began))
		select {
		case <-ctx.Done():
		case <-time.After(250 * time.Millisecond):
		}
	}
	stop()
	flood.Wait()
	peak := peakMemory(t, program.Process.Pid)
	slices.Sort(took)
	// The times are only printed, because a busy machine slows down every join.
	t.Logf("%d honest joins: median %v, slowest %v, %v without a flood; %d slow clients connected, %d were dropped; at most %d MiB",
		len(took), took[len(took)/2].Round(time.Millisecond), took[len(took)-1].Round(time.Millisecond), usual.Round(time.Millisecond), connected.Load(), dropped.Load(), peak)
	if connected.Load() < (slowReaders+slowWriters)*9/10 {
		t.Errorf("%d slow clients connected, want at least %d", connected.Load(), (slowReaders+slowWriters)*9/10)
	}
	if peak >= maxMemory {
		t.Errorf("peak memory = %d MiB, want less than %d", peak, maxMemory)
	}
}

// timeUsualJoin returns how long an honest join takes before the flood. It measures the second one, when everything is loaded.
func timeUsualJoin(t *testing.T, site string) time.Duration {
	t.Helper()
	var took time.Duration
	for range 2 {
		began := time.Now()
		if err := joinHonestly(t.Context(), site); err != nil {
			t.Fatalf("a join before the flood: %v", err)
		}
		took = time.Since(began)
	}
	return took
}

// startFlooded starts the program as a rehearsal, in a new process.
func startFlooded(t *testing.T) (*exec.Cmd, string) {
	t.Helper()
	program := exec.CommandContext(t.Context(), os.Args[0], "serve")
	program.Env = []string{
		asProgram + "=1", "LISTEN=127.0.0.1:0", "REHEARSAL_HOST=off", "GOMEMLIMIT=200MiB", "GOMAXPROCS=2",
		"JOINS_PER_ADDRESS=0", "DAILY_JOINS=0",
	}
	out := new(output)
	program.Stdout = out
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = program.Process.Kill(); _ = program.Wait() })
	for range 2400 {
		if found := readyLine.FindStringSubmatch(out.String()); found != nil {
			address, _ := url.Parse(found[1])
			return program, net.JoinHostPort("127.0.0.1", address.Port())
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("serve was not ready within a minute")
	return nil, ""
}

// largestAsset returns the path of the largest file of the bundle.
func largestAsset(t *testing.T) string {
	t.Helper()
	dir, err := static.Dist().Open("assets")
	if err != nil {
		t.Skip("the browser bundle is missing: run make build")
	}
	defer dir.Close()
	entries, err := dir.(interface {
		ReadDir(int) ([]os.DirEntry, error)
	}).ReadDir(-1)
	if err != nil {
		t.Fatal(err)
	}
	var name string
	var size int64
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Size() > size && strings.HasSuffix(e.Name(), ".gz") {
			name, size = strings.TrimSuffix(e.Name(), ".gz"), info.Size()
		}
	}
	if size == 0 {
		t.Skip("the browser bundle is missing: run make build")
	}
	return "/assets/" + name
}

// from returns one of 250 loopback addresses.
func from(i int) net.IP { return net.IPv4(127, 0, byte(1+i%250), 1) }

// dialSlow connects with a receive buffer so small that the program soon has to wait.
func dialSlow(ctx context.Context, address string, ip net.IP) (net.Conn, error) {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: ip}, Timeout: time.Minute, Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) { _ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096) })
	}}
	return d.DialContext(ctx, "tcp", address)
}

// readSlowly requests a whole large file, uncompressed, and reads a few bytes a second.
func readSlowly(ctx context.Context, address string, ip net.IP, asset, header string, connected, dropped *atomic.Int64, dialled func()) {
	c, err := dialSlow(ctx, address, ip)
	dialled()
	if err != nil {
		return
	}
	defer c.Close()
	connected.Add(1)
	_, _ = fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", asset, address, header)
	repeatEachSecond(ctx, dropped, func() error {
		_, err := c.Read(make([]byte, 16))
		return err
	})
}

// writeSlowly sends 100 KiB of a large form at once and the rest byte by byte.
func writeSlowly(ctx context.Context, address string, ip net.IP, connected, dropped *atomic.Int64, dialled func()) {
	c, err := dialSlow(ctx, address, ip)
	dialled()
	if err != nil {
		return
	}
	defer c.Close()
	connected.Add(1)
	_, _ = fmt.Fprintf(c, "POST / HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 260000\r\n\r\nmeeting=", address)
	_ = c.SetWriteDeadline(time.Now().Add(floodTime))
	_, _ = c.Write(bytes.Repeat([]byte("<"), 100<<10))
	repeatEachSecond(ctx, dropped, func() error {
		_, err := c.Write([]byte("<"))
		return err
	})
}

// widestHeader returns lines that fill most of the header that the program accepts, both its bytes and its lines.
func widestHeader() string {
	var b strings.Builder
	for i := range 95 {
		_, _ = fmt.Fprintf(&b, "X%02d: %s\r\n", i, strings.Repeat("x", 155))
	}
	return b.String()
}

// repeatEachSecond calls f each second until ctx ends. If f fails, it counts a dropped client and returns.
func repeatEachSecond(ctx context.Context, dropped *atomic.Int64, f func() error) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if f() != nil {
				dropped.Add(1)
				return
			}
		}
	}
}

// joinHonestly pastes a link and joins as a visitor with a separate address.
func joinHonestly(ctx context.Context, site string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 9, 9, 9)}}
	client := &http.Client{Jar: jar, Transport: &http.Transport{DialContext: d.DialContext, DisableKeepAlives: true}}
	for _, step := range []struct{ method, path, contentType, body string }{
		{http.MethodGet, "/", "", ""},
		{http.MethodPost, "/", "application/x-www-form-urlencoded", "meeting=" + url.QueryEscape(shortLink)},
		{http.MethodPost, "/visit/join", "application/json", `{"name":"Sam"}`},
	} {
		r, err := http.NewRequestWithContext(ctx, step.method, site+step.path, strings.NewReader(step.body))
		if err != nil {
			return err
		}
		if step.contentType != "" {
			r.Header.Set("Content-Type", step.contentType)
		}
		answer, err := client.Do(r)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK {
			return fmt.Errorf("%s %s: %d, %w", step.method, step.path, answer.StatusCode, err)
		}
	}
	return nil
}

var peakLine = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// peakMemory returns a process's peak memory, in MiB.
func peakMemory(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skipf("this system reports no peak memory: %v; run the test on Linux", err)
	}
	found := peakLine.FindSubmatch(status)
	if found == nil {
		t.Fatalf("no VmHWM in %s", status)
	}
	kilobytes, _ := strconv.Atoi(string(found[1]))
	return kilobytes / 1024
}
