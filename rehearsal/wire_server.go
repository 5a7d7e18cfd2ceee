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

// Peer is a member of the meeting, as the others see it.
type Peer struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Role  string `json:"role" enum:"Organizer Presenter Attendee"`
	State State  `json:"state"`
}

// Person is a person in the chat, or in the lobby since a time in milliseconds since 1970.
type Person struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Since int64  `json:"since,omitempty"`
}

// Right is whether a member may do something now, and why: Capable, MeetingRestricted, RoleRestricted,
// ExplicitConsentRequired, or another reason from the host's command.
type Right struct {
	Present bool   `json:"present"`
	Reason  string `json:"reason,omitempty"`
}

// EndCode is the reason for the end of a call, as in the Calling SDK's callEndReason.
type EndCode struct {
	Code    int `json:"code"`
	SubCode int `json:"subCode"`
}

// ChatMessage is one message of the chat. Its ID is the time of sending and three more digits; IDs only increase.
// Times are milliseconds since 1970. A deleted message has no text.
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

// Welcome accepts a hello. Resume is the key that continues the session if its socket is lost.
type Welcome struct {
	ID         string      `json:"id"`
	Role       string      `json:"role" enum:"Organizer Presenter Attendee"`
	Resume     string      `json:"resume"`
	ICEServers []ICEServer `json:"iceServers"`
	Room       string      `json:"room"`
}

// Lobby means that the visitor is waiting to be let in.
type Lobby struct{}

// Joined means that the member is in the meeting, and has to send an offer to every peer. Capabilities holds the rights
// that were taken away, by the Calling SDK's name.
type Joined struct {
	Peers        []Peer           `json:"peers"`
	Role         string           `json:"role" enum:"Organizer Presenter Attendee"`
	ThreadID     string           `json:"threadId"`
	Notice       *Notice          `json:"notice,omitempty"`
	Capabilities map[string]Right `json:"capabilities,omitempty"`
}

// Resumed means that the session continues, with the peers who are in the meeting now. Messages sent to the member
// meanwhile follow.
type Resumed struct {
	Peers []Peer `json:"peers"`
}

// PeerJoined announces a newcomer, who will send an offer.
type PeerJoined struct {
	Peer Peer `json:"peer"`
}

// Gone announces that a member has left.
type Gone struct {
	ID string `json:"id"`
}

// Waiting lists the people in the lobby, longest wait first. Hosts receive it on joining and after every change.
type Waiting struct {
	List []Person `json:"list"`
}

// Ended is the last message of a call. The server closes the socket with status 1000.
type Ended struct{ EndCode }

// Notice announces what is being recorded. With Consent, this member must consent before being heard or seen.
type Notice struct {
	Recording     bool `json:"recording"`
	Transcription bool `json:"transcription"`
	Consent       bool `json:"consent"`
}

// Capability announces that a right of this member has changed. Name is one of the Calling SDK's capability names.
type Capability struct {
	Name string `json:"name"`
	Right
}

// Diagnostic plays a user-facing diagnostic of the Calling SDK. Value is a boolean or a number.
type Diagnostic struct {
	Kind  string          `json:"kind" enum:"network media"`
	Name  string          `json:"name"`
	Value json.RawMessage `json:"value"`
}

// Network plays a quality of the connection.
type Network struct {
	Quality   string `json:"quality" enum:"good poor bad lost"`
	Direction string `json:"direction" enum:"receive send"`
}

// Mute asks the member to mute itself.
type Mute struct{}

// LowerHand means that a host has lowered the member's hand.
type LowerHand struct{}

// RoleChange announces the member's new role.
type RoleChange struct {
	Role string `json:"role" enum:"Organizer Presenter Attendee"`
}

// Chat carries a chat message that is new or has changed.
type Chat struct {
	Msg ChatMessage `json:"msg"`
}

// Reply answers the thread, chat or edit of the same Req with an HTTP status, and with its name in Error from 400 on.
// Chat has the messages that fit in one frame, oldest first; More means that there are older ones.
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

// Refusals of a connection: the Type of a Refused.
const (
	RefusedToken    = "token"     // no valid token
	RefusedHello    = "hello"     // no hello in time, or one that lacks a name or a meeting
	RefusedTooLarge = "too-large" // a frame above MaxFrame
	RefusedTooFast  = "too-fast"  // more than 50 frames per second on average, or 200 at once
	RefusedRoomFull = "room-full" // no room left for another meeting
	RefusedProtocol = "protocol"  // a frame that the protocol does not have
)

// Refused rejects a connection that broke a rule. The server closes it with status 1008; the session cannot be resumed.
type Refused struct {
	Type string `json:"type" enum:"token hello too-large too-fast room-full protocol"`
}

// Commanded answers a command, to the host who sent it.
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

// ErrUnknownKind means that a frame has a kind of message that this version does not have. Clients ignore it.
var ErrUnknownKind = errors.New("unknown kind of message")

// DecodeServer decodes a frame that the server sent, for a client written in Go.
func DecodeServer(frame []byte) (Message, error) {
	return decode(frame,
		Welcome{}, Lobby{}, Joined{}, Resumed{}, PeerJoined{}, Gone{}, StateChange{}, SDP{}, ICE{}, Waiting{}, Ended{}, Notice{},
		Capability{}, Diagnostic{}, Network{}, Mute{}, LowerHand{}, RoleChange{}, Reaction{}, Typing{}, Read{}, Caption{}, Chat{},
		Reply{}, Refused{}, Commanded{})
}
