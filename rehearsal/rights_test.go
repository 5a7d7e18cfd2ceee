package rehearsal

import "testing"

func TestState(t *testing.T) {
	bubble(t, "everybody gets a change of state, the sender too", func(t *testing.T) {
		s := testServer(t)
		a, b := admit(t, s, "a"), admit(t, s, "b")
		a.receive()
		a.send(StateChange{ID: "8:acs:b", State: State{Video: true, Screen: true}}) // the server ignores the ID
		change := StateChange{"8:acs:a", State{Video: true, Screen: true}}
		want(t, "change at b", receiveOne[StateChange](b), change)
		want(t, "change at a", receiveOne[StateChange](a), change)
		c := connectVisitor(t, s, "c")
		c.send(StateChange{State: State{Video: true}})
		want(t, "messages about a visitor in the lobby", b.kinds(), "")
		command(t, s, Command{Verb: "admit"})
		want(t, "state from the lobby", receiveOne[PeerJoined](b).Peer.State, State{Video: true})
		want(t, "state of a peer", receiveOne[Joined](c).Peers[0].State, change.State)
	})
	bubble(t, "hands are numbered in the order in which they go up", func(t *testing.T) {
		s := testServer(t)
		a, b := admit(t, s, "a"), admit(t, s, "b")
		hand := func(c *client, up int) int {
			t.Helper()
			c.receive()
			c.send(StateChange{State: State{Hand: up}})
			return receiveOne[StateChange](c).State.Hand
		}
		want(t, "first hand", hand(a, 1), 1)
		want(t, "second hand", hand(b, 1), 2)
		want(t, "first hand up again", hand(a, 99), 1)
		want(t, "first hand down", hand(a, 0), 0)
		want(t, "third hand", hand(a, 1), 3)
		want(t, "all hands down", hand(a, 0)+hand(b, 0), 0)
		want(t, "first hand after that", hand(b, 1), 1)
	})
	bubble(t, "signalling goes only to its recipient, with the real sender", func(t *testing.T) {
		s := testServer(t)
		a, b, c := admit(t, s, "a"), admit(t, s, "b"), admit(t, s, "c")
		w := connectVisitor(t, s, "w")
		for _, x := range []*client{a, b, c, w} {
			x.receive()
		}
		mid := "0"
		a.send(SDP{To: "8:acs:b", From: "8:acs:c", SDP: Description{"offer", "v=0\r\n"}})
		a.send(ICE{To: "8:acs:b", From: "8:acs:c", ICE: &Candidate{Candidate: "candidate:1", SDPMid: &mid}})
		a.send(ICE{To: "8:acs:b"})
		want(t, "messages to b", b.receive(), []Message{
			SDP{From: "8:acs:a", SDP: Description{"offer", "v=0\r\n"}},
			ICE{From: "8:acs:a", ICE: &Candidate{Candidate: "candidate:1", SDPMid: &mid}},
			ICE{From: "8:acs:a"},
		})
		for _, to := range []string{"8:acs:a", "8:acs:w", "8:acs:nobody", ""} {
			a.send(SDP{To: to, SDP: Description{Type: "offer"}})
		}
		for _, x := range []*client{a, c, w} {
			want(t, "messages to others", x.kinds(), "")
		}
		want(t, "ignored", s.Counts().Ignored, uint64(4))
	})
	bubble(t, "relayed messages have the real sender", func(t *testing.T) {
		s := testServer(t)
		a, b := admit(t, s, "a"), admit(t, s, "b")
		forged := Sender{From: "8:acs:b", Name: "Somebody", At: 1}
		a.send(Reaction{forged, "heart"})
		r := receiveOne[Reaction](b)
		want(t, "reaction", []any{r.From, r.Name, r.Reaction, r.At > 1}, []any{"8:acs:a", "Visitor a", "heart", true})
		a.send(Typing{forged})
		want(t, "typing", receiveOne[Typing](b).Name, "Visitor a")
		a.send(Read{forged, "123"})
		want(t, "read", receiveOne[Read](b).ID, "123")
		a.send(Caption{forged, "good", false, "en-gb"})
		c := receiveOne[Caption](b)
		want(t, "caption", []any{c.From, c.Text, c.Final, c.Language}, []any{"8:acs:a", "good", false, "en-gb"})
	})
}

func TestConsent(t *testing.T) {
	bubble(t, "a visitor sends no media before its consent", func(t *testing.T) {
		s := testServer(t)
		h, a := connectHost(t, s), admit(t, s, "a")
		a.send(StateChange{State: State{Video: true, Screen: true}})
		a.receive()
		h.send(CommandMessage{Command{Verb: "notice", Recording: true, Transcription: true, Consent: true}})
		got := a.receive()
		want(t, "notice", got[0], Message(Notice{true, true, true}))
		for i, name := range needConsent() {
			want(t, name, got[i+1], Message(Capability{name, Right{false, "ExplicitConsentRequired"}}))
		}
		want(t, "state", got[4], Message(StateChange{"8:acs:a", State{Muted: true}}))
		want(t, "notice to the host, who need not consent", receiveOne[Notice](h), Notice{true, true, false})

		a.send(StateChange{State: State{Video: true}})
		want(t, "state before consent", receiveOne[StateChange](a).State, State{Muted: true})
		a.send(Consent{false})
		want(t, "messages after a refusal", a.kinds(), "")
		a.send(Consent{true})
		got = a.receive()
		want(t, "capability after consent", got[0], Message(Capability{capUnmute, Right{true, "Capable"}}))
		want(t, "notice after consent", got[3], Message(Notice{true, true, false}))
		a.send(StateChange{State: State{Video: true}})
		want(t, "state after consent", receiveOne[StateChange](a).State, State{Video: true})
		a.send(Consent{true})
		want(t, "messages after a second consent", a.kinds(), "")

		b := connectVisitor(t, s, "b")
		h.send(CommandMessage{Command{Verb: "admit"}})
		j := receiveOne[Joined](b)
		want(t, "notice to a newcomer", *j.Notice, Notice{true, true, true})
		want(t, "newcomer's right to share", j.Capabilities[capShare], Right{false, "ExplicitConsentRequired"})

		h.send(CommandMessage{Command{Verb: "notice"}})
		want(t, "messages at the end of the recording", b.kinds(), "notice capability capability capability")
		b.send(StateChange{State: State{Video: true}})
		want(t, "state after the recording", receiveOne[StateChange](b).State, State{Video: true})
	})
	bubble(t, "without a recording nobody needs to consent", func(t *testing.T) {
		s := testServer(t)
		a := admit(t, s, "a")
		command(t, s, Command{Verb: "notice", Consent: true})
		want(t, "messages", a.receive(), []Message{Notice{}})
	})
}

func TestCapabilities(t *testing.T) {
	bubble(t, "a capability can be removed from all visitors and restored", func(t *testing.T) {
		s := testServer(t)
		h, a := connectHost(t, s), admit(t, s, "a")
		a.send(StateChange{State: State{Video: true}})
		a.receive()
		h.send(CommandMessage{Command{Verb: "capability", Name: capVideo, Reason: "RoleRestricted"}})
		want(t, "messages to a", a.receive(), []Message{
			Capability{capVideo, Right{false, "RoleRestricted"}}, StateChange{"8:acs:a", State{}},
		})
		b := connectVisitor(t, s, "b")
		h.send(CommandMessage{Command{Verb: "admit"}})
		want(t, "capabilities of a newcomer", receiveOne[Joined](b).Capabilities, map[string]Right{capVideo: {false, "RoleRestricted"}})
		h.send(CommandMessage{Command{Verb: "capability", Name: capVideo, Present: true, To: "8:acs:b"}})
		want(t, "capability restored for b", receiveOne[Capability](b), Capability{capVideo, Right{true, "Capable"}})
		a.send(StateChange{State: State{Video: true}})
		b.send(StateChange{State: State{Video: true}})
		for _, m := range a.receive() {
			if c, ok := m.(StateChange); ok {
				want(t, "video of "+c.ID, c.State.Video, c.ID == "8:acs:b")
			}
		}
		h.receive()
		h.send(StateChange{State: State{Video: true}})
		want(t, "video of the host", receiveOne[StateChange](h).State.Video, true)
		h.send(CommandMessage{Command{Verb: "capability", Name: capVideo, Present: true}})
		a.receive()
		a.send(StateChange{State: State{Video: true}})
		want(t, "video of a after the capability was restored", receiveOne[StateChange](a).State.Video, true)
	})
	bubble(t, "an attendee cannot share a screen", func(t *testing.T) {
		s := testServer(t, func(o *Options) { o.VisitorRole = Attendee })
		a := connectVisitor(t, s, "a")
		command(t, s, Command{Verb: "admit"})
		j := receiveOne[Joined](a)
		want(t, "role and right to share", []any{j.Role, j.Capabilities[capShare]}, []any{Attendee, Right{false, "RoleRestricted"}})
		share := func() bool {
			t.Helper()
			a.receive()
			a.send(StateChange{State: State{Screen: true}})
			return receiveOne[StateChange](a).State.Screen
		}
		want(t, "screen of an attendee", share(), false)
		for _, role := range []string{Presenter, Attendee} {
			command(t, s, Command{Verb: "role", Role: role})
			want(t, "new role", receiveOne[RoleChange](a).Role, role)
			want(t, "screen as "+role, share(), role == Presenter)
		}
	})
}
