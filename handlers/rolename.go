package handlers

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// reservedMarks are the words that Teams adds to names. Visitors must not type them.
var reservedMarks = []string{"organizer", "organiser", "presenter", "host", "guest", "unverified", "external", "anonymous", "verified"}

// bracketed matches a word in brackets of any script; the closing bracket may be missing.
var bracketed = regexp.MustCompile(`[\p{Ps}<]\s*([^\p{Ps}\p{Pe}<>]*?)\s*(?:[\p{Pe}>]|$)`)

// invisible removes the joiners that names of some scripts need, but no reserved word has.
var invisible = strings.NewReplacer("\u200c", "", "\u200d", "")

// withoutMarks removes from a typed name every bracketed word that only Teams or this site may add:
// "(Organizer)", or a role such as "(interpreter)" in any of the site's languages.
func (s *Site) withoutMarks(name string) string {
	reserved := func(word string) bool {
		for _, mark := range reservedMarks {
			if strings.EqualFold(word, mark) {
				return true
			}
		}
		for _, t := range s.catalogue.Languages() {
			if strings.EqualFold(word, t.Text("role.companion")) || strings.EqualFold(word, t.Text("role.interpreter")) {
				return true
			}
		}
		return false
	}
	// Full-width brackets and letters become the plain ones, to be compared.
	plain := norm.NFKC.String(name)
	kept := bracketed.ReplaceAllStringFunc(plain, func(found string) string {
		if word := bracketed.FindStringSubmatch(found)[1]; reserved(strings.TrimSpace(invisible.Replace(word))) {
			return " "
		}
		return found
	})
	if kept == plain {
		return name
	}
	return strings.Join(strings.Fields(kept), " ")
}
