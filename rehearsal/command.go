package rehearsal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Command is what a host or a test makes happen in a room. Verb says what; the other members are those it needs.
// To is the ID of the member it is for; empty means every visitor it can apply to.
type Command struct {
	Verb string `json:"command"`
	To   string `json:"to,omitempty"`

	Ending  string `json:"ending,omitempty"`  // fault: an ending by name, instead of Code and SubCode
	Code    int    `json:"code,omitempty"`    // fault
	SubCode int    `json:"subCode,omitempty"` // fault

	Recording     bool `json:"recording,omitempty"`     // notice
	Transcription bool `json:"transcription,omitempty"` // notice
	Consent       bool `json:"consent,omitempty"`       // notice: ask visitors for explicit consent

	Name    string          `json:"name,omitempty"`    // capability, diagnostic
	Present bool            `json:"present,omitempty"` // capability
	Reason  string          `json:"reason,omitempty"`  // capability; MeetingRestricted when absent
	Kind    string          `json:"kind,omitempty"`    // diagnostic: network or media
	Value   json.RawMessage `json:"value,omitempty"`   // diagnostic: a boolean or a number

	Quality   string `json:"quality,omitempty"`   // network: good, poor, bad, lost
	Direction string `json:"direction,omitempty"` // network: receive (when absent) or send

	Text     string `json:"text,omitempty"`     // caption, say
	Language string `json:"language,omitempty"` // caption
	Status   int    `json:"status,omitempty"`   // chat-fault: the HTTP status that chat answers, 0 for none
	Seconds  int    `json:"seconds,omitempty"`  // drop: how long a resume is refused, 0 to 3600
	Role     string `json:"role,omitempty"`     // role: Attendee or Presenter
}

// Errors that Server.Command and DecodeCommand give, for a caller to choose an HTTP status by.
var (
	ErrInvalidCommand = errors.New("invalid command")     // 400
	ErrNoRoom         = errors.New("no such room")        // 404
	ErrNobody         = errors.New("nobody it fits")      // 409: nobody waits, nobody is there, or not the one named
	ErrNoHost         = errors.New("no host to say it")   // 409: caption and say need a host in the room
	ErrClosed         = errors.New("rehearsal is closed") // 503
)

// DecodeCommand reads one command as JSON, at most MaxFrame bytes. Members that no command has are an error here,
// because a person may have typed it. Errors are ErrInvalidCommand with what is wrong, or the reader's own.
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

// validate checks everything that can be checked without the room.
func (c Command) validate() error {
	if len(c.To) > maxID {
		return invalid("to is too long")
	}
	switch c.Verb {
	case "admit", "deny", "remove", "end", "notice", "mute", "lower-hand":
		return nil
	case "fault":
		if c.Ending == "" && (c.Code < 0 || c.SubCode < 0 || c.Code > 1e6 || c.SubCode > 1e6) {
			return invalid("code and subCode are 0 to 1000000")
		}
	case "capability":
		return c.validateCapability()
	case "network":
		if !slices.Contains([]string{"good", "poor", "bad", "lost"}, c.Quality) {
			return invalid("quality is good, poor, bad or lost")
		}
		if !slices.Contains([]string{"", "receive", "send"}, c.Direction) {
			return invalid("direction is receive or send")
		}
	case "diagnostic":
		return c.validateDiagnostic()
	case "caption":
		if err := captionCheck(c.Text, c.Language); err != nil || c.Text == "" {
			return invalid("caption needs a text of at most 1 KiB, and its language is a tag")
		}
	case "say":
		if c.Text == "" || len(c.Text) > maxChatText {
			return invalid("say needs a text of at most 4 KiB")
		}
	case "chat-fault":
		if c.Status != 0 && (c.Status < 400 || c.Status > 599) {
			return invalid("status is 0 or 400 to 599")
		}
	case "drop":
		if c.Seconds < 0 || c.Seconds > 3600 {
			return invalid("seconds are 0 to 3600")
		}
	case "role":
		if c.Role != Attendee && c.Role != Presenter {
			return invalid("role is Attendee or Presenter")
		}
	default:
		return invalid("unknown command")
	}
	return nil
}

func (c Command) validateCapability() error {
	if !word(c.Name) || (c.Reason != "" && !word(c.Reason)) {
		return invalid("name and reason of a capability are words")
	}
	return nil
}

func (c Command) validateDiagnostic() error {
	if c.Kind != "network" && c.Kind != "media" {
		return invalid("kind is network or media")
	}
	if !word(c.Name) {
		return invalid("name of a diagnostic is a word")
	}
	var value any
	if json.Unmarshal(c.Value, &value) != nil {
		return invalid("diagnostic needs a value")
	}
	switch value.(type) {
	case bool, float64:
		return nil
	}
	return invalid("value of a diagnostic is a boolean or a number")
}

// word is what the SDK's names look like: 1 to 64 ASCII letters.
func word(s string) bool {
	for _, c := range s {
		if !letter(c) {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

func invalid(why string) error { return fmt.Errorf("%w: %s", ErrInvalidCommand, why) }
