// Package teams reads what people paste as a Teams meeting (a Meeting, a Refusal or
// a Question), and translates the codes with which a call ends (an Ending). It opens
// no link and asks no service, so it cannot find out whether a meeting exists.
package teams

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"regexp"
)

// Kind is the locator of the Calling SDK that a Meeting uses.
type Kind string

const (
	// KindLink is a meeting that is joined by its link: {meetingLink}.
	KindLink Kind = "link"
	// KindID is a meeting that is joined by number: {meetingId, passcode}.
	KindID Kind = "id"
)

// Meeting is a Teams meeting that a visitor may join. Link, ID and Passcode are
// as good as a key to the meeting, so a Meeting prints and logs without them;
// only MarshalJSON writes them, for the command line.
type Meeting struct {
	// Kind decides which of the other fields locate the meeting.
	Kind Kind
	// Link is the canonical link, for KindLink only: https, a host of Teams, and
	// no query parameter but the one the Calling SDK (1.46.1 and 2.0.0) accepts.
	Link string
	// ID is the meeting ID, digits only, for KindID and for short links.
	ID string
	// Passcode belongs to ID; it is empty for a meeting that has none. For a short
	// link it is the link's own p, which is longer than the passcode that an
	// invitation prints beside the ID.
	Passcode string
	// Channel is true for a meeting in a channel: it has no chat for a visitor.
	Channel bool
	// TenantID is the organisation's Entra tenant, a lower-case GUID, empty when
	// the link does not carry it.
	TenantID string
	// OrganizerID is the organiser's Entra object ID, a lower-case GUID, empty
	// when the link does not carry it.
	OrganizerID string
	// ThreadID is the meeting's chat thread, such as 19:meeting_...@thread.v2,
	// empty when the link does not carry it.
	ThreadID string
}

// String returns the kind of meeting, and nothing that would admit a reader.
func (m Meeting) String() string {
	if m.Channel {
		return fmt.Sprintf("channel meeting by %s", m.Kind)
	}
	return fmt.Sprintf("meeting by %s", m.Kind)
}

// Format prints String for every verb, so that no %+v or %#v shows the link.
func (m Meeting) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, m.String())
}

// LogValue logs the kind and whether it is a channel meeting, nothing else.
func (m Meeting) LogValue() slog.Value {
	return slog.GroupValue(slog.String("kind", string(m.Kind)), slog.Bool("channel", m.Channel))
}

// MarshalJSON writes kind and channel, and of the rest what is known: meetingLink
// for KindLink (a short link contains its ID and passcode), meetingId and passcode
// for KindID, then tenantId, organizerId and threadId. To read a meeting back,
// use Canonical.
func (m Meeting) MarshalJSON() ([]byte, error) { return json.Marshal(m.json()) }

type meetingJSON struct {
	Kind        Kind   `json:"kind"`
	Link        string `json:"meetingLink,omitempty"`
	ID          string `json:"meetingId,omitempty"`
	Passcode    string `json:"passcode,omitempty"`
	Channel     bool   `json:"channel"`
	TenantID    string `json:"tenantId,omitempty"`
	OrganizerID string `json:"organizerId,omitempty"`
	ThreadID    string `json:"threadId,omitempty"`
}

func (m Meeting) json() meetingJSON {
	out := meetingJSON{Kind: m.Kind, Channel: m.Channel, TenantID: m.TenantID, OrganizerID: m.OrganizerID, ThreadID: m.ThreadID}
	if m.Kind == KindLink {
		out.Link = m.Link
	} else {
		out.ID, out.Passcode = m.ID, m.Passcode
	}
	return out
}

// Rules are what an operator may decide about meetings. The zero value is right
// for an ACS resource in the public cloud.
type Rules struct {
	// GovernmentCloud lets meetings of GCC High and DoD join, which needs an ACS
	// resource in Azure US Government; their links keep their own host.
	GovernmentCloud bool
}

// Read returns the meeting in whatever a person pasted, under the zero Rules.
func Read(in Input) Reading { return Rules{}.Read(in) }

// Read returns the meeting in whatever a person pasted: a link in any of its forms
// and wrappings, a meeting ID with its passcode, a whole invitation, a mail as it
// was sent, a calendar file. It accepts a reading only if nothing in the text
// supports another; otherwise it asks. A link takes precedence over a meeting ID.
// Without a meeting, the Refusal is the most informative one. Work is linear in the
// length of the text.
func (r Rules) Read(in Input) Reading {
	reading := r.read(in)
	if reading.Question == nil || in.Choice == "" {
		return reading
	}
	if m, ok := reading.Question.Choose(in.Choice); ok {
		return Reading{Meeting: &m, Cancelled: reading.Cancelled, Rule: reading.Rule + "+chosen"}
	}
	return reading
}

var (
	idShape = regexp.MustCompile(`^[0-9]{9,20}$`)
	// Unreserved characters only, so that a passcode stands in a link as it is;
	// a full stop at the end would be taken for that of the sentence.
	passcodeShape = regexp.MustCompile(`^[A-Za-z0-9._~-]{0,63}[A-Za-z0-9_~-]$`)
	messageShape  = regexp.MustCompile(`^[0-9]{1,20}$`)
	// A government thread carries its cloud's name: 19:gcch:meeting_...
	meetingThread = regexp.MustCompile(`^19:(gcch:|dod:)?meeting_[A-Za-z0-9_=-]{1,200}@thread\.(?:v2|skype)$`)
	channelThread = regexp.MustCompile(`^19:(gcch:|dod:)?[A-Za-z0-9_-]{1,200}@thread\.(?:skype|tacv2)$`)
	chatThread    = regexp.MustCompile(`^(?:19:|48:)[A-Za-z0-9:_-]{1,200}@(?:unq\.gbl\.spaces|thread\.v2)$`)
)
