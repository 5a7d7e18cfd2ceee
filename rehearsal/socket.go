package rehearsal

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/time/rate"
)

// Socket is the handler of GET /rehearsal/socket. It answers 503 when the Server is closed or has too many
// connections, 403 to a page of a foreign origin and 426 to what is no WebSocket; else it stays until the connection
// has ended.
func (s *Server) Socket() http.Handler { return http.HandlerFunc(s.serveSocket) }

func (s *Server) serveSocket(w http.ResponseWriter, req *http.Request) {
	ctx, cancel := context.WithCancel(req.Context())
	defer cancel()
	l := newLine(s.limits.queue, cancel)
	if !s.register(l) {
		http.Error(w, "no place for another connection", http.StatusServiceUnavailable)
		return
	}
	defer s.unregister(l)

	taken := &taken{ResponseWriter: w}
	conn, err := websocket.Accept(taken, req, &websocket.AcceptOptions{
		Subprotocols: []string{Subprotocol}, OriginPatterns: s.opts.Origins,
	})
	if err != nil {
		return // Accept has answered
	}
	defer func() { _ = conn.CloseNow() }() // an error says that it is closed already
	conn.SetReadLimit(-1)                  // readFrame has the limit, so that the client is told

	var work sync.WaitGroup
	work.Go(func() {
		defer cancel()
		s.write(ctx, conn, l)
		s.sayGoodbye(conn, taken.conn, l)
	})
	work.Go(func() { s.ping(ctx, conn, l) })
	if conn.Subprotocol() == Subprotocol {
		s.read(ctx, conn, l)
	} else {
		s.refuse(l, RefusedProtocol)
	}
	work.Wait()
}

// register makes a line known to Close, which waits for it.
func (s *Server) register(l *line) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.lines) >= s.limits.sockets {
		return false
	}
	s.lines[l] = true
	s.work.Add(1)
	return true
}

func (s *Server) unregister(l *line) {
	s.mu.Lock()
	delete(s.lines, l)
	s.mu.Unlock()
	s.work.Done()
}

// read takes what the client sends, until the connection has ended or the line is over.
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
		s.hello(l, h)
	}
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

// write sends what waits in the line until the line is over or the connection does not take it.
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

// sayGoodbye closes in order when that is what the line ended with. Close waits for the other side, and while that
// side is in the middle of a frame no context ends its wait: hence the deadline on the connection itself.
func (s *Server) sayGoodbye(conn *websocket.Conn, raw net.Conn, l *line) {
	status, reason := l.goodbye()
	if status == 0 {
		return
	}
	_ = raw.SetDeadline(time.Now().Add(s.limits.farewell)) // as for CloseNow above
	_ = conn.Close(status, reason)                         // as above
}

// ping finds out when the other side is no longer there.
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

// taken keeps the connection that Accept takes over, for its deadlines.
type taken struct {
	http.ResponseWriter
	conn net.Conn
}

// Hijack is http.Hijacker's.
func (t *taken) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(t.ResponseWriter).Hijack()
	t.conn = conn
	return conn, rw, err
}
