package handlers

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
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

// forLog returns a visitor's text for the log: one line without addresses, long numbers, codes, the visitor's own
// name and the meeting's passcode.
func forLog(text, name, passcode string) string {
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
	text = addressPattern.ReplaceAllString(text, " [address] ")
	text = withoutCode(text, passcode)
	text = withoutName(text, norm.NFKC.String(name))
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

// unaccented replaces the letters that look accented and that Unicode does not decompose.
var unaccented = strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "ð", "d", "ħ", "h", "ı", "i", "þ", "th", "æ", "ae", "œ", "oe")

// folded returns text as it is compared: without case and accents.
func folded(text string) string {
	var kept strings.Builder
	for _, r := range norm.NFKD.String(cases.Fold().String(text)) {
		if !unicode.Is(unicode.M, r) {
			kept.WriteRune(r)
		}
	}
	return unaccented.Replace(kept.String())
}

// umlauts are as German writes them without accents.
var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue")

// spellings returns the two ways to write a word without case and accents.
func spellings(word string) [2]string {
	return [2]string{folded(word), folded(umlauts.Replace(norm.NFC.String(strings.ToLower(word))))}
}

const (
	// minPart is how many letters of a name's word are as good as the word; minInside, how many letters of one are
	// a name inside a longer word.
	minPart, minInside = 4, 5
	// minPasscode is the shortest passcode that is looked for.
	minPasscode = 4
)

var (
	wordPattern = regexp.MustCompile(`[\p{L}\p{M}]{2,}`)
	notLetters  = regexp.MustCompile(`[^\p{L}\p{M}]+`)
)

// withoutName removes the whole name, and each word that is one of its words, begins one or contains one, however
// it is accented.
func withoutName(text, name string) string {
	if utf8.RuneCountInString(name) > 1 {
		text = strings.ReplaceAll(text, name, "[name]")
	}
	var own [][2]string
	for _, part := range slices.Concat(wordPattern.FindAllString(name, -1), strings.Fields(name), []string{name}) {
		if letters := notLetters.ReplaceAllString(part, ""); letters != "" { // of O'Neil also ONeil
			own = append(own, spellings(letters))
		}
	}
	return wordPattern.ReplaceAllStringFunc(text, func(word string) string {
		typed := spellings(word)
		if slices.ContainsFunc(own, func(part [2]string) bool { return isPartOf(typed, part) }) {
			return "[name]"
		}
		return word
	})
}

func isPartOf(typed, own [2]string) bool {
	for _, t := range typed {
		for _, o := range own {
			begins := utf8.RuneCountInString(t) >= minPart && strings.HasPrefix(o, t)
			contains := utf8.RuneCountInString(o) >= minInside && strings.Contains(t, o)
			if t == o || begins || contains {
				return true
			}
		}
	}
	return false
}

// withoutCode removes a code however it is written: in other letters of the same shape or case, or with spaces and
// marks between.
func withoutCode(text, code string) string {
	_, wanted := lettersOf(code)
	if len(wanted) < minPasscode {
		return text
	}
	at, letters := lettersOf(text)
	var kept strings.Builder
	from, done := 0, 0
	for {
		found := strings.Index(letters[from:], wanted)
		if found < 0 {
			return kept.String() + text[done:]
		}
		first, last := at[from+found], at[from+found+len(wanted)-1]
		_, size := utf8.DecodeRuneInString(text[last:])
		kept.WriteString(text[done:max(first, done)] + " [code] ")
		from, done = from+found+len(wanted), last+size
	}
}

// lettersOf returns the folded letters and digits of a text, and where in it the rune of each byte begins.
func lettersOf(text string) (at []int, letters string) {
	var b strings.Builder
	for i, r := range text {
		for _, f := range folded(string(r)) {
			if unicode.IsLetter(f) || unicode.IsDigit(f) {
				b.WriteRune(f)
				for range utf8.RuneLen(f) {
					at = append(at, i)
				}
			}
		}
	}
	return at, b.String()
}
