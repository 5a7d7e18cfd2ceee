package rehearsal

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestLobby(t *testing.T) {
	bubble(t, "the host gets the waiting visitor and admits it", func(t *testing.T) {
		s := testServer(t, func(o *Options) { o.ICEServers = []ICEServer{{URLs: []string{"stun:stun.example:3478"}}} })
		h := connectHost(t, s)
		want(t, "messages to the host", h.kinds(), "welcome joined waiting")
		v := connectVisitor(t, s, "sam")
		got := v.receive()
		w := got[0].(Welcome)
		if len(w.Resume) < 20 {
			t.Errorf("got resume key %q, want at least 20 characters", w.Resume)
		}
		w.Resume = ""
		want(t, "welcome", w, Welcome{
			ID: "8:acs:sam", Role: Presenter, Room: RoomOf(meeting), ICEServers: s.opts.ICEServers,
		})
		want(t, "messages after the welcome", got[1:], []Message{Lobby{}})
		list := receiveOne[Waiting](h).List
		want(t, "list of waiting visitors", list, []Person{{ID: "8:acs:sam", Name: "Visitor sam", Since: time.Now().UnixMilli()}})

		h.send(CommandMessage{Command{Verb: "admit", To: "8:acs:sam"}})
		j := receiveOne[Joined](v)
		want(t, "thread", j.ThreadID, "19:meeting_rehearsal-"+RoomOf(meeting)+"@thread.v2")
		want(t, "number of peers", len(j.Peers), 1)
		want(t, "name of the peer", j.Peers[0].Name, "Dr Rivera")
		want(t, "messages to the host", h.receive(), []Message{
			PeerJoined{Peer{ID: "8:acs:sam", Name: "Visitor sam", Role: Presenter, State: State{Muted: true}}},
			Waiting{[]Person{}},
			Commanded{Command: "admit", OK: true},
		})
	})
	bubble(t, "admit without an ID admits everybody in the order of arrival", func(t *testing.T) {
		s := testServer(t)
		a, b := connectVisitor(t, s, "a"), connectVisitor(t, s, "b")
		command(t, s, Command{Verb: "admit"})
		want(t, "messages to a", a.kinds(), "welcome lobby joined peer")
		want(t, "messages to b", b.kinds(), "welcome lobby joined")
		wantErr(t, "admit with an empty lobby", s.Command(RoomOf(meeting), Command{Verb: "admit"}), ErrNobody)
	})
	bubble(t, "deny ends the visit of one visitor", func(t *testing.T) {
		s := testServer(t)
		a, b := connectVisitor(t, s, "a"), connectVisitor(t, s, "b")
		command(t, s, Command{Verb: "deny", To: "8:acs:a"})
		want(t, "end of a", a.endCode(), EndCode{0, 5854})
		want(t, "messages to b", b.kinds(), "welcome lobby")
	})
	bubble(t, "a wait in the lobby ends at its timeout", func(t *testing.T) {
		s := testServer(t, func(o *Options) { o.LobbyTimeout = 10 * time.Minute })
		h, v := connectHost(t, s), connectVisitor(t, s, "a")
		time.Sleep(10*time.Minute - time.Second)
		synctest.Wait()
		want(t, "messages a second before the timeout", v.kinds(), "welcome lobby")
		h.receive()
		time.Sleep(time.Second)
		synctest.Wait()
		want(t, "end at the timeout", v.endCode(), EndCode{0, 5855})
		want(t, "list of waiting visitors", receiveOne[Waiting](h).List, []Person{})
	})
	bubble(t, "an admitted visitor has no timeout", func(t *testing.T) {
		s := testServer(t)
		v := admit(t, s, "a")
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		want(t, "messages", v.kinds(), "")
		want(t, "visitors inside", s.Counts().Inside, 1)
	})
}

func TestLimitsOfRooms(t *testing.T) {
	bubble(t, "a room holds six people and its lobby twelve", func(t *testing.T) {
		s := testServer(t)
		for i := range maxInside - 1 {
			admit(t, s, fmt.Sprint("in", i))
		}
		var lobby []*client
		for i := range maxWaiting {
			lobby = append(lobby, connectVisitor(t, s, fmt.Sprint("w", i)))
		}
		want(t, "end in a full lobby", connectVisitor(t, s, "late").endCode(), EndCode{0, 5807})
		command(t, s, Command{Verb: "admit"})
		want(t, "messages to the sixth person", lobby[0].kinds(), "welcome lobby joined")
		want(t, "end of the seventh person", lobby[1].endCode(), EndCode{413, 5808})
		want(t, "end of a visitor to a full room", connectVisitor(t, s, "x").endCode(), EndCode{413, 5808})
		want(t, "end of a host in a full room", connectHost(t, s).endCode(), EndCode{413, 5808})
		want(t, "counts", s.Counts(), Counts{Rooms: 1, Inside: maxInside})
	})
	bubble(t, "a new room replaces the oldest empty room", func(t *testing.T) {
		s := testServer(t)
		s.limits.rooms = 2
		connectTo := func(m string) *client {
			return connect(t, s, Hello{Token: "visitor " + m, Name: "V", Meeting: m})
		}
		first, second := connectTo("1"), connectTo("2")
		want(t, "refusal of a third room", receiveOne[Refused](connectTo("3")).Type, RefusedRoomFull)
		second.send(Bye{})
		time.Sleep(time.Second)
		first.send(Bye{})
		want(t, "messages in the third room after others are empty", connectTo("3").kinds(), "welcome lobby")
		wantErr(t, "oldest empty room", s.Command(RoomOf("2"), Command{Verb: "admit"}), ErrNoRoom)
		wantErr(t, "other empty room", s.Command(RoomOf("1"), Command{Verb: "admit"}), ErrNobody)
	})
	bubble(t, "an empty room keeps its chat for ten minutes and drops its recording", func(t *testing.T) {
		s := testServer(t)
		a := admit(t, s, "a")
		a.send(SendChat{Req: 1, Text: "hello"})
		for _, c := range []Command{{Verb: "notice", Recording: true}, {Verb: "chat-fault", Status: 403}} {
			command(t, s, c)
		}
		a.send(Bye{})
		time.Sleep(9 * time.Minute)
		b := connectVisitor(t, s, "b")
		b.receive()
		time.Sleep(9 * time.Minute) // a waiting visitor keeps the room open
		command(t, s, Command{Verb: "admit"})
		if j := receiveOne[Joined](b); j.Notice != nil {
			t.Errorf("got notice %v of the earlier meeting, want none", *j.Notice)
		}
		b.send(Thread{Req: 2})
		want(t, "number of chat messages", len(receiveOne[Reply](b).Chat), 1)
		b.send(Bye{})
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		want(t, "counts", s.Counts(), Counts{})
	})
}

func TestIdentities(t *testing.T) {
	bubble(t, "a second connection of an identity ends the first one", func(t *testing.T) {
		s := testServer(t)
		old, other := admit(t, s, "a"), admit(t, s, "b")
		old.receive()
		again := connectVisitor(t, s, "a")
		want(t, "end of the first connection", old.endCode(), EndCode{409, 40228})
		want(t, "messages to the second connection", again.kinds(), "welcome lobby")
		want(t, "messages to another visitor", other.kinds(), "gone")
		if old.send(Typing{}) {
			t.Error("the server still reads the first connection")
		}
		s.lost(old.l)
		want(t, "counts", s.Counts(), Counts{Rooms: 1, Inside: 1, Waiting: 1})
	})
	bubble(t, "a second connection to another room ends the first one", func(t *testing.T) {
		s := testServer(t)
		old := admit(t, s, "a")
		connect(t, s, Hello{Token: "visitor a", Name: "A", Meeting: "1"})
		want(t, "end of the first connection", old.endCode(), EndCode{409, 40228})
	})
	bubble(t, "the server ignores id, role and room in a hello", func(t *testing.T) {
		s := testServer(t)
		msg, err := DecodeClient([]byte(`{"t":"hello","token":"visitor a","name":"A","meeting":"1","id":"8:orgid:x","role":"Organizer","room":"r"}`))
		if err != nil {
			t.Fatal(err)
		}
		c := newClient(t, s)
		s.hello(c.l, msg.(Hello))
		w := receiveOne[Welcome](c)
		want(t, "welcome", []string{w.ID, w.Role, w.Room}, []string{"8:acs:a", Presenter, RoomOf("1")})
	})
	for name, test := range map[string]struct {
		hello Hello
		want  string
	}{
		"no token":                       {Hello{Name: "A", Meeting: "1"}, RefusedToken},
		"a forged token":                 {Hello{Token: "a.b.c", Name: "A", Meeting: "1"}, RefusedToken},
		"no name":                        {Hello{Token: "visitor a", Meeting: "1"}, RefusedHello},
		"a name of invisible characters": {Hello{Token: "visitor a", Name: " \u202e\x00 ", Meeting: "1"}, RefusedHello},
		"no meeting":                     {Hello{Token: "visitor a", Name: "A"}, RefusedHello},
		"a resume key with a bad token":  {Hello{Token: "x", Resume: "y"}, RefusedToken},
	} {
		bubble(t, name, func(t *testing.T) {
			s := testServer(t)
			c := connect(t, s, test.hello)
			want(t, "refusal", receiveOne[Refused](c).Type, test.want)
			if status, _ := c.l.goodbye(); status != 1008 {
				t.Errorf("the line closes with status %d, want 1008", status)
			}
			want(t, "counts", s.Counts(), Counts{Refused: 1})
		})
	}
}

func TestInvite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := make(chan string, 9)
		hostLeaves := make(chan bool)
		s := testServer(t, func(o *Options) {
			o.Invite = func(ctx context.Context, room string) {
				calls <- room
				select {
				case <-hostLeaves:
				case <-ctx.Done():
				}
			}
		})
		a := connectVisitor(t, s, "a")
		connectVisitor(t, s, "b")
		synctest.Wait()
		want(t, "invitations for two visitors", len(calls), 1)
		want(t, "room", <-calls, RoomOf(meeting))

		hostLeaves <- true // the host could not join, so the server invites it again later
		time.Sleep(inviteAgain - time.Nanosecond)
		synctest.Wait()
		want(t, "invitations before the pause ends", len(calls), 0)
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		want(t, "invitations after the pause", len(calls), 1)
		<-calls

		h := connectHost(t, s)
		hostLeaves <- true
		time.Sleep(time.Minute)
		synctest.Wait()
		want(t, "invitations while a host is inside", len(calls), 0)
		h.send(Bye{})
		synctest.Wait()
		want(t, "invitations after the host left", len(calls), 1)

		a.send(Bye{})
		if err := s.Close(t.Context()); err != nil { // also ends the running invitation
			t.Error(err)
		}
	})
}

func TestCloseEndsEveryCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := testServer(t)
		h, v := connectHost(t, s), connectVisitor(t, s, "a")
		lost := admit(t, s, "lost")
		lost.disconnect()
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
		want(t, "end of the host", h.endCode(), EndCode{503, 503})
		want(t, "end of the visitor", v.endCode(), EndCode{503, 503})
		want(t, "counts", s.Counts(), Counts{})
		want(t, "end of a visitor after Close", connectVisitor(t, s, "b").endCode(), EndCode{503, 503})
		wantErr(t, "command after Close", s.Command(RoomOf(meeting), Command{Verb: "admit"}), ErrClosed)
	})
}
