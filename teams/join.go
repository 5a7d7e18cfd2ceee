package teams

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// piece is what may continue a link behind a line break, a blank or a tag.
type piece struct {
	text       string
	start, end int // where it stands in the text
	newline    bool
}

// inlineTag is HTML markup that may stand within a link's text.
var inlineTag = regexp.MustCompile(`^(?:</?(?:b|i|u|s|em|strong|span|font|mark|small|big|code|o:p)(?:\s[^<>]{0,200})?>)+`)

// continued returns the piece that follows text[at:].
func continued(text string, at int) (piece, bool) {
	i := at
	if tag := inlineTag.FindString(text[i:min(len(text), i+512)]); tag != "" {
		i += len(tag)
	}
	i += countPrefix(text[i:], " \t")
	newline := i < len(text) && text[i] == '\n'
	if newline {
		i++
		i += countPrefix(text[i:], " \t")
	}
	if i == at || linkBegins(text[i:]) {
		return piece{}, false
	}
	end := i + tailLen(text, i)
	if end == i {
		return piece{}, false
	}
	return piece{text: markdownEscape.ReplaceAllString(text[i:end], "$1"), start: i, end: end, newline: newline}, true
}

func linkBegins(text string) bool {
	loc := linkStart.FindStringIndex(text[:min(len(text), 24)])
	return loc != nil && loc[0] == 0
}

func countPrefix(s, set string) int {
	n := 0
	for n < len(s) && strings.IndexByte(set, s[n]) >= 0 {
		n++
	}
	return n
}

// weigh reads one candidate and, where the text shows that a break has cut it,
// what follows the break. It also returns where in text the link ends.
func (p *parser) weigh(text string, c candidate) (outcome, int) {
	p.around(text, c)
	defer p.around("", candidate{})
	o := p.read(c.link(), 0)
	if (o.meeting != nil || o.partial) && shortened(text, c) {
		return outcome{code: IncompleteLink, partial: true}, c.end
	}
	if o.meeting != nil && o.meeting.Passcode == "" { // a classic link is complete or not
		return o, c.end
	}
	if o.meeting != nil {
		return p.maybeCut(text, c, o)
	}
	if !o.partial {
		return o, c.end
	}
	return p.complete(text, c, o)
}

// shortened reports whether a program has shortened the link for display.
func shortened(text string, c candidate) bool {
	return strings.HasSuffix(c.raw, "..") || strings.HasPrefix(text[c.end:], "\u2026")
}

// complete joins a link that is not whole with what follows it, until it is.
func (p *parser) complete(text string, c candidate, o outcome) (outcome, int) {
	raw, at := c.raw, c.end
	for range maxLines {
		if p.joins >= maxJoins || len(raw) > maxLink {
			break
		}
		next, ok := continued(text, at)
		if !ok {
			break
		}
		p.joins++
		seam := len(raw)
		raw, at = raw+next.text, next.end
		p.around(text, candidate{start: c.start, end: at, raw: raw})
		joined := p.read(trimLink(raw), 0)
		if joined.code == LookalikeHost { // the next word is not a part of the host
			return o, c.end
		}
		if joined.code != "" && !joined.partial {
			return joined, at
		}
		if joined.meeting == nil {
			continue
		}
		if !c.bracketed && !trustworthy(joined.meeting, raw, seam, next) {
			return o, c.end
		}
		joined.rule = "joined+" + joined.rule
		if joined.meeting.Passcode != "" {
			return p.maybeCut(text, candidate{raw: raw, start: c.start, end: at, bracketed: c.bracketed}, joined)
		}
		return joined, at
	}
	if o.salvage != nil {
		return accepted(*o.salvage, "classic-link+unclosed"), c.end
	}
	return o, c.end
}

// trustworthy reports whether a link that was joined at raw[seam:] is the one that
// was cut, and not the beginning of one with the next word behind it.
func trustworthy(m *Meeting, raw string, seam int, next piece) bool {
	if m.ThreadID != "" {
		return likelyThread(m.ThreadID)
	}
	code := strings.LastIndex(raw[:seam], "p=")
	if code < 0 || strings.ContainsAny(next.text, "=&%") { // the piece brought the passcode
		return true
	}
	first := leadingCode(next.text)
	sum := len(raw[code+2:seam]) + len(first)
	return sum == longestSeen && !wordLike(first) || sum >= shortestSeen && sum < longestSeen && mixed(first)
}

// likelyThread reports whether a meeting's thread is base64 of readable text, as
// Teams makes it; a word that got into it would make it something else.
func likelyThread(thread string) bool {
	_, body, ok := strings.Cut(thread, "meeting_")
	if !ok {
		return true // a channel's thread has no such form
	}
	body, _, _ = strings.Cut(body, "@")
	plain, err := decodeAnyBase64(body)
	return err == nil && isText(plain)
}

// The lengths of a short link's p that have been seen.
const (
	shortestSeen = 6
	longestSeen  = 18
)

// longer reports whether one passcode is another with something behind it.
func longer(whole, part string) bool { return len(whole) > len(part) && strings.HasPrefix(whole, part) }

// maybeCut decides whether a short link that is complete was nevertheless cut
// within its p, because what follows it could be the rest.
func (p *parser) maybeCut(text string, c candidate, o outcome) (outcome, int) {
	next, ok := continued(text, c.end)
	if !ok || p.joins >= maxJoins {
		return o, c.end
	}
	rest := leadingCode(next.text)
	if rest == "" || labelAt(text[next.start:]) > 0 || strings.HasPrefix(next.text[len(rest):], ":") { // a label
		return o, c.end
	}
	p.joins++
	p.around(text, candidate{start: c.start, end: next.end, raw: c.raw + next.text})
	joined := p.read(trimLink(c.raw+next.text), 0)
	if joined.meeting == nil || joined.meeting.ID != o.meeting.ID || !longer(joined.meeting.Passcode, o.meeting.Passcode) {
		return o, c.end
	}
	joined.rule = "joined+" + joined.rule
	whole := len(joined.meeting.Passcode)
	switch {
	case c.bracketed && strings.HasPrefix(text[next.end:], ">"), strings.ContainsAny(next.text, "&="), next.newline && p.quotedLines(text, c.end):
		return joined, next.end
	case whole > longestSeen:
		return o, c.end
	case whole == longestSeen, next.newline, mixed(rest) && !timeOfDay.MatchString(rest), len(rest) <= 3 && strings.ToLower(rest) != rest:
		o.others = append(o.others, *joined.meeting)
	}
	return o, c.end
}

var timeOfDay = regexp.MustCompile(`(?i)^[0-9]{1,2}(?:h[0-9]{0,2}|am|pm|uhr)?$`)

// leadingCode returns the letters and digits with which a text begins.
func leadingCode(text string) string {
	for i := range len(text) {
		if !wordByte(text[i]) || text[i] == '_' {
			return text[:i]
		}
	}
	return text
}

func lineLength(text string, end int) int {
	return utf8.RuneCountInString(text[strings.LastIndexByte(text[:end], '\n')+1 : end])
}

// quotedLines reports whether the line that ends at end is one of several in a
// quoted reply that are all as long, so that a program has broken them.
func (p *parser) quotedLines(text string, end int) bool {
	if !p.quoted {
		return false
	}
	const around = 1 << 10
	length, same := lineLength(text, end), 0
	for line := range strings.SplitSeq(text[max(0, end-around):min(len(text), end+around)], "\n") {
		switch n := utf8.RuneCountInString(line); {
		case n > length:
			return false
		case n == length:
			same++
		}
	}
	return same > 1
}

// around keeps what stands around the link that is being read.
func (p *parser) around(text string, c candidate) {
	p.solo = strings.TrimSpace(text) == strings.TrimSpace(text[min(c.start, len(text)):min(c.end, len(text))])
	p.after, p.raw = text[min(c.end, len(text)):], trimLink(c.raw)
	p.steps += len(c.raw)
}
