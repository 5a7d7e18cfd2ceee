package traffic

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// pipeListener accepts connections from a channel instead of a network.
type pipeListener struct{ conns chan net.Conn }

func (p pipeListener) Accept() (net.Conn, error) { return <-p.conns, nil }
func (p pipeListener) Close() error              { return nil }
func (p pipeListener) Addr() net.Addr            { return &net.TCPAddr{} }

type fakeConn struct {
	net.Conn
	from   string
	closed bool
}

func (f *fakeConn) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(f.from))
}
func (f *fakeConn) Close() error                { f.closed = true; return nil }
func (f *fakeConn) Read(p []byte) (int, error)  { return len(p), nil }
func (f *fakeConn) Write(p []byte) (int, error) { return len(p), nil }

// accept lets l accept a connection from each of these addresses. It returns them as p supplied them
// and as l returned them.
func accept(t *testing.T, l *Listener, p pipeListener, from ...string) (inner []*fakeConn, accepted []net.Conn) {
	t.Helper()
	for _, address := range from {
		f := &fakeConn{from: address}
		p.conns <- f
		c, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		inner, accepted = append(inner, f), append(accepted, c)
	}
	return inner, accepted
}

// noProxies trusts no address as a proxy.
func noProxies(netip.Addr) bool { return false }

func TestListenerClosesTheSlowestConnection(t *testing.T) {
	p := pipeListener{make(chan net.Conn, 1)}
	l := NewListener(p, 3, 100, noProxies)
	inner, accepted := accept(t, l, p, "192.0.2.1:1", "192.0.2.2:1", "192.0.2.3:1")
	// The first answers a request, the second moves single bytes, the third moves many.
	_, _ = accepted[0].Read(make([]byte, 100))
	_, _ = accepted[0].Write(make([]byte, 100))
	for range 100 {
		_, _ = accepted[1].Read(make([]byte, 1))
	}
	_, _ = accepted[2].Write(make([]byte, progressStep))
	more, _ := accept(t, l, p, "192.0.2.4:1")
	if !inner[1].closed || inner[0].closed || inner[2].closed || more[0].closed || l.Open() != 3 || l.Closed() != 1 {
		t.Errorf("closed %v %v %v, new connection %v, %d open, Closed %d; want only the second closed, 3 open",
			inner[0].closed, inner[1].closed, inner[2].closed, more[0].closed, l.Open(), l.Closed())
	}
	_ = accepted[0].Close()
	if l.Open() != 2 {
		t.Errorf("%d open after Close of one, want 2", l.Open())
	}
}

// A client with many connections must not displace a client with one, however slow.
func TestListenerClosesConnectionOfBusiestClient(t *testing.T) {
	p := pipeListener{make(chan net.Conn, 1)}
	l := NewListener(p, 3, 100, noProxies)
	single, _ := accept(t, l, p, "192.0.2.1:1")
	busiest, _ := accept(t, l, p, "192.0.2.2:1", "192.0.2.2:2", "192.0.2.2:3")
	if single[0].closed || !busiest[0].closed {
		t.Errorf("closed: single client %v, busiest client %v; want false, true", single[0].closed, busiest[0].closed)
	}
}

func TestListenerLimitsEachAddress(t *testing.T) {
	p := pipeListener{make(chan net.Conn, 1)}
	l := NewListener(p, 100, 2, func(a netip.Addr) bool { return a == netip.MustParseAddr("10.0.0.1") })
	inner, _ := accept(t, l, p, "[2001:db8::1]:1", "192.0.2.1:1", "[2001:db8::2]:1", "[2001:db8:0:0:ffff::3]:1", "[2001:db8:0:1::1]:1")
	if !inner[0].closed {
		t.Error("third connection of one /64: the first is still open, want it closed")
	}
	for _, other := range inner[1:] {
		if other.closed {
			t.Errorf("%s is closed, want only the first connection of its /64 closed", other.from)
		}
	}
	proxied, _ := accept(t, l, p, "10.0.0.1:1", "10.0.0.1:2", "10.0.0.1:3")
	for _, c := range proxied {
		if c.closed {
			t.Errorf("%s is closed, want no limit for a trusted proxy", c.from)
		}
	}
}

func TestDownloadsDropTheStalledOne(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	d := NewDownloads(2, 2, func() time.Time { return now })
	stalled, endStalled, err := d.Writer(httptest.NewRecorder(), "a")
	if err != nil {
		t.Fatal(err)
	}
	moving, endMoving, err := d.Writer(httptest.NewRecorder(), "b")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Writer(httptest.NewRecorder(), "c"); !errors.Is(err, ErrBusy) {
		t.Errorf("third download while none has stalled: %v, want ErrBusy", err)
	}
	now = now.Add(slowTime)
	if _, err := moving.Write(make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Writer(httptest.NewRecorder(), "c"); err != nil {
		t.Errorf("third download while one has stalled: %v, want no error", err)
	}
	if _, err := stalled.Write(make([]byte, 10)); !errors.Is(err, ErrBusy) {
		t.Errorf("write to the stalled download: %v, want ErrBusy", err)
	}
	endStalled()
	endMoving()
	if n := d.Active(); n != 1 {
		t.Errorf("%d downloads active, want 1", n)
	}
}

func TestDownloadsLimitEachClient(t *testing.T) {
	d := NewDownloads(100, 1, time.Now)
	_, end, err := d.Writer(httptest.NewRecorder(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Writer(httptest.NewRecorder(), "a"); !errors.Is(err, ErrBusy) {
		t.Errorf("second download of one client: %v, want ErrBusy", err)
	}
	if _, _, err := d.Writer(httptest.NewRecorder(), "b"); err != nil {
		t.Errorf("download of another client: %v, want no error", err)
	}
	end()
	if _, _, err := d.Writer(httptest.NewRecorder(), "a"); err != nil {
		t.Errorf("download after the first ended: %v, want no error", err)
	}
}

func TestBodiesLimitMemory(t *testing.T) {
	b := NewBodies(10<<10, 8<<10)
	read := func(size int, client string) (func(), error) {
		r, release := b.Reader(io.NopCloser(strings.NewReader(strings.Repeat("a", size))), client)
		_, err := io.ReadAll(r)
		return release, err
	}
	if _, err := read(smallBody, "a"); err != nil || b.Held() != 0 {
		t.Errorf("small body: %v, %d bytes held, want no error and 0", err, b.Held())
	}
	first, err := read(smallBody+7<<10, "a")
	if err != nil || b.Held() != 7<<10 {
		t.Fatalf("large body: %v, %d bytes held, want no error and %d", err, b.Held(), 7<<10)
	}
	if release, err := read(smallBody+2<<10, "a"); !errors.Is(err, ErrBusy) {
		t.Errorf("over the client's limit: %v, want ErrBusy", err)
	} else {
		release()
	}
	if release, err := read(smallBody+4<<10, "b"); !errors.Is(err, ErrBusy) {
		t.Errorf("over the limit of all clients: %v, want ErrBusy", err)
	} else {
		release()
	}
	first()
	if n := b.Held(); n != 0 {
		t.Errorf("%d bytes held after all were released, want 0", n)
	}
	if release, err := read(smallBody+4<<10, "b"); err != nil {
		t.Errorf("after the release: %v, want no error", err)
	} else {
		release()
	}
}

// Slow clients would otherwise hold many copies of a file in memory.
func TestSharedBodyIsNotCopied(t *testing.T) {
	body := bytes.Repeat([]byte("x"), 1<<20)
	w := &recorder{ResponseRecorder: httptest.NewRecorder()}
	http.ServeContent(Unbuffered(w), httptest.NewRequest(http.MethodGet, "/", nil), "a.js", time.Time{}, NewShared(body))
	if len(w.written) != 1 || &w.written[0][0] != &body[0] || len(w.written[0]) != len(body) {
		t.Fatalf("%d writes, want one of the shared memory", len(w.written))
	}
	w = &recorder{ResponseRecorder: httptest.NewRecorder()}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Range", "bytes=100-199")
	http.ServeContent(Unbuffered(w), r, "a.js", time.Time{}, NewShared(body))
	if w.Code != http.StatusPartialContent || len(w.written) != 1 || &w.written[0][0] != &body[100] || len(w.written[0]) != 100 {
		t.Errorf("range: status %d, %d writes, want 206 and one of the shared memory", w.Code, len(w.written))
	}
}

// recorder keeps the slices that were written, not copies of them.
type recorder struct {
	*httptest.ResponseRecorder
	written [][]byte
}

func (w *recorder) Write(p []byte) (int, error) {
	w.written = append(w.written, p)
	return len(p), nil
}
