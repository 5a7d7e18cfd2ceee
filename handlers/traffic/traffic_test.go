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

// pipeListener accepts connections from any address, without a network.
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

// accept passes connections from these addresses through a listener.
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

func nobody(netip.Addr) bool { return false }

func TestListenerClosesTheSlowestConnection(t *testing.T) {
	p := pipeListener{make(chan net.Conn, 1)}
	l := NewListener(p, 3, 100, nobody)
	inner, accepted := accept(t, l, p, "192.0.2.1:1", "192.0.2.2:1", "192.0.2.3:1")
	// The first answers a request, the second dribbles, the third moves a lot.
	_, _ = accepted[0].Read(make([]byte, 100))
	_, _ = accepted[0].Write(make([]byte, 100))
	for range 100 {
		_, _ = accepted[1].Read(make([]byte, 1))
	}
	_, _ = accepted[2].Write(make([]byte, progressStep))
	more, _ := accept(t, l, p, "192.0.2.4:1")
	if !inner[1].closed || inner[0].closed || inner[2].closed || more[0].closed || l.Open() != 3 || l.Closed() != 1 {
		t.Errorf("closed %v %v %v, newcomer %v; %d open", inner[0].closed, inner[1].closed, inner[2].closed, more[0].closed, l.Open())
	}
	_ = accepted[0].Close()
	if l.Open() != 2 {
		t.Errorf("%d open after one has closed", l.Open())
	}
}

// A crowd of one client makes room before a visitor with one connection does, however slow that is.
func TestListenerClosesTheCrowdFirst(t *testing.T) {
	p := pipeListener{make(chan net.Conn, 1)}
	l := NewListener(p, 3, 100, nobody)
	visitor, _ := accept(t, l, p, "192.0.2.1:1")
	crowd, _ := accept(t, l, p, "192.0.2.2:1", "192.0.2.2:2", "192.0.2.2:3")
	if visitor[0].closed || !crowd[0].closed {
		t.Error("a visitor is closed for a crowd")
	}
}

func TestListenerBoundsEachAddress(t *testing.T) {
	p := pipeListener{make(chan net.Conn, 1)}
	l := NewListener(p, 100, 2, func(a netip.Addr) bool { return a == netip.MustParseAddr("10.0.0.1") })
	inner, _ := accept(t, l, p, "[2001:db8::1]:1", "192.0.2.1:1", "[2001:db8::2]:1", "[2001:db8:0:0:ffff::3]:1", "[2001:db8:0:1::1]:1")
	if !inner[0].closed {
		t.Error("the third connection of one /64 closes none of it")
	}
	for _, other := range inner[1:] {
		if other.closed {
			t.Errorf("%s is closed for another network", other.from)
		}
	}
	proxied, _ := accept(t, l, p, "10.0.0.1:1", "10.0.0.1:2", "10.0.0.1:3")
	for _, c := range proxied {
		if c.closed {
			t.Error("a trusted proxy is bounded like a visitor")
		}
	}
}

func TestDownloadsDropTheOneThatStandsStill(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	d := NewDownloads(2, 2, func() time.Time { return now })
	stuck, endStuck, err := d.Writer(httptest.NewRecorder(), "a")
	if err != nil {
		t.Fatal(err)
	}
	moving, endMoving, err := d.Writer(httptest.NewRecorder(), "b")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Writer(httptest.NewRecorder(), "c"); !errors.Is(err, ErrBusy) {
		t.Errorf("over the bound, all fresh: %v", err)
	}
	now = now.Add(slowTime)
	if _, err := moving.Write(make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Writer(httptest.NewRecorder(), "c"); err != nil {
		t.Errorf("one stands still, and there is no room: %v", err)
	}
	if _, err := stuck.Write(make([]byte, 10)); !errors.Is(err, ErrBusy) {
		t.Errorf("the one that stood still goes on: %v", err)
	}
	endStuck()
	endMoving()
	if n := d.Active(); n != 1 {
		t.Errorf("%d are active", n)
	}
}

func TestDownloadsBoundEachClient(t *testing.T) {
	d := NewDownloads(100, 1, time.Now)
	_, end, err := d.Writer(httptest.NewRecorder(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Writer(httptest.NewRecorder(), "a"); !errors.Is(err, ErrBusy) {
		t.Errorf("a second at once: %v", err)
	}
	if _, _, err := d.Writer(httptest.NewRecorder(), "b"); err != nil {
		t.Errorf("another client: %v", err)
	}
	end()
	if _, _, err := d.Writer(httptest.NewRecorder(), "a"); err != nil {
		t.Errorf("after the first has ended: %v", err)
	}
}

func TestBodiesBoundWhatIsHeld(t *testing.T) {
	b := NewBodies(10<<10, 8<<10)
	read := func(size int, client string) (func(), error) {
		r, release := b.Reader(io.NopCloser(strings.NewReader(strings.Repeat("a", size))), client)
		_, err := io.ReadAll(r)
		return release, err
	}
	if _, err := read(smallBody, "a"); err != nil || b.Held() != 0 {
		t.Errorf("a small body: %v, %d held", err, b.Held())
	}
	first, err := read(smallBody+7<<10, "a")
	if err != nil || b.Held() != 7<<10 {
		t.Fatalf("a large one: %v, %d held", err, b.Held())
	}
	if release, err := read(smallBody+2<<10, "a"); !errors.Is(err, ErrBusy) {
		t.Errorf("over the client's share: %v", err)
	} else {
		release()
	}
	if release, err := read(smallBody+4<<10, "b"); !errors.Is(err, ErrBusy) {
		t.Errorf("over the bound of all: %v", err)
	} else {
		release()
	}
	first()
	if n := b.Held(); n != 0 {
		t.Errorf("%d held by nobody", n)
	}
	if release, err := read(smallBody+4<<10, "b"); err != nil {
		t.Errorf("after the release: %v", err)
	} else {
		release()
	}
}

// A slow client holds no copy of a file: what is written is the shared memory itself.
func TestSharedBodyIsNotCopied(t *testing.T) {
	body := bytes.Repeat([]byte("x"), 1<<20)
	w := &writes{ResponseRecorder: httptest.NewRecorder()}
	http.ServeContent(Unbuffered(w), httptest.NewRequest(http.MethodGet, "/", nil), "a.js", time.Time{}, NewShared(body))
	if len(w.written) != 1 || &w.written[0][0] != &body[0] || len(w.written[0]) != len(body) {
		t.Fatalf("%d writes", len(w.written))
	}
	w = &writes{ResponseRecorder: httptest.NewRecorder()}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Range", "bytes=100-199")
	http.ServeContent(Unbuffered(w), r, "a.js", time.Time{}, NewShared(body))
	if w.Code != http.StatusPartialContent || len(w.written) != 1 || &w.written[0][0] != &body[100] || len(w.written[0]) != 100 {
		t.Errorf("a range: %d, %d writes", w.Code, len(w.written))
	}
}

type writes struct {
	*httptest.ResponseRecorder
	written [][]byte
}

func (w *writes) Write(p []byte) (int, error) {
	w.written = append(w.written, p)
	return len(p), nil
}
