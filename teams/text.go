package teams

import (
	"encoding/base64"
	"html"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// document is a pasted text with everything undone that programs did to it.
type document struct {
	text      string
	cancelled bool
	// joinURL is the address that a calendar entry names as its meeting, if the
	// text holds exactly one entry.
	joinURL string
	rules   []string // what was undone, for the log
	failed  bool     // a part of a mail could not be decoded
}

func (d *document) apply(rule string, text string, done bool) {
	if done {
		d.text, d.rules = text, append(d.rules, rule)
	}
}

// open undoes what mail programs, calendars and word processors do to text:
// charset, transfer encoding, calendar folding, HTML entities, escapes, quoting,
// invisible characters, typographic spaces, digits and quotes.
func (p *parser) open(text string, mail bool) document {
	d := document{text: text}
	decoded, done := decodeUTF16(text)
	d.apply("utf-16", decoded, done)
	d.text = strings.TrimPrefix(d.text, "\ufeff")
	d.text = lineEnds.Replace(strings.ToValidUTF8(d.text, " "))
	if mail {
		decoded, done = p.decodeMail(&d)
		d.apply("mail", strings.ToValidUTF8(decoded, " "), done)
	}
	d.text = decodeWords(d.text)
	decoded, done = decodeBase64(d.text)
	d.apply("base64", decoded, done)
	decoded, done = decodeQuoted(d.text)
	d.apply("quoted-printable", decoded, done)
	decoded, done = decodeDataURLs(d.text)
	d.apply("data-url", decoded, done)
	for range 2 { // a mail quoted in a mail is escaped twice
		d.text = entity.ReplaceAllStringFunc(d.text, html.UnescapeString)
	}
	if calendarShape.MatchString(d.text) {
		d.calendar()
	} else {
		d.text = unescapeJSON(d.text)
	}
	d.cancelled = d.cancelled || cancels(d.text)
	d.text = strings.Map(plainRune, strings.ReplaceAll(d.text, "<wbr>", ""))
	decoded, done = unquote(d.text)
	d.apply("quoted-reply", decoded, done)
	p.steps += 16 * len(text)
	return d
}

// lineEnds makes one line feed of every kind of line end; "\r\r\n" is what a conversion
// makes of one that was converted before.
var lineEnds = strings.NewReplacer("\r\r\n", "\n", "\r\n", "\n", "\r", "\n")

// decodeUTF16 decodes UTF-16, known by its byte order mark or by its zero bytes.
func decodeUTF16(text string) (string, bool) {
	if len(text) < 4 {
		return text, false
	}
	var high int
	switch {
	case text[0] == 0xfe && text[1] == 0xff, text[0] == 0 && text[2] == 0 && text[1] != 0:
		high = 0
	case text[0] == 0xff && text[1] == 0xfe, text[1] == 0 && text[3] == 0 && text[0] != 0:
		high = 1
	default:
		return text, false
	}
	units := make([]uint16, 0, len(text)/2)
	for i := 0; i+1 < len(text); i += 2 {
		units = append(units, uint16(text[i+high])<<8|uint16(text[i+1-high]))
	}
	return string(utf16.Decode(units)), true
}

var dataURL = regexp.MustCompile(`(?i)data:text/(?:html|plain)([^,\s"'<>]{0,64}),([^\s"'<>]*)`)

// decodeDataURLs decodes data:text/html addresses, in which Microsoft Graph keeps
// an invitation (joinInformation). Graph writes a blank as a plus sign.
func decodeDataURLs(text string) (string, bool) {
	if !dataURL.MatchString(text) {
		return text, false
	}
	return dataURL.ReplaceAllStringFunc(text, func(address string) string {
		m := dataURL.FindStringSubmatch(address)
		if strings.Contains(strings.ToLower(m[1]), ";base64") {
			plain, err := base64.StdEncoding.DecodeString(m[2])
			if err != nil {
				return address
			}
			return "\n" + string(plain) + "\n"
		}
		plain, err := url.QueryUnescape(m[2])
		if err != nil {
			return address
		}
		return "\n" + plain + "\n"
	}), true
}

// calendarShape recognises an iCalendar text, or a piece of one, by its property names.
var calendarShape = regexp.MustCompile(`(?m)^(?:BEGIN:V|X-MICROSOFT-|X-ALT-DESC|DESCRIPTION[:;]|LOCATION[:;])`)

var (
	calendarFold    = strings.NewReplacer("\n ", "", "\n\t", "")
	calendarEscapes = strings.NewReplacer(`\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";", `\\`, `\`)
	calendarURL     = regexp.MustCompile(`(?m)^X-MICROSOFT-SKYPETEAMSMEETINGURL[^:\n]*:(.*)$`)
	calendarEntry   = regexp.MustCompile(`(?m)^BEGIN:VEVENT`)
	calendarCancel  = regexp.MustCompile(`(?im)^METHOD:CANCEL\b`)
	entryCancelled  = regexp.MustCompile(`(?im)^STATUS:CANCELLED\b`)
)

// calendar joins the folded lines of an iCalendar text and undoes its escapes
// (RFC 5545, sections 3.1 and 3.3.11).
func (d *document) calendar() {
	start, end := calendarShape.FindStringIndex(d.text)[0], len(d.text)
	if last := strings.LastIndex(d.text, "\nEND:V"); last > start {
		end = last
	}
	text := calendarFold.Replace(d.text[start:end])
	entries := len(calendarEntry.FindAllStringIndex(text, -1))
	cancelled := len(entryCancelled.FindAllStringIndex(text, -1))
	d.cancelled = d.cancelled || calendarCancel.MatchString(text) || cancelled > 0 && cancelled >= entries
	if m := calendarURL.FindAllStringSubmatch(text, 2); len(m) == 1 && entries <= 1 {
		d.joinURL = m[0][1]
	}
	d.apply("calendar", d.text[:start]+calendarEscapes.Replace(text)+d.text[end:], true)
}

// entity is an HTML character reference. The semicolon is required: a link's own
// "&copy=" is a parameter.
var entity = regexp.MustCompile(`&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});`)

var (
	jsonShape  = regexp.MustCompile(`\\?"\s*:\s*\\?["{[]`)
	jsonSlash  = regexp.MustCompile(`\\+/`)
	jsonEscape = regexp.MustCompile(`\\+u00[0-7][0-9a-fA-F]`)
	jsonPlain  = regexp.MustCompile(`\\+(?:r\\+n|[nrt"])`)
)

// unescapeJSON undoes the escapes of a JSON string, however often it was escaped.
func unescapeJSON(text string) string {
	if strings.IndexByte(text, '\\') < 0 {
		return text
	}
	text = jsonSlash.ReplaceAllString(text, "/")
	text = jsonEscape.ReplaceAllStringFunc(text, func(s string) string {
		code, err := strconv.ParseUint(s[len(s)-2:], 16, 8)
		if err != nil {
			return s
		}
		return string(rune(code))
	})
	if jsonShape.MatchString(text) {
		text = jsonPlain.ReplaceAllStringFunc(text, func(s string) string {
			if s[len(s)-1] == '"' {
				return `"`
			}
			return "\n"
		})
	}
	return text
}

// quoteMark is what mail programs put before each line of a quoted mail.
var quoteMark = regexp.MustCompile(`^[ \t]*>[> \t]*`)

// unquote takes the marks off the lines of a quoted mail. A '>' alone, without a
// quoted line next to it, may close a link and stays.
func unquote(text string) (string, bool) {
	if !strings.Contains(text, ">") {
		return text, false
	}
	lines := strings.Split(text, "\n")
	marks := make([]int, len(lines))
	for i, line := range lines {
		marks[i] = len(quoteMark.FindString(line))
	}
	done := false
	for i := range lines {
		if marks[i] > 0 && (i > 0 && marks[i-1] > 0 || i+1 < len(lines) && marks[i+1] > 0) {
			lines[i], done = lines[i][marks[i]:], true
		}
	}
	return strings.Join(lines, "\n"), done
}

// plainRune maps one rune to the plain one that a person meant, or drops it.
func plainRune(r rune) rune {
	switch {
	case r == '\n' || r == '\t' || r >= ' ' && r < 0x7f:
		return r
	case r == '\u2028' || r == '\u2029' || r == '\u0085':
		return '\n'
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r): // zero-width and direction marks, soft hyphens
		return -1
	case unicode.IsSpace(r) || unicode.IsControl(r):
		return ' '
	case r == '\uff1a' || r == '\ufe55' || r == '\ua789': // fullwidth and small colons
		return ':'
	case r == '\u201c' || r == '\u201d' || r == '\u201e': // curly double quotes
		return '"'
	case r >= '\u2010' && r <= '\u2013', r == '\u2212': // hyphens, the dash between digits, minus
		return '-'
	default:
		return plainDigit(r)
	}
}

// plainLetter maps the fullwidth letters of an East Asian keyboard. In a link they
// stay: a host with such a letter is made to deceive.
func plainLetter(r rune) rune {
	if r >= '\uff21' && r <= '\uff3a' || r >= '\uff41' && r <= '\uff5a' {
		return r - 0xfee0
	}
	return r
}

// plainDigit maps the decimal digits that invitations are known to use.
func plainDigit(r rune) rune {
	// Arabic, Persian, Devanagari, Bengali, Thai, fullwidth
	for _, zero := range []rune{0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xff10} {
		if r >= zero && r < zero+10 {
			return '0' + r - zero
		}
	}
	return r
}
