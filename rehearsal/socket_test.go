package rehearsal

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// serve starts a Server behind a real HTTP server and returns the socket's URL. change may
// shorten its limits.
func serve(t *testing.T, change func(*Server)) (*Server, string) {
	t.Helper()
	s := testServer(t)
	s.limits.farewell = time.Second
	if change != nil {
		change(s)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /rehearsal/socket", s.Socket())
	h := httptest.NewServer(mux)
	t.Cleanup(h.Close)
	return s, h.URL + "/rehearsal/socket"
}

// peer is a client over a real socket. All its calls together may take ten seconds.
type peer struct {
	t    *testing.T
	ctx  context.Context
	conn *websocket.Conn
}

func dial(t *testing.T, url string) *peer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	conn, _, err := websocket.Dial(ctx, url, &websocket.DialOptions{Subprotocols: []string{Subprotocol}})
	if err != nil {
		t.Fatal(err)
	}
	conn.SetReadLimit(MaxFrame)
	t.Cleanup(func() { _ = conn.CloseNow() })
	return &peer{t, ctx, conn}
}

func (p *peer) send(m Message) {
	p.t.Helper()
	frame, err := Encode(m)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.conn.Write(p.ctx, websocket.MessageText, frame); err != nil {
		p.t.Fatal(err)
	}
}

// read returns the next message, or the error with which the socket ended.
func (p *peer) read() (Message, error) {
	_, frame, err := p.conn.Read(p.ctx)
	if err != nil {
		return nil, err
	}
	return DecodeServer(frame)
}

// next waits for a message of a type and drops all others.
func next[M Message](p *peer) M {
	p.t.Helper()
	for {
		m, err := p.read()
		if err != nil {
			var want M
			p.t.Fatalf("waiting for %s: %v", want.t(), err)
		}
		if m, ok := m.(M); ok {
			return m
		}
	}
}

// waitClosed waits until the socket ends and returns its close status, -1 if there is none.
func (p *peer) waitClosed() websocket.StatusCode {
	p.t.Helper()
	for {
		if _, err := p.read(); err != nil {
			if p.ctx.Err() != nil {
				p.t.Fatal("the socket is still open")
			}
			return websocket.CloseStatus(err)
		}
	}
}

func visitorHello(id string) Hello {
	return Hello{Token: "visitor " + id, Name: "Visitor " + id, Meeting: meeting}
}

func TestVisitOverASocket(t *testing.T) {
	s, url := serve(t, nil)
	token := s.HostToken(RoomOf(meeting), "Dr Rivera").Token.Reveal()
	h := dial(t, url)
	h.send(Hello{Token: token})
	next[Joined](h)

	v := dial(t, url)
	v.send(visitorHello("sam"))
	key := next[Welcome](v).Resume
	next[Lobby](v)
	for len(next[Waiting](h).List) == 0 { // until the host has the visitor in its list
	}
	h.send(CommandMessage{Command{Verb: "admit", To: "8:acs:sam"}})
	host := next[Joined](v).Peers[0]
	want(t, "answer", next[Commanded](h), Commanded{Command: "admit", OK: true})

	v.send(SDP{To: host.ID, SDP: Description{"offer", "v=0"}})
	want(t, "offer", next[SDP](h).From, "8:acs:sam")
	v.send(SendChat{Req: 5, Text: "good morning"})
	want(t, "reply", next[Reply](v).Status, 201)
	want(t, "chat", next[Chat](h).Msg.Text, "good morning")

	_ = v.conn.CloseNow() // a network failure
	v = dial(t, url)
	v.send(Hello{Token: "visitor sam", Resume: key})
	want(t, "resumed", next[Resumed](v).Peers[0].ID, host.ID)

	h.send(CommandMessage{Command{Verb: "end"}})
	want(t, "ended", next[Ended](v).EndCode, EndCode{0, 4097})
	want(t, "visitor's socket", v.waitClosed(), websocket.StatusNormalClosure)
	want(t, "host's socket", h.waitClosed(), websocket.StatusNormalClosure)
}

func TestSocketRefuses(t *testing.T) {
	frame := func(p *peer, kind websocket.MessageType, text string) {
		_ = p.conn.Write(p.ctx, kind, []byte(text)) // the server may have closed already
	}
	for name, test := range map[string]struct {
		limit func(*Server)
		do    func(*peer)
		want  string
	}{
		"a silent client":          {func(s *Server) { s.limits.hello = 50 * time.Millisecond }, func(*peer) {}, RefusedHello},
		"a client without a hello": {nil, func(p *peer) { p.send(Bye{}) }, RefusedHello},
		"a bad token":              {nil, func(p *peer) { p.send(Hello{Token: "x", Name: "X", Meeting: "1"}) }, RefusedToken},
		"two hellos":               {nil, func(p *peer) { p.send(visitorHello("a")); p.send(visitorHello("a")) }, RefusedProtocol},
		"a binary frame":           {nil, func(p *peer) { frame(p, websocket.MessageBinary, `{"t":"bye"}`) }, RefusedProtocol},
		"a frame that is not JSON": {nil, func(p *peer) { p.send(visitorHello("a")); frame(p, websocket.MessageText, "hello") }, RefusedProtocol},
		"a first frame too large":  {nil, func(p *peer) { frame(p, websocket.MessageText, strings.Repeat("x", MaxFrame+1)) }, RefusedTooLarge},
		"a later frame too large": {nil, func(p *peer) {
			p.send(visitorHello("a"))
			frame(p, websocket.MessageText, strings.Repeat("x", 4*MaxFrame))
		}, RefusedTooLarge},
		"too many frames": {nil, func(p *peer) {
			p.send(visitorHello("a"))
			for range 400 {
				frame(p, websocket.MessageText, `{"t":"typing"}`)
			}
		}, RefusedTooFast},
	} {
		t.Run(name, func(t *testing.T) {
			s, url := serve(t, test.limit)
			p := dial(t, url)
			test.do(p)
			want(t, "refusal", next[Refused](p).Type, test.want)
			want(t, "close status", p.waitClosed(), websocket.StatusPolicyViolation)
			want(t, "number of refusals", waitCounts(s, func(c Counts) bool { return c.Sockets == 0 }).Refused, uint64(1))
			want(t, "members and keys left", len(s.members)+len(s.keys), 0)
		})
	}
}

// waitCounts waits until ok accepts the counts, at most five seconds, and returns the last.
func waitCounts(s *Server, ok func(Counts) bool) Counts {
	for range 500 {
		if ok(s.Counts()) {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	return s.Counts()
}

func TestSocketHandshake(t *testing.T) {
	_, url := serve(t, func(s *Server) { s.opts.Origins = []string{"visit.example"} })
	for name, test := range map[string]struct {
		header   http.Header
		protocol []string
		status   int
	}{
		"a plain HTTP request":        {http.Header{"Connection": {"close"}}, nil, 426},
		"a page of another origin":    {http.Header{"Origin": {"https://evil.example"}}, []string{Subprotocol}, 403},
		"a page of an allowed origin": {http.Header{"Origin": {"https://visit.example"}}, []string{Subprotocol}, 101},
		"another protocol":            {nil, []string{"soap"}, 101},
		"without a protocol":          {nil, nil, 101},
		"the protocol and others":     {nil, []string{"soap", Subprotocol}, 101},
	} {
		t.Run(name, func(t *testing.T) {
			if test.status == 426 {
				r, err := http.Get(url)
				if err != nil {
					t.Fatal(err)
				}
				_ = r.Body.Close()
				want(t, "status", r.StatusCode, 426)
				return
			}
			conn, r, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{Subprotocols: test.protocol, HTTPHeader: test.header})
			want(t, "status", r.StatusCode, test.status)
			if err != nil {
				return
			}
			defer conn.CloseNow()
			if conn.Subprotocol() == Subprotocol {
				return
			}
			p := &peer{t, t.Context(), conn}
			want(t, "refusal", next[Refused](p).Type, RefusedProtocol)
			want(t, "close status", p.waitClosed(), websocket.StatusPolicyViolation)
		})
	}
}

func TestSocketRejectsTooManyFromOneClient(t *testing.T) {
	_, url := serve(t, func(s *Server) {
		s.limits.perClient = 2
		s.opts.ClientKey = func(req *http.Request) string { return req.Header.Get("X-Client") }
	})
	dialFrom := func(client string) (*websocket.Conn, *http.Response, error) {
		return websocket.Dial(t.Context(), url, &websocket.DialOptions{
			Subprotocols: []string{Subprotocol}, HTTPHeader: http.Header{"X-Client": {client}},
		})
	}
	for range 2 {
		conn, _, err := dialFrom("a")
		if err != nil {
			t.Fatal(err)
		}
		defer conn.CloseNow()
	}
	if _, r, err := dialFrom("a"); err == nil || r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a third connection from one client: got %v, want status 503", err)
	}
	conn, _, err := dialFrom("b")
	if err != nil {
		t.Fatalf("a connection from another client: got %v, want no error", err)
	}
	_ = conn.CloseNow()
}

func TestSocketsWithoutAHelloDoNotCount(t *testing.T) {
	s, url := serve(t, func(s *Server) { s.limits.sockets = 1 })
	for range 3 {
		dial(t, url)
	}
	p := dial(t, url)
	p.send(visitorHello("a"))
	next[Lobby](p)
	late := dial(t, url)
	late.send(visitorHello("b"))
	want(t, "end of the socket above the limit", next[Ended](late).EndCode, endedService)
	_ = p.conn.Close(websocket.StatusNormalClosure, "")
	waitCounts(s, func(c Counts) bool { return c.Sockets == 3 })
	again := dial(t, url)
	again.send(visitorHello("c"))
	next[Lobby](again)
}

func TestClientKeyIsTheNetworkOfAnIPv6Address(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1:5": "192.0.2.1", "[::ffff:192.0.2.1]:5": "192.0.2.1", "[2001:db8:1:2:3::4]:5": "2001:db8:1:2::/64",
		"[fe80::1%eth0]:5": "fe80::/64", "no address": "no address",
	} {
		if got := clientKey(&http.Request{RemoteAddr: address}); got != want {
			t.Errorf("%s: got %q, want %q", address, got, want)
		}
	}
}

func TestCloseEndsSockets(t *testing.T) {
	s, url := serve(t, nil)
	p, silent := dial(t, url), dial(t, url)
	p.send(visitorHello("a"))
	next[Lobby](p)
	done := make(chan error)
	go func() { done <- s.Close(t.Context()) }()
	want(t, "end", next[Ended](p).EndCode, EndCode{503, 503})
	want(t, "close status", p.waitClosed(), websocket.StatusNormalClosure)
	silent.waitClosed()
	if err := <-done; err != nil {
		t.Error(err)
	}
	_, r, err := websocket.Dial(t.Context(), url, nil)
	if err == nil || r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("dial after Close: got %v, want status 503", err)
	}
}

func TestCloseReturnsAtItsDeadline(t *testing.T) {
	release := make(chan bool)
	s, url := serve(t, nil)
	s.opts.Invite = func(context.Context, string) { <-release }
	defer close(release)
	p := dial(t, url)
	p.send(visitorHello("a"))
	next[Lobby](p)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v while an invitation runs, want %v", err, context.DeadlineExceeded)
	}
}
