package invitation

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/visit"
)

const link = "https://visit.example.org/v/92ew8keurt9vfkz7mi3d4iyl1wx7gqx9h9dj9r32wtbg7m88vmbxu5argrdqddcneji03qsaczojidiix6"

var (
	noon  = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	lamna = Brand{Name: "Lamna Clinic", Phone: "01234 567890"}
)

func sample(t testing.TB) visit.Visit {
	t.Helper()
	return visit.Visit{
		ID: visit.ID{1, 2, 3, 4, 5, 6}, Meeting: *teams.Read(teams.Input{Text: "273 501 234 567 8 Mt9xB2N6"}).Meeting, Name: "Sam Patel", Host: "Dr Asha Rao",
		Start: time.Date(2026, 11, 24, 14, 30, 0, 0, time.UTC), Minutes: 15, Zone: "Europe/London", Language: "en-GB",
		Role: visit.RoleGuest, Chat: true, Camera: true, Share: true,
	}
}

func invite(t testing.TB, v visit.Visit, link string, brand Brand) Invitation {
	t.Helper()
	catalogue, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	i, err := New(v, link, brand, catalogue, noon)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// hostileNames returns valid names that are chosen to break a format.
func hostileNames() []string {
	return []string{
		`Rao, Asha; Dr. \n \, "x" 'y'`, `</text><script>alert(1)</script>`, "BEGIN:VEVENT", "=1+1", "{{.Link}}", "{{x", "%s%d%00",
		strings.Repeat("𝒳", 64), strings.Repeat("é", 64), strings.Repeat("W", 64), "محمد علي", "שָׁלוֹם", "李雷", "राम\u200dकुमार", "https://evil.example/",
		"a^b{c}", "€uro", "[~]|\\ x",
	}
}

func TestEmail(t *testing.T) {
	v := sample(t)
	v.DialIn = visit.DialIn{Number: "+44 20 1234 5678", Conference: "123456789"}
	got := invite(t, v, link, lamna).Email()
	want := Email{
		Subject: "Lamna Clinic: your video visit on Tuesday 24 November at 2:30pm",
		Body: `Dear Sam Patel,

Your video visit with Dr Asha Rao is on Tuesday 24 November at 2:30pm, UK time.

It takes place online. Do not travel.

At that time, open this link on your phone, tablet or computer:
` + link + `

It opens in your browser. You do not need an app or an account.

This link is only for you. Do not pass it on.

Trouble joining? Call 01234 567890.

To join by phone instead, call +44 20 1234 5678 and then type 123456789#.

Lamna Clinic
`,
	}
	if got != want {
		t.Errorf("got\n%s\n%s\nwant\n%s\n%s", got.Subject, got.Body, want.Subject, want.Body)
	}
	v.Name, v.Host, v.DialIn.Conference, v.Phone, v.Zone = "", "", "", "0800 1111", "America/New_York"
	v.Start = v.Start.AddDate(1, 0, 0)
	got = invite(t, v, link, Brand{}).Email()
	for _, want := range []string{"Your video visit is on Wednesday 24 November 2027 at 9:30am, New York time.", "Call 0800 1111.", "call +44 20 1234 5678.\n"} {
		if !strings.Contains(got.Body, want) {
			t.Errorf("got %s, want %q in it", got.Body, want)
		}
	}
	if got.Subject != "Your video visit on Wednesday 24 November 2027 at 9:30am" || strings.Contains(got.Body, "Dear") {
		t.Errorf("without names: got\n%s\n%s", got.Subject, got.Body)
	}
}

func TestNamesCannotAddLinesToEmail(t *testing.T) {
	for _, name := range hostileNames() {
		v := sample(t)
		v.Name, v.Host = name, name
		got := invite(t, v, link, Brand{Name: "X\r\nBcc: all@example.org\u202e", Phone: "1\n2"}).Email()
		if strings.ContainsAny(got.Subject, "\r\n\u202e") || strings.Contains(got.Body, "\r") || strings.Contains(got.Body, "\nBcc") {
			t.Errorf("%q: got a line break or control character from a name in %q", name, got)
		}
		if strings.Count(got.Body, "\n"+link+"\n") != 1 || strings.Contains(got.Body, "⟨") || !strings.Contains(got.Body, name) {
			t.Errorf("%q: got %s, want the name and one link in it", name, got.Body)
		}
	}
}

func TestNewRejectsBadLinksAndInvalidVisits(t *testing.T) {
	catalogue, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, invalid := range []string{
		"", "visit.example.org/v/x", "javascript:alert(1)", "https:///v/x", "https://x/v/ y", "https://x/v/\r\nX:y", "https://x/\u202e", `https://x/"><script>`,
		"https://x/" + strings.Repeat("a", maxLink),
	} {
		if _, err := New(sample(t), invalid, lamna, catalogue, noon); err == nil || invalid != "" && strings.Contains(err.Error(), invalid) {
			t.Errorf("%q: got error %v, want one without the link in it", invalid, err)
		}
	}
	v := sample(t)
	v.Host = "a\r\nb"
	if _, err := New(v, link, lamna, catalogue, noon); err == nil {
		t.Error("New accepts an invalid visit")
	}
}

func TestPaperHasThreeStepsAndNoLink(t *testing.T) {
	v := sample(t)
	v.DialIn = visit.DialIn{Number: "+44 20 1234 5678", Conference: "123456789"}
	for _, language := range []string{"en-GB", "ar"} {
		v.Language = language
		page := invite(t, v, link, lamna).Paper()
		all := strings.Join(slices.Concat([]string{page.Title, page.When, page.DoNotTravel, page.Caption}, page.Steps, page.Notes), "\n")
		if len(page.Steps) != 3 || strings.Contains(all, "/v/") || strings.Contains(all, "⟨") {
			t.Errorf("%s: got %d steps in %s, want 3 and no link", language, len(page.Steps), all)
		}
		for _, want := range []string{"Lamna Clinic", "Dr Asha Rao", "2026", "01234 567890", "+44 20 1234 5678", "123456789"} {
			if !strings.Contains(all, want) {
				t.Errorf("%s: got %s, want %q in it", language, all, want)
			}
		}
	}
}
