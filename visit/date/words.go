package date

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// wordList has one word a line and what it can mean: m1 to m12 for months, w0
// (Sunday) to w6 for weekdays, a and p for the halves of a day, f for a filler.
//
//go:embed words.txt
var wordList string

// meaning is everything that a word can mean, in all languages.
type meaning struct {
	months   uint16 // bit n for month n
	weekdays uint8  // bit n for time.Weekday n
	half     byte   // 'a', 'p' or 0
	filler   bool
}

var words = sync.OnceValue(func() map[string]meaning {
	all := make(map[string]meaning)
	for line := range strings.Lines(wordList) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		var m meaning
		for _, f := range fields[1:] {
			n, _ := strconv.Atoi(f[1:])
			switch f[0] {
			case 'm':
				m.months |= 1 << n
			case 'w':
				m.weekdays |= 1 << n
			case 'f':
				m.filler = true
			default:
				m.half = f[0]
			}
		}
		all[strings.ReplaceAll(fields[0], " ", "")] = m
	}
	return all
})

// phrases are the entries of more than one word, longest first.
var phrases = sync.OnceValue(func() (out []string) {
	for line := range strings.Lines(wordList) {
		if w, _, _ := strings.Cut(line, "\t"); strings.Contains(w, " ") {
			out = append(out, w)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
})

// hebrewIn is the prefix that Hebrew sets before a month.
const hebrewIn = "ב"

func lookUp(text string) (meaning, bool) {
	if m, ok := words()[text]; ok {
		return m, true
	}
	if rest, found := strings.CutPrefix(text, hebrewIn); found {
		m, ok := words()[rest]
		return meaning{months: m.months}, ok && m.months != 0
	}
	return meaning{}, false
}
