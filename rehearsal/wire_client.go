package rehearsal

import (
	"errors"
	"fmt"
	"slices"
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

// Hello opens a session and is the first frame of every connection. Meeting is a meeting link or a meeting ID, and
// absent for a host, whose token names the room. Resume is the key of an earlier Welcome whose socket was lost.
type Hello struct {
	Token   string `json:"token"`
	Name    string `json:"name,omitempty"`
	Meeting string `json:"meeting,omitempty"`
	Resume  string `json:"resume,omitempty"`
}

// Bye leaves on purpose.
type Bye struct{}

// Thread asks for the chat: its members and its newest messages, or with Before those older than the message of that ID.
type Thread struct {
	Req    int64  `json:"req"`
	Before string `json:"before,omitempty"`
}

// SendChat sends a chat message. Client is the sender's own ID for it: sent twice, the message is kept once.
type SendChat struct {
	Req    int64  `json:"req"`
	Text   string `json:"text"`
	Client string `json:"client,omitempty"`
}

// Edit changes or deletes a chat message of the sender's own.
type Edit struct {
	Req     int64  `json:"req"`
	ID      string `json:"id"`
	Text    string `json:"text,omitempty"`
	Deleted bool   `json:"deleted,omitempty"`
}

// Consent answers a notice that asked for it.
type Consent struct {
	Granted bool `json:"granted"`
}

// CommandMessage is a host's command, given over the host's own socket.
type CommandMessage struct{ Command }

func (Hello) t() string          { return "hello" }
func (Bye) t() string            { return "bye" }
func (Thread) t() string         { return "thread" }
func (SendChat) t() string       { return "chat" }
func (Edit) t() string           { return "edit" }
func (Consent) t() string        { return "consent" }
func (CommandMessage) t() string { return "command" }

// DecodeClient reads a frame that a client sent. The error names the kind and the fault.
// Members that a kind does not have are passed over.
func DecodeClient(frame []byte) (Message, error) {
	kind, err := kindOf(frame)
	if err != nil {
		return nil, err
	}
	switch kind {
	case "hello":
		return read[Hello](frame)
	case "bye":
		return read[Bye](frame)
	case "state":
		return read[StateChange](frame)
	case "sdp":
		return read[SDP](frame)
	case "ice":
		return read[ICE](frame)
	case "reaction":
		return read[Reaction](frame)
	case "typing":
		return read[Typing](frame)
	case "read":
		return read[Read](frame)
	case "caption":
		return read[Caption](frame)
	case "thread":
		return read[Thread](frame)
	case "chat":
		return read[SendChat](frame)
	case "edit":
		return read[Edit](frame)
	case "consent":
		return read[Consent](frame)
	case "command":
		return read[CommandMessage](frame)
	}
	return nil, errors.New("read frame: unknown kind")
}

func (m Hello) check() error {
	return errors.Join(
		longer("token", m.Token, maxToken), longer("meeting", m.Meeting, maxMeeting),
		longer("name", m.Name, maxID), longer("resume", m.Resume, maxID),
	)
}

func (m StateChange) check() error {
	if m.State.Hand < 0 {
		return errors.New("hand is negative")
	}
	return nil
}

func (m SDP) check() error {
	if !slices.Contains([]string{"offer", "answer", "pranswer", "rollback"}, m.SDP.Type) {
		return errors.New("sdp has an unknown type")
	}
	return errors.Join(longer("to", m.To, maxID), longer("sdp", m.SDP.SDP, maxSDP))
}

func (m ICE) check() error {
	if m.ICE == nil {
		return longer("to", m.To, maxID)
	}
	return errors.Join(
		longer("to", m.To, maxID), longer("candidate", m.ICE.Candidate, maxCandidate),
		longer("sdpMid", deref(m.ICE.SDPMid), maxID), longer("usernameFragment", deref(m.ICE.UsernameFragment), maxID),
	)
}

func (m Reaction) check() error {
	if !slices.Contains([]string{"like", "heart", "laugh", "applause", "surprised"}, m.Reaction) {
		return errors.New("unknown reaction")
	}
	return nil
}

func (m Read) check() error    { return numeric("id", m.ID) }
func (m Caption) check() error { return captionCheck(m.Text, m.Language) }
func (m Edit) check() error    { return numeric("id", m.ID) }

func (m Thread) check() error {
	if m.Before == "" {
		return nil
	}
	return numeric("before", m.Before)
}

func (m SendChat) check() error { return longer("client", m.Client, maxID) }

func captionCheck(text, language string) error {
	for _, c := range language {
		if !letter(c) && !digit(c) && c != '-' {
			return errors.New("language is no tag")
		}
	}
	return errors.Join(longer("text", text, maxCaption), longer("language", language, maxTag))
}

func longer(name, value string, limit int) error {
	if len(value) > limit {
		return fmt.Errorf("%s is longer than %d bytes", name, limit)
	}
	return nil
}

func numeric(name, value string) error {
	if value == "" || len(value) > maxNumericID {
		return fmt.Errorf("%s is no message id", name)
	}
	for _, c := range value {
		if !digit(c) {
			return fmt.Errorf("%s is no message id", name)
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
