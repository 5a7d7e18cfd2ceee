package rehearsal

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Longest values in bytes that a client may send.
const (
	maxToken     = 8 << 10
	maxMeeting   = 4 << 10
	maxSDP       = 48 << 10
	maxCandidate = 4 << 10
	maxCaption   = 1 << 10
	maxID        = 256
	maxNumericID = 20
	maxTag       = 35 // the length RFC 5646 tells implementations to allow for
)

// Hello opens a session. It is the first frame of every connection, within 5 seconds. Meeting is a meeting link or a
// meeting ID; a host sends none, because its token names the room. Resume is the key of an earlier welcome, to continue
// a session whose socket was lost; then only the token is needed too.
type Hello struct {
	Token   string `json:"token"`
	Name    string `json:"name,omitempty"`
	Meeting string `json:"meeting,omitempty"`
	Resume  string `json:"resume,omitempty"`
}

// Bye leaves the meeting on purpose.
type Bye struct{}

// Thread requests the chat: its topic, its members and its newest messages, or with Before those older than that
// message. The status of the reply is 200.
type Thread struct {
	Req    int64  `json:"req"`
	Before string `json:"before,omitempty"`
}

// SendChat sends a chat message. Client is the sender's own ID for it: the server keeps a message once, even if it
// arrives twice. The status of the reply is 201, 400 for no text, or 413 for more than 4 KiB.
type SendChat struct {
	Req    int64  `json:"req"`
	Text   string `json:"text"`
	Client string `json:"client,omitempty"`
}

// Edit changes or deletes one of the sender's own chat messages. The status of the reply is 200, 403 for a message of
// somebody else, or 404.
type Edit struct {
	Req     int64  `json:"req"`
	ID      string `json:"id"`
	Text    string `json:"text,omitempty"`
	Deleted bool   `json:"deleted,omitempty"`
}

// Consent answers a notice that asked for consent.
type Consent struct {
	Granted bool `json:"granted"`
}

// CommandMessage is one of the commands below. The server obeys an Organizer, and ignores and counts those of others.
type CommandMessage struct{ Command }

func (Hello) t() string          { return "hello" }
func (Bye) t() string            { return "bye" }
func (Thread) t() string         { return "thread" }
func (SendChat) t() string       { return "chat" }
func (Edit) t() string           { return "edit" }
func (Consent) t() string        { return "consent" }
func (CommandMessage) t() string { return "command" }

// DecodeClient decodes a frame that a client sent. The error names the kind and the fault. Unknown members are
// ignored.
func DecodeClient(frame []byte) (Message, error) {
	return decode(frame,
		Hello{}, Bye{}, StateChange{}, SDP{}, ICE{}, Reaction{}, Typing{}, Read{}, Caption{}, Thread{}, SendChat{}, Edit{},
		Consent{}, CommandMessage{})
}

func (m Hello) check() error {
	return errors.Join(
		checkLength("token", m.Token, maxToken), checkLength("meeting", m.Meeting, maxMeeting),
		checkLength("name", m.Name, maxID), checkLength("resume", m.Resume, maxID),
	)
}

func (m StateChange) check() error {
	if m.State.Hand < 0 {
		return errors.New("hand is negative")
	}
	return nil
}

func (m SDP) check() error {
	return errors.Join(oneOf("type", m.SDP.Type, "offer", "answer", "pranswer", "rollback"),
		checkLength("to", m.To, maxID), checkLength("sdp", m.SDP.SDP, maxSDP))
}

func (m ICE) check() error {
	if m.ICE == nil {
		return checkLength("to", m.To, maxID)
	}
	return errors.Join(
		checkLength("to", m.To, maxID), checkLength("candidate", m.ICE.Candidate, maxCandidate),
		checkLength("sdpMid", deref(m.ICE.SDPMid), maxID), checkLength("usernameFragment", deref(m.ICE.UsernameFragment), maxID),
	)
}

func (m Reaction) check() error {
	return oneOf("reaction", m.Reaction, "like", "heart", "laugh", "applause", "surprised")
}

func (m Read) check() error    { return checkMessageID("id", m.ID) }
func (m Caption) check() error { return checkCaption(m.Text, m.Language) }
func (m Edit) check() error    { return checkMessageID("id", m.ID) }

func (m Thread) check() error {
	if m.Before == "" {
		return nil
	}
	return checkMessageID("before", m.Before)
}

func (m SendChat) check() error { return checkLength("client", m.Client, maxID) }

func checkCaption(text, language string) error {
	for _, c := range language {
		if !letter(c) && !digit(c) && c != '-' {
			return errors.New("language must be a tag")
		}
	}
	return errors.Join(checkLength("text", text, maxCaption), checkLength("language", language, maxTag))
}

func oneOf(name, value string, known ...string) error {
	if !slices.Contains(known, value) {
		return fmt.Errorf("%s must be one of %s", name, strings.Join(known, ", "))
	}
	return nil
}

func checkLength(name, value string, limit int) error {
	if len(value) > limit {
		return fmt.Errorf("%s is longer than %d bytes", name, limit)
	}
	return nil
}

func checkMessageID(name, value string) error {
	if value == "" || len(value) > maxNumericID {
		return fmt.Errorf("%s must be a message id", name)
	}
	for _, c := range value {
		if !digit(c) {
			return fmt.Errorf("%s must be a message id", name)
		}
	}
	return nil
}

func letter(c rune) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
func digit(c rune) bool  { return '0' <= c && c <= '9' }

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
