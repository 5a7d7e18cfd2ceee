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
	id       wordSet // "Meeting ID" and its like
	passcode wordSet // "Passcode" and its like
	code     wordSet // short words for a passcode, which need a colon
	video    wordSet // the number is for a video conference device
	phone    wordSet // the number is for a telephone
	other    wordSet // the number belongs to an order, an invoice, a parcel
	cancel   wordSet // a subject that begins so cancels the meeting
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
		cancel: anyOf(file.CancelledWords), next: next,
	}
})

func normaliseLabel(word string) string { return strings.Map(plainRune, word) }

func longestFirst(a, b string) int { return len(b) - len(a) }

// wordSet finds words in any case. It holds them by their first rune, the longest
// first, so that a text is looked at once, whatever the number of words.
type wordSet map[rune][]string

func anyOf(words []string) wordSet {
	set := make(wordSet)
	for _, word := range words {
		word = strings.ToLower(normaliseLabel(word))
		first, _ := utf8.DecodeRuneInString(word)
		if !slices.Contains(set[first], word) {
			set[first] = append(set[first], word)
		}
	}
	for _, words := range set {
		slices.SortFunc(words, longestFirst)
	}
	return set
}

// at returns the length of the word with which a text begins, or 0.
func (set wordSet) at(text string) int {
	first, _ := utf8.DecodeRuneInString(text)
	for _, word := range set[unicode.ToLower(first)] {
		if n := prefixFold(text, word); n > 0 {
			return n
		}
	}
	return 0
}

// find returns where the first n words stand, all of them for a negative n.
func (set wordSet) find(text string, n int) (found [][2]int) {
	for i := 0; i < len(text) && n != 0; {
		if length := set.at(text[i:]); length > 0 {
			found, n = append(found, [2]int{i, i + length}), n-1
			i += length
			continue
		}
		_, size := utf8.DecodeRuneInString(text[i:])
		i += size
	}
	return found
}

func (set wordSet) in(text string) bool { return len(set.find(text, 1)) > 0 }

// prefixOf returns the length of the beginning of a text that is the word, with any
// number of blanks and line breaks where the word has one, or 0.
func prefixOf(text, word string) int {
	at := 0
	for part := range strings.SplitSeq(word, " ") {
		if at > 0 {
			at += countPrefix(text[at:], " \t\n")
		}
		if !strings.HasPrefix(text[at:], part) {
			return 0
		}
		at += len(part)
	}
	return at
}

// prefixFold returns the length of the beginning of a text that is the word, in any
// case and with any number of blanks where the word has one, or 0.
func prefixFold(text, word string) int {
	at := 0
	for _, want := range word {
		if want == ' ' {
			at += countPrefix(text[at:], " \t\n")
			continue
		}
		r, size := utf8.DecodeRuneInString(text[at:])
		if unicode.ToLower(r) != want {
			return 0
		}
		at += size
	}
	return at
}

// subject is the field that names a mail or a calendar entry, with what a reply and a
// forwarded mail put before it.
var subject = regexp.MustCompile(`(?im)^[*_]{0,2}(?:SUMMARY[^:\n]{0,200}|Subject|Betreff|Objet|Asunto|Oggetto|Onderwerp|Assunto|Temat|Předmět|Predmet|Tárgy|Ämne|Emne|Aihe|Konu|Subiect|Θέμα|Тема|件名|主题|主旨|主題|제목|الموضوع|נושא|विषय|หัวข้อ|เรื่อง|Chủ đề|Subjek) ?:[*_]{0,2} *(?:(?:re|fwd?|aw|wg|tr|rv|res|enc|antw|doorst|sv|vs|vb|vl|odp|pd|ynt|ilt|i|r|rif|回复|答复|转发|回覆|轉寄|返信|転送|답장|전달|رد|إعادة توجيه|Απ|Πρθ) ?: *){0,5}`)

// cancels reports whether the subject of a mail or of a calendar entry cancels the
// meeting.
func cancels(text string) bool {
	for _, loc := range subject.FindAllStringIndex(text, 4) {
		rest := text[loc[1]:]
		if n := labels().cancel.at(rest); n > 0 && strings.HasPrefix(strings.TrimLeft(rest[n:], " "), ":") {
			return true
		}
	}
	return false
}

// labelAt returns the length of the word with which a text begins, if that is one
// that invitations print as a label or behind a passcode; otherwise 0. A Latin
// letter may follow only a long one.
func labelAt(text string) int {
	first, _ := utf8.DecodeRuneInString(text)
	for _, word := range labels().next[first] {
		length := prefixOf(text, word)
		if length == 0 {
			continue
		}
		after, _ := utf8.DecodeRuneInString(text[length:])
		if !unicode.IsLetter(after) || !latin(after) || len(word) >= 9 {
			return length
		}
	}
	return 0
}

// latin reports whether a rune is written in the script of passcodes.
func latin(r rune) bool { return unicode.Is(unicode.Latin, r) }
