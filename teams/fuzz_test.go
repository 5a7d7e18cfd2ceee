package teams

import (
	"strings"
	"testing"
)

// FuzzRead feeds anything to the parser and checks what must always hold: no
// panic, a code of the contract or a meeting that parses to itself and that the
// Calling SDK would accept, and nothing of the text in what gets printed. The
// seeds are the tables of cases and testdata/fuzz.
func FuzzRead(f *testing.F) {
	for _, c := range allCases() {
		if len(c.text) < 4<<10 {
			f.Add(c.text, "", false)
		}
	}
	f.Add("2735012345678", "Mt9xB2N6", true)
	f.Fuzz(func(t *testing.T, text, passcode string, government bool) {
		r := Rules{GovernmentCloud: government}.Read(Input{Text: text, Passcode: passcode})
		if err := sound(r); err != nil {
			t.Fatal(err)
		}
		if r.Meeting == nil {
			return
		}
		if !government && strings.Contains(r.Meeting.Link, ".us/") {
			t.Fatalf("government link without leave: %s", r.Meeting.Link)
		}
		if len(r.Meeting.Link) > maxLink {
			t.Fatalf("link of %d bytes", len(r.Meeting.Link))
		}
	})
}
