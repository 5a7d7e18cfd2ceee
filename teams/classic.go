package teams

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// consumerTenant is the tenant of all personal Microsoft accounts.
const consumerTenant = "9188040d-6c67-4c5b-b112-36a304b66dad"

// parts are what a classic link is made of.
type parts struct {
	thread, message, tenant, organizer, reply string
}

// classic reads /l/meetup-join/{thread}/{message}?context={"Tid":...,"Oid":...}.
func (p *parser) classic(l link, h host, s []string) outcome {
	if len(s) == 0 {
		return outcome{}
	}
	context, ok := readContext(l.param("context"))
	if broadcast(l, context) {
		return refused(LiveEvent)
	}
	part := parts{
		thread: unescapeAll(s[0]),
		tenant: string(context.Tenant), organizer: string(context.Organizer), reply: string(context.Message),
	}
	if len(s) > 1 {
		part.message = unescapeAll(s[1])
	}
	if !ok && !chatThread.MatchString(part.thread) {
		return outcome{}
	}
	return p.build(h, part)
}

// build makes the one canonical form of a classic link. The Calling SDK reads the
// thread and message from the third and fourth path segment, and the context as
// everything after "?context=".
func (p *parser) build(h host, part parts) outcome {
	meeting := meetingThread.FindStringSubmatch(part.thread)
	channel := channelThread.FindStringSubmatch(part.thread)
	switch {
	case meeting == nil && channel == nil && chatThread.MatchString(part.thread):
		return refused(CallOrChat)
	case meeting == nil && channel == nil:
		return outcome{}
	case !IsGUID(part.tenant) || !IsGUID(part.organizer):
		return outcome{}
	}
	if part.message == "" {
		part.message = "0"
	}
	if !messageShape.MatchString(part.message) {
		return outcome{}
	}
	m := Meeting{
		Kind:        KindLink,
		Channel:     meeting == nil,
		TenantID:    strings.ToLower(part.tenant),
		OrganizerID: strings.ToLower(part.organizer),
		ThreadID:    part.thread,
	}
	if m.TenantID == consumerTenant {
		return refused(PersonalMeeting)
	}
	government := meeting != nil && meeting[1] != "" || channel != nil && channel[1] != ""
	if government && !p.rules.GovernmentCloud {
		return refused(GovernmentCloud)
	}
	context := `{"Tid":"` + m.TenantID + `","Oid":"` + m.OrganizerID + `"`
	if m.Channel && messageShape.MatchString(part.reply) {
		context += `,"MessageId":"` + part.reply + `"`
	}
	m.Link = "https://" + h.name + "/l/meetup-join/" + escape(m.ThreadID) + "/" + part.message + "?context=" + escape(context+"}")
	return accepted(m)
}

// loose is a JSON string, or the text of a JSON number or boolean.
type loose string

// UnmarshalJSON takes any scalar; an object, an array or null counts as absent.
func (s *loose) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err == nil {
		*s = loose(text)
		return nil
	}
	if v := string(data); v != "null" && v[0] != '{' && v[0] != '[' {
		*s = loose(v)
	}
	return nil
}

// joinContext is the JSON in a classic link's context.
type joinContext struct {
	Tenant    loose `json:"Tid"`
	Organizer loose `json:"Oid"`
	Message   loose `json:"MessageId"`
	Broadcast loose `json:"IsBroadcastMeeting"`
	Role      loose `json:"role"`
}

// readContext decodes a context, however often it was percent-encoded.
func readContext(raw string) (joinContext, bool) {
	raw = strings.ReplaceAll(raw, "+", " ")
	for range maxEncodings + 1 {
		var c joinContext
		if err := json.Unmarshal([]byte(raw), &c); err == nil {
			return c, true
		}
		raw = unescape(raw)
	}
	return joinContext{}, false
}

// broadcast reports whether a link leads an attendee into a live event.
func broadcast(l link, c joinContext) bool {
	return strings.EqualFold(string(c.Broadcast), "true") || strings.EqualFold(string(c.Role), "a") ||
		strings.EqualFold(l.param("btype"), "a") || strings.EqualFold(l.param("role"), "a")
}

// short reads /meet/{id}?p={passcode}.
func (p *parser) short(l link, h host, s []string) outcome {
	if len(s) == 0 {
		return outcome{}
	}
	id := strings.ReplaceAll(unescapeAll(s[0]), " ", "")
	if !idShape.MatchString(id) {
		return outcome{}
	}
	passcode := strings.TrimSpace(unescapeAll(l.param("p")))
	switch {
	case passcodeShape.MatchString(passcode):
		return accepted(Meeting{
			Kind: KindLink, ID: id, Passcode: passcode,
			Link: "https://" + h.name + "/meet/" + id + "?p=" + passcode,
		})
	case p.passcode != "":
		return accepted(Meeting{Kind: KindID, ID: id, Passcode: p.passcode})
	default:
		return outcome{code: PasscodeMissing, needsPasscode: id, partial: true}
	}
}

// light reads the web client's address for guests, which holds the meeting as
// base64 of JSON in coords.
func (p *parser) light(l link, h host) outcome {
	raw := strings.TrimRight(strings.Map(standardBase64, unescapeAll(l.param("coords"))), "=")
	data, err := base64.RawStdEncoding.DecodeString(raw)
	if err != nil {
		return outcome{}
	}
	var coords struct {
		Thread    loose `json:"conversationId"`
		Tenant    loose `json:"tenantId"`
		Organizer loose `json:"organizerId"`
		Message   loose `json:"messageId"`
		Code      loose `json:"meetingCode"`
		Passcode  loose `json:"passcode"`
	}
	if err := json.Unmarshal(data, &coords); err != nil {
		return outcome{}
	}
	o := p.build(h, parts{
		thread: string(coords.Thread), message: string(coords.Message),
		tenant: string(coords.Tenant), organizer: string(coords.Organizer),
	})
	if o.meeting != nil || o.code != "" {
		return o
	}
	id, passcode := string(coords.Code), string(coords.Passcode)
	switch {
	case !idShape.MatchString(id):
		return outcome{}
	case passcodeShape.MatchString(passcode):
		return accepted(Meeting{Kind: KindID, ID: id, Passcode: passcode})
	case p.passcode != "":
		return accepted(Meeting{Kind: KindID, ID: id, Passcode: p.passcode})
	default:
		return outcome{code: PasscodeMissing, needsPasscode: id, partial: true}
	}
}

// standardBase64 maps the URL alphabet to the standard one, and a space back to
// the plus that form decoding made it from.
func standardBase64(r rune) rune {
	switch r {
	case '-', ' ':
		return '+'
	case '_':
		return '/'
	default:
		return r
	}
}
