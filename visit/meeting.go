package visit

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/anteroom-visit/anteroom/teams"
)

// A sealed meeting holds only what cannot be derived: hosts and prefixes as
// numbers, GUIDs as 16 bytes, three digits in ten bits. The reader rebuilds the
// link, and package teams makes its canonical form.

// meetingForm is how a meeting is encoded. Append only. Version 1 knows the first
// three.
type meetingForm uint64

const (
	formID meetingForm = iota
	formShort
	formClassic
	formIDAlone // a meeting ID without passcode
)

// The lists of the parts of a link. The order is part of the sealed form: append
// only, clouds and suffixes at most four, hosts at most eight.
func linkHosts() []string {
	return []string{"teams.microsoft.com", "gov.teams.microsoft.us", "dod.teams.microsoft.us"}
}
func clouds() []string   { return []string{"", "gcch:", "dod:"} }
func suffixes() []string { return []string{"@thread.v2", "@thread.skype", "@thread.tacv2"} }

const listWidth = 2

// putMeeting writes a valid meeting. It returns false for one that has no encoding.
func putMeeting(w *bitWriter, m teams.Meeting, width widths) bool {
	if m.Kind == teams.KindID && m.Passcode == "" {
		w.put(uint64(formIDAlone), width.meeting)
		putDigits(w, m.ID)
		return true
	}
	if m.Kind == teams.KindID {
		w.put(uint64(formID), width.meeting)
		putDigits(w, m.ID)
		return putCode(w, m.Passcode, passcodeWidth)
	}
	u, err := url.Parse(m.Link)
	if err != nil {
		return false
	}
	host := slices.Index(linkHosts(), u.Host)
	if host < 0 {
		return false
	}
	if m.ID != "" {
		w.put(uint64(formShort), width.meeting)
		w.put(uint64(host), width.host)
		putDigits(w, m.ID)
		return putCode(w, m.Passcode, passcodeWidth)
	}
	w.put(uint64(formClassic), width.meeting)
	w.put(uint64(host), width.host)
	return putClassic(w, m, u)
}

// noOrganizer is written for a classic link whose context has no organiser.
const noOrganizer = "00000000-0000-0000-0000-000000000000"

// inContext is the JSON in a classic link's context.
type inContext struct {
	Tenant    string `json:"Tid"`
	Organizer string `json:"Oid,omitempty"`
	Message   string `json:"MessageId,omitempty"`
}

func putClassic(w *bitWriter, m teams.Meeting, u *url.URL) bool {
	segments := strings.Split(u.Path, "/") // "", l, meetup-join, thread, message
	var context inContext
	if len(segments) != 5 || json.Unmarshal([]byte(u.Query().Get("context")), &context) != nil {
		return false
	}
	organizer := m.OrganizerID
	if organizer == "" {
		organizer = noOrganizer
	}
	if !putThread(w, m.ThreadID) || !putGUID(w, m.TenantID) || !putGUID(w, organizer) {
		return false
	}
	putDigits(w, segments[4])
	putDigits(w, context.Message)
	return true
}

func takeMeeting(r *bitReader, width widths) (teams.Meeting, bool) {
	switch meetingForm(r.take(width.meeting)) {
	case formID:
		id, passcode, ok := takeIDAndCode(r)
		return teams.Meeting{Kind: teams.KindID, ID: id, Passcode: passcode}, ok
	case formIDAlone:
		id, ok := takeDigits(r)
		return teams.Meeting{Kind: teams.KindID, ID: id}, ok
	case formShort:
		host, ok := takeOf(r, linkHosts(), width.host)
		id, passcode, ok1 := takeIDAndCode(r)
		return takeLink("https://"+host+"/meet/"+id+"?p="+passcode, ok && ok1)
	case formClassic:
		host, ok := takeOf(r, linkHosts(), width.host)
		tail, ok1 := takeClassic(r)
		return takeLink("https://"+host+tail, ok && ok1)
	}
	return teams.Meeting{}, false
}

// takeLink returns the meeting of a rebuilt link.
func takeLink(link string, whole bool) (teams.Meeting, bool) {
	if !whole {
		return teams.Meeting{}, false
	}
	return teams.Canonical(link)
}

func takeIDAndCode(r *bitReader) (id, passcode string, ok bool) {
	id, ok = takeDigits(r)
	if !ok {
		return "", "", false
	}
	passcode, ok = takeCode(r, passcodeWidth)
	return id, passcode, ok
}

func takeClassic(r *bitReader) (string, bool) {
	thread, ok := takeThread(r)
	context := inContext{Tenant: takeGUID(r), Organizer: takeGUID(r)}
	message, ok1 := takeDigits(r)
	reply, ok2 := takeDigits(r)
	context.Message = reply
	if context.Organizer == noOrganizer {
		context.Organizer = ""
	}
	text, err := json.Marshal(context)
	if !ok || !ok1 || !ok2 || err != nil {
		return "", false
	}
	return "/l/meetup-join/" + url.PathEscape(thread) + "/" + message + "?context=" + url.QueryEscape(string(text)), true
}

// putThread writes 19:{cloud}{meeting_}{body}{suffix}. The body is usually a GUID
// in base64 for a meeting, and 32 hexadecimal digits for an older channel: both
// are 16 bytes.
func putThread(w *bitWriter, thread string) bool {
	body, ok := strings.CutPrefix(thread, "19:")
	if !ok {
		return false
	}
	cloud, suffix := 0, -1
	for i, c := range clouds() {
		if c != "" && strings.HasPrefix(body, c) {
			cloud, body = i, body[len(c):]
			break
		}
	}
	for i, s := range suffixes() {
		if strings.HasSuffix(body, s) {
			suffix, body = i, strings.TrimSuffix(body, s)
			break
		}
	}
	if suffix < 0 {
		return false
	}
	body, meeting := strings.CutPrefix(body, "meeting_")
	w.put(uint64(cloud), listWidth)
	w.put(uint64(suffix), listWidth)
	w.flag(meeting)
	if guid, err := base64.StdEncoding.DecodeString(body); err == nil && isGUID(string(guid)) {
		w.put(uint64(bodyGUID), bodyWidth)
		return putGUID(w, string(guid))
	}
	if raw, err := hex.DecodeString(body); err == nil && len(raw) == 16 && strings.ToLower(body) == body {
		w.put(uint64(bodyHex), bodyWidth)
		w.octets(raw)
		return true
	}
	w.put(uint64(bodyText), bodyWidth)
	return putCode(w, body, threadWidth)
}

type body uint64

const (
	bodyGUID body = iota
	bodyHex
	bodyText
	bodyWidth = 2
)

func takeThread(r *bitReader) (string, bool) {
	cloud, ok := takeOf(r, clouds(), listWidth)
	suffix, ok1 := takeOf(r, suffixes(), listWidth)
	prefix := ""
	if r.flag() {
		prefix = "meeting_"
	}
	var text string
	ok2 := true
	switch body(r.take(bodyWidth)) {
	case bodyGUID:
		text = base64.StdEncoding.EncodeToString([]byte(takeGUID(r)))
	case bodyHex:
		text = hex.EncodeToString(r.octets(16))
	case bodyText:
		text, ok2 = takeCode(r, threadWidth)
	default:
		ok2 = false
	}
	return "19:" + cloud + prefix + text + suffix, ok && ok1 && ok2
}

// isGUID reports whether a GUID survives the codec, which writes it in lower case.
func isGUID(s string) bool { return teams.IsGUID(s) && strings.ToLower(s) == s }

// guidOf returns 32 hexadecimal digits with hyphens, "" for anything else.
func guidOf(digits string) string {
	if len(digits) != 32 || strings.Trim(digits, "0123456789abcdef") != "" {
		return ""
	}
	return strings.Join([]string{digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]}, "-")
}

func putGUID(w *bitWriter, guid string) bool {
	raw, err := hex.DecodeString(strings.ReplaceAll(guid, "-", ""))
	if err != nil || !isGUID(guid) {
		return false
	}
	w.octets(raw)
	return true
}

func takeGUID(r *bitReader) string { return guidOf(hex.EncodeToString(r.octets(16))) }

// A code is a passcode or the body of a thread: 1 to 2^width characters. Each
// takes six bits, or seven when one of them is not in codeLetters.
const (
	codeLetters   = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	passcodeWidth = 6
	threadWidth   = 8
)

func putCode(w *bitWriter, code string, width int) bool {
	if code == "" || len(code) > 1<<width {
		return false
	}
	plain := strings.Trim(code, codeLetters) == ""
	w.flag(!plain)
	w.put(uint64(len(code)-1), width)
	for _, c := range []byte(code) {
		if plain {
			w.put(uint64(strings.IndexByte(codeLetters, c)), 6)
		} else {
			w.put(uint64(c), 7)
		}
	}
	return true
}

func takeCode(r *bitReader, width int) (string, bool) {
	plain := !r.flag()
	code := make([]byte, r.take(width)+1)
	for i := range code {
		if plain {
			code[i] = codeLetters[r.take(6)]
		} else {
			code[i] = byte(r.take(7))
		}
	}
	return string(code), !r.short
}
