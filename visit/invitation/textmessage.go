package invitation

import (
	"strings"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"
)

// TextMessage is a text for phones (SMS), with its length and cost.
type TextMessage struct {
	Text string `json:"text"`
	// Encoding is "GSM-7", or "UCS-2" if a character needs it.
	Encoding string `json:"encoding"`
	// Length in the units of the encoding: septets, of which the signs ^{}\[~]|
	// and the euro take two (3GPP TS 23.038), or UTF-16 units.
	Length int `json:"length"`
	// Limit is how many units one message holds: 160 or 70.
	Limit int `json:"limit"`
	// Messages is how many are sent and paid for: more than one if Length exceeds
	// Limit.
	Messages int `json:"messages"`
}

// Fits reports whether the text is one message.
func (m TextMessage) Fits() bool { return m.Length <= m.Limit }

// TextMessage returns the full text: the site, the host, weekday and time, the
// link and the number to call. It may take several messages.
func (i Invitation) TextMessage() TextMessage {
	id, host := "invitation.sms.full", fold(i.visit.Host)
	if host != "" {
		id = "invitation.sms.fullWith"
	}
	return i.textMessage(id, i.words.ShortDay(i.start))
}

// ShortTextMessage returns the text without the host and the weekday. It still has
// the site and the number to call: without them it would look like fraud.
func (i Invitation) ShortTextMessage() TextMessage {
	return i.textMessage("invitation.sms.short", i.words.ShortDate(i.start))
}

func (i Invitation) textMessage(id, day string) TextMessage {
	text := i.words.Text(id, "With", fold(i.visit.Host), "Day", day, "Time", i.words.Clock(i.start), "Link", i.link)
	if site := fold(i.brand.Name); site != "" {
		text = i.words.Text("invitation.sms.from", "Site", site, "Text", text)
	}
	if phone := i.phone(); phone != "" {
		text = i.words.Text("invitation.sms.help", "Text", text, "Phone", phone)
	}
	return measure(text)
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

// fold writes a name in the GSM alphabet if it only loses accents. It returns any
// other name as it is.
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
