package teams

import (
	_ "embed"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed labels.json
var labelsJSON []byte

// labelTable holds the words that invitations print, from labels.json. Words only
// confirm what the form of a text suggests; none is needed to find a meeting.
type labelTable struct {
	id       *regexp.Regexp // "Meeting ID" and its like
	passcode *regexp.Regexp // "Passcode" and its like
	code     *regexp.Regexp // short words for a passcode, which need a colon
	video    *regexp.Regexp // the number is for a video conference device
	phone    *regexp.Regexp // the number is for a telephone
	other    *regexp.Regexp // the number belongs to an order, an invoice, a parcel
	cancel   *regexp.Regexp // a subject that begins so cancels the meeting
	// next maps the first rune of what invitations print behind a passcode, and of
	// every label, to the words that begin so, the longest first.
	next map[rune][]string
}

type labelFile struct {
	Languages []struct {
		Tag      string   `json:"tag"`
		ID       []string `json:"id"`
		Passcode []string `json:"passcode"`
		Next     []string `json:"next"`
	} `json:"languages"`
	ShortPasscodeLabels []string `json:"shortPasscodeLabels"`
	VideoWords          []string `json:"videoWords"`
	PhoneWords          []string `json:"phoneWords"`
	OtherWords          []string `json:"otherWords"`
	CancelledWords      []string `json:"cancelledWords"`
}

// labels is read once. The file is part of the program, so a mistake in it panics.
var labels = sync.OnceValue(func() labelTable {
	var file labelFile
	if err := json.Unmarshal(labelsJSON, &file); err != nil {
		panic(err)
	}
	var ids, passcodes []string
	next := make(map[rune][]string)
	add := func(words ...string) {
		for _, word := range words {
			word = normaliseLabel(word)
			first, _ := utf8.DecodeRuneInString(word)
			if !slices.Contains(next[first], word) {
				next[first] = append(next[first], word)
			}
		}
	}
	for _, l := range file.Languages {
		ids, passcodes = append(ids, l.ID...), append(passcodes, l.Passcode...)
		add(l.ID...)
		add(l.Passcode...)
		add(l.Next...)
	}
	for _, words := range next {
		slices.SortFunc(words, longestFirst)
	}
	return labelTable{
		id: anyOf(ids), passcode: anyOf(passcodes), code: anyOf(file.ShortPasscodeLabels),
		video: anyOf(file.VideoWords), phone: anyOf(file.PhoneWords), other: anyOf(file.OtherWords),
		cancel: regexp.MustCompile(`(?im)^(?:SUMMARY[^:\n]*|Subject): *` + anyOf(file.CancelledWords).String()),
		next:   next,
	}
})

func normaliseLabel(word string) string { return strings.Map(plainRune, word) }

func longestFirst(a, b string) int { return len(b) - len(a) }

// anyOf matches any of the words in any case; a blank in a word matches any
// number of blanks.
func anyOf(words []string) *regexp.Regexp {
	words = slices.Clone(words)
	slices.SortFunc(words, longestFirst)
	var quoted []string
	for _, word := range words {
		quoted = append(quoted, strings.ReplaceAll(regexp.QuoteMeta(normaliseLabel(word)), " ", `[ \t\n]*`))
	}
	return regexp.MustCompile(`(?i)(?:` + strings.Join(quoted, "|") + `)`)
}

// labelAt returns the length of the word with which a text begins, if that is one
// that invitations print as a label or behind a passcode; otherwise 0. A Latin
// letter may follow only a long one.
func labelAt(text string) int {
	first, _ := utf8.DecodeRuneInString(text)
	for _, word := range labels().next[first] {
		if !strings.HasPrefix(text, word) {
			continue
		}
		after, _ := utf8.DecodeRuneInString(text[len(word):])
		if !unicode.IsLetter(after) || !latin(after) || len(word) >= 9 {
			return len(word)
		}
	}
	return 0
}

// latin reports whether a rune is written in the script of passcodes.
func latin(r rune) bool { return unicode.Is(unicode.Latin, r) }
