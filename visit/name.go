package visit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxNameRunes is how long a display name may be, in characters: well under the 256 that the Calling SDK
// takes, and short enough for the host's lobby.
const MaxNameRunes = 64

// DisplayName returns a typed name as the host reads it: NFC, single spaces, 1 to MaxNameRunes characters.
// The reason is "" for a good name, else Missing, TooLong or Unreadable.
func DisplayName(typed string) (string, Reason) {
	if !utf8.ValidString(typed) {
		return "", Unreadable
	}
	name := norm.NFC.String(strings.Join(strings.Fields(typed), " "))
	if name == "" {
		return "", Missing
	}
	if reason := lineReason(name); reason != "" {
		return "", reason
	}
	return name, ""
}

// lineReason checks a name as it is kept. It rejects control and format characters (direction overrides
// and zero-width marks among them), except the joiners that Arabic, Indic and emoji spelling needs.
func lineReason(text string) Reason {
	if text == "" {
		return ""
	}
	if len(text) > utf8.UTFMax*MaxNameRunes || utf8.RuneCountInString(text) > MaxNameRunes {
		return TooLong
	}
	seen := false
	for _, r := range text {
		if !Printable(r) {
			return Unreadable
		}
		seen = seen || unicode.IsLetter(r) || unicode.IsNumber(r)
	}
	if !seen || line(text) != text {
		return Unreadable
	}
	return ""
}

// line returns typed text as it is kept: NFC, single spaces.
func line(typed string) string {
	if len(typed) > 8*MaxNameRunes || !utf8.ValidString(typed) {
		return typed // lineReason reports what is wrong with it
	}
	return norm.NFC.String(strings.Join(strings.Fields(typed), " "))
}

// Printable reports whether a page can show the character: it is visible, a space, or one of the two
// joiners that spelling needs.
func Printable(r rune) bool {
	const zeroWidthNonJoiner, zeroWidthJoiner = '\u200c', '\u200d'
	if r == zeroWidthNonJoiner || r == zeroWidthJoiner {
		return true
	}
	// Hangul fillers are invisible letters: they are among the other default ignorables.
	return r != utf8.RuneError && !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp,
		unicode.Noncharacter_Code_Point, unicode.Other_Default_Ignorable_Code_Point)
}
