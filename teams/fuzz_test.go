package teams

import (
	"strings"
	"testing"
)

// FuzzParse feeds anything to the parser and checks what must always hold: no
// panic, a code of the contract or a meeting that parses to itself and that the
// Calling SDK would accept, and nothing of the text in what gets printed. The
// seeds are the table of cases and testdata/fuzz.
func FuzzParse(f *testing.F) {
	for _, c := range allCases() {
		if len(c.text) < 4<<10 {
			f.Add(c.text, "", false)
		}
	}
	f.Add("2735012345678", "Mt9xB2N6", true)
	f.Fuzz(func(t *testing.T, text, passcode string, government bool) {
		m, r := Rules{GovernmentCloud: government}.ParseWithPasscode(text, passcode)
		if err := sound(m, r); err != nil {
			t.Fatal(err)
		}
		if !government && strings.Contains(m.Link, ".us/") {
			t.Fatalf("government link without leave: %s", m.Link)
		}
		if len(m.Link) > maxLink {
			t.Fatalf("link of %d bytes", len(m.Link))
		}
	})
}
