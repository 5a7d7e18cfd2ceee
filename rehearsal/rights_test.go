package rehearsal

import "testing"

func TestState(t *testing.T) {
	bubble(t, "everybody sees it, also its owner", func(t *testing.T) {
		s := testServer(t)
		a, b := admitted(t, s, "a"), admitted(t, s, "b")
		a.received()
		a.say(StateChange{ID: "8:acs:b", State: State{Video: true, Screen: true}}) // speaks of itself whatever it claims
		seen := StateChange{"8:acs:a", State{Video: true, Screen: true}}
		want(t, "b", one[StateChange](b), seen)
		want(t, "a", one[StateChange](a), seen)
		c := visitor(t, s, "c")
		c.say(StateChange{State: State{Video: true}}) // in the lobby: known when it comes in
		want(t, "the lobby is not seen", b.kinds(), "")
		if err := s.Command(RoomOf(meeting), Command{Verb: "admit"}); err != nil {
			t.Fatal(err)
		}
		want(t, "newcomer", one[PeerJoined](b).Peer.State, State{Video: true})
		want(t, "peers", one[Joined](c).Peers[0].State, seen.State)
	})
	bubble(t, "hands have an order", func(t *testing.T) {
		s := testServer(t)
		a, b := admitted(t, s, "a"), admitted(t, s, "b")
		hand := func(c *client, up int) int {
			t.Helper()
			c.received()
			c.say(StateChange{State: State{Hand: up}})
			return one[StateChange](c).State.Hand
		}
		want(t, "first", hand(a, 1), 1)
		want(t, "second", hand(b, 1), 2)
		want(t, "again", hand(a, 99), 1)
		want(t, "down", hand(a, 0), 0)
		want(t, "last", hand(a, 1), 3)
		want(t, "down", hand(a, 0)+hand(b, 0), 0)
		want(t, "begins anew", hand(b, 1), 1)
	})
	bubble(t, "signalling goes to whom it is for, from whom it is", func(t *testing.T) {
		s := testServer(t)
		a, b, c := admitted(t, s, "a"), admitted(t, s, "b"), admitted(t, s, "c")
		w := visitor(t, s, "w")
		for _, x := range []*client{a, b, c, w} {
			x.received()
		}
		mid := "0"
		a.say(SDP{To: "8:acs:b", From: "8:acs:c", SDP: Description{"offer", "v=0\r\n"}})
		a.say(ICE{To: "8:acs:b", From: "8:acs:c", ICE: &Candidate{Candidate: "candidate:1", SDPMid: &mid}})
		a.say(ICE{To: "8:acs:b"})
		want(t, "b", b.received(), []Message{
			SDP{From: "8:acs:a", SDP: Description{"offer", "v=0\r\n"}},
			ICE{From: "8:acs:a", ICE: &Candidate{Candidate: "candidate:1", SDPMid: &mid}},
			ICE{From: "8:acs:a"},
		})
		for _, to := range []string{"8:acs:a", "8:acs:w", "8:acs:nobody", ""} {
			a.say(SDP{To: to, SDP: Description{Type: "offer"}})
		}
		for _, x := range []*client{a, c, w} {
			want(t, "others", x.kinds(), "")
		}
		want(t, "ignored", s.Counts().Ignored, uint64(4))
	})
	bubble(t, "relayed messages carry their sender", func(t *testing.T) {
		s := testServer(t)
		a, b := admitted(t, s, "a"), admitted(t, s, "b")
		lie := Sender{From: "8:acs:b", Name: "Somebody", At: 1}
		a.say(Reaction{lie, "heart"})
		r := one[Reaction](b)
		want(t, "reaction", []any{r.From, r.Name, r.Reaction, r.At > 1}, []any{"8:acs:a", "Visitor a", "heart", true})
		a.say(Typing{lie})
		want(t, "typing", one[Typing](b).Name, "Visitor a")
		a.say(Read{lie, "123"})
		want(t, "read", one[Read](b).ID, "123")
		a.say(Caption{lie, "good", false, "en-gb"})
		c := one[Caption](b)
		want(t, "caption", []any{c.From, c.Text, c.Final, c.Language}, []any{"8:acs:a", "good", false, "en-gb"})
	})
}

func TestConsent(t *testing.T) {
	bubble(t, "neither heard nor seen before it is given", func(t *testing.T) {
		s := testServer(t)
		h, a := host(t, s), admitted(t, s, "a")
		a.say(StateChange{State: State{Video: true, Screen: true}})
		a.received()
		h.say(CommandMessage{Command{Verb: "notice", Recording: true, Transcription: true, Consent: true}})
		got := a.received()
		want(t, "asked", got[0], Message(Notice{true, true, true}))
		for i, name := range needConsent() {
			want(t, name, got[i+1], Message(Capability{name, Right{false, "ExplicitConsentRequired"}}))
		}
		want(t, "silenced", got[4], Message(StateChange{"8:acs:a", State{Muted: true}}))
		want(t, "the host is not asked", one[Notice](h), Notice{true, true, false})

		a.say(StateChange{State: State{Video: true}})
		want(t, "not before", one[StateChange](a).State, State{Muted: true})
		a.say(Consent{false})
		want(t, "refused", a.kinds(), "")
		a.say(Consent{true})
		got = a.received()
		want(t, "given back", got[0], Message(Capability{capUnmute, Right{true, "Capable"}}))
		want(t, "granted", got[3], Message(Notice{true, true, false}))
		a.say(StateChange{State: State{Video: true}})
		want(t, "then", one[StateChange](a).State, State{Video: true})
		a.say(Consent{true})
		want(t, "twice", a.kinds(), "")

		b := visitor(t, s, "b")
		h.say(CommandMessage{Command{Verb: "admit"}})
		j := one[Joined](b)
		want(t, "newcomer", *j.Notice, Notice{true, true, true})
		want(t, "rights", j.Capabilities[capShare], Right{false, "ExplicitConsentRequired"})

		h.say(CommandMessage{Command{Verb: "notice"}})
		want(t, "over", b.kinds(), "notice capability capability capability")
		b.say(StateChange{State: State{Video: true}})
		want(t, "free", one[StateChange](b).State, State{Video: true})
	})
	bubble(t, "without recording nothing is asked", func(t *testing.T) {
		s := testServer(t)
		a := admitted(t, s, "a")
		if err := s.Command(RoomOf(meeting), Command{Verb: "notice", Consent: true}); err != nil {
			t.Fatal(err)
		}
		want(t, "notice", a.received(), []Message{Notice{}})
	})
}

func TestCapabilities(t *testing.T) {
	bubble(t, "taken from all, also from who comes later, and given back", func(t *testing.T) {
		s := testServer(t)
		h, a := host(t, s), admitted(t, s, "a")
		a.say(StateChange{State: State{Video: true}})
		a.received()
		h.say(CommandMessage{Command{Verb: "capability", Name: capVideo, Reason: "RoleRestricted"}})
		want(t, "a", a.received(), []Message{
			Capability{capVideo, Right{false, "RoleRestricted"}}, StateChange{"8:acs:a", State{}},
		})
		b := visitor(t, s, "b")
		h.say(CommandMessage{Command{Verb: "admit"}})
		want(t, "b", one[Joined](b).Capabilities, map[string]Right{capVideo: {false, "RoleRestricted"}})
		h.say(CommandMessage{Command{Verb: "capability", Name: capVideo, Present: true, To: "8:acs:b"}})
		want(t, "b alone", one[Capability](b), Capability{capVideo, Right{true, "Capable"}})
		a.say(StateChange{State: State{Video: true}})
		b.say(StateChange{State: State{Video: true}})
		for _, m := range a.received() {
			if c, ok := m.(StateChange); ok {
				want(t, c.ID, c.State.Video, c.ID == "8:acs:b")
			}
		}
		h.received()
		h.say(StateChange{State: State{Video: true}})
		want(t, "hosts are not meant", one[StateChange](h).State.Video, true)
		h.say(CommandMessage{Command{Verb: "capability", Name: capVideo, Present: true}})
		a.received()
		a.say(StateChange{State: State{Video: true}})
		want(t, "a again", one[StateChange](a).State.Video, true)
	})
	bubble(t, "an attendee shares no screen", func(t *testing.T) {
		s := testServer(t, func(o *Options) { o.VisitorRole = Attendee })
		a := visitor(t, s, "a")
		if err := s.Command(RoomOf(meeting), Command{Verb: "admit"}); err != nil {
			t.Fatal(err)
		}
		j := one[Joined](a)
		want(t, "joined", []any{j.Role, j.Capabilities[capShare]}, []any{Attendee, Right{false, "RoleRestricted"}})
		share := func() bool {
			t.Helper()
			a.received()
			a.say(StateChange{State: State{Screen: true}})
			return one[StateChange](a).State.Screen
		}
		want(t, "attendee", share(), false)
		for _, role := range []string{Presenter, Attendee} {
			if err := s.Command(RoomOf(meeting), Command{Verb: "role", Role: role}); err != nil {
				t.Fatal(err)
			}
			want(t, role, one[RoleChange](a).Role, role)
			want(t, role, share(), role == Presenter)
		}
	})
}
