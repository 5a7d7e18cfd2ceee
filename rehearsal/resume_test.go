package rehearsal

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// insideWithKey is an admitted visitor and the key by which its session is reopened.
func insideWithKey(t *testing.T, s *Server, id string) (*client, string) {
	t.Helper()
	c := visitor(t, s, id)
	key := one[Welcome](c).Resume
	if err := s.Command(RoomOf(meeting), Command{Verb: "admit", To: "8:acs:" + id}); err != nil {
		t.Fatal(err)
	}
	c.received()
	return c, key
}

func resumed(t *testing.T, s *Server, id, key string) *client {
	t.Helper()
	return connect(t, s, Hello{Token: "visitor " + id, Resume: key})
}

func TestResume(t *testing.T) {
	bubble(t, "in time: nobody noticed, and what was said to it is there", func(t *testing.T) {
		s := testServer(t)
		a, key := insideWithKey(t, s, "a")
		b := admitted(t, s, "b")
		a.cutOff()
		b.say(SDP{To: "8:acs:a", SDP: Description{"offer", "v=0"}})
		b.say(SendChat{Req: 1, Text: "are you there?"})
		b.say(StateChange{State: State{Video: true}})
		b.say(Typing{})
		time.Sleep(30*time.Second - 1)
		synctest.Wait()
		want(t, "b", b.kinds(), "chat reply state typing")
		a = resumed(t, s, "a", key)
		got := a.received()
		want(t, "key", got[0].(Welcome).Resume, key)
		want(t, "list", got[1], Message(Resumed{[]Peer{{"8:acs:b", "Visitor b", Presenter, State{Video: true}}}}))
		want(t, "offer", got[2], Message(SDP{From: "8:acs:b", SDP: Description{"offer", "v=0"}}))
		want(t, "chat", got[3].(Chat).Msg.Text, "are you there?")
		want(t, "all", len(got), 4)
		time.Sleep(time.Hour)
		synctest.Wait()
		want(t, "inside", s.Counts().Inside, 2)
	})
	bubble(t, "too late", func(t *testing.T) {
		s := testServer(t)
		a, key := insideWithKey(t, s, "a")
		b := admitted(t, s, "b")
		a.cutOff()
		time.Sleep(30 * time.Second)
		synctest.Wait()
		want(t, "b", b.kinds(), "gone")
		want(t, "a", resumed(t, s, "a", key).ended(), EndCode{410, 3100})
		want(t, "keys", len(s.keys), 1)
	})
	bubble(t, "lost twice: the window begins anew", func(t *testing.T) {
		s := testServer(t)
		a, key := insideWithKey(t, s, "a")
		a.cutOff()
		time.Sleep(20 * time.Second)
		resumed(t, s, "a", key).cutOff()
		time.Sleep(20 * time.Second)
		synctest.Wait()
		want(t, "a", resumed(t, s, "a", key).kinds(), "welcome resumed")
	})
	bubble(t, "before the server noticed the loss", func(t *testing.T) {
		s := testServer(t)
		a, key := insideWithKey(t, s, "a")
		again := resumed(t, s, "a", key)
		s.lost(a.l)
		time.Sleep(time.Hour)
		synctest.Wait()
		want(t, "again", again.kinds(), "welcome resumed")
		if a.say(Typing{}) || !again.say(Typing{}) {
			t.Error("want the new line heard and the old one not")
		}
	})
	bubble(t, "by another identity", func(t *testing.T) {
		s := testServer(t)
		a, key := insideWithKey(t, s, "a")
		a.cutOff()
		want(t, "thief", resumed(t, s, "b", key).ended(), EndCode{410, 3100})
		want(t, "a", resumed(t, s, "a", key).kinds(), "welcome resumed")
	})
	bubble(t, "in the lobby, and let in meanwhile", func(t *testing.T) {
		s := testServer(t)
		a := visitor(t, s, "a")
		key := one[Welcome](a).Resume
		a.cutOff()
		a = resumed(t, s, "a", key)
		want(t, "waiting", a.kinds(), "welcome lobby")
		a.cutOff()
		b := admitted(t, s, "b")
		if err := s.Command(RoomOf(meeting), Command{Verb: "admit", To: "8:acs:a"}); err != nil {
			t.Fatal(err)
		}
		b.say(SendChat{Req: 1, Text: "hello"})
		want(t, "let in", resumed(t, s, "a", key).kinds(), "welcome joined")
	})
	bubble(t, "ended meanwhile", func(t *testing.T) {
		s := testServer(t)
		a, key := insideWithKey(t, s, "a")
		w := visitor(t, s, "w")
		waitingKey := one[Welcome](w).Resume
		a.cutOff()
		w.cutOff()
		for _, c := range []Command{{Verb: "remove", To: "8:acs:a"}, {Verb: "deny"}} {
			if err := s.Command(RoomOf(meeting), c); err != nil {
				t.Fatal(err)
			}
		}
		want(t, "removed", resumed(t, s, "a", key).ended(), EndCode{0, 5300})
		want(t, "denied", resumed(t, s, "w", waitingKey).ended(), EndCode{0, 5854})
		want(t, "told once", resumed(t, s, "a", key).ended(), EndCode{410, 3100})
		want(t, "keys", len(s.keys), 0)
	})
	bubble(t, "signalling of who has gone is not passed on late", func(t *testing.T) {
		s := testServer(t)
		a, key := insideWithKey(t, s, "a")
		b := admitted(t, s, "b")
		a.cutOff()
		b.say(ICE{To: "8:acs:a"})
		b.say(Bye{})
		want(t, "a", resumed(t, s, "a", key).kinds(), "welcome resumed")
	})
	bubble(t, "more than can be held", func(t *testing.T) {
		s := testServer(t)
		s.limits.queue = 100 << 10
		a, key := insideWithKey(t, s, "a")
		b := admitted(t, s, "b")
		a.cutOff()
		for range 3 {
			b.say(SDP{To: "8:acs:a", SDP: Description{"offer", strings.Repeat("x", 40<<10)}})
		}
		want(t, "b", b.kinds(), "gone")
		want(t, "a", resumed(t, s, "a", key).ended(), EndCode{410, 3100})
	})
	bubble(t, "a host sees the lobby again", func(t *testing.T) {
		s := testServer(t)
		token := s.HostToken(RoomOf(meeting), "Host").Token.Reveal()
		h := connect(t, s, Hello{Token: token})
		key := one[Welcome](h).Resume
		h.cutOff()
		visitor(t, s, "a")
		h = connect(t, s, Hello{Token: token, Resume: key})
		want(t, "waiting", len(one[Waiting](h).List), 1)
	})
	bubble(t, "refused for a while by the drop command", func(t *testing.T) {
		s := testServer(t)
		a, key := insideWithKey(t, s, "a")
		if err := s.Command(RoomOf(meeting), Command{Verb: "drop", Seconds: 10}); err != nil {
			t.Fatal(err)
		}
		status, _ := a.l.goodbye()
		want(t, "no goodbye", []any{int(status), a.kinds()}, []any{0, ""})
		time.Sleep(9 * time.Second)
		early := resumed(t, s, "a", key)
		want(t, "early", early.kinds(), "")
		if _, open := early.l.take(); open {
			t.Error("the early connection stays open")
		}
		s.lost(early.l)
		time.Sleep(time.Second)
		want(t, "later", resumed(t, s, "a", key).kinds(), "welcome resumed")
	})
	bubble(t, "after a refusal there is nothing to resume", func(t *testing.T) {
		s := testServer(t)
		a, key := insideWithKey(t, s, "a")
		s.refuse(a.l, RefusedTooFast)
		want(t, "refused", one[Refused](a).Type, RefusedTooFast)
		want(t, "a", resumed(t, s, "a", key).ended(), EndCode{410, 3100})
	})
}
