package rehearsal

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestLobby(t *testing.T) {
	bubble(t, "a visitor waits, is seen by the host, and is let in", func(t *testing.T) {
		s := testServer(t, func(o *Options) { o.ICEServers = []ICEServer{{URLs: []string{"stun:stun.example:3478"}}} })
		h := host(t, s)
		want(t, "host", h.kinds(), "welcome joined waiting")
		v := visitor(t, s, "sam")
		got := v.received()
		w := got[0].(Welcome)
		if len(w.Resume) < 20 {
			t.Errorf("resume key %q is short", w.Resume)
		}
		w.Resume = ""
		want(t, "welcome", w, Welcome{
			ID: "8:acs:sam", Role: Presenter, Room: RoomOf(meeting), ICEServers: s.opts.ICEServers,
		})
		want(t, "lobby", got[1:], []Message{Lobby{}})
		list := one[Waiting](h).List
		want(t, "waiting", list, []Person{{ID: "8:acs:sam", Name: "Visitor sam", Since: time.Now().UnixMilli()}})

		h.say(CommandMessage{Command{Verb: "admit", To: "8:acs:sam"}})
		j := one[Joined](v)
		want(t, "thread", j.ThreadID, "19:meeting_rehearsal-"+RoomOf(meeting)+"@thread.v2")
		want(t, "peers", len(j.Peers), 1)
		want(t, "peer", j.Peers[0].Name, "Dr Rivera")
		want(t, "host", h.received(), []Message{
			PeerJoined{Peer{ID: "8:acs:sam", Name: "Visitor sam", Role: Presenter, State: State{Muted: true}}},
			Waiting{[]Person{}},
			Commanded{Command: "admit", OK: true},
		})
	})
	bubble(t, "admit without a name lets everybody in, in the order of knocking", func(t *testing.T) {
		s := testServer(t)
		a, b := visitor(t, s, "a"), visitor(t, s, "b")
		if err := s.Command(RoomOf(meeting), Command{Verb: "admit"}); err != nil {
			t.Fatal(err)
		}
		want(t, "a", a.kinds(), "welcome lobby joined peer")
		want(t, "b", b.kinds(), "welcome lobby joined")
		wantErr(t, "nobody left", s.Command(RoomOf(meeting), Command{Verb: "admit"}), ErrNobody)
	})
	bubble(t, "denied", func(t *testing.T) {
		s := testServer(t)
		a, b := visitor(t, s, "a"), visitor(t, s, "b")
		if err := s.Command(RoomOf(meeting), Command{Verb: "deny", To: "8:acs:a"}); err != nil {
			t.Fatal(err)
		}
		want(t, "a", a.ended(), EndCode{0, 5854})
		want(t, "b", b.kinds(), "welcome lobby")
	})
	bubble(t, "waited too long, to the second", func(t *testing.T) {
		s := testServer(t, func(o *Options) { o.LobbyTimeout = 10 * time.Minute })
		h, v := host(t, s), visitor(t, s, "a")
		time.Sleep(10*time.Minute - time.Second)
		synctest.Wait()
		want(t, "before", v.kinds(), "welcome lobby")
		h.received()
		time.Sleep(time.Second)
		synctest.Wait()
		want(t, "after", v.ended(), EndCode{0, 5855})
		want(t, "host's list", one[Waiting](h).List, []Person{})
	})
	bubble(t, "who was let in does not time out", func(t *testing.T) {
		s := testServer(t)
		v := admitted(t, s, "a")
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		want(t, "messages", v.kinds(), "")
		want(t, "inside", s.Counts().Inside, 1)
	})
}

func TestLimitsOfRooms(t *testing.T) {
	bubble(t, "the seventh person and the thirteenth in the lobby", func(t *testing.T) {
		s := testServer(t)
		for i := range maxInside - 1 {
			admitted(t, s, fmt.Sprint("in", i))
		}
		var lobby []*client
		for i := range maxWaiting {
			lobby = append(lobby, visitor(t, s, fmt.Sprint("w", i)))
		}
		want(t, "lobby full", visitor(t, s, "late").ended(), EndCode{0, 5807})
		if err := s.Command(RoomOf(meeting), Command{Verb: "admit"}); err != nil {
			t.Fatal(err)
		}
		want(t, "sixth", lobby[0].kinds(), "welcome lobby joined")
		want(t, "seventh", lobby[1].ended(), EndCode{413, 5808})
		want(t, "at the door", visitor(t, s, "x").ended(), EndCode{413, 5808})
		want(t, "also a host", host(t, s).ended(), EndCode{413, 5808})
		want(t, "counts", s.Counts(), Counts{Rooms: 1, Inside: maxInside})
	})
	bubble(t, "rooms: those without people make place, oldest first", func(t *testing.T) {
		s := testServer(t)
		s.limits.rooms = 2
		at := func(m string) *client {
			return connect(t, s, Hello{Token: "visitor " + m, Name: "V", Meeting: m})
		}
		first, second := at("1"), at("2")
		want(t, "third", one[Refused](at("3")).Type, RefusedRoomFull)
		second.say(Bye{})
		time.Sleep(time.Second)
		first.say(Bye{})
		want(t, "third again", at("3").kinds(), "welcome lobby")
		wantErr(t, "oldest is gone", s.Command(RoomOf("2"), Command{Verb: "admit"}), ErrNoRoom)
		wantErr(t, "other is there", s.Command(RoomOf("1"), Command{Verb: "admit"}), ErrNobody)
	})
	bubble(t, "a room without people keeps its chat for a while, but not its recording", func(t *testing.T) {
		s := testServer(t)
		a := admitted(t, s, "a")
		a.say(SendChat{Req: 1, Text: "left behind"})
		for _, c := range []Command{{Verb: "notice", Recording: true}, {Verb: "chat-fault", Status: 403}} {
			if err := s.Command(RoomOf(meeting), c); err != nil {
				t.Fatal(err)
			}
		}
		a.say(Bye{})
		time.Sleep(9 * time.Minute)
		b := visitor(t, s, "b")
		b.received()
		time.Sleep(9 * time.Minute) // the room's own end must not come while somebody waits
		if err := s.Command(RoomOf(meeting), Command{Verb: "admit"}); err != nil {
			t.Fatal(err)
		}
		if j := one[Joined](b); j.Notice != nil {
			t.Errorf("notice of an earlier meeting: %v", *j.Notice)
		}
		b.say(Thread{Req: 2})
		want(t, "chat", len(one[Reply](b).Chat), 1)
		b.say(Bye{})
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		want(t, "counts", s.Counts(), Counts{})
	})
}

func TestIdentities(t *testing.T) {
	bubble(t, "the newer connection of an identity wins, and waits anew", func(t *testing.T) {
		s := testServer(t)
		old, other := admitted(t, s, "a"), admitted(t, s, "b")
		old.received()
		again := visitor(t, s, "a")
		want(t, "old", old.ended(), EndCode{409, 40228})
		want(t, "again", again.kinds(), "welcome lobby")
		want(t, "other", other.kinds(), "gone")
		if old.say(Typing{}) {
			t.Error("the old line is still heard")
		}
		s.lost(old.l) // its socket closes afterwards
		want(t, "counts", s.Counts(), Counts{Rooms: 1, Inside: 1, Waiting: 1})
	})
	bubble(t, "also from another room", func(t *testing.T) {
		s := testServer(t)
		old := admitted(t, s, "a")
		connect(t, s, Hello{Token: "visitor a", Name: "A", Meeting: "1"})
		want(t, "old", old.ended(), EndCode{409, 40228})
	})
	bubble(t, "what a hello says of itself counts for nothing", func(t *testing.T) {
		s := testServer(t)
		msg, err := DecodeClient([]byte(`{"t":"hello","token":"visitor a","name":"A","meeting":"1","id":"8:orgid:x","role":"Organizer","room":"r"}`))
		if err != nil {
			t.Fatal(err)
		}
		c := &client{t, s, newLine(s.limits.queue, func() {})}
		s.hello(c.l, msg.(Hello))
		w := one[Welcome](c)
		want(t, "welcome", []string{w.ID, w.Role, w.Room}, []string{"8:acs:a", Presenter, RoomOf("1")})
	})
	for name, test := range map[string]struct {
		hello Hello
		want  string
	}{
		"no token":                {Hello{Name: "A", Meeting: "1"}, RefusedToken},
		"a forged token":          {Hello{Token: "a.b.c", Name: "A", Meeting: "1"}, RefusedToken},
		"no name":                 {Hello{Token: "visitor a", Meeting: "1"}, RefusedHello},
		"a name of nothing":       {Hello{Token: "visitor a", Name: " \u202e\x00 ", Meeting: "1"}, RefusedHello},
		"no meeting":              {Hello{Token: "visitor a", Name: "A"}, RefusedHello},
		"a key without its token": {Hello{Token: "x", Resume: "y"}, RefusedToken},
	} {
		bubble(t, name, func(t *testing.T) {
			s := testServer(t)
			c := connect(t, s, test.hello)
			want(t, "refused", one[Refused](c).Type, test.want)
			if status, _ := c.l.goodbye(); status != 1008 {
				t.Errorf("line closes with %d, want 1008", status)
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
		a := visitor(t, s, "a")
		visitor(t, s, "b")
		synctest.Wait()
		want(t, "invited once", len(calls), 1)
		want(t, "room", <-calls, RoomOf(meeting))

		hostLeaves <- true // it could not come, and visitors wait: the next follows after a pause
		time.Sleep(inviteAgain - time.Nanosecond)
		synctest.Wait()
		want(t, "not at once", len(calls), 0)
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		want(t, "invited again", len(calls), 1)
		<-calls

		h := host(t, s)
		hostLeaves <- true
		time.Sleep(time.Minute)
		synctest.Wait()
		want(t, "a host is there", len(calls), 0)
		h.say(Bye{})
		synctest.Wait()
		want(t, "the host has left", len(calls), 1)

		a.say(Bye{})
		if err := s.Close(t.Context()); err != nil { // ends the invitation that still runs
			t.Error(err)
		}
	})
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := testServer(t)
		h, v := host(t, s), visitor(t, s, "a")
		lost := admitted(t, s, "lost")
		lost.cutOff()
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
		want(t, "host", h.ended(), EndCode{503, 503})
		want(t, "visitor", v.ended(), EndCode{503, 503})
		want(t, "counts", s.Counts(), Counts{})
		want(t, "late", visitor(t, s, "b").ended(), EndCode{503, 503})
		wantErr(t, "command after close", s.Command(RoomOf(meeting), Command{Verb: "admit"}), ErrClosed)
	})
}
