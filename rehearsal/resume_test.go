package rehearsal

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// admitWithKey connects and admits a visitor. It also returns the key with which the
// visitor can resume its session.
func admitWithKey(t *testing.T, s *Server, id string) (*client, string) {
	t.Helper()
	c := connectVisitor(t, s, id)
	key := receiveOne[Welcome](c).Resume
	command(t, s, Command{Verb: "admit", To: "8:acs:" + id})
	c.receive()
	return c, key
}

// resume connects a visitor again with its key.
func resume(t *testing.T, s *Server, id, key string) *client {
	t.Helper()
	return connect(t, s, Hello{Token: "visitor " + id, Resume: key})
}

func TestResume(t *testing.T) {
	bubble(t, "within the window a visitor stays inside and gets the messages it missed", func(t *testing.T) {
		s := testServer(t)
		a, key := admitWithKey(t, s, "a")
		b := admit(t, s, "b")
		a.disconnect()
		b.send(SDP{To: "8:acs:a", SDP: Description{"offer", "v=0"}})
		b.send(SendChat{Req: 1, Text: "are you there?"})
		b.send(StateChange{State: State{Video: true}})
		b.send(Typing{})
		time.Sleep(30*time.Second - 1)
		synctest.Wait()
		want(t, "messages to b", b.kinds(), "chat reply state typing")
		a = resume(t, s, "a", key)
		got := a.receive()
		want(t, "key", got[0].(Welcome).Resume, key)
		want(t, "peers", got[1], Message(Resumed{[]Peer{{"8:acs:b", "Visitor b", Presenter, State{Video: true}}}}))
		want(t, "offer", got[2], Message(SDP{From: "8:acs:b", SDP: Description{"offer", "v=0"}}))
		want(t, "chat", got[3].(Chat).Msg.Text, "are you there?")
		want(t, "number of messages", len(got), 4)
		time.Sleep(time.Hour)
		synctest.Wait()
		want(t, "inside", s.Counts().Inside, 2)
	})
	bubble(t, "a key expires after the window", func(t *testing.T) {
		s := testServer(t)
		a, key := admitWithKey(t, s, "a")
		b := admit(t, s, "b")
		a.disconnect()
		time.Sleep(30 * time.Second)
		synctest.Wait()
		want(t, "messages to b", b.kinds(), "gone")
		want(t, "end of a", resume(t, s, "a", key).endCode(), EndCode{410, 3100})
		want(t, "number of keys", len(s.keys), 1)
	})
	bubble(t, "the window starts again at the second loss", func(t *testing.T) {
		s := testServer(t)
		a, key := admitWithKey(t, s, "a")
		a.disconnect()
		time.Sleep(20 * time.Second)
		resume(t, s, "a", key).disconnect()
		time.Sleep(20 * time.Second)
		synctest.Wait()
		want(t, "messages to a", resume(t, s, "a", key).kinds(), "welcome resumed")
	})
	bubble(t, "a visitor resumes before the server detects the loss", func(t *testing.T) {
		s := testServer(t)
		a, key := admitWithKey(t, s, "a")
		again := resume(t, s, "a", key)
		s.lost(a.l)
		time.Sleep(time.Hour)
		synctest.Wait()
		want(t, "messages on the new line", again.kinds(), "welcome resumed")
		if a.send(Typing{}) || !again.send(Typing{}) {
			t.Error("the server must read the new line and not the old one")
		}
	})
	bubble(t, "another identity cannot use the key", func(t *testing.T) {
		s := testServer(t)
		a, key := admitWithKey(t, s, "a")
		a.disconnect()
		want(t, "end of b", resume(t, s, "b", key).endCode(), EndCode{410, 3100})
		want(t, "messages to a", resume(t, s, "a", key).kinds(), "welcome resumed")
	})
	bubble(t, "a visitor is admitted while its connection is down", func(t *testing.T) {
		s := testServer(t)
		a := connectVisitor(t, s, "a")
		key := receiveOne[Welcome](a).Resume
		a.disconnect()
		a = resume(t, s, "a", key)
		want(t, "messages in the lobby", a.kinds(), "welcome lobby")
		a.disconnect()
		b := admit(t, s, "b")
		command(t, s, Command{Verb: "admit", To: "8:acs:a"})
		b.send(SendChat{Req: 1, Text: "hello"})
		want(t, "messages after admission", resume(t, s, "a", key).kinds(), "welcome joined")
	})
	bubble(t, "the call ends while the connection is down", func(t *testing.T) {
		s := testServer(t)
		a, key := admitWithKey(t, s, "a")
		w := connectVisitor(t, s, "w")
		waitingKey := receiveOne[Welcome](w).Resume
		a.disconnect()
		w.disconnect()
		for _, c := range []Command{{Verb: "remove", To: "8:acs:a"}, {Verb: "deny"}} {
			command(t, s, c)
		}
		want(t, "end of a removed visitor", resume(t, s, "a", key).endCode(), EndCode{0, 5300})
		want(t, "end of a denied visitor", resume(t, s, "w", waitingKey).endCode(), EndCode{0, 5854})
		want(t, "end at the second try", resume(t, s, "a", key).endCode(), EndCode{410, 3100})
		want(t, "number of keys", len(s.keys), 0)
	})
	bubble(t, "missed signalling of a visitor who left is dropped", func(t *testing.T) {
		s := testServer(t)
		a, key := admitWithKey(t, s, "a")
		b := admit(t, s, "b")
		a.disconnect()
		b.send(ICE{To: "8:acs:a"})
		b.send(Bye{})
		want(t, "messages to a", resume(t, s, "a", key).kinds(), "welcome resumed")
	})
	bubble(t, "too many missed bytes end the session", func(t *testing.T) {
		s := testServer(t)
		s.limits.queue = 100 << 10
		a, key := admitWithKey(t, s, "a")
		b := admit(t, s, "b")
		a.disconnect()
		for range 3 {
			b.send(SDP{To: "8:acs:a", SDP: Description{"offer", strings.Repeat("x", 40<<10)}})
		}
		want(t, "messages to b", b.kinds(), "gone")
		want(t, "end of a", resume(t, s, "a", key).endCode(), EndCode{410, 3100})
	})
	bubble(t, "a host who resumes gets the list of the lobby", func(t *testing.T) {
		s := testServer(t)
		token := s.HostToken(RoomOf(meeting), "Host").Token.Reveal()
		h := connect(t, s, Hello{Token: token})
		key := receiveOne[Welcome](h).Resume
		h.disconnect()
		connectVisitor(t, s, "a")
		h = connect(t, s, Hello{Token: token, Resume: key})
		want(t, "number of waiting visitors", len(receiveOne[Waiting](h).List), 1)
	})
	bubble(t, "the drop command prevents resuming for some seconds", func(t *testing.T) {
		s := testServer(t)
		a, key := admitWithKey(t, s, "a")
		command(t, s, Command{Verb: "drop", Seconds: 10})
		status, _ := a.l.goodbye()
		want(t, "close status and messages", []any{int(status), a.kinds()}, []any{0, ""})
		time.Sleep(9 * time.Second)
		early := resume(t, s, "a", key)
		want(t, "messages to an early connection", early.kinds(), "")
		if _, open := early.l.take(); open {
			t.Error("the server keeps an early connection open")
		}
		s.lost(early.l)
		time.Sleep(time.Second)
		want(t, "messages to a later connection", resume(t, s, "a", key).kinds(), "welcome resumed")
	})
	bubble(t, "a refused session cannot be resumed", func(t *testing.T) {
		s := testServer(t)
		a, key := admitWithKey(t, s, "a")
		s.refuse(a.l, RefusedTooFast)
		want(t, "refusal", receiveOne[Refused](a).Type, RefusedTooFast)
		want(t, "end of a", resume(t, s, "a", key).endCode(), EndCode{410, 3100})
	})
}
