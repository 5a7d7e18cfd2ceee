package visit

import (
	"fmt"
	"strings"
	"unicode"
)

// Names are written in one of two ways, whichever is shorter. In the first, each
// character takes five bits, since most names are a few plain letters with a
// capital at the beginning of each word; other is the sign that the next letter's
// case is not the expected one. In the second, it is UTF-8 up to a zero byte.
const (
	nameLetters = "abcdefghijklmnopqrstuvwxyz -'."
	nameOther   = uint64(len(nameLetters))     // 30
	nameEnd     = uint64(len(nameLetters) + 1) // 31
	nameWidth   = 5
	maxNameSign = 2 * MaxNameRunes
)

func putText(w *bitWriter, text string) {
	signs, ok := nameSigns(text)
	if ok && nameWidth*len(signs) <= 8*(len(text)+1) {
		w.flag(false)
		for _, s := range signs {
			w.put(s, nameWidth)
		}
		return
	}
	w.flag(true)
	w.octets([]byte(text))
	w.put(0, 8)
}

// nameSigns writes text in the signs of a name, the end included.
func nameSigns(text string) (signs []uint64, ok bool) {
	capital := true
	for _, r := range text {
		lower := unicode.ToLower(r)
		at := strings.IndexRune(nameLetters, lower)
		if at < 0 || r > unicode.MaxASCII {
			return nil, false
		}
		letter := lower >= 'a' && lower <= 'z'
		if letter && (r != lower) != capital {
			signs = append(signs, nameOther)
		}
		signs = append(signs, uint64(at))
		capital = !letter
	}
	return append(signs, nameEnd), true
}

func takeText(r *bitReader) (string, bool) {
	if r.flag() {
		return takeZeroEnded(r)
	}
	var b strings.Builder
	capital, other := true, false
	for range maxNameSign {
		s := r.take(nameWidth)
		switch s {
		case nameEnd:
			return b.String(), !other && !r.short
		case nameOther:
			other = true
			continue
		}
		c := nameLetters[s]
		letter := c >= 'a' && c <= 'z'
		if letter && capital != other {
			c -= 'a' - 'A'
		}
		b.WriteByte(c)
		capital, other = !letter, false
	}
	return "", false
}

func takeZeroEnded(r *bitReader) (string, bool) {
	var b strings.Builder
	for range 4*MaxNameRunes + 1 {
		c := byte(r.take(8))
		if c == 0 {
			return b.String(), !r.short
		}
		b.WriteByte(c)
	}
	return "", false
}

// phoneLetters are all that a phone number is made of; the sixteenth sign ends it.
const (
	phoneLetters = "0123456789+ -()"
	phoneEnd     = uint64(len(phoneLetters)) // 15
)

func putPhone(w *bitWriter, text string) {
	for _, r := range text {
		w.put(uint64(strings.IndexRune(phoneLetters, r)), 4)
	}
	w.put(phoneEnd, 4)
}

func takePhone(r *bitReader) (string, bool) {
	var b strings.Builder
	for range maxPhone + 1 {
		s := r.take(4)
		if s == phoneEnd {
			return b.String(), !r.short
		}
		b.WriteByte(phoneLetters[s])
	}
	return "", false
}

// Digits are written as their count in five bits, then three in ten bits.
func putDigits(w *bitWriter, digits string) {
	w.put(uint64(len(digits)), 5)
	for len(digits) > 0 {
		n := min(3, len(digits))
		var value uint64
		for _, c := range []byte(digits[:n]) {
			value = 10*value + uint64(c-'0')
		}
		w.put(value, digitWidth(n))
		digits = digits[n:]
	}
}

// digitWidth is how many bits one, two or three digits take.
func digitWidth(n int) int { return []int{0, 4, 7, 10}[n] }

func takeDigits(r *bitReader) (string, bool) {
	left := int(r.take(5))
	digits := make([]byte, 0, left)
	for left > 0 {
		n := min(3, left)
		value := r.take(digitWidth(n))
		group := fmt.Sprintf("%0*d", n, value)
		if len(group) > n {
			return "", false
		}
		digits = append(digits, group...)
		left -= n
	}
	return string(digits), !r.short
}
