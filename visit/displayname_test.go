package visit

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
		{"64 runes after NFC", strings.Repeat("e\u0301", 64), strings.Repeat("é", 64)},
		{"Hangul composed from its letters", "\u1112\u1161\u11ab", "한"},
		{"64 runes of four bytes", strings.Repeat("𠀀", 64), strings.Repeat("𠀀", 64)},
		{"joiner in a name", "\u0928\u0940\u0932\u092e\u200d\u0936", "\u0928\u0940\u0932\u092e\u200d\u0936"},
		{"non-joiner in a name", "علی\u200cرضا", "علی\u200cرضا"},
		{"emoji family", "Sam 👩\u200d👧", "Sam 👩\u200d👧"},
		{"markup, which stays text", `<b>Sam</b> "&'`, `<b>Sam</b> "&'`},
	} {
		if got, fault := DisplayName(c.typed); got != c.want || fault != "" {
			t.Errorf("%s: got %q with fault %q, want %q", c.what, got, fault, c.want)
		}
	}
}

func TestDisplayNameRejects(t *testing.T) {
	for _, c := range []struct {
		what, typed string
		want        Reason
	}{
		{"nothing", "", Missing},
		{"spaces only", " \u00a0\u2003\u3000\t\r\n", Missing},
		{"65 runes", strings.Repeat("a", 65), TooLong},
		{"65 runes after NFC", strings.Repeat("e\u0301", 65), TooLong},
		{"right-to-left override", "Sam\u202egnp", Unreadable},
		{"left-to-right mark", "Sam\u200e", Unreadable},
		{"isolate", "Sam\u2066x\u2069", Unreadable},
		{"Arabic letter mark", "Sam\u061c", Unreadable},
		{"zero-width space", "Sam\u200bPatel", Unreadable},
		{"byte order mark", "\ufeffSam", Unreadable},
		{"soft hyphen", "Sam\u00adPatel", Unreadable},
		{"word joiner", "Sam\u2060", Unreadable},
		{"tag characters", "Sam\U000e0041", Unreadable},
		{"joiners only", "\u200d\u200c", Unreadable},
		{"NUL", "Sam\x00", Unreadable},
		{"escape", "Sam\x1b[31m", Unreadable},
		{"delete", "Sam\x7f", Unreadable},
		{"private use", "Sam\ue000", Unreadable},
		{"replacement character", "Sam\ufffd", Unreadable},
		{"noncharacter", "Sam\uffff", Unreadable},
		{"not UTF-8", "Sam\xff", Unreadable},
		{"surrogate in UTF-8", "Sam\xed\xa0\x80", Unreadable},
		{"punctuation only", "...", Unreadable},
		{"emoji only", "👍", Unreadable},
		{"combining mark only", "\u0301", Unreadable},
		{"an invisible letter", "\u3164", Unreadable},
		{"a half-width invisible letter", "\uffa0", Unreadable},
		{"two invisible Hangul letters", "\u115f\u1160", Unreadable},
	} {
		if got, fault := DisplayName(c.typed); got != "" || fault != c.want {
			t.Errorf("%s: got %q with fault %q, want fault %q", c.what, got, fault, c.want)
		}
	}
}

// FuzzDisplayName checks that a name is printable and short, and that cleaning it again
// does not change it. Pages send the cleaned name back.
func FuzzDisplayName(f *testing.F) {
	for _, seed := range []string{
		"", " Sam  Patel ", "Jose\u0301", "Sam\u202e", "\u200d\u200d", "\u3164", strings.Repeat("e\u0301", 65),
		"\u1112\u1161\u11ab", "\xff", "a\u0345\u0301", "\u0340\u0341", "Ω", "a \u0301",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		name, fault := DisplayName(typed)
		if (name == "") != (fault != "") {
			t.Fatalf("got name %q with fault %q, want either of them", name, fault)
		}
		if fault != "" {
			return
		}
		if again, fault := DisplayName(name); again != name || fault != "" {
			t.Errorf("DisplayName(%q) returns %q with fault %q, want the same name", name, again, fault)
		}
		if n := utf8.RuneCountInString(name); n > MaxNameRunes || !norm.NFC.IsNormalString(name) {
			t.Errorf("%q has %d runes, want at most %d in NFC", name, n, MaxNameRunes)
		}
		hasLetter := false
		for _, r := range name {
			joiner := r == '\u200c' || r == '\u200d'
			// Go's tables do not have the newest letters.
			unassigned := unicode.Is(unicode.Cn, r) && !unicode.Is(unicode.Noncharacter_Code_Point, r)
			if !unicode.IsPrint(r) && !joiner && !unassigned {
				t.Errorf("%q contains %U, which is not printable", name, r)
			}
			hasLetter = hasLetter || unicode.IsLetter(r) || unicode.IsNumber(r)
		}
		if !hasLetter {
			t.Errorf("%q has no letter or number", name)
		}
	})
}
