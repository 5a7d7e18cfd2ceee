package teams

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
)

// Invented IDs in the form of real ones. The links are in the canonical form, which
// Read must return.
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

// parseCase is one form of pasted text. want is what describe returns for it.
type parseCase struct{ form, text, want string }

// describe returns the canonical link, "ID passcode", the refusal code, or
// "question" and its code.
func describe(r Reading) string {
	switch {
	case r.Question != nil:
		return "question " + string(r.Question.Code)
	case r.Refusal != nil:
		return string(r.Refusal.Code)
	}
	return r.Meeting.Text()
}

func read(text string) Reading { return Read(Input{Text: text}) }

// readJSON reads a file of testdata.
func readJSON[T any](t testing.TB, file string) (value T) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func allCases() []parseCase {
	var all []parseCase
	for _, group := range [][]parseCase{linkCases(), wrapCases(), mailCases(), invitationCases(), idCases(), refusalCases(), lookalikeCases()} {
		all = append(all, group...)
	}
	return all
}

func TestRead(t *testing.T) {
	cases := allCases()
	if len(cases) < 120 {
		t.Errorf("%d cases, want at least 120", len(cases))
	}
	seen := map[string]bool{}
	for _, c := range cases {
		if seen[c.form] {
			t.Errorf("two cases have the form %q", c.form)
		}
		seen[c.form] = true
		t.Run(c.form, func(t *testing.T) {
			r := read(c.text)
			if got := describe(r); got != c.want {
				t.Fatalf("got  %s (%s)\nwant %s\ntext %s", got, r.Rule, c.want, c.text)
			}
			if err := checkReading(r); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// checkReading checks what must hold for every reading.
func checkReading(r Reading) error {
	set := 0
	for _, is := range []bool{r.Meeting != nil, r.Refusal != nil, r.Question != nil} {
		if is {
			set++
		}
	}
	switch {
	case set != 1:
		return fmt.Errorf("%d of meeting, refusal and question are set, want 1", set)
	case r.Refusal != nil:
		if code := r.Refusal.Code; !slices.Contains(Codes(), code) {
			return fmt.Errorf("refusal code %q is not in the contract", code)
		}
		return nil //nolint:nilerr // a Refusal is a result here
	case r.Meeting != nil:
		return checkMeeting(*r.Meeting)
	case !slices.Contains(QuestionCodes(), r.Question.Code):
		return fmt.Errorf("question code %q is not in the contract", r.Question.Code)
	case len(r.Question.Choices) < 1 || len(r.Question.Choices) > maxChoices:
		return fmt.Errorf("got %d choices, want 1 to %d", len(r.Question.Choices), maxChoices)
	}
	for i, m := range r.Question.Choices {
		if slices.Contains(r.Question.Choices[:i], m) {
			return fmt.Errorf("choice %d repeats an earlier one", i)
		}
		if err := checkMeeting(m); err != nil {
			return fmt.Errorf("choice %d: %w", i, err)
		}
	}
	return nil
}

// checkMeeting checks that a meeting reads back as itself, and that the Calling
// SDK would accept it.
func checkMeeting(m Meeting) error {
	if m.Kind == KindID {
		again := Read(Input{Text: m.ID, Passcode: m.Passcode, NoPasscode: m.Passcode == ""})
		if again.Meeting == nil || *again.Meeting != m || m.Link != "" || !idShape.MatchString(m.ID) {
			return fmt.Errorf("reading it again: got %s, want %s", describe(again), m.Text())
		}
		return nil
	}
	if again, ok := Canonical(m.Link); !ok || again != m {
		return fmt.Errorf("Canonical(%s): got %s, %v, want the same meeting", m.Link, again.Link, ok)
	}
	return sdkAccepts(m)
}

// sdkAccepts reads a meetingLink as the Calling SDK 1.46.1 does, and checks that the
// result has the fields of the Meeting. It shares no code with the parser on purpose.
func sdkAccepts(m Meeting) error {
	u, err := url.Parse(m.Link)
	if err != nil {
		return fmt.Errorf("link %q: %w", m.Link, err)
	}
	if u.Scheme != "https" || u.User != nil || u.Port() != "" || u.Fragment != "" {
		return fmt.Errorf("link %q: must be https without user, port and fragment", m.Link)
	}
	switch u.Host {
	case "teams.microsoft.com", "gov.teams.microsoft.us", "dod.teams.microsoft.us":
	default:
		return fmt.Errorf("host %q: must be one that the SDK accepts", u.Host)
	}
	path := strings.Split(u.EscapedPath(), "/")
	if m.ThreadID == "" {
		ok := len(path) == 3 && path[1] == "meet" && path[2] == m.ID &&
			u.RawQuery == "p="+m.Passcode && m.Passcode != "" && !strings.ContainsAny(m.Passcode, "/?&#%")
		if !ok {
			return fmt.Errorf("short link %q: must be /meet/ID?p=PASSCODE of the meeting", m.Link)
		}
		return nil
	}
	return sdkAcceptsLong(m, u, path)
}

func sdkAcceptsLong(m Meeting, u *url.URL, path []string) error {
	if len(path) != 5 || path[1] != "l" || path[2] != "meetup-join" {
		return fmt.Errorf("path %q of a long link: must be /l/meetup-join/THREAD/MESSAGE", u.EscapedPath())
	}
	gotThread, err := url.PathUnescape(path[3])
	if err != nil || gotThread != m.ThreadID {
		return fmt.Errorf("SDK reads thread %q, want %q: %w", gotThread, m.ThreadID, err)
	}
	if strings.Trim(path[4], "0123456789") != "" || path[4] == "" {
		return fmt.Errorf("SDK reads message %q, want digits", path[4])
	}
	raw, only := strings.CutPrefix(u.RawQuery, "context=")
	if !only || strings.ContainsAny(raw, "&=+") {
		return fmt.Errorf("query %q: must be context alone", u.RawQuery)
	}
	text, err := url.PathUnescape(raw)
	if err != nil {
		return fmt.Errorf("context: %w", err)
	}
	want := `{"Tid":"` + m.TenantID + `"`
	if m.OrganizerID != "" {
		want += `,"Oid":"` + m.OrganizerID + `"`
	}
	if text != want+"}" && (!m.Channel || !strings.HasPrefix(text, want+`,"MessageId":"`)) {
		return fmt.Errorf("SDK reads context %q, want %q", text, want+"}")
	}
	return nil
}

func TestReadFields(t *testing.T) {
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
			if got := read(c.text); got.Meeting == nil || *got.Meeting != c.want {
				t.Errorf("got %s, want %s", describe(got), c.want.Text())
			}
		})
	}
}

func TestReadWithPasscode(t *testing.T) {
	for _, c := range []struct{ form, text, passcode, want string }{
		{"two fields", "2735012345678", "Mt9xB2N6", byID},
		{"two fields with spaces", " 273 501 234 567 8 ", " Mt9x B2N6 ", byID},
		{"two fields with dashes", "273-501-234-567-8", "Mt9xB2N6", byID},
		{"grouped by hand", "27350 12345 678", "Mt9xB2N6", byID},
		{"label copied into the first field", "Meeting ID: 273 501 234 567 8", "Mt9xB2N6", byID},
		{"a passcode of digits", "2735012345678", "123456", "2735012345678 123456"},
		{"the passcode field overrides the text", "Meeting ID: 273 501 234 567 8\nPasscode: Wr0ngOne", "Mt9xB2N6", byID},
		{"short link without p", "https://teams.microsoft.com/meet/2735012345678", "Mt9xB2N6", byID},
		{"a complete link ignores the passcode", short, "Mt9xB2N6", short},
		{"a classic link ignores the passcode", classic, "none needed!", classic},
		{"empty passcode", "273 501 234 567 8 Mt9xB2N6", "", byID},
		{"id alone", "2735012345678", "", "passcode-missing"},
		{"passcode of another alphabet", "2735012345678", "пароль", "passcode-missing"},
		{"passcode with a slash", "2735012345678", "Mt9x/B2N6", "passcode-missing"},
		{"passcode too long", "2735012345678", strings.Repeat("a", 65), "too-long"},
		{"passcode far too long", "2735012345678", strings.Repeat("a ", 40<<10), "too-long"},
		{"no id", "", "Mt9xB2N6", "not-a-meeting"},
		{"id too short", "12345", "Mt9xB2N6", "not-a-meeting"},
		{"id too long", strings.Repeat("1", 21), "Mt9xB2N6", "not-a-meeting"},
		{"words instead of an id", "my meeting", "Mt9xB2N6", "not-a-meeting"},
	} {
		t.Run(c.form, func(t *testing.T) {
			r := Read(Input{Text: c.text, Passcode: c.passcode})
			if got := describe(r); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if err := checkReading(r); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestGovernmentCloud(t *testing.T) {
	const govMeeting = "https://gov.teams.microsoft.us/l/meetup-join/19%3agcch%3ameeting_ZmMyMDk4NzY1NDMyMTA%40thread.v2/0?context=" + context
	const dodMeeting = "https://dod.teams.microsoft.us/l/meetup-join/19%3adod%3ameeting_MDI3YjEyMzQ1Njc4OTA%40thread.v2/0?context=" + context
	const govShort = "https://gov.teams.microsoft.us/meet/2735012345678?p=gT4hK9mQ2xVbNc7LrE"
	for _, c := range []struct{ form, text, wantAllowed, wantOtherwise string }{
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
			if got := describe(Rules{GovernmentCloud: true}.Read(Input{Text: c.text})); got != c.wantAllowed {
				t.Errorf("allowed: got %s, want %s", got, c.wantAllowed)
			}
			r := read(c.text)
			if got := describe(r); got != c.wantOtherwise {
				t.Errorf("not allowed: got %s, want %s", got, c.wantOtherwise)
			}
			if err := checkReading(r); err != nil {
				t.Error(err)
			}
		})
	}
}
