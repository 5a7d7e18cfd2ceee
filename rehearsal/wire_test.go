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

func TestMessagesSurviveEncodingAndDecoding(t *testing.T) {
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

// Clients in other languages rely on these exact frames.
func TestEncodeWritesExactFrames(t *testing.T) {
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
			t.Errorf("Encode(%#v): got %s, error %v, want %s", m, got, err, want)
		}
	}
}

// badFrames returns frames that the server must reject, by what is wrong with them.
func badFrames() map[string]string {
	long := func(n int) string { return strings.Repeat("x", n) }
	return map[string]string{
		"empty": ``, "not JSON": `hello`, "an array": `[]`, "null": `null`, "no t": `{"to":"a"}`, "t is a number": `{"t":1}`,
		"unknown t": `{"t":"dance"}`, "a message of the server": `{"t":"welcome"}`, "two objects": `{"t":"bye"}{"t":"bye"}`, "cut off": `{"t":"bye"`,
		"frame too long": `{"t":"bye","x":"` + long(MaxFrame) + `"}`, "too deeply nested": `{"t":"bye","x":` + strings.Repeat("[", 20000),
		"token too long": `{"t":"hello","token":"` + long(maxToken+1) + `"}`, "name too long": `{"t":"hello","name":"` + long(maxID+1) + `"}`,
		"meeting too long": `{"t":"hello","meeting":"` + long(maxMeeting+1) + `"}`, "resume too long": `{"t":"hello","resume":"` + long(maxID+1) + `"}`,
		"text as state": `{"t":"state","state":"x"}`, "negative hand": `{"t":"state","state":{"hand":-1}}`, "fractional hand": `{"t":"state","state":{"hand":0.5}}`,
		"unknown sdp type": `{"t":"sdp","to":"a","sdp":{"type":"x","sdp":""}}`, "no sdp": `{"t":"sdp","to":"a"}`,
		"sdp too long": `{"t":"sdp","to":"a","sdp":{"type":"offer","sdp":"` + long(maxSDP+1) + `"}}`,
		"to too long":  `{"t":"ice","to":"` + long(maxID+1) + `"}`, "candidate too long": `{"t":"ice","to":"a","ice":{"candidate":"` + long(maxCandidate+1) + `"}}`,
		"negative line":    `{"t":"ice","to":"a","ice":{"candidate":"","sdpMLineIndex":-1}}`,
		"mid too long":     `{"t":"ice","to":"a","ice":{"candidate":"","sdpMid":"` + long(maxID+1) + `"}}`,
		"unknown reaction": `{"t":"reaction","reaction":"dance"}`, "invalid id": `{"t":"read","id":"../x"}`, "no id": `{"t":"read"}`,
		"caption too long": `{"t":"caption","text":"` + long(maxCaption+1) + `"}`, "invalid language": `{"t":"caption","language":"en_GB"}`,
		"text as req": `{"t":"chat","req":"1"}`, "client too long": `{"t":"chat","client":"` + long(maxID+1) + `"}`,
		"id too long": `{"t":"edit","id":"123456789012345678901"}`, "invalid before": `{"t":"thread","before":"x"}`, "number as consent": `{"t":"consent","granted":1}`,
	}
}

func TestDecodeRejectsBadFrames(t *testing.T) {
	for name, frame := range badFrames() {
		if m, err := DecodeClient([]byte(frame)); err == nil {
			t.Errorf("%s: got %#v, want an error", name, m)
		} else if strings.Contains(err.Error(), "xxxx") {
			t.Errorf("%s: the error contains the frame: %v", name, err)
		}
	}
	if _, err := DecodeServer([]byte(`{"t":"new-kind"}`)); !errors.Is(err, ErrUnknownKind) {
		t.Errorf("a new kind: got %v, want %v", err, ErrUnknownKind)
	}
	if _, err := DecodeServer([]byte(`{`)); err == nil || errors.Is(err, ErrUnknownKind) {
		t.Errorf("not JSON: got %v, want an error other than %v", err, ErrUnknownKind)
	}
	if b, err := Encode(Chat{ChatMessage{Text: strings.Repeat("x", MaxFrame)}}); err == nil {
		t.Errorf("got a frame of %d bytes, want an error above %d", len(b), MaxFrame)
	}
	if _, err := Encode(Diagnostic{Value: json.RawMessage("{")}); err == nil {
		t.Error("Encode accepts a value that is not JSON")
	}
}

// FuzzFrames sends a frame to a server from a new client, a waiting visitor and a visitor
// inside. No frame may admit a visitor, disconnect another one or change a role.
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
				t.Errorf("%s: got %#v, error %v, want %#v", again, back, err, msg)
			}
		}
		s := testServer(t)
		h, other, inside, waiting := connectHost(t, s), admit(t, s, "other"), admit(t, s, "inside"), connectVisitor(t, s, "waiting")
		if hello, ok := msg.(Hello); ok {
			c := newClient(t, s)
			s.hello(c.l, hello)
			for _, m := range c.receive() {
				if _, ok := m.(Joined); ok {
					t.Error("the new client was admitted")
				}
			}
		}
		s.receive(inside.l, msg)
		s.receive(waiting.l, msg)
		for _, c := range []*client{h, other, inside, waiting} {
			for _, m := range c.receive() {
				if _, ok := m.(Joined); ok && c == waiting {
					t.Error("the waiting visitor was admitted")
				}
			}
		}
		if _, open := other.l.take(); !open {
			t.Error("another visitor was disconnected")
		}
		for _, m := range s.rooms[RoomOf(meeting)].inside {
			if m.organizes() != (m.line == h.l) {
				t.Errorf("%s has role %s, want only the host as organizer", m.id, m.role)
			}
		}
	})
}
