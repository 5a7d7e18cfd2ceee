package rehearsal

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
)

func clientMessages() []Message {
	mid, line := "0", uint16(0)
	return []Message{
		Hello{Token: "a.b.c", Name: "Sam Patel", Meeting: "273501234567"},
		Hello{Token: "a.b.c", Resume: "KEY"},
		Bye{},
		StateChange{State: State{Muted: true, Hand: 1}},
		SDP{To: "8:acs:b", SDP: Description{"offer", "v=0\r\n<&>\u2028"}},
		ICE{To: "8:acs:b", ICE: &Candidate{Candidate: "candidate:1", SDPMid: &mid, SDPMLineIndex: &line}},
		ICE{To: "8:acs:b"},
		Reaction{Reaction: "like"},
		Typing{},
		Read{ID: "1700000000000001"},
		Caption{Text: "hello", Final: true, Language: "en-gb"},
		Thread{Req: 1},
		Thread{Req: 2, Before: "17"},
		SendChat{Req: 3, Text: "hi", Client: "c"},
		Edit{Req: 4, ID: "17", Text: "ho"},
		Edit{Req: 5, ID: "17", Deleted: true},
		Consent{true},
		Consent{false},
		CommandMessage{Command{Verb: "capability", Name: "turnVideoOn", Reason: "MeetingRestricted"}},
	}
}

func serverMessages() []Message {
	peer := Peer{"8:acs:b", "B", Presenter, State{Muted: true}}
	from := Sender{"8:acs:b", "B", 1700000000000}
	return []Message{
		Welcome{"8:acs:a", Presenter, "KEY", []ICEServer{{URLs: []string{"stun:x"}}}, "room"},
		Lobby{},
		Joined{[]Peer{peer}, Presenter, "19:x", &Notice{Recording: true}, map[string]Right{"turnVideoOn": {Reason: "X"}}},
		Resumed{[]Peer{}},
		PeerJoined{peer},
		Gone{"8:acs:b"},
		StateChange{"8:acs:b", State{Video: true}},
		SDP{From: "8:acs:b", SDP: Description{"answer", "v=0"}},
		ICE{From: "8:acs:b"},
		Waiting{[]Person{{"8:acs:b", "B", 1}}},
		Ended{EndCode{0, 5854}},
		Notice{true, false, true},
		Capability{"turnVideoOn", Right{false, "MeetingRestricted"}},
		Diagnostic{"network", "noNetwork", json.RawMessage("true")},
		Network{"bad", "send"},
		Mute{},
		LowerHand{},
		RoleChange{Attendee},
		Reaction{from, "heart"},
		Typing{from},
		Read{from, "17"},
		Caption{from, "x", false, "en-gb"},
		Chat{ChatMessage{ID: "17", Seq: 1, At: 1, From: "8:acs:b", Text: "hi"}},
		Reply{Req: 1, Status: 200, Topic: "T", Members: []Person{}, Chat: []ChatMessage{}},
		Refused{RefusedTooFast},
		Commanded{"admit", true, ""},
	}
}

func TestRoundTrip(t *testing.T) {
	for _, side := range []struct {
		messages []Message
		decode   func([]byte) (Message, error)
	}{{clientMessages(), DecodeClient}, {serverMessages(), DecodeServer}} {
		for _, m := range side.messages {
			frame, err := Encode(m)
			if err != nil {
				t.Fatal(err)
			}
			got, err := side.decode(frame)
			if err != nil {
				t.Fatalf("%s: %v", frame, err)
			}
			want(t, string(frame), got, m)
		}
	}
}

// The exact frames that clients in other languages rely on.
func TestFrames(t *testing.T) {
	for want, m := range map[string]Message{
		`{"t":"lobby"}`:                                                                        Lobby{},
		`{"t":"ended","code":0,"subCode":5854}`:                                                Ended{EndCode{0, 5854}},
		`{"t":"reply","req":0,"status":403,"error":"Forbidden"}`:                               Reply{Status: 403, Error: "Forbidden"},
		`{"t":"ice","from":"a","ice":null}`:                                                    ICE{From: "a"},
		`{"t":"notice","recording":false,"transcription":false,"consent":false}`:               Notice{},
		`{"t":"capability","name":"shareScreen","present":false,"reason":"MeetingRestricted"}`: Capability{capShare, Right{false, "MeetingRestricted"}},
		`{"t":"state","id":"a","state":{"muted":false,"video":false,"screen":false,"hand":0}}`: StateChange{ID: "a"},
		`{"t":"diagnostic","kind":"network","name":"noNetwork","value":false}`:                 Diagnostic{"network", "noNetwork", json.RawMessage("false")},
		`{"t":"sdp","from":"a","sdp":{"type":"offer","sdp":"<&>"}}`:                            SDP{From: "a", SDP: Description{"offer", "<&>"}},
		`{"t":"waiting","list":[]}`:                                                            Waiting{[]Person{}},
		`{"t":"typing","from":"a","name":"A","at":5}`:                                          Typing{Sender{"a", "A", 5}},
	} {
		got, err := Encode(m)
		if err != nil || string(got) != want {
			t.Errorf("Encode(%#v) = %s, %v, want %s", m, got, err, want)
		}
	}
}

func badFrames() map[string]string {
	long := func(n int) string { return strings.Repeat("x", n) }
	return map[string]string{
		"empty": ``, "not JSON": `hello`, "an array": `[]`, "null": `null`, "no t": `{"to":"a"}`, "t is a number": `{"t":1}`,
		"unknown": `{"t":"dance"}`, "a server's": `{"t":"welcome"}`, "twice": `{"t":"bye"}{"t":"bye"}`, "cut off": `{"t":"bye"`,
		"too long": `{"t":"bye","x":"` + long(MaxFrame) + `"}`, "deep": `{"t":"bye","x":` + strings.Repeat("[", 20000),
		"token": `{"t":"hello","token":"` + long(maxToken+1) + `"}`, "name": `{"t":"hello","name":"` + long(maxID+1) + `"}`,
		"meeting": `{"t":"hello","meeting":"` + long(maxMeeting+1) + `"}`, "resume": `{"t":"hello","resume":"` + long(maxID+1) + `"}`,
		"state": `{"t":"state","state":"x"}`, "hand": `{"t":"state","state":{"hand":-1}}`, "half a hand": `{"t":"state","state":{"hand":0.5}}`,
		"sdp type": `{"t":"sdp","to":"a","sdp":{"type":"x","sdp":""}}`, "no sdp": `{"t":"sdp","to":"a"}`,
		"long sdp": `{"t":"sdp","to":"a","sdp":{"type":"offer","sdp":"` + long(maxSDP+1) + `"}}`,
		"to":       `{"t":"ice","to":"` + long(maxID+1) + `"}`, "candidate": `{"t":"ice","to":"a","ice":{"candidate":"` + long(maxCandidate+1) + `"}}`,
		"line":     `{"t":"ice","to":"a","ice":{"candidate":"","sdpMLineIndex":-1}}`,
		"mid":      `{"t":"ice","to":"a","ice":{"candidate":"","sdpMid":"` + long(maxID+1) + `"}}`,
		"reaction": `{"t":"reaction","reaction":"dance"}`, "read": `{"t":"read","id":"../x"}`, "read nothing": `{"t":"read"}`,
		"caption": `{"t":"caption","text":"` + long(maxCaption+1) + `"}`, "language": `{"t":"caption","language":"en_GB"}`,
		"req": `{"t":"chat","req":"1"}`, "client": `{"t":"chat","client":"` + long(maxID+1) + `"}`,
		"edit": `{"t":"edit","id":"123456789012345678901"}`, "before": `{"t":"thread","before":"x"}`, "consent": `{"t":"consent","granted":1}`,
	}
}

func TestBadFrames(t *testing.T) {
	for name, frame := range badFrames() {
		if m, err := DecodeClient([]byte(frame)); err == nil {
			t.Errorf("%s: taken as %#v", name, m)
		} else if strings.Contains(err.Error(), "xxxx") {
			t.Errorf("%s: the error repeats the frame: %v", name, err)
		}
	}
	if _, err := DecodeServer([]byte(`{"t":"new-kind"}`)); !errors.Is(err, ErrUnknownKind) {
		t.Errorf("unknown kind: %v", err)
	}
	if _, err := DecodeServer([]byte(`{`)); err == nil || errors.Is(err, ErrUnknownKind) {
		t.Errorf("not JSON: %v", err)
	}
	if b, err := Encode(Chat{ChatMessage{Text: strings.Repeat("x", MaxFrame)}}); err == nil {
		t.Errorf("a frame of %d bytes", len(b))
	}
	if _, err := Encode(Diagnostic{Value: json.RawMessage("{")}); err == nil {
		t.Error("a broken value is encoded")
	}
}

// FuzzFrames gives a frame to a server as a stranger, as somebody waiting and as somebody inside: whatever it is,
// nobody comes in by it, nobody else is sent away, and what the server sends can be read.
func FuzzFrames(f *testing.F) {
	for _, m := range append(clientMessages(), serverMessages()...) {
		frame, err := Encode(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(frame)
	}
	for _, frame := range badFrames() {
		f.Add([]byte(frame[:min(len(frame), 500)]))
	}
	f.Add([]byte(`{"t":"command","command":"admit"}`))
	f.Add([]byte(`{"t":"sdp","to":"8:acs:other","from":"8:acs:x","sdp":{"type":"offer","sdp":"v=0"}}`))
	f.Add([]byte(`{"t":"hello","token":"visitor fuzz","name":"Fuzz","meeting":"273501234567"}`))
	f.Fuzz(func(t *testing.T, frame []byte) {
		msg, err := DecodeClient(frame)
		if err != nil {
			return
		}
		again, err := Encode(msg)
		if err == nil {
			if back, err := DecodeClient(again); err != nil || !reflect.DeepEqual(back, msg) {
				t.Errorf("%s came back as %#v, %v", again, back, err)
			}
		}
		s := testServer(t)
		h, other, in, door := host(t, s), admitted(t, s, "other"), admitted(t, s, "in"), visitor(t, s, "door")
		if hello, ok := msg.(Hello); ok {
			stranger := &client{t, s, newLine(s.limits.queue, func() {})}
			s.hello(stranger.l, hello)
			for _, m := range stranger.received() {
				if _, ok := m.(Joined); ok {
					t.Error("a stranger is inside")
				}
			}
		}
		in.s.receive(in.l, msg)
		door.s.receive(door.l, msg)
		for _, c := range []*client{h, other, in, door} {
			for _, m := range c.received() {
				if _, ok := m.(Joined); ok && c == door {
					t.Error("the visitor who waits is inside")
				}
			}
		}
		if _, open := other.l.take(); !open {
			t.Error("somebody else was sent away")
		}
		for _, m := range s.rooms[RoomOf(meeting)].inside {
			if m.organizes() != (m.line == h.l) {
				t.Errorf("role of %s is %s", m.id, m.role)
			}
		}
	})
}
