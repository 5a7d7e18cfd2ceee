package handlers

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/anteroom-visit/anteroom/acs/acstest"
)

// submitSurvey submits the survey's form like a browser.
func (v *visitor) submitSurvey(form url.Values, headers ...string) answer {
	v.t.Helper()
	return v.postForm(surveyPath, form, append([]string{"Accept", "text/html"}, headers...)...)
}

func surveyForm(points, text string) url.Values {
	return url.Values{"code": {"0"}, "subCode": {"4097"}, "points": {points}, "text": {text}}
}

// visitorWithVisit returns a visitor who has a visit in the session.
func visitorWithVisit(t *testing.T, site testSite) *visitor {
	t.Helper()
	v := newVisitor(t, site)
	if a := v.submitDoor(shortLink); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("door: status %d, want 303", a.StatusCode)
	}
	return v
}

func TestSurveyAppearsAfterNormalEnding(t *testing.T) {
	site := startSite(t)
	v, stranger := visitorWithVisit(t, site), newVisitor(t, site)
	for codes, want := range map[string]int{
		"code=0&subCode=0": 1, "code=0&subCode=4097": 1, "code=0&subCode=5003": 1, "code=0&subCode=5010": 1, "code=0&subCode=7000": 1,
		"code=0&subCode=5854": 0, "code=410&subCode=3100": 0, "code=777&subCode=7": 0, "": 0,
	} {
		form := v.get("/visit/ended?" + codes).page(t).Find("form#survey-form")
		if form.Length() != want {
			t.Errorf("%q: %d forms, want %d", codes, form.Length(), want)
		}
		if want == 1 && (form.AttrOr("method", "") != "post" || form.AttrOr("action", "") != surveyPath || form.Find("input[type=radio]").Length() != 5) {
			html, _ := form.Html()
			t.Errorf("%q: form %s, want a POST to %s with 5 radio buttons", codes, html, surveyPath)
		}
		if n := stranger.get("/visit/ended?" + codes).page(t).Find("#survey").Length(); n != 0 {
			t.Errorf("%q: %d surveys for a visitor without a visit, want none", codes, n)
		}
	}
}

func TestSurveyIsLogged(t *testing.T) {
	site := startSite(t)
	v := visitorWithVisit(t, site)
	a := v.submitSurvey(surveyForm("4", "The sound was fine.\nThe picture stood still."))
	if a.StatusCode != http.StatusSeeOther || a.location() != "/visit/survey?code=0&subCode=4097#survey" {
		t.Fatalf("status %d to %q, want 303 to /visit/survey?code=0&subCode=4097#survey", a.StatusCode, a.location())
	}
	lines := site.log.lines(`"msg":"survey"`)
	if len(lines) != 1 {
		t.Fatalf("%d log lines, want 1: %q", len(lines), lines)
	}
	var line map[string]any
	if err := json.Unmarshal([]byte(lines[0]), &line); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{
		"points": 4.0, "ending": "host-ended", "characters": 44.0, "text": "The sound was fine. The picture stood still.",
	} {
		if line[key] != want {
			t.Errorf("log line: %s %v, want %v", key, line[key], want)
		}
	}
	thanks := v.get("/visit/survey?code=0&subCode=4097").page(t)
	if n, text := thanks.Find("#survey-form").Length(), thanks.Find("#survey").Text(); n != 0 || !strings.Contains(text, "Thank you") {
		t.Errorf("after the survey: %d forms, text %q, want none and %q", n, text, "Thank you")
	}
	if got := thanks.Find("main").AttrOr("data-ending", ""); got != "host-ended" {
		t.Errorf("after the survey: ending %q, want host-ended", got)
	}
}

// A rejected survey shows why, with the points and the text that the visitor submitted.
func TestRejectedSurveyKeepsAnswer(t *testing.T) {
	site := startSite(t)
	text := "\nfirst line is empty </textarea><script>alert(1)</script> &amp; \u00a0é"
	for what, c := range map[string]struct {
		form     url.Values
		stranger bool
		headers  []string
		status   int
		message  string
	}{
		"no points":           {form: surveyForm("", text), status: 422, message: "choose one"},
		"too many points":     {form: surveyForm("6", text), status: 422, message: "choose one"},
		"points not a number": {form: surveyForm("four", text), status: 422, message: "choose one"},
		"too long":            {form: surveyForm("2", text+strings.Repeat("é", maxSurveyRunes)), status: 422, message: "too long"},
		"much too long":       {form: surveyForm("2", strings.Repeat("é", 2000)), status: 422, message: "too long"},
		"no cookie":           {form: surveyForm("5", text), stranger: true, status: 422, message: "no longer knows"},
		"cross-site":          {form: surveyForm("3", text), headers: []string{"Sec-Fetch-Site", "cross-site"}, status: 403, message: "For your safety"},
		"other origin":        {form: surveyForm("3", text), headers: []string{"Origin", "https://elsewhere.example"}, status: 403, message: "For your safety"},
	} {
		v := newVisitor(t, site)
		if !c.stranger {
			v = visitorWithVisit(t, site)
		}
		a := v.submitSurvey(c.form, c.headers...)
		page := a.page(t)
		if got := page.Find("#survey-error").Text(); a.StatusCode != c.status || !strings.Contains(got, c.message) {
			t.Errorf("%s: status %d, message %q, want %d and %q", what, a.StatusCode, got, c.status, c.message)
		}
		if got := page.Find("#survey-text").Text(); got != c.form.Get("text") {
			t.Errorf("%s: text %.80q, want %.80q", what, got, c.form.Get("text"))
		}
		checked := page.Find("#survey-form input[type=radio][checked]")
		if want := c.form.Get("points"); len(want) == 1 && want <= "5" && checked.AttrOr("value", "") != want {
			t.Errorf("%s: points %q, want %q", what, checked.AttrOr("value", ""), want)
		}
		if got := page.Find("main").AttrOr("data-ending", ""); got != "host-ended" {
			t.Errorf("%s: ending %q, want host-ended", what, got)
		}
	}
	if lines := site.log.lines(`"msg":"survey"`); len(lines) != 0 {
		t.Errorf("log lines %q, want none for rejected surveys", lines)
	}
	if log := site.log.String(); strings.Contains(log, "first line is empty") {
		t.Error("the log contains the text of a rejected survey")
	}
}

func TestSurveyCountsOncePerVisit(t *testing.T) {
	site := startSite(t)
	v := visitorWithVisit(t, site)
	before := v.get("/visit/ended?code=0&subCode=0").Request.Header.Get("Cookie")
	for range 3 {
		if a := v.submitSurvey(surveyForm("5", "")); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("survey: status %d, want 303", a.StatusCode)
		}
	}
	// Many visitors at once submit the cookie from before the survey.
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if a := newVisitor(t, site).submitSurvey(surveyForm("1", ""), "Cookie", before); a.StatusCode != http.StatusSeeOther {
				t.Errorf("survey with the earlier cookie: status %d, want 303", a.StatusCode)
			}
		})
	}
	wg.Wait()
	if lines := site.log.lines(`"msg":"survey"`); len(lines) != 1 {
		t.Errorf("%d log lines for one visit, want 1", len(lines))
	}
	v.submitDoor(otherLink)
	if n := v.get("/visit/ended?code=0&subCode=0").page(t).Find("#survey-form").Length(); n != 1 {
		t.Errorf("%d survey forms after another visit, want 1", n)
	}
	v.submitSurvey(surveyForm("2", ""))
	if lines := site.log.lines(`"msg":"survey"`); len(lines) != 2 {
		t.Errorf("%d log lines for two visits, want 2", len(lines))
	}
}

func TestSurveyLinksToOrganisationsForm(t *testing.T) {
	site := startSite(t, func(o *Options) { o.Organisation.SurveyURL = "https://forms.lamna.example/visit?a=1&b=2" })
	page := visitorWithVisit(t, site).get("/visit/ended?code=0&subCode=0").page(t)
	link := page.Find("#survey a")
	if link.AttrOr("href", "") != "https://forms.lamna.example/visit?a=1&b=2" || !strings.Contains(link.AttrOr("rel", ""), "noopener") {
		t.Errorf("link %q, rel %q, want the setting's address and noopener", link.AttrOr("href", ""), link.AttrOr("rel", ""))
	}
	if n := page.Find("#survey-form").Length(); n != 0 {
		t.Errorf("%d survey forms besides the link, want none", n)
	}
	if n := newVisitor(t, site).get("/visit/ended?code=0&subCode=5854").page(t).Find("#survey").Length(); n != 0 {
		t.Errorf("%d surveys for a visitor who was never in the visit, want none", n)
	}
}

func TestSurveyPageRedirectsToVisit(t *testing.T) {
	site := startSite(t)
	if a := visitorWithVisit(t, site).get(surveyPath); a.StatusCode != http.StatusSeeOther || a.location() != "/visit" {
		t.Errorf("status %d to %q, want 303 to /visit", a.StatusCode, a.location())
	}
}

func TestForLogRemovesPersonalText(t *testing.T) {
	for _, c := range []struct{ text, name, passcode, want string }{
		{"", "", "", ""},
		{"It was good. Thank you!\r\n\tBye", "", "", "It was good. Thank you! Bye"},
		{"Good.But the sound, 5/5, 10 minutes late", "", "", "Good.But the sound, 5/5, 10 minutes late"},
		{"Sam here, SAM Patel, sample", "Sam Patel", "", "[name] here, [name] [name], sample"},
		{"我是李明很好", "李明", "", "我是[name]很好"},
		{"see " + shortLink + " please", "", "", "see [address] please"},
		{"teams.microsoft.com/meet/27350", "", "", "[address]"},
		{"https%3A%2F%2Fteams", "", "", "[address]"},
		{"ｈｔｔｐｓ：／／teams", "", "", "[address]"},
		{"write to sam.patel@example.org.", "", "", "write to [address]"},
		{"call 01234 567890 or +44 (0)20-7946.0958", "", "", "call [number] or [number]"},
		{"born 01/02/1934", "", "", "born [number]"},
		{"ID 273 501 234 567 8, ٠١٢٣٤٥", "", "", "ID [number]"},
		{"passcode Mt9xB2N6", "", "", "passcode [code]"},
		{"eyJhbGciOiJSUzI1NiIsImtpZCI6.eyJza3lwZWlkIjoi", "", "", "[code]"},
		{"a\u202eb\u200bc\x00d\x1be", "", "", "abcde"},
		{"\xff\xfe", "", "", ""},
		{"Zoe Muller, ZOË MÜLLER, Mueller", "Zoë Müller", "", "[name] [name], [name] [name], [name]"},
		{"Zoe\u0308 and Muller", "Zoë Müller", "", "[name] and [name]"},
		{"Zoë Müller", "Zoe Muller", "", "[name] [name]"},
		{"Muller, Mueller, Müller", "Mueller", "", "Muller, [name], [name]"},
		{"Lukasz, Soren, YILDIZ, strasse", "Łukasz Søren Yıldız Straße", "", "[name], [name], [name], [name]"},
		{"Alex, Sandra, Alexandras, SandraAlexandra, good", "Alexandra Goodman", "", "[name], Sandra, [name], [name], [name]"},
		{"OBrien, O'Brien, Oneil", "Pat O'Neil O’Brien", "", "[name], O'[name], [name]"},
		{"the code is abcdefgh", "", "AbCdEfGh", "the code is [code]"},
		{"it was abcd efgh, AB-CD-EF-GH or ａｂｃｄéfgh.", "", "AbCdEfGh", "it was [code] , [code] or [code] ."},
		{"12 34 or 1234", "", "1234", "[code] or [code]"},
		{"æbcdæbcd", "", "aebcd", "[code] [code]"},
		{"a cat sat", "", "cat", "a cat sat"},
	} {
		if got := forLog(c.text, c.name, c.passcode); got != c.want {
			t.Errorf("forLog(%q, %q, %q) = %q, want %q", c.text, c.name, c.passcode, got, c.want)
		}
	}
}

func TestSurveyLogContainsNothingPersonal(t *testing.T) {
	site := startSite(t)
	v := visitorWithVisit(t, site)
	v.postJSON("/visit/join", `{"name":"Canaryname Patel"}`)
	text := "I am Canaryname at " + shortLink + " canary@mail.example 07700 900123 passcode Canary1x, or ab-cd-efghij"
	if a := v.submitSurvey(surveyForm("3", text)); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("survey: status %d, want 303", a.StatusCode)
	}
	log := strings.ToLower(site.log.String())
	for _, canary := range []string{"canary", "patel", "meet/", "2735012345678", "abcdefghij", "efghij", "900123"} {
		if strings.Contains(log, canary) {
			t.Errorf("the log contains %q", canary)
		}
	}
	if n := len(site.log.lines(`"msg":"survey"`)); n != 1 {
		t.Errorf("%d log lines, want 1", n)
	}
}

func FuzzForLog(f *testing.F) {
	for _, seed := range []string{"a b", shortLink, "1 2 3 4 5", "a@b", "１２３４５", "x\u0301\u200d1", "%41", "//x", "1(2)3.4/5"} {
		f.Add(seed, "Sam Patel", "AbCdEfGh")
	}
	f.Fuzz(func(t *testing.T, text, name, passcode string) {
		got := forLog(text, name, passcode)
		digits := 0
		for _, r := range got {
			if unicode.IsDigit(r) {
				digits++
			} else if !unicode.IsSpace(r) {
				digits = 0
			}
			if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
				t.Fatalf("forLog(%q) = %q, want no %U", text, got, r)
			}
			if digits > 4 {
				t.Fatalf("forLog(%q) = %q, want no number of more than 4 digits", text, got)
			}
		}
		if strings.ContainsAny(got, "@\n\r") || strings.Contains(got, "//") {
			t.Fatalf("forLog(%q) = %q, want no address", text, got)
		}
	})
}

// The visitor's name must not reach the log even if the join failed.
func TestSurveyAfterFailedJoinIsLoggedWithoutName(t *testing.T) {
	s := startSite(t)
	if err := s.service().Inject(acstest.Fault{Kind: acstest.FaultDenied, Times: 9}); err != nil {
		t.Fatal(err)
	}
	v := newVisitor(t, s)
	v.submitDoor(shortLink)
	v.postJSON("/visit/join", `{"name":"Canary Patel"}`)
	v.submitSurvey(surveyForm("2", "I am Canary Patel and could not join"))
	lines := s.log.lines(`"msg":"survey"`)
	if len(lines) != 1 || strings.Contains(lines[0], "Canary") || strings.Contains(lines[0], "Patel") {
		t.Errorf("log lines %q, want 1 without the name", lines)
	}
}

func TestSurveyLogIsLimitedPerAddress(t *testing.T) {
	s := startSite(t)
	link := visitPath(t, s, "Sam")
	text := strings.Repeat("words 例え ", maxSurveyRunes/9)
	for range surveyLimits.PerAddress + 10 {
		v := newVisitor(t, s)
		v.get(link)
		if a := v.submitSurvey(surveyForm("3", text)); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("survey: status %d, want 303", a.StatusCode)
		}
	}
	lines := s.log.lines(`"msg":"survey"`)
	if len(lines) > surveyLimits.PerAddress {
		t.Errorf("%d log lines for one address, want at most %d", len(lines), surveyLimits.PerAddress)
	}
	for _, line := range lines {
		if len(line) > maxLoggedText+500 {
			t.Fatalf("log line of %d bytes, want at most %d", len(line), maxLoggedText+500)
		}
	}
}
