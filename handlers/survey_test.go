package handlers

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"unicode"
)

const formType = "application/x-www-form-urlencoded"

// tell submits the survey's form the way a browser does.
func (v *visitor) tell(form url.Values, headers ...string) answer {
	v.t.Helper()
	return v.do(http.MethodPost, surveyPath, form.Encode(), append([]string{"Content-Type", formType, "Accept", "text/html"}, headers...)...)
}

func surveyForm(points, text string) url.Values {
	return url.Values{"code": {"0"}, "subCode": {"4097"}, "points": {points}, "text": {text}}
}

// visited is somebody who has a visit.
func visited(t *testing.T, site testSite) *visitor {
	t.Helper()
	v := newVisitor(t, site)
	if a := v.knock(shortLink); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("the door: %d", a.StatusCode)
	}
	return v
}

func TestSurveyAppearsAfterARegularEnding(t *testing.T) {
	site := startSite(t)
	v, stranger := visited(t, site), newVisitor(t, site)
	for codes, want := range map[string]int{
		"code=0&subCode=0": 1, "code=0&subCode=4097": 1, "code=0&subCode=5003": 1, "code=0&subCode=5010": 1, "code=0&subCode=7000": 1,
		"code=0&subCode=5854": 0, "code=410&subCode=3100": 0, "code=777&subCode=7": 0, "": 0,
	} {
		form := v.get("/visit/ended?" + codes).page(t).Find("form#survey-form")
		if form.Length() != want {
			t.Errorf("%q: %d forms, want %d", codes, form.Length(), want)
		}
		if want == 1 && (form.AttrOr("method", "") != "post" || form.AttrOr("action", "") != surveyPath || form.Find("input[type=radio]").Length() != 5) {
			t.Errorf("%q: not a form that works by itself", codes)
		}
		if n := stranger.get("/visit/ended?" + codes).page(t).Find("#survey").Length(); n != 0 {
			t.Errorf("%q: a stranger without a visit is asked", codes)
		}
	}
}

func TestSurveyIsOneLineInTheLog(t *testing.T) {
	site := startSite(t)
	v := visited(t, site)
	a := v.tell(surveyForm("4", "The sound was fine.\nThe picture stood still."))
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/visit/survey?code=0&subCode=4097#survey" {
		t.Fatalf("%d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	lines := site.log.lines(`"msg":"survey"`)
	if len(lines) != 1 {
		t.Fatalf("%d lines: %q", len(lines), lines)
	}
	var line map[string]any
	if err := json.Unmarshal([]byte(lines[0]), &line); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{
		"points": 4.0, "ending": "host-ended", "characters": 44.0, "text": "The sound was fine. The picture stood still.",
	} {
		if line[key] != want {
			t.Errorf("%s is %v, want %v", key, line[key], want)
		}
	}
	thanks := v.get("/visit/survey?code=0&subCode=4097").page(t)
	if thanks.Find("#survey-form").Length() != 0 || !strings.Contains(thanks.Find("#survey").Text(), "Thank you") {
		t.Errorf("no thanks: %q", thanks.Find("main").Text())
	}
	if got := thanks.Find("main").AttrOr("data-ending", ""); got != "host-ended" {
		t.Errorf("the thanks stand on the page of %q", got)
	}
}

// Every answer that is not taken comes back with what was chosen and written, and says why.
func TestRejectedSurveyKeepsTheAnswer(t *testing.T) {
	site := startSite(t)
	wordy := "\nfirst line is empty </textarea><script>alert(1)</script> &amp; \u00a0é"
	for what, c := range map[string]struct {
		form     url.Values
		stranger bool
		headers  []string
		status   int
		says     string
	}{
		"no points":      {form: surveyForm("", wordy), status: 422, says: "choose one"},
		"points of six":  {form: surveyForm("6", wordy), status: 422, says: "choose one"},
		"points in word": {form: surveyForm("four", wordy), status: 422, says: "choose one"},
		"too long":       {form: surveyForm("2", wordy+strings.Repeat("é", maxSurveyRunes)), status: 422, says: "too long"},
		"much too long":  {form: surveyForm("2", strings.Repeat("é", 2000)), status: 422, says: "too long"},
		"no cookie":      {form: surveyForm("5", wordy), stranger: true, status: 422, says: "no longer knows"},
		"cross-site":     {form: surveyForm("3", wordy), headers: []string{"Sec-Fetch-Site", "cross-site"}, status: 403, says: "For your safety"},
		"other origin":   {form: surveyForm("3", wordy), headers: []string{"Origin", "https://elsewhere.example"}, status: 403, says: "For your safety"},
	} {
		v := newVisitor(t, site)
		if !c.stranger {
			v = visited(t, site)
		}
		a := v.tell(c.form, c.headers...)
		page := a.page(t)
		if a.StatusCode != c.status || !strings.Contains(page.Find("#survey-error").Text(), c.says) {
			t.Errorf("%s: %d %q", what, a.StatusCode, page.Find("#survey-error").Text())
		}
		if got := page.Find("#survey-text").Text(); got != c.form.Get("text") {
			t.Errorf("%s: the text came back as %.80q", what, got)
		}
		checked := page.Find("#survey-form input[type=radio][checked]")
		if want := c.form.Get("points"); len(want) == 1 && want <= "5" && checked.AttrOr("value", "") != want {
			t.Errorf("%s: %q points came back as %q", what, want, checked.AttrOr("value", ""))
		}
		if got := page.Find("main").AttrOr("data-ending", ""); got != "host-ended" {
			t.Errorf("%s: on the page of %q", what, got)
		}
	}
	if lines := site.log.lines(`"msg":"survey"`); len(lines) != 0 {
		t.Errorf("logged all the same: %q", lines)
	}
	if log := site.log.String(); strings.Contains(log, "first line is empty") {
		t.Error("the log holds an answer that was not taken")
	}
}

func TestSurveyCountsOncePerVisit(t *testing.T) {
	site := startSite(t)
	v := visited(t, site)
	before := v.get("/visit/ended?code=0&subCode=0").Request.Header.Get("Cookie")
	for range 3 {
		if a := v.tell(surveyForm("5", "")); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("again: %d", a.StatusCode)
		}
	}
	// The cookie of before the answer, replayed, and by many at once.
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if a := newVisitor(t, site).tell(surveyForm("1", ""), "Cookie", before); a.StatusCode != http.StatusSeeOther {
				t.Errorf("replayed: %d", a.StatusCode)
			}
		})
	}
	all.Wait()
	if lines := site.log.lines(`"msg":"survey"`); len(lines) != 1 {
		t.Errorf("%d lines", len(lines))
	}
	v.knock("https://teams.microsoft.com/meet/2735012345679?p=AbCdEfGhIj")
	if v.get("/visit/ended?code=0&subCode=0").page(t).Find("#survey-form").Length() != 1 {
		t.Error("another visit is not asked about")
	}
	v.tell(surveyForm("2", ""))
	if lines := site.log.lines(`"msg":"survey"`); len(lines) != 2 {
		t.Errorf("%d lines after another visit", len(lines))
	}
}

func TestSurveyLinksToTheOrganisationsForm(t *testing.T) {
	site := startSite(t, func(o *Options) { o.Organisation.SurveyURL = "https://forms.lamna.example/visit?a=1&b=2" })
	page := visited(t, site).get("/visit/ended?code=0&subCode=0").page(t)
	link := page.Find("#survey a")
	if link.AttrOr("href", "") != "https://forms.lamna.example/visit?a=1&b=2" || !strings.Contains(link.AttrOr("rel", ""), "noopener") {
		t.Errorf("link %q rel %q", link.AttrOr("href", ""), link.AttrOr("rel", ""))
	}
	if page.Find("#survey-form").Length() != 0 {
		t.Error("asked twice")
	}
	if n := newVisitor(t, site).get("/visit/ended?code=0&subCode=5854").page(t).Find("#survey").Length(); n != 0 {
		t.Error("asked of somebody who never was in the visit")
	}
}

func TestSurveyAddressRedirectsToTheVisit(t *testing.T) {
	site := startSite(t)
	if a := visited(t, site).get(surveyPath); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/visit" {
		t.Errorf("%d to %q", a.StatusCode, a.Header.Get("Location"))
	}
}

// What a visitor writes is a stranger's text: what is personal by its form never reaches the log.
func TestForLogRemovesPersonalText(t *testing.T) {
	for _, c := range []struct{ text, name, want string }{
		{"", "", ""},
		{"It was good. Thank you!\r\n\tBye", "", "It was good. Thank you! Bye"},
		{"Good.But the sound, 5/5, 10 minutes late", "", "Good.But the sound, 5/5, 10 minutes late"},
		{"Sam here, SAM Patel, sample", "Sam Patel", "[name] here, [name] [name], sample"},
		{"我是李明很好", "李明", "我是[name]很好"},
		{"see " + shortLink + " please", "", "see [address] please"},
		{"teams.microsoft.com/meet/27350", "", "[address]"},
		{"https%3A%2F%2Fteams", "", "[address]"},
		{"ｈｔｔｐｓ：／／teams", "", "[address]"},
		{"write to sam.patel@example.org.", "", "write to [address]"},
		{"call 01234 567890 or +44 (0)20-7946.0958", "", "call [number] or [number]"},
		{"born 01/02/1934", "", "born [number]"},
		{"ID 273 501 234 567 8, ٠١٢٣٤٥", "", "ID [number]"},
		{"passcode Mt9xB2N6", "", "passcode [code]"},
		{"eyJhbGciOiJSUzI1NiIsImtpZCI6.eyJza3lwZWlkIjoi", "", "[code]"},
		{"a\u202eb\u200bc\x00d\x1be", "", "abcde"},
		{"\xff\xfe", "", ""},
	} {
		if got := forLog(c.text, c.name); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestSurveyLogHoldsNothingPersonal(t *testing.T) {
	site := startSite(t)
	v := visited(t, site)
	v.do(http.MethodPost, "/visit/join", `{"name":"Canaryname Patel"}`, "Content-Type", "application/json")
	text := "I am Canaryname at " + shortLink + " canary@mail.example 07700 900123 passcode Canary1x"
	if a := v.tell(surveyForm("3", text)); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d", a.StatusCode)
	}
	log := strings.ToLower(site.log.String())
	for _, canary := range []string{"canary", "patel", "meet/", "2735012345678", "abcdefghij", "900123"} {
		if strings.Contains(log, canary) {
			t.Errorf("the log holds %q", canary)
		}
	}
	if len(site.log.lines(`"msg":"survey"`)) != 1 {
		t.Error("the answer is not in the log")
	}
}

func FuzzForLog(f *testing.F) {
	for _, seed := range []string{"a b", shortLink, "1 2 3 4 5", "a@b", "１２３４５", "x\u0301\u200d1", "%41", "//x", "1(2)3.4/5"} {
		f.Add(seed, "Sam Patel")
	}
	f.Fuzz(func(t *testing.T, text, name string) {
		got := forLog(text, name)
		run := 0
		for _, r := range got {
			if unicode.IsDigit(r) {
				run++
			} else if !unicode.IsSpace(r) {
				run = 0
			}
			if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
				t.Fatalf("%q became %q, with %U", text, got, r)
			}
			if run > 4 {
				t.Fatalf("%q became %q, with a long number", text, got)
			}
		}
		if strings.ContainsAny(got, "@\n\r") || strings.Contains(got, "//") {
			t.Fatalf("%q became %q, with an address", text, got)
		}
	})
}
