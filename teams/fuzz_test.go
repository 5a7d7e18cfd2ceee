package teams

import (
	"strings"
	"testing"
)

// FuzzRead checks what must hold for every text: no panic, and checkReading finds
// no error. The seeds are the tables of cases and testdata/fuzz.
func FuzzRead(f *testing.F) {
	for _, c := range allCases() {
		if len(c.text) < 4<<10 {
			f.Add(c.text, "", false)
		}
	}
	f.Add("2735012345678", "Mt9xB2N6", true)
	f.Fuzz(func(t *testing.T, text, passcode string, government bool) {
		r := Rules{GovernmentCloud: government}.Read(Input{Text: text, Passcode: passcode})
		if err := checkReading(r); err != nil {
			t.Fatal(err)
		}
		if r.Meeting == nil {
			return
		}
		if !government && strings.Contains(r.Meeting.Link, ".us/") {
			t.Fatalf("got government link %s, which the rules do not allow", r.Meeting.Link)
		}
		if len(r.Meeting.Link) > maxLink {
			t.Fatalf("got a link of %d bytes, want at most %d", len(r.Meeting.Link), maxLink)
		}
	})
}
