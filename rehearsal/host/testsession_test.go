package host

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/anteroom-visit/anteroom/rehearsal"
)

// english is what the host says in these tests.
var english = Texts{
	Greeting: "Hello {name}",
	Replies:  []string{"{name}, you wrote: {text}", "I see"},
	Goodbye:  "Goodbye",
}

// A stay is a session whose server is the test, in the time of a synctest
// bubble.
type stay struct {
	t     *testing.T
	in    chan rehearsal.Message
	lost  chan error
	leave context.CancelFunc
	ended chan error

	mu   sync.Mutex
	sent []rehearsal.Message
}

func begin(t *testing.T, change ...func(*Options)) *stay {
	t.Helper()
	o := Options{
		DialURL: "ws://unused", Token: func(string) string { return "" }, Name: "Host",
		Texts: english, Log: slog.New(slog.DiscardHandler),
	}
	for _, f := range change {
		f(&o)
	}
	o, err := o.checked()
	if err != nil {
		t.Fatal(err)
	}
	cast, err := newBroadcast()
	if err != nil {
		t.Fatal(err)
	}
	y := &stay{
		t: t, in: make(chan rehearsal.Message), lost: make(chan error, 1), ended: make(chan error, 1),
	}
	s := newSession(o, nil, cast, func(m rehearsal.Message) {
		y.mu.Lock()
		defer y.mu.Unlock()
		y.sent = append(y.sent, m)
	})
	ctx, cancel := context.WithCancel(t.Context())
	y.leave = cancel
	go func() {
		err := s.run(ctx, y.in, y.lost)
		s.close()
		y.ended <- err
	}()
	t.Cleanup(cancel)
	return y
}

// enter begins a stay and lets the host into the room.
func enter(t *testing.T, change ...func(*Options)) *stay {
	t.Helper()
	y := begin(t, change...)
	y.hear(rehearsal.Welcome{ID: "host", Role: rehearsal.Organizer})
	y.hear(rehearsal.Joined{})
	y.take() // the state
	return y
}

func (y *stay) hear(m rehearsal.Message) {
	y.t.Helper()
	select {
	case y.in <- m:
	case err := <-y.ended:
		y.t.Fatalf("the stay has ended with %v before %#v", err, m)
	}
	synctest.Wait()
}

func (y *stay) wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// take returns what was sent since the last time.
func (y *stay) take() []rehearsal.Message {
	synctest.Wait()
	y.mu.Lock()
	defer y.mu.Unlock()
	sent := y.sent
	y.sent = nil
	return sent
}

// said returns the chat messages sent since the last time, and fails on
// anything else.
func (y *stay) said() []string {
	y.t.Helper()
	var texts []string
	for _, m := range y.take() {
		c, ok := m.(rehearsal.SendChat)
		if !ok {
			y.t.Errorf("sent %#v, want chat alone", m)
			continue
		}
		texts = append(texts, c.Text)
	}
	return texts
}

func (y *stay) wantEnd(want string) {
	y.t.Helper()
	synctest.Wait()
	select {
	case err := <-y.ended:
		if got := ""; err != nil || want != "" {
			if err != nil {
				got = err.Error()
			}
			if got != want {
				y.t.Errorf("the stay ended with %q, want %q", got, want)
			}
		}
	default:
		y.t.Errorf("the stay goes on")
	}
}

// finish ends a stay that a test is done with.
func (y *stay) finish() {
	y.leave()
	<-y.ended
}

func visitor(id, name string) rehearsal.PeerJoined {
	return rehearsal.PeerJoined{Peer: rehearsal.Peer{ID: id, Name: name, Role: rehearsal.Presenter}}
}

func person(id string) rehearsal.PeerJoined {
	return rehearsal.PeerJoined{Peer: rehearsal.Peer{ID: id, Name: "A person", Role: rehearsal.Organizer}}
}

func lobby(ids ...string) rehearsal.Waiting {
	var w rehearsal.Waiting
	for _, id := range ids {
		w.List = append(w.List, rehearsal.Person{ID: id, Name: "Visitor " + id})
	}
	return w
}

func chat(from, text string) rehearsal.Chat {
	return rehearsal.Chat{Msg: rehearsal.ChatMessage{ID: "1", From: from, Text: text}}
}

// admitted returns whom the messages admit, and fails on anything else.
func admitted(t *testing.T, sent []rehearsal.Message) []string {
	t.Helper()
	var ids []string
	for _, m := range sent {
		c, ok := m.(rehearsal.CommandMessage)
		if !ok || c.Verb != "admit" {
			t.Errorf("sent %#v, want admissions alone", m)
			continue
		}
		ids = append(ids, c.To)
	}
	slices.Sort(ids)
	return ids
}

func want(t *testing.T, when string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", when, got, want)
	}
}
