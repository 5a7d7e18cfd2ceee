package teams

import (
	"encoding/json"
	"regexp"
	"strings"
)

// consumerTenant is the tenant of all personal Microsoft accounts.
const consumerTenant = "9188040d-6c67-4c5b-b112-36a304b66dad"

// noOrganizer is the organiser's GUID in a sealed link whose meeting names none.
const noOrganizer = "00000000-0000-0000-0000-000000000000"

// parts are what a classic link is made of.
type parts struct {
	thread, message, tenant, organizer, reply string
}

// classic reads /l/meetup-join/{thread}/{message}?context={"Tid":...,"Oid":...}.
func (p *parser) classic(l link, h host, s []string) outcome {
	if len(s) == 0 {
		return outcome{code: IncompleteLink, partial: true}
	}
	context := readContext(l.param("context"))
	if broadcast(l, context) {
		return refused(LiveEvent)
	}
	part := parts{thread: plainPart(s[0]), tenant: context.tenant, organizer: context.organizer, reply: context.message}
	if len(s) > 1 {
		part.message = plainPart(s[1])
	}
	if chatThread.MatchString(part.thread) && !meetingThread.MatchString(part.thread) && !channelThread.MatchString(part.thread) {
		return refused(CallOrChat)
	}
	if !context.closed {
		o := outcome{code: IncompleteLink, partial: true}
		if IsGUID(part.tenant) && IsGUID(part.organizer) && context.rest == "" {
			if whole := p.build(h, part); whole.meeting != nil {
				o.salvage = whole.meeting
			}
		}
		return o
	}
	return p.build(h, part)
}

// plainPart decodes a part of a path and drops what a copy put into it.
func plainPart(s string) string {
	return strings.TrimSpace(strings.Map(plainRune, strings.ToValidUTF8(unescapeAll(s), " ")))
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
	}
	part.tenant, part.organizer = strings.Trim(part.tenant, "{}"), strings.Trim(part.organizer, "{}")
	switch {
	case !IsGUID(part.tenant) || part.organizer != "" && !IsGUID(part.organizer):
		return outcome{}
	}
	if part.organizer == noOrganizer {
		part.organizer = ""
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
	context := `{"Tid":"` + m.TenantID + `"`
	if m.OrganizerID != "" { // the Calling SDK joins without it
		context += `,"Oid":"` + m.OrganizerID + `"`
	}
	if m.Channel && messageShape.MatchString(part.reply) {
		context += `,"MessageId":"` + part.reply + `"`
	}
	m.Link = "https://" + h.name + "/l/meetup-join/" + escape(m.ThreadID) + "/" + part.message + "?context=" + escape(context+"}")
	return accepted(m, "classic-link")
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

// joinContext is the decoded context of a classic link.
type joinContext struct {
	tenant, organizer, message, broadcast, role string
	closed                                      bool   // nothing of it is missing
	rest                                        string // of one that is not closed, what follows the organiser
}

// contextField finds one field of a context: quoted, with its quotes escaped, or
// without any.
var contextField = regexp.MustCompile(`(?i)\b(Tid|Oid|MessageId|IsBroadcastMeeting|role)['"\\\s]*[:=]['"\\\s]*([^'"\\,}\s{]*)`)

var (
	// bracedGUID is a GUID in the braces in which Windows prints one.
	bracedGUID = regexp.MustCompile(`\{([0-9a-fA-F-]{36})\}`)
	// encodedQuote is a quote as HTML or JSON writes it within a text.
	encodedQuote = strings.NewReplacer("&quot;", `"`, "&#34;", `"`, `\u0022`, `"`)
)

// readContext reads a context, however often it was percent-encoded, with quotes
// that were lost, doubled or escaped on the way. What follows it is ignored.
func readContext(raw string) joinContext {
	text := strings.Map(plainRune, strings.ToValidUTF8(unescapeAll(strings.ReplaceAll(raw, "+", " ")), " "))
	text = bracedGUID.ReplaceAllString(encodedQuote.Replace(text), "$1")
	var c joinContext
	open := strings.IndexByte(text, '{')
	if open < 0 {
		return c
	}
	text = text[open+1:]
	if end := strings.IndexByte(text, '}'); end >= 0 {
		text, c.closed = text[:end], true
	}
	for _, m := range contextField.FindAllStringSubmatchIndex(text, 16) {
		name, value := text[m[2]:m[3]], text[m[4]:m[5]]
		switch strings.ToLower(name) {
		case "tid":
			c.tenant = value
		case "oid":
			if value == "null" {
				value = ""
			}
			c.organizer, c.rest = value, strings.Trim(text[m[5]:], `'"\ `)
		case "messageid":
			c.message = value
		case "isbroadcastmeeting":
			c.broadcast = value
		case "role":
			c.role = value
		}
	}
	return c
}

// broadcast reports whether a link leads an attendee into a live event.
func broadcast(l link, c joinContext) bool {
	return strings.EqualFold(c.broadcast, "true") || strings.EqualFold(c.role, "a") ||
		strings.EqualFold(l.param("btype"), "a") || strings.EqualFold(l.param("role"), "a")
}

// light reads the web client's address for guests, which holds the meeting as JSON
// in coords, mostly as base64; its passcode may stand beside it.
func (p *parser) light(l link, h host) outcome {
	raw := strings.TrimSpace(unescapeAll(l.param("coords")))
	data, err := raw, error(nil)
	if !strings.HasPrefix(raw, "{") {
		data, err = decodeAnyBase64(raw)
	}
	var coords struct {
		Thread    loose `json:"conversationId"`
		Tenant    loose `json:"tenantId"`
		Organizer loose `json:"organizerId"`
		Message   loose `json:"messageId"`
		Code      loose `json:"meetingCode"`
		Passcode  loose `json:"passcode"`
	}
	if err != nil || json.Unmarshal([]byte(data), &coords) != nil {
		return outcome{code: IncompleteLink, partial: true}
	}
	o := p.build(h, parts{
		thread: string(coords.Thread), message: string(coords.Message),
		tenant: string(coords.Tenant), organizer: string(coords.Organizer),
	})
	if o.meeting != nil || o.code != "" {
		return o
	}
	id, passcode := string(coords.Code), string(coords.Passcode)
	for _, name := range []string{"p", "passcode"} {
		if passcode == "" {
			passcode = readCode(l.param(name))
		}
	}
	switch {
	case !idShape.MatchString(id):
		return outcome{}
	case passcodeShape.MatchString(passcode):
		return accepted(Meeting{Kind: KindID, ID: id, Passcode: passcode}, "light-meeting")
	}
	return p.withoutCode(id)
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
