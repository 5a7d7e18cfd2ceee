package rehearsal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
)

//go:generate go run ./protocol

// Subprotocol is the WebSocket subprotocol that both sides name. A connection without it is closed.
const Subprotocol = "anteroom.rehearsal.1"

// MaxFrame is the largest size of a frame in bytes, in either direction.
const MaxFrame = 64 << 10

// Roles of people in a room, with the Calling SDK's names.
const (
	Organizer = "Organizer" // a host: enters without waiting and may send commands
	Presenter = "Presenter" // the role that Teams gives everyone by default
	Attendee  = "Attendee"  // may not share a screen
)

// Message is one frame of the protocol: a JSON object whose member "t" names its kind. The kinds are the types of
// this package that Encode, DecodeClient and DecodeServer accept.
//
// Two tags describe a field to protocol/, which generates the TypeScript types and the tables of README.md: `wire`
// names the only side that sends it (client or server), and `enum` lists its values.
type Message interface{ t() string }

// State is what a member shows now. A client sends Hand as 1 for up and 0 for down; the server answers with the place
// in the order of raised hands, from 1.
type State struct {
	Muted  bool `json:"muted"`
	Video  bool `json:"video"`
	Screen bool `json:"screen"`
	Hand   int  `json:"hand"`
}

// StateChange announces what a member shows, to everyone including that member. A visitor in the lobby may send it too.
type StateChange struct {
	ID    string `json:"id,omitempty" wire:"server"`
	State State  `json:"state"`
}

// Description has the shape of the browser's RTCSessionDescriptionInit.
type Description struct {
	Type string `json:"type" enum:"offer answer pranswer rollback"`
	SDP  string `json:"sdp"`
}

// SDP carries a session description from one member to another. The description has at most 48 KiB.
type SDP struct {
	To   string      `json:"to,omitempty" wire:"client"`
	From string      `json:"from,omitempty" wire:"server"`
	SDP  Description `json:"sdp"`
}

// Candidate has the shape of the browser's RTCIceCandidateInit, and converts to Pion's ICECandidateInit.
type Candidate struct {
	Candidate        string  `json:"candidate"`
	SDPMid           *string `json:"sdpMid"`
	SDPMLineIndex    *uint16 `json:"sdpMLineIndex"`
	UsernameFragment *string `json:"usernameFragment"`
}

// ICE carries a candidate from one member to another; null means that no more will follow.
type ICE struct {
	To   string     `json:"to,omitempty" wire:"client"`
	From string     `json:"from,omitempty" wire:"server"`
	ICE  *Candidate `json:"ice"`
}

// Sender is what the server adds to a message that it relays to everyone, including its sender. At is in milliseconds
// since 1970. The server ignores what a client puts here.
type Sender struct {
	From string `json:"from,omitempty"`
	Name string `json:"name,omitempty"`
	At   int64  `json:"at,omitempty"`
}

// Reaction shows a reaction to everyone.
type Reaction struct {
	Sender   `wire:"server"`
	Reaction string `json:"reaction" enum:"like heart laugh applause surprised"`
}

// Typing announces that its sender is writing a chat message.
type Typing struct {
	Sender `wire:"server"`
}

// Read announces that its sender has read the chat up to the message ID.
type Read struct {
	Sender `wire:"server"`
	ID     string `json:"id"`
}

// Caption is a piece of its sender's speech, at most 1 KiB. Language is a BCP 47 tag; a final caption will not be
// revised.
type Caption struct {
	Sender   `wire:"server"`
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

// Encode returns the frame of a message, or an error if it would be longer than MaxFrame.
func Encode(m Message) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // frames never appear in HTML, and escapes would make a relayed one longer
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
		return nil, fmt.Errorf("encode %s: %d bytes exceed the limit of %d", m.t(), len(frame), MaxFrame)
	}
	return frame, nil
}

// A checker is a message with rules beyond its JSON types.
type checker interface{ check() error }

var errFrameTooLong = errors.New("frame longer than 64 KiB")

// kindOf returns the member "t" of a frame.
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
		return "", errors.New("read frame: member t is missing")
	}
	return *head.T, nil
}

// decode decodes a frame into the one of the known types that has its kind. It returns ErrUnknownKind for any other.
func decode(frame []byte, known ...Message) (Message, error) {
	kind, err := kindOf(frame)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(known, func(m Message) bool { return m.t() == kind })
	if i < 0 {
		return nil, ErrUnknownKind
	}
	target := reflect.New(reflect.TypeOf(known[i]))
	if err := json.Unmarshal(frame, target.Interface()); err != nil {
		return nil, fmt.Errorf("read %s: %w", kind, err)
	}
	m, _ := target.Elem().Interface().(Message)
	if c, ok := m.(checker); ok {
		if err := c.check(); err != nil {
			return nil, fmt.Errorf("read %s: %w", kind, err)
		}
	}
	return m, nil
}
