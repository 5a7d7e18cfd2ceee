package rehearsal

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// rawSocket opens a WebSocket on which the test writes bytes instead of frames.
func rawSocket(t *testing.T, url string) net.Conn {
	t.Helper()
	address := strings.TrimSuffix(strings.TrimPrefix(url, "http://"), "/rehearsal/socket")
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_, err = fmt.Fprintf(conn, "GET /rehearsal/socket HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: %s\r\n\r\n", address, Subprotocol)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// rawFrame returns the beginning of a masked text frame of n bytes.
func rawFrame(n int, begin string) []byte {
	b := []byte{0x81, 0x80 | 126, byte(n >> 8), byte(n), 0, 0, 0, 0}
	return append(b, begin...)
}

func TestServerDropsHalfOpenSockets(t *testing.T) {
	shorten := func(s *Server) {
		s.limits.hello, s.limits.ping, s.limits.pong = 100*time.Millisecond, 50*time.Millisecond, 50*time.Millisecond
		s.limits.write, s.limits.farewell = 100*time.Millisecond, 100*time.Millisecond
		s.limits.queue = 256 << 10
	}
	frame, err := Encode(visitorHello("a"))
	if err != nil {
		t.Fatal(err)
	}
	for name, bytes := range map[string][]byte{
		"nothing after the handshake":              nil,
		"half a frame":                             rawFrame(1000, `{"t":`),
		"a hello and no answer to pings":           rawFrame(len(frame), string(frame)),
		"a hello and half a frame":                 append(rawFrame(len(frame), string(frame)), rawFrame(1000, `{"t":`)...),
		"a frame that is too large and incomplete": rawFrame(65000, strings.Repeat("x", 64000)),
		"an invalid frame and half a frame":        append(rawFrame(7, "no json"), rawFrame(60000, "x")...),
	} {
		t.Run(name, func(t *testing.T) {
			s, url := serve(t, shorten)
			conn := rawSocket(t, url)
			if _, err := conn.Write(bytes); err != nil {
				t.Fatal(err)
			}
			waitCounts(s, func(c Counts) bool { return c.Sockets == 1 || c.Refused == 1 })
			began := time.Now()
			if c := waitCounts(s, func(c Counts) bool { return c.Sockets == 0 }); c.Sockets != 0 {
				t.Errorf("the connection is still open after %v", time.Since(began))
			}
		})
	}
	t.Run("a client that does not read", func(t *testing.T) {
		s, url := serve(t, shorten)
		s.mu.Lock()
		s.limits.ping, s.limits.hello = time.Minute, time.Minute // the reader may be slow on a busy machine
		s.mu.Unlock()
		stalled, reader := rawSocket(t, url), dial(t, url)
		if _, err := stalled.Write(rawFrame(len(frame), string(frame))); err != nil {
			t.Fatal(err)
		}
		waitCounts(s, func(c Counts) bool { return c.Waiting == 1 })
		reader.send(visitorHello("reader"))
		next[Lobby](reader)
		command(t, s, Command{Verb: "admit"})
		go func() {
			for {
				if _, err := reader.read(); err != nil {
					return
				}
			}
		}()
		big := SDP{To: "8:acs:a", SDP: Description{"offer", strings.Repeat("x", 40<<10)}}
		for i := 0; i < 190 && s.Counts().Sockets == 2; i++ {
			reader.send(big)
		}
		want(t, "sockets", waitCounts(s, func(c Counts) bool { return c.Sockets == 1 }).Sockets, 1)
		s.mu.Lock()
		defer s.mu.Unlock()
		if m := s.members["8:acs:reader"]; m == nil || m.line == nil {
			t.Error("the server dropped the client that reads")
		}
	})
}
