package host

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/anteroom-visit/anteroom/rehearsal"
)

const (
	dialTime  = 10 * time.Second
	writeTime = 5 * time.Second
	// Pings end a half-open socket, which would keep the host for ever.
	pingEvery = 20 * time.Second
	pingTime  = 10 * time.Second
)

// A socket sends and receives the protocol's messages.
type socket struct {
	conn   *websocket.Conn
	in     chan rehearsal.Message
	lost   chan error // receives one error when the messages have ended
	log    *slog.Logger
	cancel context.CancelFunc
	tasks  sync.WaitGroup
}

// dial opens the socket and sends Hello. The socket outlives ctx until close, to
// leave time for a goodbye.
func dial(ctx context.Context, o Options, room string) (*socket, error) {
	dialing, stop := context.WithTimeout(ctx, dialTime)
	defer stop()
	conn, _, err := websocket.Dial(dialing, o.DialURL, &websocket.DialOptions{ //nolint:bodyclose // Dial closes it itself
		HTTPClient:   o.HTTPClient,
		Subprotocols: []string{rehearsal.Subprotocol},
	})
	if err != nil {
		return nil, fmt.Errorf("open signalling socket: %w", err)
	}
	if conn.Subprotocol() != rehearsal.Subprotocol {
		_ = conn.CloseNow() // nothing was sent yet
		return nil, fmt.Errorf("open signalling socket: server does not speak %s", rehearsal.Subprotocol)
	}
	conn.SetReadLimit(rehearsal.MaxFrame)

	living, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s := &socket{
		conn: conn, in: make(chan rehearsal.Message), lost: make(chan error, 1),
		log: o.Log, cancel: cancel,
	}
	s.tasks.Go(func() { s.lost <- s.read(living) })
	s.tasks.Go(func() { s.ping(living) })
	s.send(rehearsal.Hello{Token: o.Token(room), Name: o.Name})
	return s, nil
}

// read delivers messages until the socket fails, and returns the reason.
func (s *socket) read(ctx context.Context) error {
	for {
		kind, frame, err := s.conn.Read(ctx)
		if err != nil {
			return fmt.Errorf("read signalling socket: %w", err)
		}
		if kind != websocket.MessageText {
			return errors.New("read signalling socket: frame is not text")
		}
		m, err := rehearsal.DecodeServer(frame)
		if errors.Is(err, rehearsal.ErrUnknownKind) {
			continue
		}
		if err != nil {
			return fmt.Errorf("read signalling socket: %w", err)
		}
		select {
		case s.in <- m:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *socket) ping(ctx context.Context) {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		answer, stop := context.WithTimeout(ctx, pingTime)
		err := s.conn.Ping(answer)
		stop()
		if err != nil {
			_ = s.conn.CloseNow() // read returns the error
			return
		}
	}
}

// send writes one message. If that fails, it closes the socket, and read
// returns the error.
func (s *socket) send(m rehearsal.Message) {
	frame, err := rehearsal.Encode(m)
	if err != nil {
		s.log.Warn("rehearsal host: message dropped", "error", err)
		return
	}
	ctx, stop := context.WithTimeout(context.Background(), writeTime)
	defer stop()
	if err := s.conn.Write(ctx, websocket.MessageText, frame); err != nil {
		s.log.Debug("rehearsal host: cannot send", "error", err)
		_ = s.conn.CloseNow() // read returns the error
	}
}

// close ends the socket's goroutines and waits for them.
func (s *socket) close() {
	// The server closes on Bye; if it has done so, this fails.
	_ = s.conn.Close(websocket.StatusNormalClosure, "")
	s.cancel()
	s.tasks.Wait()
}
