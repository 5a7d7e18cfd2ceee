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

// english are the host's chat messages in these tests.
var english = Texts{
	Greeting: "Hello {name}",
	Replies:  []string{"{name}, you wrote: {text}", "I see"},
	Goodbye:  "Goodbye",
}

// testSession is a session in a synctest bubble, in which the test acts as the server.
type testSession struct {
	t      *testing.T
	in     chan rehearsal.Message // messages to the host
	lost   chan error             // an error of the socket
	cancel context.CancelFunc
	result chan error // what run returned

	mu   sync.Mutex
	sent []rehearsal.Message // messages from the host
}

// startSession starts a session before the server has answered.
func startSession(t *testing.T, change ...func(*Options)) *testSession {
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
	ts := &testSession{
		t: t, in: make(chan rehearsal.Message), lost: make(chan error, 1), result: make(chan error, 1),
	}
	s := newSession(o, nil, cast, func(m rehearsal.Message) {
		ts.mu.Lock()
		defer ts.mu.Unlock()
		ts.sent = append(ts.sent, m)
	})
	ctx, cancel := context.WithCancel(t.Context())
	ts.cancel = cancel
	go func() {
		err := s.run(ctx, ts.in, ts.lost)
		s.close()
		ts.result <- err
	}()
	t.Cleanup(cancel)
	return ts
}

// enterRoom starts a session in which the host has joined the room.
func enterRoom(t *testing.T, change ...func(*Options)) *testSession {
	t.Helper()
	ts := startSession(t, change...)
	ts.receive(rehearsal.Welcome{ID: "host", Role: rehearsal.Organizer})
	ts.receive(rehearsal.Joined{})
	ts.takeSent() // the host's state
	return ts
}

// receive passes a message to the host and waits until the host has handled it.
func (ts *testSession) receive(m rehearsal.Message) {
	ts.t.Helper()
	select {
	case ts.in <- m:
	case err := <-ts.result:
		ts.t.Fatalf("the session ended with error %v before %#v", err, m)
	}
	synctest.Wait()
}

func (ts *testSession) wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// takeSent returns the messages that the host sent since the last call.
func (ts *testSession) takeSent() []rehearsal.Message {
	synctest.Wait()
	ts.mu.Lock()
	defer ts.mu.Unlock()
	sent := ts.sent
	ts.sent = nil
	return sent
}

// takeChat returns the texts of the chat messages that the host sent since the last
// call. Any other message fails the test.
func (ts *testSession) takeChat() []string {
	ts.t.Helper()
	var texts []string
	for _, m := range ts.takeSent() {
		c, ok := m.(rehearsal.SendChat)
		if !ok {
			ts.t.Errorf("the host sent %#v, want only chat", m)
			continue
		}
		texts = append(texts, c.Text)
	}
	return texts
}

// wantResult fails the test unless the session has ended with an error, or without one
// if want is empty.
func (ts *testSession) wantResult(want string) {
	ts.t.Helper()
	synctest.Wait()
	select {
	case err := <-ts.result:
		if got := ""; err != nil || want != "" {
			if err != nil {
				got = err.Error()
			}
			if got != want {
				ts.t.Errorf("the session ended with error %q, want %q", got, want)
			}
		}
	default:
		ts.t.Error("the session has not ended")
	}
}

// stop ends the session.
func (ts *testSession) stop() {
	ts.cancel()
	<-ts.result
}

func visitorJoined(id, name string) rehearsal.PeerJoined {
	return rehearsal.PeerJoined{Peer: rehearsal.Peer{ID: id, Name: name, Role: rehearsal.Presenter}}
}

// personJoined returns the message about a person who hosts the meeting.
func personJoined(id string) rehearsal.PeerJoined {
	return rehearsal.PeerJoined{Peer: rehearsal.Peer{ID: id, Name: "A person", Role: rehearsal.Organizer}}
}

func waiting(ids ...string) rehearsal.Waiting {
	var w rehearsal.Waiting
	for _, id := range ids {
		w.List = append(w.List, rehearsal.Person{ID: id, Name: "Visitor " + id})
	}
	return w
}

func chatMessage(from, text string) rehearsal.Chat {
	return rehearsal.Chat{Msg: rehearsal.ChatMessage{ID: "1", From: from, Text: text}}
}

// admissions returns the IDs that the messages admit. Any other message fails the test.
func admissions(t *testing.T, sent []rehearsal.Message) []string {
	t.Helper()
	var ids []string
	for _, m := range sent {
		c, ok := m.(rehearsal.CommandMessage)
		if !ok || c.Verb != "admit" {
			t.Errorf("the host sent %#v, want only admissions", m)
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
		t.Errorf("%s: got %q, want %q", when, got, want)
	}
}
