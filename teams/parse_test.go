package teams

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// Made-up ids in real shapes. The canonical forms below are what Parse must give.
const (
	tid       = "72f1c0de-1a2b-4c3d-8e4f-00aa11bb22cc"
	oid       = "5e0d9c8b-7a69-4857-b645-3423120f1e0d"
	thread    = "19:meeting_MjdmYTk4ZjEtNDVkMy00YjJlLTk2YWEtZDI0YjY1YzM4ZTA1@thread.v2"
	encThread = "19%3ameeting_MjdmYTk4ZjEtNDVkMy00YjJlLTk2YWEtZDI0YjY1YzM4ZTA1%40thread.v2"
	context   = "%7b%22Tid%22%3a%22" + tid + "%22%2c%22Oid%22%3a%22" + oid + "%22%7d"
	context2  = "%257b%2522Tid%2522%253a%2522" + tid + "%2522%252c%2522Oid%2522%253a%2522" + oid + "%2522%257d"

	classic = "https://teams.microsoft.com/l/meetup-join/" + encThread + "/0?context=" + context
	short   = "https://teams.microsoft.com/meet/2735012345678?p=gT4hK9mQ2xVbNc7LrE"
	byID    = "2735012345678 Mt9xB2N6"

	channelSkype = "https://teams.microsoft.com/l/meetup-join/19%3a345a57d1b2c34d5e8f60718293a4b5c6%40thread.skype/1649187156450?context=" + context
	channelTacv2 = "https://teams.microsoft.com/l/meetup-join/19%3aq9Zx_Lk-Vt7Rj2Wb5Hn8Mc4Pd%40thread.tacv2/1649187156450?context=" + context
)

// parseCase is one form of pasted text. want is a canonical link, "ID passcode",
// or a refusal code.
type parseCase struct{ form, text, want string }

func describe(m Meeting, r *Refusal) string {
	switch {
	case r != nil:
		return string(r.Code)
	case m.Kind == KindLink:
		return m.Link
	default:
		return m.ID + " " + m.Passcode
	}
}

func allCases() []parseCase {
	var all []parseCase
	for _, group := range [][]parseCase{linkCases(), wrapCases(), mailCases(), invitationCases(), idCases(), refusalCases(), lookalikeCases()} {
		all = append(all, group...)
	}
	return all
}

func TestParse(t *testing.T) {
	cases := allCases()
	if len(cases) < 120 {
		t.Errorf("%d cases, want at least 120", len(cases))
	}
	seen := map[string]bool{}
	for _, c := range cases {
		if seen[c.form] {
			t.Errorf("form %q stands twice", c.form)
		}
		seen[c.form] = true
		t.Run(c.form, func(t *testing.T) {
			m, r := Parse(c.text)
			if got := describe(m, r); got != c.want {
				t.Fatalf("got  %s\nwant %s\ntext %s", got, c.want, c.text)
			}
			if err := sound(m, r); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// sound checks what must hold for every result of Parse.
func sound(m Meeting, r *Refusal) error {
	if r != nil {
		if m != (Meeting{}) {
			return fmt.Errorf("a meeting and a refusal (%s) at once", r.Code)
		}
		for _, c := range Codes() {
			if r.Code == c {
				return nil
			}
		}
		return fmt.Errorf("refusal code %q is not in the contract", r.Code)
	}
	rules := Rules{GovernmentCloud: true}
	again, refusal := rules.Parse(m.Link)
	if m.Kind == KindID {
		again, refusal = rules.ParseWithPasscode(m.ID, m.Passcode)
	}
	if refusal != nil || again != m {
		return fmt.Errorf("parsed again: %s, want %s", describe(again, refusal), describe(m, nil))
	}
	if m.Kind == KindID {
		if m.Link != "" || !idShape.MatchString(m.ID) || m.Passcode == "" {
			return fmt.Errorf("meeting by id is not whole: link %q, id %q", m.Link, m.ID)
		}
		return nil
	}
	return sdkAccepts(m)
}

// sdkAccepts follows the Calling SDK 1.46.1 in how it reads a meetingLink, and
// checks that it would read what the Meeting says. It is written apart from the
// parser on purpose.
func sdkAccepts(m Meeting) error {
	u, err := url.Parse(m.Link)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Port() != "" || u.Fragment != "" {
		return fmt.Errorf("link %q: %w", m.Link, err)
	}
	switch u.Host {
	case "teams.microsoft.com", "gov.teams.microsoft.us", "dod.teams.microsoft.us":
	default:
		return fmt.Errorf("link on host %q", u.Host)
	}
	path := strings.Split(u.EscapedPath(), "/")
	if m.ThreadID == "" {
		ok := len(path) == 3 && path[1] == "meet" && path[2] == m.ID &&
			u.RawQuery == "p="+m.Passcode && m.Passcode != "" && !strings.ContainsAny(m.Passcode, "/?&#%")
		if !ok {
			return fmt.Errorf("short link %q", m.Link)
		}
		return nil
	}
	return sdkAcceptsLong(m, u, path)
}

func sdkAcceptsLong(m Meeting, u *url.URL, path []string) error {
	if len(path) != 5 || path[1] != "l" || path[2] != "meetup-join" {
		return fmt.Errorf("long link with path %q", u.EscapedPath())
	}
	gotThread, err := url.PathUnescape(path[3])
	if err != nil || gotThread != m.ThreadID {
		return fmt.Errorf("SDK reads thread %q, want %q: %w", gotThread, m.ThreadID, err)
	}
	if strings.Trim(path[4], "0123456789") != "" || path[4] == "" {
		return fmt.Errorf("SDK reads message %q", path[4])
	}
	raw, only := strings.CutPrefix(u.RawQuery, "context=")
	if !only || strings.ContainsAny(raw, "&=+") {
		return fmt.Errorf("query is not context alone: %q", u.RawQuery)
	}
	text, err := url.PathUnescape(raw)
	if err != nil {
		return fmt.Errorf("context: %w", err)
	}
	want := `{"Tid":"` + m.TenantID + `","Oid":"` + m.OrganizerID + `"`
	if text != want+"}" && (!m.Channel || !strings.HasPrefix(text, want+`,"MessageId":"`)) {
		return fmt.Errorf("SDK reads context %q, want %q", text, want+"}")
	}
	return nil
}

func TestParseFields(t *testing.T) {
	for _, c := range []struct {
		form, text string
		want       Meeting
	}{
		{"classic", classic + "&anon=true", Meeting{Kind: KindLink, Link: classic, TenantID: tid, OrganizerID: oid, ThreadID: thread}},
		{"channel", channelTacv2, Meeting{
			Kind: KindLink, Link: channelTacv2, Channel: true, TenantID: tid, OrganizerID: oid, ThreadID: "19:q9Zx_Lk-Vt7Rj2Wb5Hn8Mc4Pd@thread.tacv2",
		}},
		{"short", short + "&anon=true", Meeting{Kind: KindLink, Link: short, ID: "2735012345678", Passcode: "gT4hK9mQ2xVbNc7LrE"}},
		{"id", "273 501 234 567 8 Mt9xB2N6", Meeting{Kind: KindID, ID: "2735012345678", Passcode: "Mt9xB2N6"}},
	} {
		t.Run(c.form, func(t *testing.T) {
			got, r := Parse(c.text)
			if r != nil || got != c.want {
				t.Errorf("refusal %v, meeting is not the one expected: %s", r, describe(got, nil))
			}
		})
	}
}

func TestParseWithPasscode(t *testing.T) {
	for _, c := range []struct{ form, text, passcode, want string }{
		{"two fields", "2735012345678", "Mt9xB2N6", byID},
		{"two fields with spaces", " 273 501 234 567 8 ", " Mt9x B2N6 ", byID},
		{"two fields with dashes", "273-501-234-567-8", "Mt9xB2N6", byID},
		{"grouped by hand", "27350 12345 678", "Mt9xB2N6", byID},
		{"label copied into the first field", "Meeting ID: 273 501 234 567 8", "Mt9xB2N6", byID},
		{"a passcode of digits", "2735012345678", "123456", "2735012345678 123456"},
		{"the second field goes before the text", "Meeting ID: 273 501 234 567 8\nPasscode: Wr0ngOne", "Mt9xB2N6", byID},
		{"short link without p", "https://teams.microsoft.com/meet/2735012345678", "Mt9xB2N6", byID},
		{"a whole link ignores the passcode", short, "Mt9xB2N6", short},
		{"a classic link ignores the passcode", classic, "none needed!", classic},
		{"empty passcode is Parse", "273 501 234 567 8 Mt9xB2N6", "", byID},
		{"id alone", "2735012345678", "", "passcode-missing"},
		{"passcode of another alphabet", "2735012345678", "пароль", "passcode-missing"},
		{"passcode with a slash", "2735012345678", "Mt9x/B2N6", "passcode-missing"},
		{"passcode too long", "2735012345678", strings.Repeat("a", 65), "too-long"},
		{"passcode far too long", "2735012345678", strings.Repeat("a ", 40<<10), "too-long"},
		{"no id", "", "Mt9xB2N6", "not-a-meeting"},
		{"id too short", "12345", "Mt9xB2N6", "not-a-meeting"},
		{"id too long", strings.Repeat("1", 21), "Mt9xB2N6", "not-a-meeting"},
		{"words for an id", "my meeting", "Mt9xB2N6", "not-a-meeting"},
	} {
		t.Run(c.form, func(t *testing.T) {
			m, r := Rules{}.ParseWithPasscode(c.text, c.passcode)
			if got := describe(m, r); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if err := sound(m, r); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestGovernmentCloud(t *testing.T) {
	const govMeeting = "https://gov.teams.microsoft.us/l/meetup-join/19%3agcch%3ameeting_ZmMyMDk4NzY1NDMyMTA%40thread.v2/0?context=" + context
	const dodMeeting = "https://dod.teams.microsoft.us/l/meetup-join/19%3adod%3ameeting_MDI3YjEyMzQ1Njc4OTA%40thread.v2/0?context=" + context
	const govShort = "https://gov.teams.microsoft.us/meet/2735012345678?p=gT4hK9mQ2xVbNc7LrE"
	for _, c := range []struct{ form, text, allowed, refused string }{
		{"GCC High", govMeeting, govMeeting, "government-cloud"},
		{"DoD", dodMeeting, dodMeeting, "government-cloud"},
		{"GCC High with more parameters", govMeeting + "&anon=true", govMeeting, "government-cloud"},
		{"GCC High short", govShort, govShort, "government-cloud"},
		{"GCC High short without passcode", "https://gov.teams.microsoft.us/meet/2735012345678", "passcode-missing", "government-cloud"},
		{"GCC High launcher", "https://gov.teams.microsoft.us/dl/launcher/launcher.html?url=%2F_%23%2Fmeet%2F2735012345678%3Fp%3DgT4hK9mQ2xVbNc7LrE%26anon%3Dtrue", govShort, "government-cloud"},
		{"government SafeLinks", "https://usg01.safelinks.protection.office365.us/?url=" + url.QueryEscape(govMeeting) + "&data=05", govMeeting, "government-cloud"},
		{"GCC High chat", "https://gov.teams.microsoft.us/l/chat/0/0?users=a@example.com", "call-or-chat", "call-or-chat"},
		{"the public cloud", classic, classic, classic},
	} {
		t.Run(c.form, func(t *testing.T) {
			if got := describe(Rules{GovernmentCloud: true}.Parse(c.text)); got != c.allowed {
				t.Errorf("allowed: got %s, want %s", got, c.allowed)
			}
			m, r := Parse(c.text)
			if got := describe(m, r); got != c.refused {
				t.Errorf("not allowed: got %s, want %s", got, c.refused)
			}
			if err := sound(m, r); err != nil {
				t.Error(err)
			}
		})
	}
}
