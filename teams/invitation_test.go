package teams

import (
	"strings"
	"testing"
)

// words are the words of one language's invitations, from testdata/invitations.json.
// Sources maps a year to the source of that year's layout, or to "derived" if the
// layout was taken from another language.
type words struct {
	Language, Click, Now, Join, Help, ID, Passcode, DialIn, Conference, Video, Organizers string
	Sources                                                                               map[string]string
}

func invitationWords(t testing.TB) []words {
	t.Helper()
	return readJSON[[]words](t, "testdata/invitations.json")
}

const line80 = "________________________________________________________________________________"

// layout2021 returns an invitation without meeting ID and passcode. It has the numbers
// of a video conference and of a telephone conference.
func (w words) layout2021(link string) string {
	return strings.Join([]string{
		line80, "Microsoft Teams", w.Click + "<" + link + ">",
		"123456@t.vc.example", w.Video + ": 113 456 789 0", "VTC",
		w.DialIn, "+44 20 3321 5208,,123456789#<tel:+442033215208,,123456789#>   United Kingdom, London",
		w.Conference + ": 123 456 789#", w.Organizers, line80,
	}, "\n")
}

// layout2024 returns an invitation with meeting ID, passcode and dial-in numbers. An
// empty link leaves the link out.
func (w words) layout2024(link, id, passcode string) string {
	join := w.Now
	if link != "" {
		join += "<" + link + ">"
	}
	return strings.Join([]string{
		line80, "Microsoft Teams " + w.Help + "<https://aka.ms/JoinTeamsMeeting?omkt=en-US>", join,
		w.ID + ": " + id, w.Passcode + ": " + passcode, "________________________________",
		w.DialIn, "+1 323-849-4874,,123456789#<tel:+13238494874,,123456789#> United States, Los Angeles",
		w.Conference + ": 123 456 789#", "123456@m.vc.example", w.Video + ": 113 456 789 0",
		w.Organizers + "<https://teams.microsoft.com/meetingOptions/?organizerId=" + oid + "&tenantId=" + tid + "&threadId=19_meeting_MjdmYTk4@thread.v2&messageId=0&language=en-US>", line80,
	}, "\n")
}

// layout2026 returns an invitation without dial-in numbers. An empty link leaves the
// link out.
func (w words) layout2026(link, id, passcode string) string {
	lines := []string{line80, "Microsoft Teams", w.Join + ": " + link, w.ID + ": " + id, w.Passcode + ": " + passcode}
	if link == "" {
		lines = append(lines[:2], lines[3:]...)
	}
	return strings.Join(append(lines, w.Help+" | "+w.Organizers, line80), "\n")
}

// TestReadInvitationsOfEveryLanguage reads three layouts: with their link, without it,
// on one line, and with every line break removed.
func TestReadInvitationsOfEveryLanguage(t *testing.T) {
	all := invitationWords(t)
	if len(all) < 30 {
		t.Errorf("%d languages, want at least 30", len(all))
	}
	const id, passcode, want = "264 183 392 744 15", "Mt9xB2N6", "26418339274415 Mt9xB2N6"
	for _, w := range all {
		for year, layout := range map[string]string{
			"2021": w.layout2021(classic), "2024": w.layout2024(classic, id, passcode), "2026": w.layout2026(short, id, passcode),
		} {
			if w.Sources[year] == "" {
				t.Errorf("%s %s: testdata/invitations.json names no source", w.Language, year)
			}
			wantLink := classic
			if year == "2026" {
				wantLink = short
			}
			if got := describe(read(layout)); got != wantLink {
				t.Errorf("%s %s: got %s, want %s", w.Language, year, got, wantLink)
			}
		}
		for form, text := range map[string]string{
			"2024 without link": w.layout2024("", id, passcode), "2026 without link": w.layout2026("", id, passcode),
			"2024 on one line": strings.ReplaceAll(w.layout2024("", id, passcode), "\n", " "), "2026 on one line": strings.ReplaceAll(w.layout2026("", id, passcode), "\n", " "),
			"2024 without line breaks": strings.ReplaceAll(w.layout2024("", id, passcode), "\n", ""), "2026 without line breaks": strings.ReplaceAll(w.layout2026("", id, passcode), "\n", ""),
		} {
			if got := describe(read(text)); got != want {
				t.Errorf("%s %s: got %s, want %s\ntext %s", w.Language, form, got, want, text)
			}
		}
		if got := describe(read(w.layout2021("https://contoso.example/"))); got != "not-a-meeting" {
			t.Errorf("%s 2021 without link: got %s, want not-a-meeting", w.Language, got)
		}
	}
}
