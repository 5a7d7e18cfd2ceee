package host

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/anteroom-visit/anteroom/rehearsal"
)

func TestShowsItsState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := begin(t)
		y.hear(rehearsal.Welcome{ID: "host"})
		y.hear(rehearsal.Joined{})
		sent := y.take()
		if len(sent) != 1 || sent[0] != (rehearsal.StateChange{State: rehearsal.State{Video: true}}) {
			t.Errorf("on joining sent %#v", sent)
		}
		y.hear(rehearsal.Mute{})
		sent = y.take()
		if len(sent) != 1 || sent[0] != (rehearsal.StateChange{State: rehearsal.State{Video: true, Muted: true}}) {
			t.Errorf("on being muted sent %#v", sent)
		}
		y.hear(rehearsal.Notice{Recording: true, Consent: true})
		sent = y.take()
		if len(sent) != 1 || sent[0] != (rehearsal.Consent{Granted: true}) {
			t.Errorf("on being asked for consent sent %#v", sent)
		}
		y.finish()
	})
}

func TestAdmitsAfterAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := enter(t)
		y.hear(lobby("a"))
		y.wait(2 * time.Second)
		y.hear(lobby("a", "b", "c"))
		y.hear(lobby("a", "b")) // c gave up
		y.wait(999 * time.Millisecond)
		want(t, "before 3 s", admitted(t, y.take()))
		y.wait(time.Millisecond)
		want(t, "at 3 s", admitted(t, y.take()), "a")
		y.hear(lobby("b"))
		y.wait(2 * time.Second)
		want(t, "at 5 s", admitted(t, y.take()), "b")
		y.wait(admitAgain)
		want(t, "when b could not be let in", admitted(t, y.take()), "b")
		y.hear(lobby())
		y.wait(2 * admitAgain)
		want(t, "with nobody waiting", admitted(t, y.take()))
		y.finish()
	})
}

func TestGivesWayToAPerson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := enter(t)
		y.hear(person("p"))
		y.hear(lobby("a"))
		y.hear(visitor("v", "Sam"))
		y.hear(chat("v", "hello?"))
		y.hear(chat("p", "hello"))
		y.wait(20 * time.Second)
		if sent := y.take(); len(sent) > 0 {
			t.Errorf("with a person hosting sent %#v", sent)
		}
		y.hear(rehearsal.Gone{ID: "p"})
		y.wait(admitAgain)
		want(t, "when the person has gone", admitted(t, y.take()), "a")
		y.hear(chat("v", "and now?"))
		y.wait(replyAfter)
		want(t, "when the person has gone", y.said(), "Sam, you wrote: and now?")
		y.finish()
	})
}

func TestGreets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := enter(t)
		y.hear(visitor("a", "{text} Sam"))
		y.wait(greetAfter - 1)
		want(t, "at first", y.said())
		y.hear(visitor("b", "Bo"))
		y.hear(rehearsal.Gone{ID: "b"})
		y.wait(1)
		want(t, "after a moment", y.said(), "Hello {text} Sam")
		y.wait(time.Minute)
		want(t, "later", y.said())
		y.finish()
	})
}

func TestAnswersChat(t *testing.T) {
	long := strings.Repeat("wörd ", 100)
	tests := []struct {
		name string
		msg  rehearsal.ChatMessage
		want []string
	}{
		{"a word", rehearsal.ChatMessage{From: "v", Text: "hi"}, []string{"Sam, you wrote: hi"}},
		{"lines", rehearsal.ChatMessage{From: "v", Text: "one\n\n two\t"}, []string{"Sam, you wrote: one two"}},
		{"a placeholder", rehearsal.ChatMessage{From: "v", Text: "{name}"}, []string{"Sam, you wrote: {name}"}},
		{"long", rehearsal.ChatMessage{From: "v", Text: long}, []string{"Sam, you wrote: " + long[:120+24] + "\u2026"}},
		{"an edit", rehearsal.ChatMessage{From: "v", Text: "hi", Edited: 1}, nil},
		{"a deletion", rehearsal.ChatMessage{From: "v", Deleted: 1}, nil},
		{"its own", rehearsal.ChatMessage{From: "host", Text: "hi"}, nil},
		{"a stranger's", rehearsal.ChatMessage{From: "x", Text: "hi"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				y := enter(t)
				y.hear(visitor("v", "Sam"))
				y.wait(greetAfter)
				y.take()
				y.hear(rehearsal.Chat{Msg: tt.msg})
				y.wait(replyAfter)
				want(t, tt.name, y.said(), tt.want...)
				y.finish()
			})
		})
	}
}

func TestAnswersInTurnAndNotTooFast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := enter(t)
		y.hear(visitor("v", "Sam"))
		y.wait(greetAfter)
		y.take()
		for range 100 {
			y.hear(chat("v", "x"))
		}
		y.wait(replyAfter)
		want(t, "after a flood", y.said(), "Sam, you wrote: x")
		y.wait(replyEvery)
		y.hear(chat("v", "y"))
		y.wait(replyAfter)
		want(t, "after a pause", y.said(), "I see")
		y.finish()
	})
}

func TestSaysGoodbyeWhenItHasToGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := enter(t)
		y.hear(visitor("v", "Sam"))
		y.leave()
		y.wantEnd("")
		sent := y.take()
		if len(sent) != 2 || sent[1] != (rehearsal.Bye{}) {
			t.Fatalf("on leaving sent %#v, want a goodbye and bye", sent)
		}
		if c, ok := sent[0].(rehearsal.SendChat); !ok || c.Text != "Goodbye" {
			t.Errorf("on leaving said %#v", sent[0])
		}
	})
}

func TestEndsTheMeetingAfterItsTime(t *testing.T) {
	limited := func(o *Options) { o.StayFor = time.Hour }
	synctest.Test(t, func(t *testing.T) {
		y := enter(t, limited)
		y.hear(visitor("v", "Sam"))
		y.wait(time.Hour - 1)
		want(t, "before the time", y.said(), "Hello Sam")
		y.wait(1)
		want(t, "at the time", y.said(), "Goodbye")
		y.wait(endAfter)
		y.wantEnd("")
		sent := y.take()
		if len(sent) != 2 || sent[1] != (rehearsal.Bye{}) {
			t.Fatalf("at the end sent %#v, want the end command and bye", sent)
		}
		if c, ok := sent[0].(rehearsal.CommandMessage); !ok || c.Verb != "end" || c.To != "" {
			t.Errorf("at the end sent %#v, want the end command", sent[0])
		}
	})
	synctest.Test(t, func(t *testing.T) {
		y := enter(t, limited)
		y.hear(visitor("v", "Sam"))
		y.hear(person("p"))
		y.wait(time.Hour)
		y.wantEnd("")
		if sent := y.take(); len(sent) != 1 || sent[0] != (rehearsal.Bye{}) {
			t.Errorf("with a person hosting sent %#v, want bye alone", sent)
		}
	})
}

func TestLeavesAnEmptyRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := enter(t)
		y.wait(59 * time.Second)
		y.hear(lobby("v"))
		y.wait(2 * time.Minute)
		y.hear(visitor("v", "Sam"))
		y.hear(lobby())
		y.wait(2 * time.Minute)
		y.hear(rehearsal.Gone{ID: "v"})
		y.hear(person("p")) // needs no company
		y.take()
		y.wait(59 * time.Second)
		if sent := y.take(); len(sent) > 0 {
			t.Errorf("sent %#v before the time", sent)
		}
		y.wait(time.Second)
		y.wantEnd("")
		if sent := y.take(); len(sent) != 1 || sent[0] != (rehearsal.Bye{}) {
			t.Errorf("on leaving sent %#v, want bye", sent)
		}
	})
}

func TestEnds(t *testing.T) {
	tests := []struct {
		name string
		do   func(*stay)
		want string
	}{
		{"ended", func(y *stay) { y.hear(rehearsal.Ended{}) }, ""},
		{"refused", func(y *stay) { y.hear(rehearsal.Refused{Type: "token"}) }, "join room: refused: token"},
		{"socket dropped", func(y *stay) { y.lost <- errors.New("it broke") }, "it broke"},
		{"no answer", func(y *stay) { y.wait(joinTime) }, "join room: no answer in time"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				y := begin(t)
				tt.do(y)
				y.wantEnd(tt.want)
			})
		})
	}
}
