package rehearsal

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
)

// commandCase is a command and the kinds of the messages that it sends to a visitor
// inside, to a waiting visitor and to the host.
type commandCase struct {
	c                     Command
	inside, waiting, host string
}

// commandCases returns at least one case for every command.
func commandCases() map[string]commandCase {
	return map[string]commandCase{
		"admit":           {Command{Verb: "admit"}, "peer", "joined", "peer waiting"},
		"admit one":       {Command{Verb: "admit", To: "8:acs:waiting"}, "peer", "joined", "peer waiting"},
		"deny":            {Command{Verb: "deny"}, "", "ended", "waiting"},
		"remove":          {Command{Verb: "remove"}, "ended", "", "gone"},
		"end":             {Command{Verb: "end"}, "ended", "ended", "ended"},
		"fault":           {Command{Verb: "fault", Code: 410, SubCode: 3112}, "ended", "ended", "gone waiting"},
		"fault by name":   {Command{Verb: "fault", Ending: "offline"}, "ended", "ended", "gone waiting"},
		"fault for one":   {Command{Verb: "fault", Ending: "waited-too-long", To: "8:acs:waiting"}, "", "ended", "waiting"},
		"notice":          {Command{Verb: "notice", Recording: true}, "notice", "", "notice"},
		"consent":         {Command{Verb: "notice", Recording: true, Consent: true}, "notice capability capability capability state", "", "notice state"},
		"capability":      {Command{Verb: "capability", Name: "turnVideoOn"}, "capability", "", ""},
		"capability, one": {Command{Verb: "capability", Name: "turnVideoOn", To: "8:acs:inside"}, "capability", "", ""},
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
	for name, test := range commandCases() {
		for _, sender := range []string{"Server.Command", "the host", "a visitor"} {
			bubble(t, name+" from "+sender, func(t *testing.T) {
				s := testServer(t)
				wantInside, wantWaiting, wantHost := test.inside, test.waiting, test.host
				h, inside, waiting := connectHost(t, s), admit(t, s, "inside"), connectVisitor(t, s, "waiting")
				inside.send(StateChange{State: State{Hand: 1}})
				for _, c := range []*client{h, inside, waiting} {
					c.receive()
				}
				body, err := json.Marshal(test.c)
				if err != nil {
					t.Fatal(err)
				}
				c, err := DecodeCommand(strings.NewReader(string(body)))
				if err != nil {
					t.Fatal(err)
				}
				switch sender {
				case "Server.Command":
					command(t, s, c)
				case "the host":
					h.send(CommandMessage{c})
					wantHost = strings.TrimSpace(wantHost + " commanded")
					if c.Verb == "end" {
						wantHost = "commanded ended"
					}
				case "a visitor":
					inside.send(CommandMessage{c})
					waiting.send(CommandMessage{c})
					want(t, "ignored", s.Counts().Ignored, uint64(2))
					wantInside, wantWaiting, wantHost = "", "", ""
				}
				want(t, "messages to the host", h.kinds(), wantHost)
				want(t, "messages to the visitor inside", inside.kinds(), wantInside)
				want(t, "messages to the waiting visitor", waiting.kinds(), wantWaiting)
			})
		}
	}
}

func TestContentOfCommands(t *testing.T) {
	bubble(t, "end codes", func(t *testing.T) {
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
			c := admit(t, s, "a")
			command(t, s, test.c)
			want(t, test.c.Verb, c.endCode(), test.want)
		}
	})
	bubble(t, "network, diagnostic, caption and chat", func(t *testing.T) {
		s := testServer(t)
		h, c := connectHost(t, s), admit(t, s, "a")
		command(t, s, Command{Verb: "network", Quality: "poor", Direction: "send"})
		want(t, "network", receiveOne[Network](c), Network{"poor", "send"})
		command(t, s, Command{Verb: "network", Quality: "good"})
		want(t, "network", receiveOne[Network](c), Network{"good", "receive"})
		command(t, s, Command{Verb: "diagnostic", Kind: "media", Name: "cameraFreeze", Value: json.RawMessage("3")})
		want(t, "diagnostic", receiveOne[Diagnostic](c), Diagnostic{"media", "cameraFreeze", json.RawMessage("3")})
		command(t, s, Command{Verb: "caption", Text: "Good morning"})
		caption := receiveOne[Caption](c)
		want(t, "caption", []any{caption.Name, caption.Text, caption.Final}, []any{"Dr Rivera", "Good morning", true})
		command(t, s, Command{Verb: "say", Text: "Welcome"})
		want(t, "say", receiveOne[Chat](c).Msg.Name, "Dr Rivera")
		command(t, s, Command{Verb: "lower-hand"})
		want(t, "messages if the hand was down already", c.kinds(), "lower-hand")
		h.receive()
	})
	bubble(t, "a command applies to a host only by ID", func(t *testing.T) {
		s := testServer(t)
		token := s.HostToken(RoomOf(meeting), "Host").Token.Reveal()
		h := connect(t, s, Hello{Token: token})
		id := receiveOne[Welcome](h).ID
		wantErr(t, "remove without an ID", s.Command(RoomOf(meeting), Command{Verb: "remove"}), ErrNobody)
		wantErr(t, "role of a host", s.Command(RoomOf(meeting), Command{Verb: "role", Role: Attendee, To: id}), ErrInvalidCommand)
		command(t, s, Command{Verb: "remove", To: id})
		want(t, "end of the host", h.endCode(), EndCode{0, 5300})
	})
}

func TestCommandErrors(t *testing.T) {
	bubble(t, "commands that do not apply", func(t *testing.T) {
		s := testServer(t)
		wantErr(t, "no room", s.Command("nowhere", Command{Verb: "admit"}), ErrNoRoom)
		connectVisitor(t, s, "a")
		for _, test := range []struct {
			c    Command
			want error
		}{
			{Command{Verb: "admit", To: "8:acs:b"}, ErrNobody},
			{Command{Verb: "remove", To: "8:acs:a"}, ErrNobody}, // it is in the lobby
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
	bubble(t, "the host gets the error", func(t *testing.T) {
		s := testServer(t)
		h := connectHost(t, s)
		h.send(CommandMessage{Command{Verb: "admit"}})
		want(t, "admit with an empty lobby", receiveOne[Commanded](h), Commanded{Command: "admit", Error: "nobody it applies to"})
		h.send(CommandMessage{Command{Verb: "dance"}})
		want(t, "unknown command", receiveOne[Commanded](h), Commanded{Command: "dance", Error: "invalid command: unknown command"})
	})
	bubble(t, "too many capabilities", func(t *testing.T) {
		s := testServer(t)
		admit(t, s, "a")
		for _, to := range []string{"", "8:acs:a"} {
			for i := range maxRights + 1 {
				c := Command{Verb: "capability", Name: strings.Repeat("x", i%60+1) + strings.Repeat("y", i/60), To: to}
				err := s.Command(RoomOf(meeting), c)
				if (i < maxRights) != (err == nil) {
					t.Fatalf("capability %d: got error %v, want one only from number %d on", i, err, maxRights)
				}
			}
		}
	})
}

func TestDecodeCommandRejects(t *testing.T) {
	for name, body := range map[string]string{
		"empty":                           ``,
		"an array":                        `[]`,
		"no verb":                         `{}`,
		"an unknown verb":                 `{"command":"dance"}`,
		"an unknown member":               `{"command":"admit","who":"me"}`,
		"two values":                      `{"command":"admit"}{"command":"end"}`,
		"text for a number":               `{"command":"drop","seconds":"ten"}`,
		"negative seconds":                `{"command":"drop","seconds":-1}`,
		"to too long":                     `{"command":"admit","to":"` + strings.Repeat("x", 300) + `"}`,
		"a negative code":                 `{"command":"fault","code":-1}`,
		"a capability with a space":       `{"command":"capability","name":"a b"}`,
		"a reason with markup":            `{"command":"capability","name":"a","reason":"<b>"}`,
		"an unknown quality":              `{"command":"network","quality":"fair"}`,
		"an unknown direction":            `{"command":"network","quality":"bad","direction":"up"}`,
		"an unknown kind of diagnostic":   `{"command":"diagnostic","kind":"x","name":"a","value":1}`,
		"a diagnostic without a name":     `{"command":"diagnostic","kind":"media","value":1}`,
		"a diagnostic without a value":    `{"command":"diagnostic","kind":"media","name":"a"}`,
		"an object as a value":            `{"command":"diagnostic","kind":"media","name":"a","value":{"x":1}}`,
		"a caption without text":          `{"command":"caption"}`,
		"an invalid language":             `{"command":"caption","text":"x","language":"<>"}`,
		"say without text":                `{"command":"say"}`,
		"say with a text too long":        `{"command":"say","text":"` + strings.Repeat("x", maxChatText+1) + `"}`,
		"a status that is not an error":   `{"command":"chat-fault","status":200}`,
		"a role that commands cannot set": `{"command":"role","role":"Organizer"}`,
		"a frame too long":                `{"command":"admit","to":"` + strings.Repeat(" ", MaxFrame) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			c, err := DecodeCommand(strings.NewReader(body))
			wantErr(t, "decode", err, ErrInvalidCommand)
			want(t, "command", c, Command{})
		})
	}
	errRead := errors.New("connection reset")
	_, err := DecodeCommand(iotest.ErrReader(errRead))
	wantErr(t, "a reader that fails", err, errRead)
}
