package date

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// token is a number, a word in lower case, or one character of punctuation.
type token struct {
	kind   kind
	text   string
	number int
	// glued is true if no space precedes the token.
	glued bool
}

type kind uint8

const (
	number kind = iota + 1
	word
	mark
)

func (t token) is(text string) bool { return t.text == text }

var (
	dottedHalf = regexp.MustCompile(`(^|[^\p{L}])([ap])\. ?m\b\.?`)
	greekHalf  = regexp.MustCompile(`([πμ])\. ?μ\.`)
)

// normalise brings a text into one form: composed, lower case, ASCII digits, plain
// spaces and hyphens, no invisible characters, a.m. and p.m. without full stops.
func normalise(text string) string {
	if !utf8.ValidString(text) {
		return ""
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		case r >= '\u2010' && r <= '\u2015', r == '\u2212':
			return '-'
		case r == '\u060c', r == '\u3001':
			return ','
		case r == '\u2019':
			return '\''
		}
		return asciiDigit(r)
	}, strings.ToLower(norm.NFKC.String(text)))
	text = dottedHalf.ReplaceAllString(text, "${1}${2}m")
	text = greekHalf.ReplaceAllString(text, "${1}μ")
	text = strings.Join(strings.Fields(text), " ")
	text = rewrite(text)
	for _, p := range phrases() {
		text = joinPhrase(text, p)
	}
	return text
}

// joinPhrase removes the spaces of a phrase where it stands as whole words.
func joinPhrase(text, phrase string) string {
	before, after, found := strings.Cut(text, phrase)
	if !found {
		return text
	}
	last, _ := utf8.DecodeLastRuneInString(before)
	if isLetter(last) || isLetter(first(after)) {
		return text
	}
	return before + strings.ReplaceAll(phrase, " ", "") + after
}

// asciiDigit turns a decimal digit of any script into its ASCII digit.
func asciiDigit(r rune) rune {
	if r < utf8.RuneSelf || !unicode.Is(unicode.Nd, r) {
		return r
	}
	for _, zero := range "\u0660\u06f0\u07c0\u0966\u09e6\u0a66\u0ae6\u0b66\u0be6\u0c66\u0ce6\u0d66\u0e50\u0ed0\u0f20\u1040\u17e0" {
		if r >= zero && r <= zero+9 {
			return '0' + r - zero
		}
	}
	return r
}

// maxTokens is more than any date has.
const maxTokens = 48

func scan(text string) ([]token, bool) {
	var out []token
	glued := false
	for text != "" {
		if len(out) == maxTokens {
			return nil, false
		}
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == ' ':
			glued, text = false, text[size:]
			continue
		case r >= '0' && r <= '9':
			n := len(text) - len(strings.TrimLeft(text, "0123456789"))
			if n > 4 {
				return nil, false
			}
			value := 0
			for _, c := range text[:n] {
				value = 10*value + int(c-'0')
			}
			out = append(out, token{number, text[:n], value, glued})
			text = text[n:]
		case isLetter(r):
			n := len(text) - len(strings.TrimLeftFunc(text, isLetter))
			out = append(out, splitWord(text[:n], glued)...)
			text = text[n:]
		default:
			out = append(out, token{mark, text[:size], 0, glued})
			text = text[size:]
		}
		glued = true
	}
	return out, true
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) }

// splitWord cuts text of scripts without spaces, such as 日午後, into known words.
func splitWord(text string, glued bool) []token {
	if _, known := lookUp(text); known || !unicode.In(first(text), unicode.Han, unicode.Hangul, unicode.Thai) {
		return []token{{word, text, 0, glued}}
	}
	var out []token
	for text != "" {
		n := len(text)
		for n > 0 {
			if _, known := lookUp(text[:n]); known {
				break
			}
			_, size := utf8.DecodeLastRuneInString(text[:n])
			n -= size
		}
		if n == 0 {
			return append(out, token{word, text, 0, glued})
		}
		out = append(out, token{word, text[:n], 0, glued})
		text, glued = text[n:], true
	}
	return out
}

func first(text string) rune {
	r, _ := utf8.DecodeRuneInString(text)
	return r
}
