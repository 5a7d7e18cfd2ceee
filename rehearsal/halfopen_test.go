package rehearsal

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// rawSocket is a WebSocket whose frames the test writes byte by byte.
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

// rawText is the beginning of a masked text frame that says it is n bytes long.
func rawText(n int, begin string) []byte {
	b := []byte{0x81, 0x80 | 126, byte(n >> 8), byte(n), 0, 0, 0, 0}
	return append(b, begin...)
}

func TestSocketHalfOpen(t *testing.T) {
	quick := func(s *Server) {
		s.limits.hello, s.limits.ping, s.limits.pong = 100*time.Millisecond, 50*time.Millisecond, 50*time.Millisecond
		s.limits.write, s.limits.farewell = 100*time.Millisecond, 100*time.Millisecond
		s.limits.queue = 256 << 10
	}
	frame, err := Encode(hello("a"))
	if err != nil {
		t.Fatal(err)
	}
	for name, bytes := range map[string][]byte{
		"nothing after the handshake":  nil,
		"half a frame":                 rawText(1000, `{"t":`),
		"hello and no answer to pings": rawText(len(frame), string(frame)),
		"hello and half a frame":       append(rawText(len(frame), string(frame)), rawText(1000, `{"t":`)...),
		"too large and then nothing":   rawText(65000, strings.Repeat("x", 64000)),
		"a refusal amid a frame":       append(rawText(7, "no json"), rawText(60000, "x")...),
	} {
		t.Run(name, func(t *testing.T) {
			s, url := served(t, quick)
			conn := rawSocket(t, url)
			if _, err := conn.Write(bytes); err != nil {
				t.Fatal(err)
			}
			waitCounts(s, func(c Counts) bool { return c.Sockets == 1 || c.Refused == 1 })
			began := time.Now()
			if c := waitCounts(s, func(c Counts) bool { return c.Sockets == 0 }); c.Sockets != 0 {
				t.Errorf("the connection is still there after %v", time.Since(began))
			}
		})
	}
	t.Run("does not read what it asks for", func(t *testing.T) {
		s, url := served(t, quick)
		s.mu.Lock()
		s.limits.ping, s.limits.hello = time.Minute, time.Minute // for eager, who may be slow on a busy machine
		s.mu.Unlock()
		lazy, eager := rawSocket(t, url), dial(t, url)
		if _, err := lazy.Write(rawText(len(frame), string(frame))); err != nil {
			t.Fatal(err)
		}
		waitCounts(s, func(c Counts) bool { return c.Waiting == 1 })
		eager.say(hello("eager"))
		next[Lobby](eager)
		if err := s.Command(RoomOf(meeting), Command{Verb: "admit"}); err != nil {
			t.Fatal(err)
		}
		go func() { // the one who reads must get everything
			for {
				if _, err := eager.hear(); err != nil {
					return
				}
			}
		}()
		big := SDP{To: "8:acs:a", SDP: Description{"offer", strings.Repeat("x", 40<<10)}}
		for i := 0; i < 190 && s.Counts().Sockets == 2; i++ {
			eager.say(big)
		}
		want(t, "sockets", waitCounts(s, func(c Counts) bool { return c.Sockets == 1 }).Sockets, 1)
		s.mu.Lock()
		defer s.mu.Unlock()
		if m := s.members["8:acs:eager"]; m == nil || m.line == nil {
			t.Error("the one who reads was cut off")
		}
	})
}
