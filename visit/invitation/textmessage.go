package invitation

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"
)

// TextMessage is a text for phones (SMS), with what it costs to send.
type TextMessage struct {
	Text string `json:"text"`
	// Encoding is "GSM-7", or "UCS-2" when a character needs it.
	Encoding string `json:"encoding"`
	// Length in the units of the encoding: septets, of which the signs ^{}\[~]|
	// and the euro take two (3GPP TS 23.038), or UTF-16 units.
	Length int `json:"length"`
	// Limit is how many units one message holds: 160 or 70.
	Limit int `json:"limit"`
	// Messages is how many are sent and paid for: more than one when Length is
	// beyond Limit, which only a very long link makes it.
	Messages int `json:"messages"`
}

// Fits reports whether the text is one message.
func (m TextMessage) Fits() bool { return m.Length <= m.Limit }

// TextMessage writes the fullest text that is one message. As room gets scarce, the host is left out
// first, then the phone number, then the site's name, then words; the time and the link never are.
// Where the language's letters make it several messages anyway, the text may cost one more than the
// shortest, for words that can be understood.
func (i Invitation) TextMessage() TextMessage {
	var all []TextMessage
	for _, text := range i.textMessages() {
		all = append(all, measure(text))
	}
	least := slices.MinFunc(all, func(a, b TextMessage) int { return a.Messages - b.Messages })
	most := least.Messages
	if most > 1 && least.Encoding == "UCS-2" {
		most++
	}
	return all[slices.IndexFunc(all, func(m TextMessage) bool { return m.Messages <= most })]
}

// textMessages are all wordings, the fullest first.
func (i Invitation) textMessages() []string {
	host, phone, site := fold(i.visit.Host), i.phone(), fold(i.brand.Name)
	day, date, clock := i.words.ShortDay(i.start), i.words.ShortDate(i.start), i.words.Clock(i.start)
	say := func(id, day string) string {
		return i.words.Text(id, "With", host, "Phone", phone, "Day", day, "Time", clock, "Link", i.link)
	}
	var full []string
	if host != "" && phone != "" {
		full = append(full, say("invitation.sms.hostPhone", day))
	}
	if host != "" && phone == "" {
		full = append(full, say("invitation.sms.host", day))
	}
	if phone != "" {
		full = append(full, say("invitation.sms.phone", day))
	}
	full = append(full, say("invitation.sms.plain", day))
	var out []string
	if site != "" {
		for _, text := range full {
			out = append(out, i.words.Text("invitation.sms.from", "Site", site, "Text", text))
		}
	}
	return append(
		append(out, full...),
		say("invitation.sms.short", day), say("invitation.sms.short", date),
		say("invitation.sms.least", day), say("invitation.sms.least", date),
	)
}

// The characters of the GSM 7-bit default alphabet, and those of its extension,
// which take two septets (3GPP TS 23.038, section 6.2.1).
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtended = "\f^{}\\[~]|€"
)

// Septets and UTF-16 units in one message, and in each of several, which carry a
// header.
const (
	septets, septetsOfMany = 160, 153
	units, unitsOfMany     = 70, 67
)

func measure(text string) TextMessage {
	m := TextMessage{Text: text, Encoding: "GSM-7", Limit: septets}
	ofMany := septetsOfMany
	for _, r := range text {
		switch {
		case strings.ContainsRune(gsmBasic, r):
			m.Length++
		case strings.ContainsRune(gsmExtended, r):
			m.Length += 2
		default:
			m = TextMessage{Text: text, Encoding: "UCS-2", Limit: units, Length: len(utf16.Encode([]rune(text)))}
			m.Messages = messages(m, unitsOfMany)
			return m
		}
	}
	m.Messages = messages(m, ofMany)
	return m
}

func messages(m TextMessage, ofMany int) int {
	if m.Fits() {
		return 1
	}
	return (m.Length + ofMany - 1) / ofMany
}

// fold writes a name in the GSM alphabet where that only costs it its accents;
// any other name stays as it is.
func fold(name string) string {
	var b strings.Builder
	for _, r := range name {
		if strings.ContainsRune(gsmBasic+gsmExtended, r) {
			b.WriteRune(r)
			continue
		}
		switch r {
		case '\u2018', '\u2019':
			b.WriteByte('\'')
			continue
		case '\u2013', '\u2014':
			b.WriteByte('-')
			continue
		case 'ł':
			b.WriteByte('l')
			continue
		case 'Ł':
			b.WriteByte('L')
			continue
		}
		for _, part := range norm.NFKD.String(string(r)) {
			switch {
			case unicode.Is(unicode.Mn, part):
			case strings.ContainsRune(gsmBasic, part):
				b.WriteRune(part)
			default:
				return name
			}
		}
	}
	return b.String()
}
