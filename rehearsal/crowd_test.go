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

// crowd is fifty people at once in five rooms, half of them liars. The host of each room lets in only those whose
// identity begins with "good".
type crowd struct {
	t      *testing.T
	s      *Server
	url    string
	ctx    context.Context
	others [5]string // rooms' meetings
}

func TestCrowd(t *testing.T) {
	before := runtime.NumGoroutine()
	s, url := served(t, func(s *Server) {
		s.limits.hello, s.limits.ping, s.limits.pong = 3*time.Second, 200*time.Millisecond, 5*time.Second
		s.limits.farewell = 200 * time.Millisecond
		s.opts.ResumeWindow = 3 * time.Second
	})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	c := &crowd{t: t, s: s, url: url, ctx: ctx}
	var hosts, people sync.WaitGroup
	for i := range c.others {
		c.others[i] = fmt.Sprint(1000 + i)
		ready := make(chan bool)
		hosts.Go(func() { c.host(c.others[i], ready) })
		<-ready
	}
	lies := []func(int, *rand.Rand){c.commands, c.foreign, c.oversized, c.flood, c.halfOpen, c.forged, c.thief}
	for i := range 50 {
		r := rand.New(rand.NewPCG(2026, uint64(i)))
		people.Go(func() {
			if i%2 == 0 {
				c.polite(i, r)
				return
			}
			for range 3 {
				lies[r.IntN(len(lies))](i, r)
			}
		})
	}
	people.Wait()
	if ctx.Err() != nil {
		t.Fatal("the crowd did not finish in 30 seconds")
	}
	if err := s.Close(ctx); err != nil {
		t.Error(err)
	}
	hosts.Wait()
	counts := s.Counts()
	if counts.Ignored == 0 || counts.Refused == 0 {
		t.Errorf("the liars were not noticed: %+v", counts)
	}
	want(t, "nobody is left", []int{counts.Rooms, counts.Inside, counts.Waiting, counts.Sockets, len(s.members), len(s.keys)}, make([]int, 6))
	for i := 0; runtime.NumGoroutine() > before+4 && i < 300; i++ { // four of the HTTP server and its client
		time.Sleep(10 * time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > before+4 {
		stacks := make([]byte, 1<<16)
		t.Errorf("%d goroutines, %d before:\n%s", n, before, stacks[:runtime.Stack(stacks, true)])
	}
}

func (c *crowd) open(h Message) *websocket.Conn {
	conn, _, err := websocket.Dial(c.ctx, c.url, &websocket.DialOptions{Subprotocols: []string{Subprotocol}})
	if err != nil {
		c.t.Errorf("dial: %v", err)
		return nil
	}
	c.say(conn, h)
	return conn
}

// say sends a message; the server may have closed, which the caller hears.
func (c *crowd) say(conn *websocket.Conn, m Message) {
	frame, err := Encode(m)
	if err != nil {
		c.t.Errorf("encode: %v", err)
		return
	}
	_ = conn.Write(c.ctx, websocket.MessageText, frame)
}

// until reads messages until f is content, the socket has ended or a time has passed.
func (c *crowd) until(conn *websocket.Conn, wait time.Duration, f func(Message) bool) bool {
	ctx, cancel := context.WithTimeout(c.ctx, wait)
	defer cancel()
	for {
		_, frame, err := conn.Read(ctx)
		if err != nil {
			return false
		}
		m, err := DecodeServer(frame)
		if err != nil {
			c.t.Errorf("server sent %.100q: %v", frame, err)
			return false
		}
		if f(m) {
			return true
		}
	}
}

func (c *crowd) host(meeting string, ready chan bool) {
	token := c.s.HostToken(RoomOf(meeting), "Host").Token.Reveal()
	conn := c.open(Hello{Token: token})
	defer conn.CloseNow()
	c.until(conn, 30*time.Second, func(m Message) bool {
		switch m := m.(type) {
		case Joined:
			close(ready)
		case PeerJoined:
			if !strings.HasPrefix(m.Peer.ID, "8:acs:good") || m.Peer.Role != Presenter {
				c.t.Errorf("%s came in as %s", m.Peer.ID, m.Peer.Role)
			}
		case SDP:
			if !strings.HasPrefix(m.From, "8:acs:good") {
				c.t.Errorf("signalling from %s", m.From)
			}
			c.say(conn, SDP{To: m.From, SDP: Description{"answer", "v=0"}})
		case Waiting:
			for _, p := range m.List {
				if strings.HasPrefix(p.ID, "8:acs:good") {
					c.say(conn, CommandMessage{Command{Verb: "admit", To: p.ID}})
				}
			}
		}
		return false
	})
}

// polite joins, calls the others, chats, loses the network, comes back and leaves, twice.
func (c *crowd) polite(i int, r *rand.Rand) {
	for range 2 {
		id := fmt.Sprint("good", i)
		hello := Hello{Token: "visitor " + id, Name: "V", Meeting: c.others[i%len(c.others)]}
		conn := c.open(hello)
		key, inside := "", false
		c.until(conn, 5*time.Second, func(m Message) bool {
			switch m := m.(type) {
			case Welcome:
				key = m.Resume
			case Joined:
				inside = true
				for _, p := range m.Peers {
					c.say(conn, SDP{To: p.ID, SDP: Description{"offer", "v=0"}})
				}
				c.say(conn, SendChat{Req: 1, Text: "hello"})
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
			if !c.until(conn, 5*time.Second, func(m Message) bool { _, ok := m.(Resumed); return ok }) && c.ctx.Err() == nil {
				c.t.Errorf("%s could not come back", id)
			}
		}
		if r.IntN(3) > 0 {
			c.say(conn, Bye{})
		}
		_ = conn.CloseNow()
	}
}

// lie connects as somebody nobody lets in, does something, and must not come in or hear a word of the meeting.
func (c *crowd) lie(i int, do func(*websocket.Conn)) {
	id := fmt.Sprint("bad", i)
	conn := c.open(Hello{Token: "visitor " + id, Name: "V", Meeting: c.others[i%len(c.others)]})
	defer conn.CloseNow()
	do(conn)
	c.hearNothing(conn, id)
}

func (c *crowd) hearNothing(conn *websocket.Conn, id string) {
	c.until(conn, 300*time.Millisecond, func(m Message) bool {
		switch m.(type) {
		case Welcome, Lobby, Ended, Refused:
		default:
			c.t.Errorf("%s heard %#v", id, m)
		}
		return false
	})
}

func (c *crowd) commands(i int, _ *rand.Rand) {
	c.lie(i, func(conn *websocket.Conn) {
		for _, v := range []string{"admit", "end", "remove", "deny", "say", "drop"} {
			c.say(conn, CommandMessage{Command{Verb: v, Text: "x"}})
		}
	})
}

func (c *crowd) foreign(i int, _ *rand.Rand) {
	c.lie(i, func(conn *websocket.Conn) {
		for n := range 50 {
			to := fmt.Sprint("8:acs:good", n)
			c.say(conn, SDP{To: to, From: "8:acs:good1", SDP: Description{"offer", "v=0"}})
		}
		c.say(conn, StateChange{ID: "8:acs:good2", State: State{Hand: 1}})
		c.say(conn, SendChat{Text: "I am inside"})
		c.say(conn, Thread{})
		c.say(conn, Consent{true})
	})
}

func (c *crowd) oversized(i int, r *rand.Rand) {
	c.lie(i, func(conn *websocket.Conn) {
		_ = conn.Write(c.ctx, websocket.MessageText, make([]byte, MaxFrame+1+r.IntN(MaxFrame)))
	})
}

func (c *crowd) flood(i int, _ *rand.Rand) {
	c.lie(i, func(conn *websocket.Conn) {
		for range 300 {
			c.say(conn, Typing{})
		}
	})
}

func (c *crowd) halfOpen(_ int, r *rand.Rand) {
	conn := rawSocket(c.t, c.url)
	_, _ = conn.Write(rawText(1000, strings.Repeat("x", r.IntN(900))))
	time.Sleep(time.Duration(r.IntN(400)) * time.Millisecond)
	_ = conn.Close()
}

func (c *crowd) forged(i int, r *rand.Rand) {
	token := c.s.HostToken(RoomOf(c.others[0]), "Host").Token.Reveal()
	b := []byte(token)
	b[r.IntN(len(b)-1)] ^= 1 // of the last character some bits mean nothing, and those are refused as well
	conn := c.open(Hello{Token: string(b), Name: "Host", Meeting: c.others[0]})
	defer conn.CloseNow()
	c.hearNothing(conn, fmt.Sprint("forger", i))
}

func (c *crowd) thief(i int, r *rand.Rand) {
	c.s.mu.Lock()
	key := ""
	for k, m := range c.s.keys { // the best a thief can have: a key that works for somebody else
		if !strings.HasPrefix(m.id, "8:acs:bad") && r.IntN(3) == 0 {
			key = k
		}
	}
	c.s.mu.Unlock()
	conn := c.open(Hello{Token: fmt.Sprint("visitor bad", i), Name: "V", Meeting: c.others[i%len(c.others)], Resume: key})
	defer conn.CloseNow()
	c.hearNothing(conn, fmt.Sprint("thief", i))
}
