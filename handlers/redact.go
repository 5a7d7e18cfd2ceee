package handlers

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/anteroom-visit/anteroom/visit"
)

// Free text can contain anything, but a log must contain nothing personal. The page asks visitors to write
// no names and nothing about health; these patterns remove what has a recognizable form. They do not
// remove other people's names, so operators must protect these lines like any survey's answers.
var (
	// An address of any kind: with a scheme, an at sign, a well-known ending, or encoded.
	addressPattern = regexp.MustCompile(`(?i)\S*(?:://|//|www\.|@|%[0-9a-f]{2}|\.(?:com|net|org|info|io|us|eu|uk|de|fr|es|it|cn|in|au|ca|ie|nz)(?:\P{L}|$))\S*`)
	// Five digits or more, however they are grouped: phone and record numbers, meeting IDs, dates of birth.
	numberPattern = regexp.MustCompile(`\+?\p{Nd}(?:[\s().,/:_-]*\p{Nd}){4,}`)
	// A word that mixes letters and digits, or is very long: passcodes, keys.
	codePattern = regexp.MustCompile(`\S*(?:\p{L}\p{Nd}|\p{Nd}\p{L})\S*|\S{30,}`)
)

// forLog returns a visitor's text for the log: one line without addresses, long numbers, codes and the
// visitor's own name.
func forLog(text, name string) string {
	text = norm.NFKC.String(strings.ToValidUTF8(text, " "))
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !visit.Printable(r) || unicode.In(r, unicode.Cf):
			return -1
		}
		return r
	}, text)
	text = withoutName(text, norm.NFKC.String(name))
	text = addressPattern.ReplaceAllString(text, " [address] ")
	text = numberPattern.ReplaceAllString(text, " [number] ")
	text = codePattern.ReplaceAllString(text, " [code] ")
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= maxLoggedText {
		return text
	}
	return strings.ToValidUTF8(text[:maxLoggedText], "") + " [cut]"
}

// maxLoggedText bounds a line of the log, in bytes.
const maxLoggedText = 2 << 10

var wordPattern = regexp.MustCompile(`[\p{L}\p{M}]{2,}`)

// withoutName removes the whole name, and each of its parts where it is a word.
func withoutName(text, name string) string {
	if utf8.RuneCountInString(name) > 1 {
		text = strings.ReplaceAll(text, name, "[name]")
	}
	own := make(map[string]bool)
	for _, part := range wordPattern.FindAllString(name, -1) {
		own[strings.ToLower(part)] = true
	}
	return wordPattern.ReplaceAllStringFunc(text, func(word string) string {
		if own[strings.ToLower(word)] {
			return "[name]"
		}
		return word
	})
}
