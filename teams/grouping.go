package teams

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// separators are what people put between the groups of a number.
const separators = " .-_,·•"

// regrouped reads a meeting ID behind its label whose digits are not grouped as Teams
// groups them: in fours, with dots, as a spreadsheet's number. All groups must have
// the same separator, and nothing that could belong to the number may follow them.
// It needs 12 digits, because the numbers of other services have fewer.
func regrouped(words string, from int) (number, bool) {
	n, last, regular := digitGroups(words, from)
	switch {
	case regular, len(n.id) < 12, len(n.id) > 16, n.id[0] == '0', n.shorterEnd == from, n.shorterEnd-from >= 9 && len(n.shorter) == n.shorterEnd-from:
		return number{}, false
	case !endsNumber(words[n.end:]):
		return number{}, false
	}
	if n.spoken = scopeBefore(words, from); n.spoken != scopeMeeting {
		return number{}, false
	}
	if len(n.shorter) >= 9 && clockOrYear.MatchString(last) {
		n.id, n.end, n.longer = n.shorter, n.shorterEnd, n.id
	}
	n.shorter, n.shorterEnd = "", n.end
	return n, true
}

// clockOrYear is a group that may be a time or a year instead.
var clockOrYear = regexp.MustCompile(`^(?:[01][0-9]|2[0-3])[0-5][0-9]$|^20[0-9]{2}$`)

// digitGroups reads groups of digits with the same separator between them. It also
// returns the last group, and whether the groups are those that Teams makes.
func digitGroups(words string, from int) (n number, last string, regular bool) {
	n = number{start: from, end: from, shorterEnd: from}
	separator, at := "", from
	regular = true
	for len(n.id) <= 16 {
		group := leadingDigits(words[at:])
		if group == "" {
			break
		}
		regular = regular && len(group) <= 3 && (n.id == "" || len(last) == 3)
		n.shorter, n.shorterEnd = n.id, n.end
		n.id, n.end, last = n.id+group, at+len(group), group
		gap := separatorAt(words[n.end:])
		if separator == "" {
			separator = gap
		}
		if gap == "" || gap != separator {
			break
		}
		at = n.end + len(gap)
	}
	return n, last, regular && (separator == " " || separator == "-" || separator == "")
}

// separatorAt returns the separator with which a text begins: up to three blanks, or
// one other character.
func separatorAt(text string) string {
	if blanks := countPrefix(text, " "); blanks > 0 {
		return text[:min(blanks, 3)]
	}
	r, size := utf8.DecodeRuneInString(text)
	if size > 0 && strings.ContainsRune(separators, r) {
		return text[:size]
	}
	return ""
}

// endsNumber reports whether nothing at the beginning of a text continues a number or
// makes a quantity of it.
func endsNumber(after string) bool {
	if unitAfter.MatchString(after) {
		return false
	}
	rest := strings.TrimLeft(after, " ")
	r, _ := utf8.DecodeRuneInString(rest)
	switch {
	case rest == "", strings.ContainsRune("\n,;|)\"'<", r):
		return true
	case r == '.' && lastOnLine(rest):
		return true
	case labelAt(rest) > 0, labels().passcode.at(rest) > 0:
		return true
	}
	return unicode.IsLetter(r) && !latin(r)
}
