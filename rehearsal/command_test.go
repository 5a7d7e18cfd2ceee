package rehearsal

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
)

// commands is one of every command with what the visitor inside ("in"), the one waiting ("door") and the host get.
func commands() map[string]struct {
	c              Command
	in, door, host string
} {
	return map[string]struct {
		c              Command
		in, door, host string
	}{
		"admit":           {Command{Verb: "admit"}, "peer", "joined", "peer waiting"},
		"admit one":       {Command{Verb: "admit", To: "8:acs:door"}, "peer", "joined", "peer waiting"},
		"deny":            {Command{Verb: "deny"}, "", "ended", "waiting"},
		"remove":          {Command{Verb: "remove"}, "ended", "", "gone"},
		"end":             {Command{Verb: "end"}, "ended", "ended", "ended"},
		"fault":           {Command{Verb: "fault", Code: 410, SubCode: 3112}, "ended", "ended", "gone waiting"},
		"fault by name":   {Command{Verb: "fault", Ending: "offline"}, "ended", "ended", "gone waiting"},
		"fault for one":   {Command{Verb: "fault", Ending: "waited-too-long", To: "8:acs:door"}, "", "ended", "waiting"},
		"notice":          {Command{Verb: "notice", Recording: true}, "notice", "", "notice"},
		"consent":         {Command{Verb: "notice", Recording: true, Consent: true}, "notice capability capability capability state", "", "notice state"},
		"capability":      {Command{Verb: "capability", Name: "turnVideoOn"}, "capability", "", ""},
		"capability, one": {Command{Verb: "capability", Name: "turnVideoOn", To: "8:acs:in"}, "capability", "", ""},
		"network":         {Command{Verb: "network", Quality: "bad"}, "network", "", ""},
		"diagnostic":      {Command{Verb: "diagnostic", Kind: "network", Name: "noNetwork", Value: json.RawMessage("true")}, "diagnostic", "", ""},
		"caption":         {Command{Verb: "caption", Text: "Good morning", Language: "en-gb"}, "caption", "", "caption"},
		"chat-fault":      {Command{Verb: "chat-fault", Status: 403}, "", "", ""},
		"drop":            {Command{Verb: "drop"}, "", "", ""},
		"mute":            {Command{Verb: "mute"}, "mute", "", ""},
		"lower-hand":      {Command{Verb: "lower-hand"}, "lower-hand state", "", "state"},
		"role":            {Command{Verb: "role", Role: Attendee}, "role capability", "", ""},
		"say":             {Command{Verb: "say", Text: "Welcome"}, "chat", "", "chat"},
	}
}

func TestEveryCommand(t *testing.T) {
	for name, test := range commands() {
		for _, way := range []string{"by HTTP", "by the host's socket", "by a visitor"} {
			bubble(t, name+" "+way, func(t *testing.T) {
				s := testServer(t)
				h, in, door := host(t, s), admitted(t, s, "in"), visitor(t, s, "door")
				in.say(StateChange{State: State{Hand: 1}})
				for _, c := range []*client{h, in, door} {
					c.received()
				}
				body, err := json.Marshal(test.c)
				if err != nil {
					t.Fatal(err)
				}
				c, err := DecodeCommand(strings.NewReader(string(body)))
				if err != nil {
					t.Fatal(err)
				}
				atHost := test.host
				switch way {
				case "by HTTP":
					if err := s.Command(RoomOf(meeting), c); err != nil {
						t.Fatal(err)
					}
				case "by the host's socket":
					h.say(CommandMessage{c})
					atHost = strings.TrimSpace(atHost + " commanded")
					if c.Verb == "end" {
						atHost = "commanded ended"
					}
				case "by a visitor":
					in.say(CommandMessage{c})
					door.say(CommandMessage{c})
					want(t, "ignored", s.Counts().Ignored, uint64(2))
					test.in, test.door, atHost = "", "", ""
				}
				want(t, "host", h.kinds(), atHost)
				want(t, "inside", in.kinds(), test.in)
				want(t, "at the door", door.kinds(), test.door)
			})
		}
	}
}

func TestWhatCommandsCarry(t *testing.T) {
	bubble(t, "endings", func(t *testing.T) {
		for _, test := range []struct {
			c    Command
			want EndCode
		}{
			{Command{Verb: "remove"}, EndCode{0, 5300}},
			{Command{Verb: "end"}, EndCode{0, 4097}},
			{Command{Verb: "fault", Code: 410, SubCode: 3112}, EndCode{410, 3112}},
			{Command{Verb: "fault"}, EndCode{0, 0}},
			{Command{Verb: "fault", Ending: "offline", Code: 1}, EndCode{490, 4502}},
		} {
			s := testServer(t)
			c := admitted(t, s, "a")
			if err := s.Command(RoomOf(meeting), test.c); err != nil {
				t.Fatal(err)
			}
			want(t, test.c.Verb, c.ended(), test.want)
		}
	})
	bubble(t, "network, diagnostic and the host's words", func(t *testing.T) {
		s := testServer(t)
		h, c := host(t, s), admitted(t, s, "a")
		do := func(c Command) {
			t.Helper()
			if err := s.Command(RoomOf(meeting), c); err != nil {
				t.Fatal(err)
			}
		}
		do(Command{Verb: "network", Quality: "poor", Direction: "send"})
		want(t, "network", one[Network](c), Network{"poor", "send"})
		do(Command{Verb: "network", Quality: "good"})
		want(t, "network", one[Network](c), Network{"good", "receive"})
		do(Command{Verb: "diagnostic", Kind: "media", Name: "cameraFreeze", Value: json.RawMessage("3")})
		want(t, "diagnostic", one[Diagnostic](c), Diagnostic{"media", "cameraFreeze", json.RawMessage("3")})
		do(Command{Verb: "caption", Text: "Good morning"})
		caption := one[Caption](c)
		want(t, "caption", []any{caption.Name, caption.Text, caption.Final}, []any{"Dr Rivera", "Good morning", true})
		do(Command{Verb: "say", Text: "Welcome"})
		want(t, "say", one[Chat](c).Msg.Name, "Dr Rivera")
		do(Command{Verb: "lower-hand"})
		want(t, "a hand that was down", c.kinds(), "lower-hand")
		h.received()
	})
	bubble(t, "a host is meant only by name", func(t *testing.T) {
		s := testServer(t)
		token := s.HostToken(RoomOf(meeting), "Host").Token.Reveal()
		h := connect(t, s, Hello{Token: token})
		id := one[Welcome](h).ID
		wantErr(t, "all visitors", s.Command(RoomOf(meeting), Command{Verb: "remove"}), ErrNobody)
		wantErr(t, "role", s.Command(RoomOf(meeting), Command{Verb: "role", Role: Attendee, To: id}), ErrInvalidCommand)
		if err := s.Command(RoomOf(meeting), Command{Verb: "remove", To: id}); err != nil {
			t.Fatal(err)
		}
		want(t, "host", h.ended(), EndCode{0, 5300})
	})
}

func TestCommandErrors(t *testing.T) {
	bubble(t, "what the room cannot do", func(t *testing.T) {
		s := testServer(t)
		wantErr(t, "no room", s.Command("nowhere", Command{Verb: "admit"}), ErrNoRoom)
		visitor(t, s, "a")
		for _, test := range []struct {
			c    Command
			want error
		}{
			{Command{Verb: "admit", To: "8:acs:b"}, ErrNobody},
			{Command{Verb: "remove", To: "8:acs:a"}, ErrNobody}, // it waits
			{Command{Verb: "mute"}, ErrNobody},
			{Command{Verb: "capability", Name: "x", To: "8:acs:b"}, ErrNobody},
			{Command{Verb: "say", Text: "x"}, ErrNoHost},
			{Command{Verb: "caption", Text: "x"}, ErrNoHost},
			{Command{Verb: "fault", Ending: "unheard-of"}, ErrInvalidCommand},
			{Command{Verb: "dance"}, ErrInvalidCommand},
		} {
			wantErr(t, test.c.Verb, s.Command(RoomOf(meeting), test.c), test.want)
		}
	})
	bubble(t, "the host is told", func(t *testing.T) {
		s := testServer(t)
		h := host(t, s)
		h.say(CommandMessage{Command{Verb: "admit"}})
		want(t, "nobody", one[Commanded](h), Commanded{Command: "admit", Error: "nobody it applies to"})
		h.say(CommandMessage{Command{Verb: "dance"}})
		want(t, "unknown", one[Commanded](h), Commanded{Command: "dance", Error: "invalid command: unknown command"})
	})
	bubble(t, "capabilities without end", func(t *testing.T) {
		s := testServer(t)
		admitted(t, s, "a")
		for _, to := range []string{"", "8:acs:a"} {
			for i := range maxRights + 1 {
				c := Command{Verb: "capability", Name: strings.Repeat("x", i%60+1) + strings.Repeat("y", i/60), To: to}
				err := s.Command(RoomOf(meeting), c)
				if (i < maxRights) != (err == nil) {
					t.Fatalf("capability %d: %v", i, err)
				}
			}
		}
	})
}

func TestDecodeCommand(t *testing.T) {
	for name, body := range map[string]string{
		"nothing":               ``,
		"no object":             `[]`,
		"no verb":               `{}`,
		"an unknown verb":       `{"command":"dance"}`,
		"an unknown member":     `{"command":"admit","who":"me"}`,
		"two values":            `{"command":"admit"}{"command":"end"}`,
		"a wrong type":          `{"command":"drop","seconds":"ten"}`,
		"seconds":               `{"command":"drop","seconds":-1}`,
		"a long to":             `{"command":"admit","to":"` + strings.Repeat("x", 300) + `"}`,
		"codes":                 `{"command":"fault","code":-1}`,
		"a capability":          `{"command":"capability","name":"a b"}`,
		"a capability's reason": `{"command":"capability","name":"a","reason":"<b>"}`,
		"a quality":             `{"command":"network","quality":"fair"}`,
		"a direction":           `{"command":"network","quality":"bad","direction":"up"}`,
		"a diagnostic's kind":   `{"command":"diagnostic","kind":"x","name":"a","value":1}`,
		"a diagnostic's name":   `{"command":"diagnostic","kind":"media","value":1}`,
		"no value":              `{"command":"diagnostic","kind":"media","name":"a"}`,
		"a value":               `{"command":"diagnostic","kind":"media","name":"a","value":{"x":1}}`,
		"no caption":            `{"command":"caption"}`,
		"a caption's language":  `{"command":"caption","text":"x","language":"<>"}`,
		"nothing said":          `{"command":"say"}`,
		"too much said":         `{"command":"say","text":"` + strings.Repeat("x", maxChatText+1) + `"}`,
		"a status":              `{"command":"chat-fault","status":200}`,
		"a role":                `{"command":"role","role":"Organizer"}`,
		"too long":              `{"command":"admit","to":"` + strings.Repeat(" ", MaxFrame) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			c, err := DecodeCommand(strings.NewReader(body))
			wantErr(t, "decode", err, ErrInvalidCommand)
			want(t, "command", c, Command{})
		})
	}
	broken := errors.New("broken")
	_, err := DecodeCommand(iotest.ErrReader(broken))
	wantErr(t, "a reader that breaks", err, broken)
}
