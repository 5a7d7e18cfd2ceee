package teams

import (
	"html"
	"io"
	"mime/quotedprintable"
	"regexp"
	"strings"
	"unicode"
)

// normalise undoes what mail programs, calendars and word processors do to text,
// without looking for anything in it: transfer encoding, calendar folding, HTML
// entities, invisible characters, typographic spaces, digits and quotes.
func normalise(text string) string {
	text = strings.ToValidUTF8(text, " ")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	text = plainQuotedPrintable(text)
	if calendarShape.MatchString(text) {
		text = unfold(text)
	}
	for range 2 { // a mail quoted in a mail is escaped twice
		text = entity.ReplaceAllStringFunc(text, html.UnescapeString)
	}
	text = strings.ReplaceAll(text, "<wbr>", "")
	return strings.Map(plainRune, text)
}

// plainQuotedPrintable decodes a mail's quoted-printable body. A link may hold
// "p=3D..." of its own or be cut after "p=", so the whole text must follow the
// encoding, and have both a soft line break and a quoted "=", to be believed.
func plainQuotedPrintable(text string) string {
	if !strings.Contains(text, "=\n") || !strings.Contains(text, "=3D") {
		return text
	}
	for i := range len(text) {
		if text[i] == '=' && !quotedByte(text[i+1:]) {
			return text
		}
	}
	plain, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(text)))
	if err != nil {
		return text
	}
	return strings.ReplaceAll(strings.ToValidUTF8(string(plain), " "), "\r\n", "\n")
}

// quotedByte reports whether what follows an '=' may follow it in
// quoted-printable: two hexadecimal digits, a line break or the end.
func quotedByte(s string) bool {
	if s == "" || s[0] == '\n' {
		return true
	}
	return len(s) > 1 && hexByte(s[0]) && hexByte(s[1])
}

func hexByte(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'A' && b <= 'F' || b >= 'a' && b <= 'f'
}

// calendarShape knows an iCalendar text, or a piece of one, by its property names.
var calendarShape = regexp.MustCompile(`(?m)^(?:BEGIN:V|X-MICROSOFT-|X-ALT-DESC|DESCRIPTION[:;]|LOCATION[:;])`)

var calendarEscapes = strings.NewReplacer("\n ", "", "\n\t", "", `\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";", `\\`, `\`)

// unfold joins the folded lines of an iCalendar text and undoes its escapes
// (RFC 5545, sections 3.1 and 3.3.11).
func unfold(text string) string { return calendarEscapes.Replace(text) }

// entity is an HTML character reference. The semicolon is required: a link's own
// "&copy=" is a parameter.
var entity = regexp.MustCompile(`&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});`)

// plainRune maps one rune to the plain one that a person meant, or drops it.
func plainRune(r rune) rune {
	switch {
	case r == '\n' || r == '\t' || r >= ' ' && r < 0x7f:
		return r
	case r == '\u2028' || r == '\u2029':
		return '\n'
	case unicode.Is(unicode.Cf, r): // zero-width and direction marks, soft hyphens
		return -1
	case unicode.IsSpace(r) || unicode.IsControl(r):
		return ' '
	case r == '\uff1a': // fullwidth colon
		return ':'
	case r == '\u201c' || r == '\u201d' || r == '\u201e': // curly double quotes
		return '"'
	case r == '\u2010' || r == '\u2011' || r == '\u2013': // hyphens and the dash between digits
		return '-'
	default:
		return plainDigit(r)
	}
}

// plainDigit maps the decimal digits that invitations are known to use.
func plainDigit(r rune) rune {
	for _, zero := range []rune{'\u0660', '\u06f0', '\u0966', '\uff10'} { // Arabic, Persian, Devanagari, fullwidth
		if r >= zero && r < zero+10 {
			return '0' + r - zero
		}
	}
	return r
}
