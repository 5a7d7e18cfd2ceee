package rehearsal

import (
	"encoding/json"
	"errors"
)

// ICEServer has the shape of the browser's RTCIceServer.
type ICEServer struct {
	URLs       []string `json:"urls"`
	Username   string   `json:"username,omitempty"`
	Credential string   `json:"credential,omitempty"`
}

// Peer is a member as the others see it.
type Peer struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Role  string `json:"role"`
	State State  `json:"state"`
}

// Person is somebody in the chat or, with Since in milliseconds since 1970, in the lobby.
type Person struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Since int64  `json:"since,omitempty"`
}

// Right is whether a member may do something now, and why: Capable, MeetingRestricted, ExplicitConsentRequired or
// another reason the host gave.
type Right struct {
	Present bool   `json:"present"`
	Reason  string `json:"reason,omitempty"`
}

// EndCode is how a call ended, as the Calling SDK's callEndReason tells it.
type EndCode struct {
	Code    int `json:"code"`
	SubCode int `json:"subCode"`
}

// ChatMessage is one message of the chat. IDs are decimal numbers that only grow; times are milliseconds since 1970;
// a deleted message has no text.
type ChatMessage struct {
	ID      string `json:"id"`
	Seq     int64  `json:"seq"`
	At      int64  `json:"at"`
	From    string `json:"from"`
	Name    string `json:"name"`
	Text    string `json:"text"`
	Edited  int64  `json:"edited,omitempty"`
	Deleted int64  `json:"deleted,omitempty"`
	Client  string `json:"client,omitempty"`
}

// Welcome answers a Hello that was taken. Resume reopens the session within the resume window.
type Welcome struct {
	ID         string      `json:"id"`
	Role       string      `json:"role"`
	Resume     string      `json:"resume"`
	ICEServers []ICEServer `json:"iceServers"`
	Room       string      `json:"room"`
}

// Lobby says that the visitor waits to be let in.
type Lobby struct{}

// Joined says that the member is in the meeting, with whom, and what is different from a plain meeting:
// Capabilities holds those that were taken away, by name.
type Joined struct {
	Peers        []Peer           `json:"peers"`
	Role         string           `json:"role"`
	ThreadID     string           `json:"threadId"`
	Notice       *Notice          `json:"notice,omitempty"`
	Capabilities map[string]Right `json:"capabilities,omitempty"`
}

// Resumed says that a session goes on after its socket was lost, and who is in the meeting now.
type Resumed struct {
	Peers []Peer `json:"peers"`
}

// PeerJoined tells of a newcomer, who will send an offer.
type PeerJoined struct {
	Peer Peer `json:"peer"`
}

// Gone tells that a member is no longer there.
type Gone struct {
	ID string `json:"id"`
}

// Waiting tells a host who is in the lobby, longest first.
type Waiting struct {
	List []Person `json:"list"`
}

// Ended is the last message of a call that the server ended.
type Ended struct{ EndCode }

// Notice says what is being recorded. With Consent the member it went to must consent before being heard or seen.
type Notice struct {
	Recording     bool `json:"recording"`
	Transcription bool `json:"transcription"`
	Consent       bool `json:"consent"`
}

// Capability tells a member that a right has changed; Name is one of the Calling SDK's capability names.
type Capability struct {
	Name string `json:"name"`
	Right
}

// Diagnostic plays a user-facing diagnostic of the Calling SDK: Kind is network or media, Value its boolean or number.
type Diagnostic struct {
	Kind  string          `json:"kind"`
	Name  string          `json:"name"`
	Value json.RawMessage `json:"value"`
}

// Network plays a connection's quality: good, poor, bad or lost; Direction is receive or send.
type Network struct {
	Quality   string `json:"quality"`
	Direction string `json:"direction"`
}

// Mute tells a member to mute itself.
type Mute struct{}

// LowerHand tells a member that its hand was lowered.
type LowerHand struct{}

// RoleChange tells a member its new role.
type RoleChange struct {
	Role string `json:"role"`
}

// Chat is a chat message that is new or has changed.
type Chat struct {
	Msg ChatMessage `json:"msg"`
}

// Reply answers the Thread, SendChat or Edit of the same Req with an HTTP status. More says that there are messages
// older than the first of Chat, which did not fit in one frame.
type Reply struct {
	Req     int64         `json:"req"`
	Status  int           `json:"status"`
	Error   string        `json:"error,omitempty"`
	ID      string        `json:"id,omitempty"`
	Topic   string        `json:"topic,omitempty"`
	Members []Person      `json:"members,omitzero"`
	Chat    []ChatMessage `json:"chat,omitzero"`
	More    bool          `json:"more,omitempty"`
}

// Refusals of a connection, the Type of a Refused.
const (
	RefusedToken    = "token"     // no valid token
	RefusedHello    = "hello"     // no hello in time, or one that lacks a name or a meeting
	RefusedTooLarge = "too-large" // a frame above MaxFrame
	RefusedTooFast  = "too-fast"  // too many frames in too short a time
	RefusedRoomFull = "room-full" // no more rooms
	RefusedProtocol = "protocol"  // a frame that is none of the protocol's
)

// Refused is the last message before the server closes a connection with status 1008.
type Refused struct {
	Type string `json:"type"`
}

// Commanded answers a host's command.
type Commanded struct {
	Command string `json:"command"`
	OK      bool   `json:"ok"`
	Error   string `json:"error,omitempty"`
}

func (Welcome) t() string    { return "welcome" }
func (Lobby) t() string      { return "lobby" }
func (Joined) t() string     { return "joined" }
func (Resumed) t() string    { return "resumed" }
func (PeerJoined) t() string { return "peer" }
func (Gone) t() string       { return "gone" }
func (Waiting) t() string    { return "waiting" }
func (Ended) t() string      { return "ended" }
func (Notice) t() string     { return "notice" }
func (Capability) t() string { return "capability" }
func (Diagnostic) t() string { return "diagnostic" }
func (Network) t() string    { return "network" }
func (Mute) t() string       { return "mute" }
func (LowerHand) t() string  { return "lower-hand" }
func (RoleChange) t() string { return "role" }
func (Chat) t() string       { return "chat" }
func (Reply) t() string      { return "reply" }
func (Refused) t() string    { return "refused" }
func (Commanded) t() string  { return "commanded" }

// ErrUnknownKind says that DecodeServer met a kind of message this version does not know; a client passes over it.
var ErrUnknownKind = errors.New("unknown kind of message")

// DecodeServer reads a frame that the server sent, for a client written in Go.
func DecodeServer(frame []byte) (Message, error) {
	kind, err := kindOf(frame)
	if err != nil {
		return nil, err
	}
	switch kind {
	case "welcome":
		return read[Welcome](frame)
	case "lobby":
		return read[Lobby](frame)
	case "joined":
		return read[Joined](frame)
	case "resumed":
		return read[Resumed](frame)
	case "peer":
		return read[PeerJoined](frame)
	case "gone":
		return read[Gone](frame)
	case "state":
		return read[StateChange](frame)
	case "sdp":
		return read[SDP](frame)
	case "ice":
		return read[ICE](frame)
	case "waiting":
		return read[Waiting](frame)
	case "ended":
		return read[Ended](frame)
	case "notice":
		return read[Notice](frame)
	case "capability":
		return read[Capability](frame)
	case "diagnostic":
		return read[Diagnostic](frame)
	case "network":
		return read[Network](frame)
	case "mute":
		return read[Mute](frame)
	case "lower-hand":
		return read[LowerHand](frame)
	case "role":
		return read[RoleChange](frame)
	case "reaction":
		return read[Reaction](frame)
	case "typing":
		return read[Typing](frame)
	case "read":
		return read[Read](frame)
	case "caption":
		return read[Caption](frame)
	case "chat":
		return read[Chat](frame)
	case "reply":
		return read[Reply](frame)
	case "refused":
		return read[Refused](frame)
	case "commanded":
		return read[Commanded](frame)
	}
	return nil, ErrUnknownKind
}
