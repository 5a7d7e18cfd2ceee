package teams

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// linkStart finds where a link may begin: a scheme, a scheme that was percent-
// encoded, or the name of Teams without any scheme.
var linkStart = regexp.MustCompile(`(?i)https?:[/\\]+|https?%(?:25){0,3}3a|msteams:|teams\.(?:microsoft|cloud|live)`)

// candidate is a stretch of text that may be a link.
type candidate struct {
	raw        string // as it stands, with trailing punctuation, scheme added
	start, end int    // where it stands in the text
	bracketed  bool   // it follows a '<', so that a '>' ends it
}

func (c candidate) link() string { return trimLink(c.raw) }

// trimLink drops the punctuation of the sentence around a link.
func trimLink(s string) string { return strings.TrimRight(s, ".,;:!?*'|") }

// scanner walks over a text from link to link; every byte is looked at once.
type scanner struct {
	text string
	at   int
}

func (s *scanner) next() (candidate, bool) {
	for s.at < len(s.text) {
		loc := linkStart.FindStringIndex(s.text[s.at:])
		if loc == nil {
			return candidate{}, false
		}
		start, end := s.at+loc[0], s.at+loc[1]
		match := strings.ToLower(s.text[start:end])
		scheme := ""
		switch {
		case strings.HasPrefix(match, "http") && strings.Contains(match, ":"):
			end += authorityLen(s.text[end:])
		case strings.HasPrefix(match, "teams."):
			name, ok := s.bareStart(start)
			if !ok {
				s.at = end
				continue
			}
			start, scheme = name, "https://"
			end += authorityLen(s.text[end:])
		}
		end += tailLen(s.text, end)
		c := candidate{start: start, end: end, raw: scheme + withoutBreaks(s.text[start:end])}
		c.bracketed = start > 0 && s.text[start-1] == '<'
		s.at = end
		return c, true
	}
	return candidate{}, false
}

// bareStart goes back to the first letter of a host name without a scheme. A name
// after '@', '\' or '%' is part of an address or of something encoded.
func (s *scanner) bareStart(at int) (int, bool) {
	for at > s.at && hostByte(s.text[at-1]) {
		at--
	}
	if at > s.at && strings.IndexByte("@\\%", s.text[at-1]) >= 0 {
		return 0, false
	}
	return at, true
}

func hostByte(b byte) bool {
	return b == '.' || b == '-' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// stops reports whether a byte cannot be part of a link in running text.
func stops(b byte) bool {
	return b <= ' ' || b == 0x7f || strings.IndexByte("<>\"`'()[]{}^|", b) >= 0
}

// authorityLen is the length of host, port and user. Letters of any alphabet and
// backslashes belong to it, so that a lookalike is seen whole.
func authorityLen(s string) int {
	for i := range len(s) {
		if stops(s[i]) || strings.IndexByte("/?#", s[i]) >= 0 {
			return i
		}
	}
	return len(s)
}

// tailLen is the length of path, query and fragment, from text[at:]. They are
// ASCII; the one thing with quotes and braces is a context that was never encoded.
func tailLen(text string, at int) int {
	i := at
	for i < len(text) {
		b := text[i]
		if b == '{' {
			end := bareContext(text, i)
			if end == 0 {
				break
			}
			i = end
			continue
		}
		if stops(b) || b == '\\' || b >= utf8.RuneSelf {
			break
		}
		i++
	}
	return i - at
}

// bareContext gives the end of a JSON object that begins at text[i], when it is
// the value of context and closes within 1 KiB; otherwise 0.
func bareContext(text string, i int) int {
	const key = "context="
	if i < len(key) || !strings.EqualFold(text[i-len(key):i], key) {
		return 0
	}
	window := text[i:min(len(text), i+1024)]
	end := strings.IndexByte(window, '}')
	if end < 0 || strings.IndexByte(window[1:end], '{') >= 0 {
		return 0
	}
	return i + end + 1
}

var lineBreak = regexp.MustCompile(`\n[ \t]*(?:>[> \t]*)?`)

func withoutBreaks(s string) string {
	if strings.IndexByte(s, '\n') < 0 {
		return s
	}
	return lineBreak.ReplaceAllString(s, "")
}

// continued gives the part of a link that stands on the line after text[at:], and
// where that part ends. A link in brackets ends at its bracket; otherwise the
// marks of a quoted mail are skipped.
func continued(text string, at int, bracketed bool) (string, int) {
	i := at + countPrefix(text[at:], " \t")
	if i >= len(text) || text[i] != '\n' {
		return "", at
	}
	i++
	marks := "> \t"
	if bracketed {
		marks = " \t"
	}
	i += countPrefix(text[i:], marks)
	if loc := linkStart.FindStringIndex(text[i:min(len(text), i+16)]); loc != nil && loc[0] == 0 {
		return "", at
	}
	end := i + tailLen(text, i)
	return withoutBreaks(text[i:end]), end
}

func countPrefix(s, set string) int {
	n := 0
	for n < len(s) && strings.IndexByte(set, s[n]) >= 0 {
		n++
	}
	return n
}

// cutPasscode reports whether a short link that is whole by itself was still cut
// within its passcode: it fills its line, and the next line is one word with the
// look of a passcode, or ends in the bracket that the link is waiting for.
func cutPasscode(text string, c candidate) bool {
	piece, end := continued(text, c.end, c.bracketed)
	if piece == "" || len(piece) > 64 || !passcodeShape.MatchString(piece) {
		return false
	}
	if c.bracketed {
		return end < len(text) && text[end] == '>'
	}
	const fullLine = 60 // mail programs break at 65 to 78
	line := c.end - (strings.LastIndexByte(text[:c.end], '\n') + 1)
	alone := end == len(text) || text[end] == '\n'
	return line >= fullLine && alone && mixed(piece)
}
