package handlers

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// reservedMarks are the words that Teams adds to names. Visitors must not type them.
var reservedMarks = []string{"organizer", "organiser", "presenter", "host", "guest", "unverified", "external", "anonymous", "verified"}

// bracket is a bracket of any script, or what looks like one.
var bracket = regexp.MustCompile(`[\p{Ps}\p{Pe}<>‹›«»˂˃ᐸᐳᚲ|ǀ∣]`)

// isMark reports whether a word looks like one that only Teams or this site may add to a name, such as a role in any
// of the site's languages.
func (s *Site) isMark(word string) bool {
	typed := shape(word)
	for _, mark := range reservedMarks {
		if typed == shape(mark) {
			return true
		}
	}
	for _, t := range s.catalogue.Languages() {
		if typed == shape(t.Text("role.companion")) || typed == shape(t.Text("role.interpreter")) {
			return true
		}
	}
	return false
}

// withoutMarks removes from a typed name every mark after a bracket, whether or not another bracket closes it.
func (s *Site) withoutMarks(name string) string {
	plain := norm.NFKC.String(name) // full-width brackets and letters become the plain ones
	parts, brackets := bracket.Split(plain, -1), bracket.FindAllString(plain, -1)
	kept, found, closes := parts[0], false, false
	for i, part := range parts[1:] {
		switch {
		case s.isMark(part):
			kept, found, closes = kept+" ", true, true
			continue
		case !closes:
			kept += brackets[i]
		}
		kept, closes = kept+part, false
	}
	if !found {
		return name
	}
	return strings.Join(strings.Fields(kept), " ")
}
