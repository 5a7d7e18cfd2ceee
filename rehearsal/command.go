package rehearsal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// The verbs of commands.
const (
	verbAdmit      = "admit"      // lets people in from the lobby
	verbDeny       = "deny"       // turns people in the lobby away
	verbRemove     = "remove"     // removes people from the meeting
	verbEnd        = "end"        // ends the meeting for everyone, including hosts and the lobby
	verbFault      = "fault"      // plays any ending, by its codes or by its name in `teams/endings.json`
	verbNotice     = "notice"     // begins or ends recording and transcription; every consent is asked for again
	verbCapability = "capability" // takes a right away or gives it back; without `to`, also for people who join later
	verbNetwork    = "network"    // plays a quality of the connection; `direction` is `receive` when absent
	verbDiagnostic = "diagnostic" // plays a diagnostic; `value` is a boolean or a number
	verbCaption    = "caption"    // speaks a caption as the host; needs a host in the room
	verbSay        = "say"        // writes in the chat as the host; needs a host in the room
	verbChatFault  = "chat-fault" // makes chat answer visitors with `status`, 400 to 599; 0 ends that. Hosts are exempt
	verbDrop       = "drop"       // cuts the socket and refuses to resume for `seconds`, 0 to 3600
	verbMute       = "mute"       // mutes members
	verbLowerHand  = "lower-hand" // lowers hands
	verbRole       = "role"       // changes a role
)

// Command changes what happens in a room, for a host or a test. To is the ID of the member concerned; without it, the
// command applies to every visitor it can apply to. The tag `for` lists the verbs that use a field.
type Command struct {
	Verb string `json:"command"`
	To   string `json:"to,omitempty" for:"admit deny remove fault capability network diagnostic drop mute lower-hand role"`

	Ending  string `json:"ending,omitempty" for:"fault"` // by name, instead of Code and SubCode
	Code    int    `json:"code,omitempty" for:"fault"`
	SubCode int    `json:"subCode,omitempty" for:"fault"`

	Recording     bool `json:"recording,omitempty" for:"notice"`
	Transcription bool `json:"transcription,omitempty" for:"notice"`
	Consent       bool `json:"consent,omitempty" for:"notice"` // asks visitors for explicit consent

	Name    string          `json:"name,omitempty" for:"capability diagnostic"`
	Present bool            `json:"present,omitempty" for:"capability"`
	Reason  string          `json:"reason,omitempty" for:"capability"` // MeetingRestricted when absent
	Kind    string          `json:"kind,omitempty" for:"diagnostic" enum:"network media"`
	Value   json.RawMessage `json:"value,omitempty" for:"diagnostic"`

	Quality   string `json:"quality,omitempty" for:"network" enum:"good poor bad lost"`
	Direction string `json:"direction,omitempty" for:"network" enum:"receive send"`

	Text     string `json:"text,omitempty" for:"caption say"`
	Language string `json:"language,omitempty" for:"caption"`
	Status   int    `json:"status,omitempty" for:"chat-fault"`
	Seconds  int    `json:"seconds,omitempty" for:"drop"`
	Role     string `json:"role,omitempty" for:"role" enum:"Attendee Presenter"`
}

// Errors of Server.Command and DecodeCommand. A caller chooses an HTTP status by them.
var (
	ErrInvalidCommand = errors.New("invalid command")      // 400
	ErrNoRoom         = errors.New("no such room")         // 404
	ErrNobody         = errors.New("nobody it applies to") // 409: no visitor is there, or To is not in that place
	ErrNoHost         = errors.New("no host to speak")     // 409: caption and say need a host in the room
	ErrClosed         = errors.New("rehearsal is closed")  // 503
)

// DecodeCommand decodes one command as JSON, at most MaxFrame bytes. An unknown member is an error here, because a
// person may have typed it. DecodeCommand returns ErrInvalidCommand with the fault, or the reader's error.
func DecodeCommand(r io.Reader) (Command, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxFrame+1))
	if err != nil {
		return Command{}, fmt.Errorf("read command: %w", err)
	}
	if len(b) > MaxFrame {
		return Command{}, fmt.Errorf("%w: longer than %d bytes", ErrInvalidCommand, MaxFrame)
	}
	var c Command
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return Command{}, fmt.Errorf("%w: %w", ErrInvalidCommand, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Command{}, fmt.Errorf("%w: more than one JSON value", ErrInvalidCommand)
	}
	if err := c.validate(); err != nil {
		return Command{}, err
	}
	return c, nil
}

// validate returns an error for a fault that does not depend on the room.
func (c Command) validate() error {
	if len(c.To) > maxID {
		return invalid("to is too long")
	}
	switch c.Verb {
	case verbAdmit, verbDeny, verbRemove, verbEnd, verbNotice, verbMute, verbLowerHand:
		return nil
	case verbFault:
		if c.Ending == "" && (c.Code < 0 || c.SubCode < 0 || c.Code > 1e6 || c.SubCode > 1e6) {
			return invalid("code and subCode must be 0 to 1000000")
		}
	case verbCapability:
		return c.validateCapability()
	case verbNetwork:
		if !slices.Contains([]string{"good", "poor", "bad", "lost"}, c.Quality) {
			return invalid("quality must be good, poor, bad or lost")
		}
		if !slices.Contains([]string{"", "receive", "send"}, c.Direction) {
			return invalid("direction must be receive or send")
		}
	case verbDiagnostic:
		return c.validateDiagnostic()
	case verbCaption:
		if err := checkCaption(c.Text, c.Language); err != nil || c.Text == "" {
			return invalid("caption needs a text of at most 1 KiB, and language must be a tag")
		}
	case verbSay:
		if c.Text == "" || len(c.Text) > maxChatText {
			return invalid("say needs a text of at most 4 KiB")
		}
	case verbChatFault:
		if c.Status != 0 && (c.Status < 400 || c.Status > 599) {
			return invalid("status must be 0 or 400 to 599")
		}
	case verbDrop:
		if c.Seconds < 0 || c.Seconds > 3600 {
			return invalid("seconds must be 0 to 3600")
		}
	case verbRole:
		if c.Role != Attendee && c.Role != Presenter {
			return invalid("role must be Attendee or Presenter")
		}
	default:
		return invalid("unknown command")
	}
	return nil
}

func (c Command) validateCapability() error {
	if !isWord(c.Name) || (c.Reason != "" && !isWord(c.Reason)) {
		return invalid("name and reason of a capability must be words")
	}
	return nil
}

func (c Command) validateDiagnostic() error {
	if c.Kind != "network" && c.Kind != "media" {
		return invalid("kind must be network or media")
	}
	if !isWord(c.Name) {
		return invalid("name of a diagnostic must be a word")
	}
	var value any
	if json.Unmarshal(c.Value, &value) != nil {
		return invalid("diagnostic needs a value")
	}
	switch value.(type) {
	case bool, float64:
		return nil
	}
	return invalid("value of a diagnostic must be a boolean or a number")
}

// isWord reports whether s looks like a name of the SDK: 1 to 64 ASCII letters.
func isWord(s string) bool {
	for _, c := range s {
		if !letter(c) {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

func invalid(why string) error { return fmt.Errorf("%w: %s", ErrInvalidCommand, why) }
