package teams

import (
	"strings"
	"testing"
)

// TestCutLinksAreNeverAnotherMeeting cuts links at every byte, from both ends. The
// result must be the meeting, a question or a refusal. The exception is a short link
// with at least six letters of its passcode left: it looks complete.
func TestCutLinksAreNeverAnotherMeeting(t *testing.T) {
	const scheme, host = len("https://teams."), len("https://teams.microsoft.com/")
	for _, link := range []string{short, classic} {
		for at := 1; at < len(link); at++ {
			for _, text := range []string{link[:at], "Join: " + link[:at] + "\nThank you", link[:at] + "...", link[:at] + "\u2026", link[at:]} {
				r := read(text)
				if r.Meeting != nil && r.Meeting.Link != link && !strings.HasPrefix(text, r.Meeting.Link) && !strings.HasPrefix(text, "Join: "+r.Meeting.Link+"\n") {
					t.Errorf("%q: got %s, want %s, a question or a refusal", text, describe(r), link)
				}
				if r.Refusal != nil && r.Refusal.Code == LookalikeHost {
					t.Errorf("%q: got %s for a genuine link", text, LookalikeHost)
				}
				bareHost := at == host || at == host-1
				if strings.HasPrefix(text, link[:min(at, scheme+1)]) && at > scheme && !bareHost && r.Refusal != nil && r.Refusal.Code == NotAMeeting {
					t.Errorf("%q: got %s for part of a genuine link", text, NotAMeeting)
				}
			}
		}
	}
}
