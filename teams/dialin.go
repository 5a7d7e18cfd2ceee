package teams

import (
	"regexp"
	"strings"
)

// DialIn is how to join a meeting by telephone.
type DialIn struct {
	// Number to dial, as the invitation prints it, such as +44 20 1234 5678.
	Number string
	// Conference is the conference ID to type after dialling, digits only.
	Conference string
}

var (
	// dialled is a number with the conference ID that a telephone dials after it:
	// +44 20 1234 5678,,123456789#. The invitations of every language have it.
	dialled = regexp.MustCompile(`(\+?[0-9(][0-9 ().-]{5,24}[0-9])\s?,{1,4}\s?([0-9][0-9 ]{2,24}[0-9])\s?(?:#|%23)`)
	// conferenceID is the ID on a line of its own, with its number sign.
	conferenceID = regexp.MustCompile(`(?:^|[^0-9,])([0-9]{1,6}(?: [0-9]{1,6}){1,5}|[0-9]{6,12}) ?#`)
	// international is a telephone number with its country.
	international = regexp.MustCompile(`\+[0-9][0-9 ().-]{6,24}[0-9]`)
)

// ReadDialIn returns the dial-in of an invitation. It returns false if there is
// none, or if the text has several conference IDs or several numbers for one ID
// without saying which belongs to it. Of several numbers that all dial the same
// conference it returns the first with a country code.
func ReadDialIn(text string) (DialIn, bool) {
	if len(text) > maxText {
		return DialIn{}, false
	}
	p := &parser{}
	body := p.open(text, true).text
	var found []DialIn
	for _, m := range dialled.FindAllStringSubmatch(body, maxIDs) {
		if d := newDialIn(m[1], m[2]); d.isPlausible() {
			found = append(found, d)
		}
	}
	if len(found) == 0 {
		ids, numbers := unique(conferenceID, body, 1), unique(international, body, 0)
		if len(ids) != 1 || len(numbers) != 1 {
			return DialIn{}, false
		}
		d := newDialIn(numbers[0], ids[0])
		return d, d.isPlausible()
	}
	best := found[0]
	for _, d := range found[1:] {
		if d.Conference != best.Conference {
			return DialIn{}, false
		}
		if d.Number[0] == '+' && best.Number[0] != '+' {
			best = d
		}
	}
	return best, true
}

func newDialIn(number, conference string) DialIn {
	return DialIn{Number: strings.Join(strings.Fields(number), " "), Conference: strings.ReplaceAll(conference, " ", "")}
}

// isPlausible reports whether number and ID have as many digits as such have: 7 to 15 (E.164) and 4 to 20.
func (d DialIn) isPlausible() bool {
	digits := len(d.Number) - len(strings.Map(dropDigits, d.Number))
	return digits >= 7 && digits <= 15 && len(d.Conference) >= 4 && len(d.Conference) <= 20
}

func dropDigits(r rune) rune {
	if r >= '0' && r <= '9' {
		return -1
	}
	return r
}

// unique returns the different matches, compared by their digits.
func unique(pattern *regexp.Regexp, text string, group int) (all []string) {
	seen := make(map[string]bool)
	for _, m := range pattern.FindAllStringSubmatch(text, maxIDs) {
		digits := strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, m[group])
		if !seen[digits] {
			seen[digits] = true
			all = append(all, m[group])
		}
	}
	return all
}
