package teams

import (
	"strings"
	"testing"
)

// TestReadCutLinks cuts links at every byte, from both ends, and puts a word behind
// them. The result is the meeting, a question or a refusal; only a short link that was
// cut behind six letters of its passcode looks like a whole one.
func TestReadCutLinks(t *testing.T) {
	const scheme, host = len("https://teams."), len("https://teams.microsoft.com/")
	for _, link := range []string{short, classic} {
		for at := 1; at < len(link); at++ {
			for _, text := range []string{link[:at], "Join: " + link[:at] + "\nThank you", link[:at] + "...", link[:at] + "\u2026", link[at:]} {
				r := read(text)
				if r.Meeting != nil && r.Meeting.Link != link && !strings.HasPrefix(text, r.Meeting.Link) && !strings.HasPrefix(text, "Join: "+r.Meeting.Link+"\n") {
					t.Errorf("%q: got %s", text, describe(r))
				}
				if r.Refusal != nil && r.Refusal.Code == LookalikeHost {
					t.Errorf("%q: a genuine link is accused", text)
				}
				whole := at == host || at == host-1 // the address of Teams itself
				if strings.HasPrefix(text, link[:min(at, scheme+1)]) && at > scheme && !whole && r.Refusal != nil && r.Refusal.Code == NotAMeeting {
					t.Errorf("%q: a genuine link is not recognised", text)
				}
			}
		}
	}
}
