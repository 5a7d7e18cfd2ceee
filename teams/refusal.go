package teams

// Code names why a pasted thing cannot be joined. The codes are part of the
// outside contract: pages, the command line and metrics use them as they are.
type Code string

// The closed list of refusal codes.
const (
	// NotAMeeting is a text without a complete Teams meeting.
	NotAMeeting Code = "not-a-meeting"
	// PersonalMeeting is a meeting of a personal Microsoft account (teams.live.com).
	PersonalMeeting Code = "personal-meeting"
	// LiveEvent is a broadcast, a town hall too, watched and not joined.
	LiveEvent Code = "live-event"
	// EventRegistration is the sign-up page of a webinar or town hall.
	EventRegistration Code = "event-registration"
	// CallOrChat is a chat, or a call between people, with no meeting around it.
	CallOrChat Code = "call-or-chat"
	// ChannelLink is a channel or a team itself; a meeting in a channel does join.
	ChannelLink Code = "channel-link"
	// OtherCloud is Teams in a sovereign cloud: China, France or Germany.
	OtherCloud Code = "other-cloud"
	// GovernmentCloud is Teams of GCC High or DoD where the Rules do not allow it.
	GovernmentCloud Code = "government-cloud"
	// LookalikeHost is an address that imitates Teams, or a wrapper of its links.
	LookalikeHost Code = "lookalike-host"
	// PasscodeMissing is a meeting ID whose passcode is not there.
	PasscodeMissing Code = "passcode-missing"
	// IncompleteLink is a genuine link that was cut off, or lacks a part.
	IncompleteLink Code = "incomplete-link"
	// OtherService is a meeting of another service, such as Zoom; Refusal.Service
	// is its name.
	OtherService Code = "other-service"
	// TooLong is more than 64 KiB of text, or a link of more than 8 KiB.
	TooLong Code = "too-long"
)

// Codes lists every refusal code, the most informative first. Of several refusals in
// one text, Read returns the one that comes first here.
func Codes() []Code {
	return []Code{
		LookalikeHost, LiveEvent, PersonalMeeting, GovernmentCloud, OtherCloud, EventRegistration,
		PasscodeMissing, IncompleteLink, CallOrChat, ChannelLink, OtherService, TooLong, NotAMeeting,
	}
}

// Refusal is why a pasted text cannot be joined. It never holds that text.
type Refusal struct {
	// Code is one of Codes.
	Code Code `json:"code"`
	// Service is the name of the other service for OtherService, such as "Zoom",
	// and of the mail filter for a NotAMeeting whose link only that filter can
	// decode, such as "Mimecast"; otherwise empty.
	Service string `json:"service,omitempty"`
}

// Error describes the refusal in short English for developers. Visitors read the
// page's own words for Code.
func (r *Refusal) Error() string {
	switch r.Code {
	case PersonalMeeting:
		return "parse meeting: personal Teams meeting, only work meetings can be joined"
	case LiveEvent:
		return "parse meeting: live event, it can be watched in Teams only"
	case EventRegistration:
		return "parse meeting: registration page of an event, not a link to join"
	case CallOrChat:
		return "parse meeting: call or chat, not a meeting"
	case ChannelLink:
		return "parse meeting: link to a channel or team, not to a meeting in it"
	case OtherCloud:
		return "parse meeting: meeting in a Teams cloud that this service cannot reach"
	case GovernmentCloud:
		return "parse meeting: meeting in a government cloud, which is not allowed here"
	case LookalikeHost:
		return "parse meeting: address that imitates Teams"
	case PasscodeMissing:
		return "parse meeting: meeting ID without a usable passcode"
	case IncompleteLink:
		return "parse meeting: link to a meeting that was cut off"
	case OtherService:
		return "parse meeting: meeting of another service"
	case TooLong:
		return "parse meeting: text or link too long"
	case NotAMeeting:
		return "parse meeting: no Teams meeting in the text"
	}
	return "parse meeting: refused"
}

// worse returns the more informative of two codes.
func worse(a, b Code) Code {
	for _, c := range Codes() {
		if c == a || c == b {
			return c
		}
	}
	return ""
}

// decides reports whether a refused link decides about the whole text: a meeting ID
// beside it belongs to the same meeting, and must not bring it in by the back door.
func (c Code) decides() bool {
	switch c {
	case LookalikeHost, LiveEvent, PersonalMeeting, GovernmentCloud, OtherCloud, EventRegistration:
		return true
	case PasscodeMissing, IncompleteLink, CallOrChat, ChannelLink, OtherService, TooLong, NotAMeeting:
	}
	return false
}

// aboutTeams reports whether a refused link was one of Teams.
func (c Code) aboutTeams() bool {
	return c != "" && c != OtherService && c != NotAMeeting && c != TooLong
}
