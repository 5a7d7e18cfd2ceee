package date

import (
	"slices"
	"time"
	"unicode"
)

// timeOfDay is a time as it was written.
type timeOfDay struct {
	hour, minute, second int
	// offset east of UTC, if exact.
	offset time.Duration
	exact  bool
	zone   string // the abbreviation of a time zone
	ok     bool
}

// takeTime finds the time of day in the tokens and returns the others.
func takeTime(tokens []token) (timeOfDay, []token) {
	for _, find := range []func([]token, int) (timeOfDay, int){colonTime, dottedTime, markedTime, bareHour} {
		for i := range tokens {
			t, n := find(tokens, i)
			if n == 0 {
				continue
			}
			begin, end := i, i+n
			if !t.takeHalf(tokens, &begin, &end) {
				return timeOfDay{}, tokens
			}
			t.takeOffset(tokens, &end, n > 3)
			t.takeZone(tokens, &end)
			t.ok = t.hour < 24 && t.minute < 60 && t.second < 60
			return t, slices.Concat(tokens[:begin], []token{{kind: mark, text: ","}}, tokens[end:])
		}
	}
	return timeOfDay{}, tokens
}

func short(tokens []token, i, most int) bool {
	return i < len(tokens) && tokens[i].kind == number && len(tokens[i].text) <= most
}

func marked(tokens []token, i int, texts ...string) bool {
	return i >= 0 && i < len(tokens) && slices.Contains(texts, tokens[i].text)
}

func two(tokens []token, i int) bool { return short(tokens, i, 2) && len(tokens[i].text) == 2 }

// colonTime is 14:30 or 14:30:00, also with a fraction of zeros.
func colonTime(tokens []token, i int) (timeOfDay, int) {
	if !short(tokens, i, 2) || !marked(tokens, i+1, ":") || !two(tokens, i+2) {
		return timeOfDay{}, 0
	}
	t := timeOfDay{hour: tokens[i].number, minute: tokens[i+2].number}
	n := 3
	if marked(tokens, i+3, ":") && two(tokens, i+4) {
		t.second = tokens[i+4].number
		n = 5
		if marked(tokens, i+5, ".", ",") && short(tokens, i+6, 4) && tokens[i+6].glued && tokens[i+6].number == 0 {
			n = 7
		}
	}
	return t, n
}

// markedTime is 14h30, 14h, 14 Uhr or 14時30分.
func markedTime(tokens []token, i int) (timeOfDay, int) {
	if !short(tokens, i, 2) || !marked(tokens, i+1, "h", "uhr", "時", "时", "点", "點", "시") {
		return timeOfDay{}, 0
	}
	t := timeOfDay{hour: tokens[i].number}
	switch tokens[i+1].text {
	case "h": // 14h30 or 14 h 30; in "14h 30 nov" the 30 is the day
		if two(tokens, i+2) && tokens[i+2].glued == tokens[i+1].glued {
			t.minute = tokens[i+2].number
			return t, 3
		}
	case "uhr":
	default:
		if short(tokens, i+2, 2) && marked(tokens, i+3, "分", "분") {
			t.minute = tokens[i+2].number
			if short(tokens, i+4, 2) && marked(tokens, i+5, "秒", "초") {
				t.second = tokens[i+4].number
				return t, 6
			}
			return t, 4
		}
	}
	return t, 2
}

// bareHour is the 2 of 2 pm.
func bareHour(tokens []token, i int) (timeOfDay, int) {
	if !short(tokens, i, 2) || half(tokens, i+1) == 0 {
		return timeOfDay{}, 0
	}
	return timeOfDay{hour: tokens[i].number}, 1
}

// dottedTime is 14.30, once no date is left that has dots.
func dottedTime(tokens []token, i int) (timeOfDay, int) {
	if !short(tokens, i, 2) || !marked(tokens, i+1, ".") || !two(tokens, i+2) || !tokens[i+2].glued ||
		i+3 < len(tokens) && tokens[i+3].kind == number {
		return timeOfDay{}, 0
	}
	t := timeOfDay{hour: tokens[i].number, minute: tokens[i+2].number}
	if marked(tokens, i+3, ".") && two(tokens, i+4) {
		t.second = tokens[i+4].number
		return t, 5
	}
	return t, 3
}

// half returns 'a' or 'p' if the token is a word for a half of the day.
func half(tokens []token, i int) byte {
	if i < 0 || i >= len(tokens) || tokens[i].kind != word {
		return 0
	}
	w, _ := lookUp(tokens[i].text)
	return w.half
}

// takeHalf applies am or pm after the time, or before it in Chinese, Japanese and
// Korean. It returns false for an hour that the half does not have.
func (t *timeOfDay) takeHalf(tokens []token, begin, end *int) bool {
	found := half(tokens, *end)
	if found != 0 {
		*end++
		if marked(tokens, *end, ".") {
			*end++
		}
	} else if found = half(tokens, *begin-1); found != 0 {
		if !unicode.In(first(tokens[*begin-1].text), unicode.Han, unicode.Hangul) {
			found = 0
		} else {
			*begin--
		}
	}
	switch {
	case found == 0:
		return true
	case t.hour > 12:
		return false
	case found == 'p' && t.hour < 12:
		t.hour += 12
	case found == 'a' && t.hour == 12:
		t.hour = 0
	}
	return true
}

// takeZone reads the abbreviation of a time zone behind the time, also in brackets.
func (t *timeOfDay) takeZone(tokens []token, end *int) {
	i, closing := *end, 0
	if marked(tokens, i, "uhr") {
		i++
	}
	if marked(tokens, i, "(") && marked(tokens, i+2, ")") {
		i, closing = i+1, 1
	}
	if t.exact || i >= len(tokens) || tokens[i].kind != word {
		return
	}
	if zone := abbreviation(tokens[i].text); zone != "" {
		t.zone, *end = zone, i+1+closing
	}
}

const (
	mostEast = 14 * time.Hour
	mostWest = 12 * time.Hour
)

// takeOffset reads Z, UTC, GMT, +01:00, +0100, +01 or UTC+1 behind the time. A
// hyphen before a time with a colon may also be the end of a range, 10:00-11:00: it
// is an offset only behind seconds, or in a date with a T.
func (t *timeOfDay) takeOffset(tokens []token, end *int, seconds bool) {
	i := *end
	named := marked(tokens, i, "z", "utc", "gmt")
	if named {
		t.exact, *end = true, i+1
		i++
	}
	if !marked(tokens, i, "+", "-") || i+1 >= len(tokens) || tokens[i+1].kind != number || !tokens[i+1].glued {
		return
	}
	digits, n := tokens[i+1], 2
	hours, minutes := digits.number, 0
	colon := marked(tokens, i+2, ":") && two(tokens, i+3)
	switch {
	case len(digits.text) == 4:
		hours, minutes = digits.number/100, digits.number%100
	case len(digits.text) > 2:
		return
	case colon:
		minutes, n = tokens[i+3].number, 4
	}
	iso := slices.ContainsFunc(tokens, func(other token) bool { return other.is("t") })
	if tokens[i].is("-") && len(digits.text) != 4 && !named && !seconds && !iso {
		return
	}
	offset := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if tokens[i].is("-") {
		offset = -offset
	}
	if minutes < 60 && offset <= mostEast && offset >= -mostWest {
		t.offset, t.exact, *end = offset, true, i+n
	}
}
