package host

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/anteroom-visit/anteroom/rehearsal"
)

func TestHostSendsItsState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ts := startSession(t)
		ts.receive(rehearsal.Welcome{ID: "host"})
		ts.receive(rehearsal.Joined{})
		sent := ts.takeSent()
		if len(sent) != 1 || sent[0] != (rehearsal.StateChange{State: rehearsal.State{Video: true}}) {
			t.Errorf("on joining: got %#v, want the state with video", sent)
		}
		ts.receive(rehearsal.Mute{})
		sent = ts.takeSent()
		if len(sent) != 1 || sent[0] != (rehearsal.StateChange{State: rehearsal.State{Video: true, Muted: true}}) {
			t.Errorf("after a mute: got %#v, want the state with video and muted", sent)
		}
		ts.receive(rehearsal.Notice{Recording: true, Consent: true})
		sent = ts.takeSent()
		if len(sent) != 1 || sent[0] != (rehearsal.Consent{Granted: true}) {
			t.Errorf("after a notice: got %#v, want consent", sent)
		}
		ts.stop()
	})
}

func TestHostAdmitsAfterADelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ts := enterRoom(t)
		ts.receive(waiting("a"))
		ts.wait(2 * time.Second)
		ts.receive(waiting("a", "b", "c"))
		ts.receive(waiting("a", "b")) // c has left
		ts.wait(999 * time.Millisecond)
		want(t, "before 3 s", admissions(t, ts.takeSent()))
		ts.wait(time.Millisecond)
		want(t, "at 3 s", admissions(t, ts.takeSent()), "a")
		ts.receive(waiting("b"))
		ts.wait(2 * time.Second)
		want(t, "at 5 s", admissions(t, ts.takeSent()), "b")
		ts.wait(admitAgain)
		want(t, "after b could not be admitted", admissions(t, ts.takeSent()), "b")
		ts.receive(waiting())
		ts.wait(2 * admitAgain)
		want(t, "with an empty lobby", admissions(t, ts.takeSent()))
		ts.stop()
	})
}

func TestHostIsInactiveWhileAPersonHosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ts := enterRoom(t)
		ts.receive(personJoined("p"))
		ts.receive(waiting("a"))
		ts.receive(visitorJoined("v", "Sam"))
		ts.receive(chatMessage("v", "hello?"))
		ts.receive(chatMessage("p", "hello"))
		ts.wait(20 * time.Second)
		if sent := ts.takeSent(); len(sent) > 0 {
			t.Errorf("while a person hosts: got %#v, want no messages", sent)
		}
		ts.receive(rehearsal.Gone{ID: "p"})
		ts.wait(admitAgain)
		want(t, "admissions after the person left", admissions(t, ts.takeSent()), "a")
		ts.receive(chatMessage("v", "and now?"))
		ts.wait(replyAfter)
		want(t, "chat after the person left", ts.takeChat(), "Sam, you wrote: and now?")
		ts.stop()
	})
}

func TestHostGreetsVisitors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ts := enterRoom(t)
		ts.receive(visitorJoined("a", "{text} Sam"))
		ts.wait(greetAfter - 1)
		want(t, "before the greeting", ts.takeChat())
		ts.receive(visitorJoined("b", "Bo"))
		ts.receive(rehearsal.Gone{ID: "b"})
		ts.wait(1)
		want(t, "greeting", ts.takeChat(), "Hello {text} Sam")
		ts.wait(time.Minute)
		want(t, "after the greeting", ts.takeChat())
		ts.stop()
	})
}

func TestHostAnswersChat(t *testing.T) {
	long := strings.Repeat("wörd ", 100)
	tests := []struct {
		name string
		msg  rehearsal.ChatMessage
		want []string
	}{
		{"one word", rehearsal.ChatMessage{From: "v", Text: "hi"}, []string{"Sam, you wrote: hi"}},
		{"several lines", rehearsal.ChatMessage{From: "v", Text: "one\n\n two\t"}, []string{"Sam, you wrote: one two"}},
		{"a placeholder", rehearsal.ChatMessage{From: "v", Text: "{name}"}, []string{"Sam, you wrote: {name}"}},
		{"long text", rehearsal.ChatMessage{From: "v", Text: long}, []string{"Sam, you wrote: " + long[:120+24] + "\u2026"}},
		{"an edited message", rehearsal.ChatMessage{From: "v", Text: "hi", Edited: 1}, nil},
		{"a deleted message", rehearsal.ChatMessage{From: "v", Deleted: 1}, nil},
		{"its own message", rehearsal.ChatMessage{From: "host", Text: "hi"}, nil},
		{"a message of somebody who is not inside", rehearsal.ChatMessage{From: "x", Text: "hi"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ts := enterRoom(t)
				ts.receive(visitorJoined("v", "Sam"))
				ts.wait(greetAfter)
				ts.takeSent()
				ts.receive(rehearsal.Chat{Msg: tt.msg})
				ts.wait(replyAfter)
				want(t, tt.name, ts.takeChat(), tt.want...)
				ts.stop()
			})
		})
	}
}

func TestHostLimitsItsAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ts := enterRoom(t)
		ts.receive(visitorJoined("v", "Sam"))
		ts.wait(greetAfter)
		ts.takeSent()
		for range 100 {
			ts.receive(chatMessage("v", "x"))
		}
		ts.wait(replyAfter)
		want(t, "after 100 messages", ts.takeChat(), "Sam, you wrote: x")
		ts.wait(replyEvery)
		ts.receive(chatMessage("v", "y"))
		ts.wait(replyAfter)
		want(t, "after a pause", ts.takeChat(), "I see")
		ts.stop()
	})
}

func TestHostSendsGoodbyeWhenCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ts := enterRoom(t)
		ts.receive(visitorJoined("v", "Sam"))
		ts.cancel()
		ts.wantResult("")
		sent := ts.takeSent()
		if len(sent) != 2 || sent[1] != (rehearsal.Bye{}) {
			t.Fatalf("got %#v, want a goodbye in the chat and bye", sent)
		}
		if c, ok := sent[0].(rehearsal.SendChat); !ok || c.Text != "Goodbye" {
			t.Errorf("got %#v, want a goodbye in the chat", sent[0])
		}
	})
}

func TestHostEndsTheMeetingAfterStayFor(t *testing.T) {
	limited := func(o *Options) { o.StayFor = time.Hour }
	synctest.Test(t, func(t *testing.T) {
		ts := enterRoom(t, limited)
		ts.receive(visitorJoined("v", "Sam"))
		ts.wait(time.Hour - 1)
		want(t, "before StayFor has passed", ts.takeChat(), "Hello Sam")
		ts.wait(1)
		want(t, "when StayFor has passed", ts.takeChat(), "Goodbye")
		ts.wait(endAfter)
		ts.wantResult("")
		sent := ts.takeSent()
		if len(sent) != 2 || sent[1] != (rehearsal.Bye{}) {
			t.Fatalf("got %#v, want the end command and bye", sent)
		}
		if c, ok := sent[0].(rehearsal.CommandMessage); !ok || c.Verb != "end" || c.To != "" {
			t.Errorf("got %#v, want the end command", sent[0])
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ts := enterRoom(t, limited)
		ts.receive(visitorJoined("v", "Sam"))
		ts.receive(personJoined("p"))
		ts.wait(time.Hour)
		ts.wantResult("")
		if sent := ts.takeSent(); len(sent) != 1 || sent[0] != (rehearsal.Bye{}) {
			t.Errorf("while a person hosts: got %#v, want only bye", sent)
		}
	})
}

func TestHostLeavesARoomWithoutVisitors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ts := enterRoom(t)
		ts.wait(59 * time.Second)
		ts.receive(waiting("v"))
		ts.wait(2 * time.Minute)
		ts.receive(visitorJoined("v", "Sam"))
		ts.receive(waiting())
		ts.wait(2 * time.Minute)
		ts.receive(rehearsal.Gone{ID: "v"})
		ts.receive(personJoined("p")) // a person who hosts is not a visitor
		ts.takeSent()
		ts.wait(59 * time.Second)
		if sent := ts.takeSent(); len(sent) > 0 {
			t.Errorf("got %#v before LeaveAfter has passed, want no messages", sent)
		}
		ts.wait(time.Second)
		ts.wantResult("")
		if sent := ts.takeSent(); len(sent) != 1 || sent[0] != (rehearsal.Bye{}) {
			t.Errorf("on leaving: got %#v, want bye", sent)
		}
	})
}

func TestRunReturnsTheCauseOfTheEnd(t *testing.T) {
	tests := []struct {
		name string
		do   func(*testSession)
		want string
	}{
		{"ended", func(ts *testSession) { ts.receive(rehearsal.Ended{}) }, ""},
		{"refused", func(ts *testSession) { ts.receive(rehearsal.Refused{Type: "token"}) }, "join room: refused: token"},
		{"socket dropped", func(ts *testSession) { ts.lost <- errors.New("connection reset") }, "connection reset"},
		{"no answer", func(ts *testSession) { ts.wait(joinTime) }, "join room: no answer in time"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ts := startSession(t)
				tt.do(ts)
				ts.wantResult(tt.want)
			})
		})
	}
}
