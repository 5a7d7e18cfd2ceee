package teams

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// short reads /meet/{id}?p={passcode}.
func (p *parser) short(l link, h host, s []string) outcome {
	if len(s) == 0 {
		return outcome{code: IncompleteLink, partial: true}
	}
	id := strings.ReplaceAll(plainPart(s[0]), " ", "")
	if digits := leadingDigits(id); digits != "" && strings.TrimLeft(id[len(digits):], "<>\"')]}.,;") == "" {
		id = digits
	}
	raw := l.param("p")
	switch {
	case idShape.MatchString(id):
	case id != "" && leadingDigits(id) == id && len(id) < 9:
		return outcome{code: IncompleteLink, partial: true}
	default:
		return outcome{}
	}
	code := readCode(strings.TrimRight(raw, "/"))
	if code == "" {
		return p.withoutCode(id)
	}
	return p.shortMeeting(h, id, code)
}

// withoutCode decides about an ID whose link came without a passcode.
func (p *parser) withoutCode(id string) outcome {
	if p.passcode != "" {
		return accepted(Meeting{Kind: KindID, ID: id, Passcode: p.passcode}, "short-link+passcode-field")
	}
	return outcome{code: PasscodeMissing, needsPasscode: id, partial: true}
}

var gluedAddress = regexp.MustCompile(`^([A-Za-z0-9]{6,})https?:/`)

// readCode returns the passcode in a parameter, without what a copy put behind it
// or into it: encoded brackets, quotes, blanks and invisible characters. It returns
// "" if there is none.
func readCode(raw string) string {
	code := strings.TrimSpace(strings.Map(plainRune, strings.ToValidUTF8(unescapeAll(raw), " ")))
	if m := gluedAddress.FindStringSubmatch(code); m != nil {
		return m[1]
	}
	if end := strings.IndexFunc(code, func(r rune) bool {
		return r <= ' ' || r >= utf8.RuneSelf || strings.ContainsRune("<>\"'`()[]{}|^,;:?#*", r)
	}); end >= 0 {
		code = code[:end]
	}
	code = strings.TrimRight(code, ".")
	if !passcodeShape.MatchString(code) {
		return ""
	}
	return code
}

// shortMeeting decides where the passcode of a short link ends. A length that was
// seen in practice ends it; a longer one is accepted where nothing suggests that
// something was glued to it.
func (p *parser) shortMeeting(h host, id, code string) outcome {
	meeting := func(code string) Meeting {
		return Meeting{Kind: KindLink, ID: id, Passcode: code, Link: "https://" + h.name + "/meet/" + id + "?p=" + code}
	}
	either := func(first string, others ...string) outcome {
		o := accepted(meeting(first), "short-link")
		for _, other := range others {
			o.others = append(o.others, meeting(other))
		}
		o.unsure = true
		return o
	}
	if at := p.labelWithin(code); at > 0 {
		return accepted(meeting(strings.TrimRight(code[:at], "._~-")), "short-link+label")
	}
	run := leadingCode(code)
	switch {
	case len(code) < shortestSeen:
		return outcome{code: IncompleteLink, partial: true}
	case strings.HasPrefix(code, "3D") && len(run) == len(code) && len(code) >= shortestSeen+2 && len(code) <= longestSeen+2:
		if len(code) == longestSeen+2 {
			return either(code[2:], code)
		}
		return either(code, code[2:]) // "p=3D..." is also how a mail encodes "p=..."
	case len(run) == len(code) && len(code) <= longestSeen:
		switch word := wordAtEnd.FindStringSubmatch(code); {
		case p.solo:
		case p.lowerFollows(code):
			return either(code, cutsBeforeCapital(code)...)
		case len(code) < longestSeen && word != nil:
			return either(code, word[1])
		}
		return accepted(meeting(code), "short-link")
	case len(run) == longestSeen && strings.Trim(code[len(run):], "._~-") == "": // the dash or the underscore of the sentence
		return accepted(meeting(run), "short-link")
	case len(run) == longestSeen && len(code) > longestSeen+2 && wordLike(code[longestSeen+1:]): // "...4NcY-Danke"
		return either(run, code)
	case p.solo && len(run) < len(code) && !strings.Contains(code, "."), p.solo && len(run) == len(code) && !wordLike(code[longestSeen:]):
		return accepted(meeting(code), "short-link")
	case len(run) == len(code) && !wordLike(code[longestSeen:]) && !p.letterFollows(code):
		return accepted(meeting(code), "short-link")
	case len(run) == len(code):
		return either(code[:longestSeen], code)
	case len(run) >= shortestSeen && len(run) <= longestSeen && strings.Trim(code[len(run):], "._~-") == "":
		return accepted(meeting(run), "short-link")
	case len(run) >= shortestSeen && len(run) <= longestSeen:
		return either(run, code)
	}
	return accepted(meeting(code), "short-link")
}

// labelWithin returns where in a passcode a known label begins that was glued to
// it, or 0. Within a length that passcodes have, only a long label counts.
func (p *parser) labelWithin(code string) int {
	after := p.behind(code)
	text := code + after[:min(len(after), 64)]
	for at := shortestSeen; at < len(code) && at <= longestSeen; at++ {
		if n := labelAt(text[at:]); n >= 7 || n > 0 && len(code) > longestSeen {
			return at
		}
	}
	return 0
}

// behind returns what follows a passcode in the text, if the link ends with it.
func (p *parser) behind(code string) string {
	if !strings.HasSuffix(p.raw, code) {
		return ""
	}
	return p.after
}

// letterFollows reports whether a Latin letter beyond ASCII follows a passcode
// without a blank, so that a word begins somewhere before it.
func (p *parser) letterFollows(code string) bool {
	after := p.behind(code)
	r, _ := utf8.DecodeRuneInString(after)
	return labelAt(after) == 0 && r >= utf8.RuneSelf && unicode.IsLetter(r) && latin(r)
}

func (p *parser) lowerFollows(code string) bool {
	r, _ := utf8.DecodeRuneInString(p.after)
	return p.letterFollows(code) && unicode.IsLower(r)
}

// wordAtEnd is a capitalised word, or a time, behind a passcode to which it could
// have been glued.
var wordAtEnd = regexp.MustCompile(`^([A-Za-z0-9]{6,}?)(?:[A-Z][a-z]{2,}|[0-9]{1,2}h[0-9]{2}|[0-9]{1,2}(?:am|pm))$`)

// cutsBeforeCapital returns the beginnings of a passcode that end before a capital.
func cutsBeforeCapital(code string) []string {
	for at := len(code) - 1; at >= shortestSeen; at-- {
		if code[at] >= 'A' && code[at] <= 'Z' {
			return []string{code[:at]}
		}
	}
	return nil
}

// wordLike reports whether what goes beyond a passcode could be prose, or a time.
func wordLike(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) < 0 || timeOfDay.MatchString(s)
}

// Canonical returns the meeting behind a link that Rules.Read accepted before, in
// canonical form; ok is false for any other text. Unlike Rules.Read, it accepts a
// passcode of any length, and both government clouds.
func Canonical(link string) (m Meeting, ok bool) {
	if len(link) > maxLink {
		return Meeting{}, false
	}
	if s := canonicalShort.FindStringSubmatch(link); s != nil && passcodeShape.MatchString(s[2]) {
		return Meeting{Kind: KindLink, ID: s[1], Passcode: s[2], Link: link}, true
	}
	p := &parser{rules: Rules{GovernmentCloud: true}, solo: true}
	o := p.read(link, 0)
	if !o.certain() || o.meeting.Kind != KindLink {
		return Meeting{}, false
	}
	return *o.meeting, true
}

var canonicalShort = regexp.MustCompile(`^https://(?:teams\.microsoft\.com|gov\.teams\.microsoft\.us|dod\.teams\.microsoft\.us)/meet/([0-9]{9,20})\?p=([A-Za-z0-9._~-]+)$`)
