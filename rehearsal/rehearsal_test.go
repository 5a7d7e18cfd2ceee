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

// client talks to a Server without a socket. Its messages are encoded and decoded in
// both directions, as on a socket.
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
				return "", errors.New("not a visitor's token")
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

// newClient returns a client on a new line. A line holds the frames to one socket.
func newClient(t *testing.T, s *Server) *client {
	return &client{t, s, newLine(s.limits.queue, func() {})}
}

// command runs a command in the room of the tests.
func command(t *testing.T, s *Server, c Command) {
	t.Helper()
	if err := s.Command(RoomOf(meeting), c); err != nil {
		t.Fatal(err)
	}
}

// connect sends a hello from a new client.
func connect(t *testing.T, s *Server, h Hello) *client {
	t.Helper()
	c := newClient(t, s)
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

func connectVisitor(t *testing.T, s *Server, id string) *client {
	t.Helper()
	return connect(t, s, Hello{Token: "visitor " + id, Name: "Visitor " + id, Meeting: meeting})
}

func connectHost(t *testing.T, s *Server) *client {
	t.Helper()
	token := s.HostToken(RoomOf(meeting), "Dr Rivera").Token.Reveal()
	return connect(t, s, Hello{Token: token})
}

// admit connects a visitor, admits it by command and drops its messages so far.
func admit(t *testing.T, s *Server, id string) *client {
	t.Helper()
	c := connectVisitor(t, s, id)
	command(t, s, Command{Verb: "admit", To: "8:acs:" + id})
	c.receive()
	return c
}

// send sends a message as a client would. It reports whether the server still reads the line.
func (c *client) send(m Message) bool {
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

// receive returns the messages that arrived since the last call.
func (c *client) receive() []Message {
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

// kinds returns the kinds of the messages that arrived since the last call, separated by spaces.
func (c *client) kinds() string {
	c.t.Helper()
	var kinds []string
	for _, m := range c.receive() {
		kinds = append(kinds, m.t())
	}
	return strings.Join(kinds, " ")
}

// receiveOne returns the only message of a type among those that arrived since the last
// call, and fails the test unless there is exactly one.
func receiveOne[M Message](c *client) M {
	c.t.Helper()
	var found []M
	var kinds []string
	for _, m := range c.receive() {
		kinds = append(kinds, m.t())
		if m, ok := m.(M); ok {
			found = append(found, m)
		}
	}
	if len(found) != 1 {
		var want M
		c.t.Fatalf("got %d messages of kind %s in %v, want 1", len(found), want.t(), kinds)
	}
	return found[0]
}

// endCode returns the code with which the call ended, and checks that the line closes normally.
func (c *client) endCode() EndCode {
	c.t.Helper()
	e := receiveOne[Ended](c)
	if status, _ := c.l.goodbye(); status != 1000 {
		c.t.Errorf("the line closes with status %d, want 1000", status)
	}
	return e.EndCode
}

// disconnect drops the client's connection as a network failure does.
func (c *client) disconnect() {
	c.l.cut()
	c.s.lost(c.l)
}

// want fails the test unless got equals want. what describes the value.
func want(t *testing.T, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func wantErr(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: got error %v, want %v", what, got, want)
	}
}

// bubble runs a test in fake time.
func bubble(t *testing.T, name string, f func(*testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, f) })
}
