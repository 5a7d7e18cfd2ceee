package teams

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// linkStart finds where a link may begin: a scheme, a scheme that was percent-
// encoded, or the name of Teams without any scheme.
var linkStart = regexp.MustCompile(`(?i)https?:[/\\]+|https?%(?:25){0,3}3a|ms-?teams:|teams\.(?:microsoft|cloud|live|sovcloud)`)

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
		c := candidate{start: start, end: end, raw: scheme + withoutEscapes(s.text[start:end])}
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
		if b == '{' || b == '"' || b == '\'' {
			end := bareContext(text, i)
			if end == 0 {
				break
			}
			i = end
			continue
		}
		if b == '\\' && i+1 < len(text) && strings.IndexByte(markdownEscaped, text[i+1]) >= 0 {
			i += 2
			continue
		}
		if stops(b) || b == '\\' || b >= utf8.RuneSelf || i > at && nextAddress(text, i) {
			break
		}
		i++
	}
	return i - at
}

// markdownEscaped are the characters of a link before which Markdown puts a backslash.
const markdownEscaped = "_*~-.&=#%?+!:/@"

// withoutEscapes drops Markdown's backslashes from the path of a link. Its host
// keeps them, because a backslash there is made to deceive.
func withoutEscapes(link string) string {
	if strings.IndexByte(link, '\\') < 0 {
		return link
	}
	scheme := webScheme.FindString(link)
	host := len(scheme) + authorityLen(link[len(scheme):])
	return link[:host] + markdownEscape.ReplaceAllString(link[host:], "$1")
}

var markdownEscape = regexp.MustCompile(`\\([_*~\-.&=#%?+!:/@])`)

// nextAddress reports whether another address begins at text[i] although nothing
// separates it from the link before: after a letter or digit. After "=", "/" or
// "_" it is a part of the link.
func nextAddress(text string, i int) bool {
	if text[i] != 'h' || !wordByte(text[i-1]) || text[i-1] == '_' {
		return false
	}
	return strings.HasPrefix(text[i:], "https://") || strings.HasPrefix(text[i:], "http://")
}

// bareContext returns where the JSON of a context ends that was not encoded, or
// whose quotes were not: text[i] is its brace, or its first quote behind an encoded
// brace. It returns 0 for anything else, or if the JSON does not close within 1 KiB.
func bareContext(text string, i int) int {
	key := "context="
	if text[i] != '{' {
		key = "context=%7b"
	}
	if i < len(key) || !strings.EqualFold(text[i-len(key):i], key) {
		return 0
	}
	window := text[i:min(len(text), i+1024)]
	for _, loc := range contextBrace.FindAllStringIndex(window[1:], 8) {
		switch brace := window[1+loc[0] : 1+loc[1]]; {
		case len(brace) > 3: // a GUID
		case brace == "{":
			return 0
		default:
			return i + 1 + loc[1]
		}
	}
	return 0
}

// contextBrace is a brace within the JSON of a context, or a GUID in braces.
var contextBrace = regexp.MustCompile(`(?i)\{[0-9a-f-]{36}\}|[{}]|%7d`)
