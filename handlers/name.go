package handlers

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxNameRunes keeps a display name well under the 256 characters that the Calling SDK takes, and
// readable in the host's lobby.
const maxNameRunes = 64

// nameFault is the last part of the catalogue's id for what is wrong with a name, "" for nothing.
type nameFault string

const (
	nameMissing    nameFault = "missing"
	nameTooLong    nameFault = "tooLong"
	nameUnreadable nameFault = "unreadable"
)

// displayName is the name as the host reads it: NFC, single spaces, 1 to 64 runes. Control and
// format characters (bidirectional overrides and zero-width marks among them) are refused rather
// than dropped, but for the joiners that Arabic, Indic and emoji spelling needs.
func displayName(typed string) (string, nameFault) {
	if !utf8.ValidString(typed) {
		return "", nameUnreadable
	}
	name := norm.NFC.String(strings.Join(strings.Fields(typed), " "))
	seen := false
	for _, r := range name {
		if !printable(r) {
			return "", nameUnreadable
		}
		seen = seen || unicode.IsLetter(r) || unicode.IsNumber(r)
	}
	switch {
	case name == "":
		return "", nameMissing
	case utf8.RuneCountInString(name) > maxNameRunes:
		return "", nameTooLong
	case !seen:
		return "", nameUnreadable
	}
	return name, ""
}

func printable(r rune) bool {
	const zeroWidthNonJoiner, zeroWidthJoiner = '\u200c', '\u200d'
	if r == zeroWidthNonJoiner || r == zeroWidthJoiner {
		return true
	}
	// Hangul fillers are letters that nobody sees: they are among the other default ignorables.
	return r != utf8.RuneError && !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp,
		unicode.Noncharacter_Code_Point, unicode.Other_Default_Ignorable_Code_Point)
}
