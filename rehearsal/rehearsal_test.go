package rehearsal

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

const meeting = "273 501 234 567"

// client speaks to a Server without a socket: its frames pass the wire's encoding in both directions.
type client struct {
	t *testing.T
	s *Server
	l *line
}

func testOptions() Options {
	return Options{
		Verify: func(token string) (string, error) {
			id, ok := strings.CutPrefix(token, "visitor ")
			if !ok {
				return "", errors.New("no token of ours")
			}
			return "8:acs:" + id, nil
		},
		Endings: map[string]EndCode{"waited-too-long": {0, 5855}, "offline": {490, 4502}},
	}
}

func testServer(t *testing.T, change ...func(*Options)) *Server {
	t.Helper()
	o := testOptions()
	for _, f := range change {
		f(&o)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// connect sends a hello on a new line.
func connect(t *testing.T, s *Server, h Hello) *client {
	t.Helper()
	c := &client{t, s, newLine(s.limits.queue, func() {})}
	frame, err := Encode(h)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := DecodeClient(frame)
	if err != nil {
		t.Fatal(err)
	}
	s.hello(c.l, msg.(Hello))
	return c
}

func visitor(t *testing.T, s *Server, id string) *client {
	t.Helper()
	return connect(t, s, Hello{Token: "visitor " + id, Name: "Visitor " + id, Meeting: meeting})
}

func host(t *testing.T, s *Server) *client {
	t.Helper()
	token := s.HostToken(RoomOf(meeting), "Dr Rivera").Token.Reveal()
	return connect(t, s, Hello{Token: token})
}

// admitted is a visitor let in by command, with nothing unread.
func admitted(t *testing.T, s *Server, id string) *client {
	t.Helper()
	c := visitor(t, s, id)
	if err := s.Command(RoomOf(meeting), Command{Verb: "admit", To: "8:acs:" + id}); err != nil {
		t.Fatal(err)
	}
	c.received()
	return c
}

// say sends a message as a client would and tells whether the server still listens.
func (c *client) say(m Message) bool {
	c.t.Helper()
	frame, err := Encode(m)
	if err != nil {
		c.t.Fatal(err)
	}
	msg, err := DecodeClient(frame)
	if err != nil {
		c.t.Fatalf("decode %s: %v", frame, err)
	}
	return c.s.receive(c.l, msg)
}

// received are the messages that came since the last time.
func (c *client) received() []Message {
	c.t.Helper()
	frames, _ := c.l.take()
	var all []Message
	for _, f := range frames {
		m, err := DecodeServer(f)
		if err != nil {
			c.t.Fatalf("decode %s: %v", f, err)
		}
		all = append(all, m)
	}
	return all
}

// kinds are those of the messages that came since the last time, separated by spaces.
func (c *client) kinds() string {
	c.t.Helper()
	var kinds []string
	for _, m := range c.received() {
		kinds = append(kinds, m.t())
	}
	return strings.Join(kinds, " ")
}

// one is the only message of its type among those that came since the last time.
func one[M Message](c *client) M {
	c.t.Helper()
	var found []M
	var kinds []string
	for _, m := range c.received() {
		kinds = append(kinds, m.t())
		if m, ok := m.(M); ok {
			found = append(found, m)
		}
	}
	if len(found) != 1 {
		var want M
		c.t.Fatalf("%d messages of kind %s in %v, want 1", len(found), want.t(), kinds)
	}
	return found[0]
}

// ended is the end code of a call that has ended and whose line closes in order.
func (c *client) ended() EndCode {
	c.t.Helper()
	e := one[Ended](c)
	if status, _ := c.l.goodbye(); status != 1000 {
		c.t.Errorf("line closes with %d, want 1000", status)
	}
	return e.EndCode
}

// cutOff loses the client's connection.
func (c *client) cutOff() {
	c.l.cut()
	c.s.lost(c.l)
}

func want(t *testing.T, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func wantErr(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: error %v, want %v", what, got, want)
	}
}

// bubble runs a test in fake time.
func bubble(t *testing.T, name string, f func(*testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, f) })
}
