package rehearsal

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// crowd is fifty clients at once in five rooms. Half of them are visitors and half are
// attackers. The host of each room admits only identities that begin with "good".
type crowd struct {
	t        *testing.T
	s        *Server
	url      string
	ctx      context.Context
	meetings [5]string // one for each room
}

func TestServerWithstandsACrowd(t *testing.T) {
	before := runtime.NumGoroutine()
	s, url := serve(t, func(s *Server) {
		s.limits.hello, s.limits.ping, s.limits.pong = 3*time.Second, 200*time.Millisecond, 5*time.Second
		s.limits.farewell = 200 * time.Millisecond
		s.opts.ResumeWindow = 3 * time.Second
	})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	c := &crowd{t: t, s: s, url: url, ctx: ctx}
	var hosts, clients sync.WaitGroup
	for i := range c.meetings {
		c.meetings[i] = fmt.Sprint(1000 + i)
		ready := make(chan bool)
		hosts.Go(func() { c.runHost(c.meetings[i], ready) })
		<-ready
	}
	attacks := []func(int, *rand.Rand){c.sendCommands, c.impersonate, c.sendOversized, c.flood, c.sendHalfAFrame, c.forgeToken, c.stealKey}
	for i := range 50 {
		r := rand.New(rand.NewPCG(2026, uint64(i)))
		clients.Go(func() {
			if i%2 == 0 {
				c.visit(i, r)
				return
			}
			for range 3 {
				attacks[r.IntN(len(attacks))](i, r)
			}
		})
	}
	clients.Wait()
	if ctx.Err() != nil {
		t.Fatal("the crowd did not finish in 30 seconds")
	}
	if err := s.Close(ctx); err != nil {
		t.Error(err)
	}
	hosts.Wait()
	counts := s.Counts()
	if counts.Ignored == 0 || counts.Refused == 0 {
		t.Errorf("got counts %+v, want ignored messages and refused clients", counts)
	}
	want(t, "rooms, people, sockets and keys left", []int{counts.Rooms, counts.Inside, counts.Waiting, counts.Sockets, len(s.members), len(s.keys)}, make([]int, 6))
	for i := 0; runtime.NumGoroutine() > before+4 && i < 300; i++ { // the HTTP server and its client keep four
		time.Sleep(10 * time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > before+4 {
		stacks := make([]byte, 1<<16)
		t.Errorf("got %d goroutines, %d before:\n%s", n, before, stacks[:runtime.Stack(stacks, true)])
	}
}

func (c *crowd) open(h Message) *websocket.Conn {
	conn, _, err := websocket.Dial(c.ctx, c.url, &websocket.DialOptions{Subprotocols: []string{Subprotocol}})
	if err != nil {
		c.t.Errorf("dial: %v", err)
		return nil
	}
	c.send(conn, h)
	return conn
}

// send sends a message. It ignores write errors, because the server may have closed the
// socket; the caller gets that error when it reads.
func (c *crowd) send(conn *websocket.Conn, m Message) {
	frame, err := Encode(m)
	if err != nil {
		c.t.Errorf("encode: %v", err)
		return
	}
	_ = conn.Write(c.ctx, websocket.MessageText, frame)
}

// readUntil reads messages until f returns true, and reports whether it did. It stops
// when the socket ends or after wait.
func (c *crowd) readUntil(conn *websocket.Conn, wait time.Duration, f func(Message) bool) bool {
	ctx, cancel := context.WithTimeout(c.ctx, wait)
	defer cancel()
	for {
		_, frame, err := conn.Read(ctx)
		if err != nil {
			return false
		}
		m, err := DecodeServer(frame)
		if err != nil {
			c.t.Errorf("the server sent %.100q: %v", frame, err)
			return false
		}
		if f(m) {
			return true
		}
	}
}

// runHost hosts a room until the socket ends. It closes ready when it is inside.
func (c *crowd) runHost(meeting string, ready chan bool) {
	token := c.s.HostToken(RoomOf(meeting), "Host").Token.Reveal()
	conn := c.open(Hello{Token: token})
	defer conn.CloseNow()
	c.readUntil(conn, 30*time.Second, func(m Message) bool {
		switch m := m.(type) {
		case Joined:
			close(ready)
		case PeerJoined:
			if !strings.HasPrefix(m.Peer.ID, "8:acs:good") || m.Peer.Role != Presenter {
				c.t.Errorf("%s joined as %s, want only good identities as presenters", m.Peer.ID, m.Peer.Role)
			}
		case SDP:
			if !strings.HasPrefix(m.From, "8:acs:good") {
				c.t.Errorf("got signalling from %s, want it only from good identities", m.From)
			}
			c.send(conn, SDP{To: m.From, SDP: Description{"answer", "v=0"}})
		case Waiting:
			for _, p := range m.List {
				if strings.HasPrefix(p.ID, "8:acs:good") {
					c.send(conn, CommandMessage{Command{Verb: "admit", To: p.ID}})
				}
			}
		}
		return false
	})
}

// visit is an ordinary visitor. Twice it joins, calls the others, chats and leaves. At
// random it also loses its connection and resumes.
func (c *crowd) visit(i int, r *rand.Rand) {
	for range 2 {
		id := fmt.Sprint("good", i)
		hello := Hello{Token: "visitor " + id, Name: "V", Meeting: c.meetings[i%len(c.meetings)]}
		conn := c.open(hello)
		key, inside := "", false
		c.readUntil(conn, 5*time.Second, func(m Message) bool {
			switch m := m.(type) {
			case Welcome:
				key = m.Resume
			case Joined:
				inside = true
				for _, p := range m.Peers {
					c.send(conn, SDP{To: p.ID, SDP: Description{"offer", "v=0"}})
				}
				c.send(conn, SendChat{Req: 1, Text: "hello"})
			case Ended: // the room is full
				return true
			case Reply:
				return true
			}
			return false
		})
		if inside && r.IntN(2) == 0 {
			_ = conn.CloseNow()
			conn = c.open(Hello{Token: hello.Token, Resume: key})
			if !c.readUntil(conn, 5*time.Second, func(m Message) bool { _, ok := m.(Resumed); return ok }) && c.ctx.Err() == nil {
				c.t.Errorf("%s could not resume", id)
			}
		}
		if r.IntN(3) > 0 {
			c.send(conn, Bye{})
		}
		_ = conn.CloseNow()
	}
}

// attack connects as a visitor that the host does not admit, and calls do. Then it checks
// that the client gets nothing from the meeting.
func (c *crowd) attack(i int, do func(*websocket.Conn)) {
	id := fmt.Sprint("bad", i)
	conn := c.open(Hello{Token: "visitor " + id, Name: "V", Meeting: c.meetings[i%len(c.meetings)]})
	defer conn.CloseNow()
	do(conn)
	c.wantNothing(conn, id)
}

// wantNothing fails the test if the client gets a message from inside the meeting.
func (c *crowd) wantNothing(conn *websocket.Conn, id string) {
	c.readUntil(conn, 300*time.Millisecond, func(m Message) bool {
		switch m.(type) {
		case Welcome, Lobby, Ended, Refused:
		default:
			c.t.Errorf("%s got %#v, want nothing from the meeting", id, m)
		}
		return false
	})
}

func (c *crowd) sendCommands(i int, _ *rand.Rand) {
	c.attack(i, func(conn *websocket.Conn) {
		for _, v := range []string{"admit", "end", "remove", "deny", "say", "drop"} {
			c.send(conn, CommandMessage{Command{Verb: v, Text: "x"}})
		}
	})
}

func (c *crowd) impersonate(i int, _ *rand.Rand) {
	c.attack(i, func(conn *websocket.Conn) {
		for n := range 50 {
			to := fmt.Sprint("8:acs:good", n)
			c.send(conn, SDP{To: to, From: "8:acs:good1", SDP: Description{"offer", "v=0"}})
		}
		c.send(conn, StateChange{ID: "8:acs:good2", State: State{Hand: 1}})
		c.send(conn, SendChat{Text: "I am inside"})
		c.send(conn, Thread{})
		c.send(conn, Consent{true})
	})
}

func (c *crowd) sendOversized(i int, r *rand.Rand) {
	c.attack(i, func(conn *websocket.Conn) {
		_ = conn.Write(c.ctx, websocket.MessageText, make([]byte, MaxFrame+1+r.IntN(MaxFrame)))
	})
}

func (c *crowd) flood(i int, _ *rand.Rand) {
	c.attack(i, func(conn *websocket.Conn) {
		for range 300 {
			c.send(conn, Typing{})
		}
	})
}

func (c *crowd) sendHalfAFrame(_ int, r *rand.Rand) {
	conn := rawSocket(c.t, c.url)
	_, _ = conn.Write(rawFrame(1000, strings.Repeat("x", r.IntN(900))))
	time.Sleep(time.Duration(r.IntN(400)) * time.Millisecond)
	_ = conn.Close()
}

func (c *crowd) forgeToken(i int, r *rand.Rand) {
	token := c.s.HostToken(RoomOf(c.meetings[0]), "Host").Token.Reveal()
	b := []byte(token)
	b[r.IntN(len(b)-1)] ^= 1 // the server must also reject a change to unused bits of the last character
	conn := c.open(Hello{Token: string(b), Name: "Host", Meeting: c.meetings[0]})
	defer conn.CloseNow()
	c.wantNothing(conn, fmt.Sprint("forger", i))
}

func (c *crowd) stealKey(i int, r *rand.Rand) {
	c.s.mu.Lock()
	key := ""
	for k, m := range c.s.keys { // a key that works for another identity
		if !strings.HasPrefix(m.id, "8:acs:bad") && r.IntN(3) == 0 {
			key = k
		}
	}
	c.s.mu.Unlock()
	conn := c.open(Hello{Token: fmt.Sprint("visitor bad", i), Name: "V", Meeting: c.meetings[i%len(c.meetings)], Resume: key})
	defer conn.CloseNow()
	c.wantNothing(conn, fmt.Sprint("thief", i))
}
