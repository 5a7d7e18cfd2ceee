package handlers

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestDisplayName(t *testing.T) {
	for _, c := range []struct{ what, typed, want string }{
		{"plain", "Sam Patel", "Sam Patel"},
		{"spaces around and between", " \t Sam \u00a0\u3000  Patel\n", "Sam Patel"},
		{"one letter", "A", "A"},
		{"a number", "7", "7"},
		{"composed by NFC", "Jose\u0301", "José"},
		{"composed by NFC to fit", strings.Repeat("e\u0301", 64), strings.Repeat("é", 64)},
		{"Hangul from its letters", "\u1112\u1161\u11ab", "한"},
		{"64 runes of four bytes", strings.Repeat("𠀀", 64), strings.Repeat("𠀀", 64)},
		{"joiner in a name", "\u0928\u0940\u0932\u092e\u200d\u0936", "\u0928\u0940\u0932\u092e\u200d\u0936"},
		{"non-joiner in a name", "علی\u200cرضا", "علی\u200cرضا"},
		{"emoji family", "Sam 👩\u200d👧", "Sam 👩\u200d👧"},
		{"markup is only text", `<b>Sam</b> "&'`, `<b>Sam</b> "&'`},
	} {
		if got, fault := displayName(c.typed); got != c.want || fault != "" {
			t.Errorf("%s: %q, %q, want %q", c.what, got, fault, c.want)
		}
	}
}

func TestDisplayNameRefused(t *testing.T) {
	for _, c := range []struct {
		what, typed string
		want        nameFault
	}{
		{"nothing", "", nameMissing},
		{"spaces only", " \u00a0\u2003\u3000\t\r\n", nameMissing},
		{"65 runes", strings.Repeat("a", 65), nameTooLong},
		{"65 runes after NFC", strings.Repeat("e\u0301", 65), nameTooLong},
		{"right-to-left override", "Sam\u202egnp", nameUnreadable},
		{"left-to-right mark", "Sam\u200e", nameUnreadable},
		{"isolate", "Sam\u2066x\u2069", nameUnreadable},
		{"Arabic letter mark", "Sam\u061c", nameUnreadable},
		{"zero-width space", "Sam\u200bPatel", nameUnreadable},
		{"byte order mark", "\ufeffSam", nameUnreadable},
		{"soft hyphen", "Sam\u00adPatel", nameUnreadable},
		{"word joiner", "Sam\u2060", nameUnreadable},
		{"tag characters", "Sam\U000e0041", nameUnreadable},
		{"nothing but joiners", "\u200d\u200c", nameUnreadable},
		{"NUL", "Sam\x00", nameUnreadable},
		{"escape", "Sam\x1b[31m", nameUnreadable},
		{"delete", "Sam\x7f", nameUnreadable},
		{"private use", "Sam\ue000", nameUnreadable},
		{"replacement character", "Sam\ufffd", nameUnreadable},
		{"noncharacter", "Sam\uffff", nameUnreadable},
		{"not UTF-8", "Sam\xff", nameUnreadable},
		{"surrogate in UTF-8", "Sam\xed\xa0\x80", nameUnreadable},
		{"punctuation only", "...", nameUnreadable},
		{"emoji only", "👍", nameUnreadable},
		{"combining mark only", "\u0301", nameUnreadable},
		{"a letter that nobody sees", "\u3164", nameUnreadable},
		{"a half-width one", "\uffa0", nameUnreadable},
		{"another", "\u115f\u1160", nameUnreadable},
	} {
		if got, fault := displayName(c.typed); got != "" || fault != c.want {
			t.Errorf("%s: %q, %q, want %q", c.what, got, fault, c.want)
		}
	}
}

// What comes out can be shown, is short, and is what comes out again: a name that is kept in the
// session and sent back by the page stays the same.
func FuzzDisplayName(f *testing.F) {
	for _, seed := range []string{
		"", " Sam  Patel ", "Jose\u0301", "Sam\u202e", "\u200d\u200d", "\u3164", strings.Repeat("e\u0301", 65),
		"\u1112\u1161\u11ab", "\xff", "a\u0345\u0301", "\u0340\u0341", "Ω", "a \u0301",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		name, fault := displayName(typed)
		if (name == "") != (fault != "") {
			t.Fatalf("name %q with fault %q", name, fault)
		}
		if fault != "" {
			return
		}
		if again, fault := displayName(name); again != name || fault != "" {
			t.Errorf("%q becomes %q, %q when it is typed again", name, again, fault)
		}
		if n := utf8.RuneCountInString(name); n > maxNameRunes || !norm.NFC.IsNormalString(name) {
			t.Errorf("%q has %d runes, NFC %v", name, n, norm.NFC.IsNormalString(name))
		}
		seen := false
		for _, r := range name {
			joiner := r == '\u200c' || r == '\u200d'
			// A letter may be newer than Go's tables.
			later := unicode.Is(unicode.Cn, r) && !unicode.Is(unicode.Noncharacter_Code_Point, r)
			if !unicode.IsPrint(r) && !joiner && !later {
				t.Errorf("%q holds %U", name, r)
			}
			seen = seen || unicode.IsLetter(r) || unicode.IsNumber(r)
		}
		if !seen {
			t.Errorf("%q has nothing to read", name)
		}
	})
}
