package rehearsal

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/time/rate"
)

// Socket returns the handler of GET /rehearsal/socket. It responds 503 if the Server is closed or the client's address
// has too many connections, 403 to a page of a foreign origin, and 426 to a request that is not a WebSocket handshake.
// Otherwise it returns when the connection has ended.
func (s *Server) Socket() http.Handler { return http.HandlerFunc(s.serveSocket) }

func (s *Server) serveSocket(w http.ResponseWriter, req *http.Request) {
	ctx, cancel := context.WithCancel(req.Context())
	defer cancel()
	l := newLine(s.limits.queue, cancel)
	l.client = s.opts.ClientKey(req)
	if !s.register(l) {
		http.Error(w, "too many connections", http.StatusServiceUnavailable)
		return
	}
	defer s.unregister(l)

	raw := &hijacked{ResponseWriter: w}
	conn, err := websocket.Accept(raw, req, &websocket.AcceptOptions{
		Subprotocols: []string{Subprotocol}, OriginPatterns: s.opts.Origins,
	})
	if err != nil {
		return // Accept has responded
	}
	defer func() { _ = conn.CloseNow() }() // an error means that it is closed already
	conn.SetReadLimit(-1)                  // readFrame has the limit, so that the client receives a reason

	var work sync.WaitGroup
	work.Go(func() {
		defer cancel()
		s.write(ctx, conn, l)
		s.closeConnection(conn, raw.conn, l)
	})
	work.Go(func() { s.ping(ctx, conn, l) })
	if conn.Subprotocol() == Subprotocol {
		s.read(ctx, conn, l)
	} else {
		s.refuse(l, RefusedProtocol)
	}
	work.Wait()
}

// register adds a line to those that Close waits for, unless its client has too many already.
func (s *Server) register(l *line) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.clients[l.client] >= s.limits.perClient {
		return false
	}
	s.lines[l] = true
	s.clients[l.client]++
	s.work.Add(1)
	return true
}

func (s *Server) unregister(l *line) {
	s.mu.Lock()
	delete(s.lines, l)
	if s.clients[l.client]--; s.clients[l.client] == 0 {
		delete(s.clients, l.client)
	}
	if l.hasSlot {
		s.slots--
	}
	s.mu.Unlock()
	s.work.Done()
}

// occupy gives a line one of the Server's slots. A line has none before its first frame, so that silent connections
// keep nobody out.
func (s *Server) occupy(l *line) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.slots >= s.limits.sockets {
		s.endLine(l, endedService)
		return false
	}
	s.slots++
	l.hasSlot = true
	return true
}

// read handles the frames of a client until the connection has ended or the line is over.
func (s *Server) read(ctx context.Context, conn *websocket.Conn, l *line) {
	limiter := rate.NewLimiter(rate.Limit(s.limits.framesPerS), s.limits.burst)
	late := time.AfterFunc(s.limits.hello, func() { s.refuse(l, RefusedHello) })
	defer late.Stop()
	defer s.lost(l)
	for first := true; ; first = false {
		frame, err := readFrame(ctx, conn)
		switch {
		case errors.Is(err, errFrameTooLong):
			s.refuse(l, RefusedTooLarge)
			return
		case errors.Is(err, errNotText):
			s.refuse(l, RefusedProtocol)
			return
		case err != nil:
			l.cut() // a line that is finishing still finishes
			return
		case !limiter.Allow():
			s.refuse(l, RefusedTooFast)
			return
		}
		msg, err := DecodeClient(frame)
		if err != nil {
			s.refuse(l, RefusedProtocol)
			return
		}
		if !first {
			if !s.receive(l, msg) {
				return
			}
			continue
		}
		h, ok := msg.(Hello)
		if !ok {
			s.refuse(l, RefusedHello)
			return
		}
		if !late.Stop() {
			return // refused a moment ago
		}
		if !s.occupy(l) {
			return
		}
		s.hello(l, h)
	}
}

// clientKey returns what connections of one client have in common: the IPv4 address of a request, or the /64 of its
// IPv6 address.
func clientKey(req *http.Request) string {
	at, err := netip.ParseAddrPort(req.RemoteAddr)
	if err != nil {
		return req.RemoteAddr
	}
	address := at.Addr().Unmap().WithZone("")
	if address.Is6() {
		network, _ := address.Prefix(64) // 64 is within range
		return network.String()
	}
	return address.String()
}

var errNotText = errors.New("frame is not text")

func readFrame(ctx context.Context, conn *websocket.Conn) ([]byte, error) {
	kind, r, err := conn.Reader(ctx)
	if err != nil {
		return nil, err
	}
	if kind != websocket.MessageText {
		return nil, errNotText
	}
	frame, err := io.ReadAll(io.LimitReader(r, MaxFrame+1))
	if err == nil && len(frame) > MaxFrame {
		err = errFrameTooLong
	}
	return frame, err
}

// write sends the queue of a line until the line is over or a write times out.
func (s *Server) write(ctx context.Context, conn *websocket.Conn, l *line) {
	for {
		frames, open := l.take()
		for _, frame := range frames {
			if !s.writeFrame(ctx, conn, frame) {
				l.cut()
				return
			}
		}
		if !open && len(frames) == 0 {
			return
		}
		if len(frames) > 0 {
			continue
		}
		select {
		case <-l.wake:
		case <-ctx.Done():
			return
		}
	}
}

func (s *Server) writeFrame(ctx context.Context, conn *websocket.Conn, frame []byte) bool {
	ctx, cancel := context.WithTimeout(ctx, s.limits.write)
	defer cancel()
	return conn.Write(ctx, websocket.MessageText, frame) == nil
}

// closeConnection closes the connection with the status that the line ended with, if any. Close waits for the other side, and
// no context ends that wait while the other side is in the middle of a frame: hence the deadline on the connection.
func (s *Server) closeConnection(conn *websocket.Conn, raw net.Conn, l *line) {
	status, reason := l.goodbye()
	if status == 0 {
		return
	}
	_ = raw.SetDeadline(time.Now().Add(s.limits.farewell)) // as for CloseNow above
	_ = conn.Close(status, reason)                         // as above
}

// ping cuts a line whose other side does not answer.
func (s *Server) ping(ctx context.Context, conn *websocket.Conn, l *line) {
	tick := time.NewTicker(s.limits.ping)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		wait, cancel := context.WithTimeout(ctx, s.limits.pong)
		err := conn.Ping(wait)
		cancel()
		if err != nil {
			l.cut()
			return
		}
	}
}

// A hijacked keeps the connection that Accept takes over, to set its deadlines.
type hijacked struct {
	http.ResponseWriter
	conn net.Conn
}

// Hijack implements http.Hijacker.
func (t *hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(t.ResponseWriter).Hijack()
	t.conn = conn
	return conn, rw, err
}
