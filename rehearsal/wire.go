package rehearsal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Subprotocol is the WebSocket subprotocol both sides name; a connection without it is closed.
const Subprotocol = "anteroom.rehearsal.1"

// MaxFrame is the size in bytes that no frame exceeds, in either direction.
const MaxFrame = 64 << 10

// Roles of people in a room, in the words of the Calling SDK.
const (
	Organizer = "Organizer" // a host: enters without waiting and may give commands
	Presenter = "Presenter" // what Teams makes of everybody by default
	Attendee  = "Attendee"  // may not share a screen
)

// Message is one frame of the protocol: a JSON object whose member "t" names its kind. The kinds are the types of
// this package that Encode, DecodeClient and DecodeServer know.
type Message interface{ t() string }

// State is what a member shows now. Hand is 0 when the hand is down; a client says 1 for up, and the server answers
// with the place in the order of raised hands, 1 being the first.
type State struct {
	Muted  bool `json:"muted"`
	Video  bool `json:"video"`
	Screen bool `json:"screen"`
	Hand   int  `json:"hand"`
}

// StateChange tells what a member shows. A client leaves ID empty: it can speak of itself only.
type StateChange struct {
	ID    string `json:"id,omitempty"`
	State State  `json:"state"`
}

// Description has the shape of the browser's RTCSessionDescriptionInit.
type Description struct {
	Type string `json:"type"` // offer, answer, pranswer or rollback
	SDP  string `json:"sdp"`
}

// SDP carries a session description from one member to another: To on its way in, From on its way out.
type SDP struct {
	To   string      `json:"to,omitempty"`
	From string      `json:"from,omitempty"`
	SDP  Description `json:"sdp"`
}

// Candidate has the shape of the browser's RTCIceCandidateInit, and converts to Pion's ICECandidateInit.
type Candidate struct {
	Candidate        string  `json:"candidate"`
	SDPMid           *string `json:"sdpMid"`
	SDPMLineIndex    *uint16 `json:"sdpMLineIndex"`
	UsernameFragment *string `json:"usernameFragment"`
}

// ICE carries a candidate from one member to another; a nil candidate says that there are no more.
type ICE struct {
	To   string     `json:"to,omitempty"`
	From string     `json:"from,omitempty"`
	ICE  *Candidate `json:"ice"`
}

// Sender is what the server adds to a message it relays to everybody; At is in milliseconds since 1970.
// What a client puts there is ignored.
type Sender struct {
	From string `json:"from,omitempty"`
	Name string `json:"name,omitempty"`
	At   int64  `json:"at,omitempty"`
}

// Reaction is one of like, heart, laugh, applause, surprised.
type Reaction struct {
	Sender
	Reaction string `json:"reaction"`
}

// Typing says that its sender is writing a chat message.
type Typing struct{ Sender }

// Read says that its sender has read the chat up to the message ID.
type Read struct {
	Sender
	ID string `json:"id"`
}

// Caption is a piece of what its sender says, in the language of a BCP 47 tag; Final when it will not be revised.
type Caption struct {
	Sender
	Text     string `json:"text"`
	Final    bool   `json:"final"`
	Language string `json:"language,omitempty"`
}

func (StateChange) t() string { return "state" }
func (SDP) t() string         { return "sdp" }
func (ICE) t() string         { return "ice" }
func (Reaction) t() string    { return "reaction" }
func (Typing) t() string      { return "typing" }
func (Read) t() string        { return "read" }
func (Caption) t() string     { return "caption" }

// Encode gives the frame of a message, or an error when it would be longer than MaxFrame.
func Encode(m Message) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // frames are never put into HTML, and escapes would grow a relayed one
	if err := e.Encode(m); err != nil {
		return nil, fmt.Errorf("encode %s: %w", m.t(), err)
	}
	frame := append([]byte(`{"t":"`+m.t()+`"`), ',')
	if rest := bytes.TrimSpace(b.Bytes())[1:]; len(rest) > 1 {
		frame = append(frame, rest...)
	} else {
		frame[len(frame)-1] = '}' // a message without members of its own
	}
	if len(frame) > MaxFrame {
		return nil, fmt.Errorf("encode %s: %d bytes are more than a frame's %d", m.t(), len(frame), MaxFrame)
	}
	return frame, nil
}

// checked is a message that a client can get wrong in more ways than its JSON types show.
type checked interface{ check() error }

var errFrameTooLong = errors.New("frame longer than 64 KiB")

// kindOf reads the member "t" of a frame.
func kindOf(frame []byte) (string, error) {
	if len(frame) > MaxFrame {
		return "", errFrameTooLong
	}
	var head struct {
		T *string `json:"t"`
	}
	if err := json.Unmarshal(frame, &head); err != nil {
		return "", fmt.Errorf("read frame: %w", err)
	}
	if head.T == nil {
		return "", errors.New("read frame: no member t")
	}
	return *head.T, nil
}

func read[M Message](frame []byte) (Message, error) {
	var m M
	if err := json.Unmarshal(frame, &m); err != nil {
		return nil, fmt.Errorf("read %s: %w", m.t(), err)
	}
	if c, ok := any(m).(checked); ok {
		if err := c.check(); err != nil {
			return nil, fmt.Errorf("read %s: %w", m.t(), err)
		}
	}
	return m, nil
}
