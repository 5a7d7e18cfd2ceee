package main

import (
	"html"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/anteroom-visit/anteroom/graph/graphtest"
	"github.com/anteroom-visit/anteroom/locales"
)

// newMeetingForm is the desk's form for a visit with a meeting to create.
func newMeetingForm(changes ...string) url.Values {
	form := url.Values{
		"way": {"create"}, "meeting": {""}, "subject": {"Quarterly talk"}, "lobby": {"organizer"}, "name": {"Canary Patel"}, "host": {"Dr Asha Rao"},
		"date": {"2026-12-01"}, "time": {"14:30"}, "minutes": {"20"}, "zone": {"Europe/Paris"}, "language": {"ar"}, "chat": {"on"},
	}
	for i := 0; i+1 < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
	}
	return form
}

func (p page) find(t *testing.T, selector string) *goquery.Selection {
	t.Helper()
	document, err := goquery.NewDocumentFromReader(strings.NewReader(p.text))
	if err != nil {
		t.Fatal(err)
	}
	return document.Find(selector)
}

// typed returns what stands in a form on a page.
func (p page) typed(t *testing.T) url.Values {
	t.Helper()
	form := make(url.Values)
	p.find(t, "#desk-form").Find("input, select, textarea").Each(func(_ int, field *goquery.Selection) {
		name, _ := field.Attr("name")
		value, _ := field.Attr("value")
		kind, _ := field.Attr("type")
		_, checked := field.Attr("checked")
		switch {
		case kind == "checkbox" && !checked, kind == "radio" && !checked, name == "":
			return
		case goquery.NodeName(field) == "select":
			value, _ = field.Find("option[selected]").Attr("value")
		case goquery.NodeName(field) == "textarea":
			value = strings.TrimPrefix(field.Text(), "\n")
		}
		form.Set(name, value)
	})
	return form
}

// Nobody is signed in at first: the form survives the way to Microsoft, where the person signs in and
// consents, and back.
func TestDeskCreatesTheMeeting(t *testing.T) {
	p := startProgram(t)
	b := newStaffBrowser(t, p)
	if at := b.get("/desk"); at.find(t, `input[name="way"][value="create"]`).Length() != 1 {
		t.Fatal("the form does not offer to create a meeting")
	}
	at := b.post("/desk", newMeetingForm())
	way, _ := at.find(t, "main .btn").Attr("href")
	if at.status != 401 || !strings.Contains(way, "for=meetings") || at.find(t, `a[href="/desk"]`).Length() != 1 {
		t.Fatalf("not signed in: %d, the way on is %q", at.status, way)
	}
	at = b.signIn(way, "Dr Asha Rao", nil)
	if at.path != "/desk" {
		t.Fatalf("signed in at %s, status %d", at.path, at.status)
	}
	back := at.typed(t)
	for name, values := range newMeetingForm() {
		if back.Get(name) != values[0] {
			t.Errorf("%s came back as %q, want %q", name, back.Get(name), values[0])
		}
	}
	if again := b.get("/desk").typed(t); again.Get("name") != "" {
		t.Error("the form comes back a second time")
	}
	at = b.post("/desk", back)
	if at.status != 200 || !strings.HasPrefix(at.path, "/desk/visits/") {
		t.Fatalf("created: %s, status %d: %s", at.path, at.status, at.find(t, "main").Text())
	}
	host := at.find(t, "#host").Text()
	for _, want := range []string{"https://teams.microsoft.com/meet/", b.site + "/host/", "+442079460123"} {
		if !strings.Contains(host, want) {
			t.Errorf("the host does not receive %s: %s", want, host)
		}
	}
	file, _ := at.find(t, `a[download="host.ics"]`).Attr("href")
	calendar := strings.ReplaceAll(b.get(file).text, "\r\n ", "")
	for _, want := range []string{"SUMMARY:Video visit: Canary Patel", "DTSTART;TZID=Europe/Paris:20261201T143000", "X-MICROSOFT-SKYPETEAMSMEETINGURL:https://teams.microsoft.com/meet/"} {
		if !strings.Contains(calendar, want) {
			t.Errorf("the host's calendar file lacks %s:\n%s", want, calendar)
		}
	}
	if visitor := b.get(strings.TrimPrefix(strings.TrimSpace(at.find(t, "#link").Text()), b.site)); visitor.status != 200 {
		t.Errorf("the visitor's link: %d", visitor.status)
	}
	// Signed in and consented: no way to Microsoft any more.
	if at := b.post("/desk", newMeetingForm()); !strings.HasPrefix(at.path, "/desk/visits/") {
		t.Errorf("the second meeting: %s, status %d", at.path, at.status)
	}
	if log := p.log.String(); strings.Contains(log, "Canary") || strings.Contains(log, "Quarterly") || !strings.Contains(log, `"msg":"meeting created"`) {
		t.Errorf("log: %s", log)
	}
}

func TestDeskCreatesNoMeetingForAFormWithMistakes(t *testing.T) {
	p := startProgram(t)
	b := newStaffBrowser(t, p)
	b.signIn("/desk/sign-in/microsoft?for=meetings", "Dr Asha Rao", nil)
	for name, c := range map[string]struct{ form url.Values }{
		"minutes": {newMeetingForm("minutes", "long")},
		"subject": {newMeetingForm("subject", strings.Repeat("x", 121))},
		"lobby":   {newMeetingForm("lobby", "whoever")},
		"dial-in": {newMeetingForm("dial-in", "call me")},
	} {
		at := b.post("/desk", c.form)
		if at.status != 422 || at.find(t, `#summary a[href="#`+name+`"]`).Length() != 1 || at.find(t, "#"+name+"-error").Length() != 1 {
			t.Errorf("%s: status %d, %s", name, at.status, at.find(t, "#summary").Text())
		}
		if kept := at.typed(t); kept.Get("way") != "create" || kept.Get("name") != "Canary Patel" {
			t.Errorf("%s: what was typed is gone: %v", name, kept)
		}
	}
	if strings.Contains(p.log.String(), "meeting created") {
		t.Error("a meeting was created")
	}
}

// Create link pressed twice, at once or one after the other, creates one meeting and leads to one visit. Another
// form with the same content, or the same form corrected, creates another.
func TestCreatePressedTwiceCreatesOneMeeting(t *testing.T) {
	p := startProgram(t)
	b := newStaffBrowser(t, p)
	b.signIn("/desk/sign-in/microsoft?for=meetings", "Dr Asha Rao", nil)
	form := newMeetingForm("once", b.get("/desk").typed(t).Get("once"))
	if form.Get("once") == "" {
		t.Fatal("the form has no key of its own")
	}
	paths := make([]string, 4)
	var presses sync.WaitGroup
	for i := range paths {
		presses.Go(func() { paths[i] = b.post("/desk", form).path })
	}
	presses.Wait()
	paths = append(paths, b.post("/desk", form).path)
	if !strings.HasPrefix(paths[0], "/desk/visits/") || len(slices.Compact(slices.Clone(paths))) != 1 {
		t.Errorf("five presses lead to %q", paths)
	}
	created := func() int { return strings.Count(p.log.String(), `"msg":"meeting created"`) }
	if created() != 1 {
		t.Errorf("five presses created %d meetings", created())
	}
	form.Set("name", "Canary Singh")
	if corrected := b.post("/desk", form).path; corrected == paths[0] || created() != 2 {
		t.Errorf("the corrected form leads to %s, %d meetings", corrected, created())
	}
	b.post("/desk", newMeetingForm("once", b.get("/desk").typed(t).Get("once")))
	b.post("/desk", newMeetingForm())
	if created() != 4 {
		t.Errorf("%d meetings after two more forms", created())
	}
	// Whoever signs in next creates a meeting of their own.
	b.post("/desk/sign-out", nil)
	b.signIn("/desk/sign-in/microsoft?for=meetings", "Robin Clerk", nil)
	if at := b.post("/desk", form); strings.HasPrefix(at.path, "/desk/visits/") {
		t.Error("another account receives the visit")
	}
}

// Every answer of Graph's stand-in leads to a page that explains it, says what to do next, and keeps what
// was typed. A fault that is added there, and has no page, fails here.
func TestEveryFaultOfGraphIsExplained(t *testing.T) {
	catalogue, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	words := catalogue.Match("en-GB")
	p := startProgram(t)
	b := newStaffBrowser(t, p)
	b.signIn("/desk/sign-in/microsoft?for=meetings", "Dr Asha Rao", nil)
	reasons := map[string]string{
		"fault: no consent": "meeting-consent", "fault: no licence": "meeting-licence", "fault: unknown account": "meeting-licence", "fault: policy": "meeting-policy",
		"fault: expired token": "meeting-sign-in", "fault: claims challenge": "meeting-sign-in", "fault: bad request": "meeting-rejected",
		"fault: throttled": "meeting-throttled", "fault: unavailable": "meeting-unavailable", "fault: error": "meeting-unavailable", "fault: not JSON": "meeting-unavailable",
	}
	for _, subject := range slices.Sorted(maps.Keys(graphtest.KnownFaults())) {
		reason, known := reasons[subject]
		if !known {
			t.Errorf("%s: add its reason here", subject)
			continue
		}
		at := b.post("/desk", newMeetingForm("subject", subject))
		text := html.UnescapeString(at.text)
		for _, part := range []string{".title", ".text", ".next"} {
			if want := words.Text("staff." + reason + part); !strings.Contains(text, want) {
				t.Errorf("%s: no %q on the page", subject, want)
			}
		}
		if at.status < 400 || at.path != "/desk" {
			t.Errorf("%s: %s, status %d", subject, at.path, at.status)
		}
		if way, signsIn := at.find(t, `main .btn[href^="/desk/sign-in/"]`).Attr("href"); signsIn {
			if strings.Contains(b.leadsTo(way), "1700000000") != (subject == "fault: claims challenge") {
				t.Errorf("%s: the sign-in does not answer the challenge, or one that nobody made", subject)
			}
			at = b.signIn(way, "Dr Asha Rao", nil)
		}
		if kept := at.typed(t); kept.Get("way") != "create" || kept.Get("subject") != subject || kept.Get("name") != "Canary Patel" {
			t.Errorf("%s: what was typed is gone: %v", subject, kept)
		}
	}
}

// An account without a Teams licence is told so, and a declined or forbidden consent leads back to the form.
func TestDeskExplainsWhoCannotCreateMeetings(t *testing.T) {
	p := startProgram(t)
	b := newStaffBrowser(t, p)
	b.signIn("/desk/sign-in/microsoft", "Robin Clerk", nil)
	at := b.post("/desk", newMeetingForm())
	way, _ := at.find(t, "main .btn").Attr("href")
	if at.status != 403 || !strings.Contains(at.text, "Allow this site to create meetings") {
		t.Fatalf("no consent: %d %s", at.status, at.find(t, "main").Text())
	}
	for fault, words := range map[string]string{"65004": "You did not allow it", "90094": "Your organisation has not allowed this yet"} {
		at := b.signIn(way, "Robin Clerk", url.Values{"fault": {fault}})
		if !strings.Contains(at.text, words) || at.find(t, `a[href="/desk"]`).Length() != 1 {
			t.Errorf("AADSTS%s: %s", fault, at.find(t, "main").Text())
		}
	}
	back := b.signIn(way, "Robin Clerk", nil).typed(t)
	if at = b.post("/desk", back); at.status != 403 || !strings.Contains(at.text, "Your account cannot have Teams meetings") {
		t.Errorf("no licence: %d %s", at.status, at.find(t, "main").Text())
	}
	// The same form takes an invitation.
	back = at.typed(t)
	back.Set("way", "invitation")
	back.Set("meeting", shortLink)
	if at = b.post("/desk", back); !strings.HasPrefix(at.path, "/desk/visits/") {
		t.Errorf("with an invitation: %s, status %d", at.path, at.status)
	}
}

// A form that waits for a sign-in is nobody else's: it ends with the session, and opens with the site's
// own key only.
func TestKeptFormEndsWithTheSession(t *testing.T) {
	p := startProgram(t)
	b := newStaffBrowser(t, p)
	b.signIn("/desk/sign-in/microsoft", "Robin Clerk", nil)
	b.post("/desk", newMeetingForm())
	b.post("/desk/sign-out", nil)
	if kept := b.get("/desk").typed(t); kept.Get("name") != "" {
		t.Error("the next person reads the form")
	}
	if at := b.post("/desk", newMeetingForm("host", strings.Repeat("ا", 9000))); at.status != 422 {
		t.Errorf("a form that is too long: %d", at.status)
	}
}
