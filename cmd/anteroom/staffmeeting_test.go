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

// newMeetingForm returns the desk's form for a visit whose meeting the desk creates. Changes are names and values.
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

// fields returns the values of the desk's form on a page.
func (p page) fields(t *testing.T) url.Values {
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

// TestDeskCreatesTheMeeting begins without a sign-in. The form keeps its values while the person signs in and consents at
// Microsoft.
func TestDeskCreatesTheMeeting(t *testing.T) {
	p := startProgram(t)
	b := newStaffBrowser(t, p)
	if at := b.get("/desk"); at.find(t, `input[name="way"][value="create"]`).Length() != 1 {
		t.Fatal("the form does not offer to create a meeting")
	}
	at := b.post("/desk", newMeetingForm())
	way, _ := at.find(t, "main .btn").Attr("href")
	if at.status != 401 || !strings.Contains(way, "for=meetings") || at.find(t, `a[href="/desk"]`).Length() != 1 {
		t.Fatalf("without a sign-in: status %d, link %q, want 401 and a sign-in for meetings", at.status, way)
	}
	at = b.signIn(way, "Dr Asha Rao", nil)
	if at.path != "/desk" {
		t.Fatalf("sign-in ended at %s, status %d, want /desk", at.path, at.status)
	}
	back := at.fields(t)
	for name, values := range newMeetingForm() {
		if back.Get(name) != values[0] {
			t.Errorf("%s = %q after the sign-in, want %q", name, back.Get(name), values[0])
		}
	}
	if again := b.get("/desk").fields(t); again.Get("name") != "" {
		t.Errorf("name = %q in a second form, want it empty", again.Get("name"))
	}
	at = b.post("/desk", back)
	if at.status != 200 || !strings.HasPrefix(at.path, "/desk/visits/") {
		t.Fatalf("create: %s, status %d, want a visit: %s", at.path, at.status, at.find(t, "main").Text())
	}
	host := at.find(t, "#host").Text()
	for _, want := range []string{"https://teams.microsoft.com/meet/", b.site + "/host/", "+442079460123"} {
		if !strings.Contains(host, want) {
			t.Errorf("the host's part lacks %s: %s", want, host)
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
		t.Errorf("the visitor's link: status %d, want 200", visitor.status)
	}
	// After the sign-in and the consent, Microsoft asks nothing more.
	if at := b.post("/desk", newMeetingForm()); !strings.HasPrefix(at.path, "/desk/visits/") {
		t.Errorf("the second meeting: %s, status %d, want a visit", at.path, at.status)
	}
	if log := p.log.String(); strings.Contains(log, "Canary") || strings.Contains(log, "Quarterly") || !strings.Contains(log, `"msg":"meeting created"`) {
		t.Errorf("log = %s, want a created meeting, and neither name nor subject", log)
	}
}

func TestDeskCreatesNoMeetingForAFormWithMistakes(t *testing.T) {
	p := startProgram(t)
	b := newStaffBrowser(t, p)
	b.signIn("/desk/sign-in/microsoft?for=meetings", "Dr Asha Rao", nil)
	for name, form := range map[string]url.Values{
		"minutes": newMeetingForm("minutes", "long"),
		"subject": newMeetingForm("subject", strings.Repeat("x", 121)),
		"lobby":   newMeetingForm("lobby", "whoever"),
		"dial-in": newMeetingForm("dial-in", "call me"),
	} {
		at := b.post("/desk", form)
		if at.status != 422 || at.find(t, `#summary a[href="#`+name+`"]`).Length() != 1 || at.find(t, "#"+name+"-error").Length() != 1 {
			t.Errorf("%s: status %d, summary %q, want 422 and the field's error", name, at.status, at.find(t, "#summary").Text())
		}
		if kept := at.fields(t); kept.Get("way") != "create" || kept.Get("name") != "Canary Patel" {
			t.Errorf("%s: the form does not keep what was typed: %v", name, kept)
		}
	}
	if strings.Contains(p.log.String(), "meeting created") {
		t.Error("a meeting was created")
	}
}

// TestCreatePressedTwiceCreatesOneMeeting presses Create link several times, at once and one after the other. Another form
// with the same content, or the same form corrected, creates another meeting.
func TestCreatePressedTwiceCreatesOneMeeting(t *testing.T) {
	p := startProgram(t)
	b := newStaffBrowser(t, p)
	b.signIn("/desk/sign-in/microsoft?for=meetings", "Dr Asha Rao", nil)
	form := newMeetingForm("once", b.get("/desk").fields(t).Get("once"))
	if form.Get("once") == "" {
		t.Fatal("the form has no key in the field once")
	}
	paths := make([]string, 4)
	var presses sync.WaitGroup
	for i := range paths {
		presses.Go(func() { paths[i] = b.post("/desk", form).path })
	}
	presses.Wait()
	paths = append(paths, b.post("/desk", form).path)
	if !strings.HasPrefix(paths[0], "/desk/visits/") || len(slices.Compact(slices.Clone(paths))) != 1 {
		t.Errorf("five presses lead to %q, want one visit", paths)
	}
	created := func() int { return strings.Count(p.log.String(), `"msg":"meeting created"`) }
	if created() != 1 {
		t.Errorf("five presses created %d meetings, want 1", created())
	}
	form.Set("name", "Canary Singh")
	if corrected := b.post("/desk", form).path; corrected == paths[0] || created() != 2 {
		t.Errorf("the corrected form leads to %s, %d meetings, want another visit and 2", corrected, created())
	}
	b.post("/desk", newMeetingForm("once", b.get("/desk").fields(t).Get("once")))
	b.post("/desk", newMeetingForm())
	if created() != 4 {
		t.Errorf("%d meetings after two more forms, want 4", created())
	}
	// The next person who signs in does not receive this visit.
	b.post("/desk/sign-out", nil)
	b.signIn("/desk/sign-in/microsoft?for=meetings", "Robin Clerk", nil)
	if at := b.post("/desk", form); strings.HasPrefix(at.path, "/desk/visits/") {
		t.Error("another account receives the visit")
	}
}

// TestEveryFaultOfGraphIsExplained checks that each fault of Graph's stand-in leads to a page that explains it, names a
// next step, and keeps what was typed.
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
			t.Errorf("%s: add its reason to this test", subject)
			continue
		}
		at := b.post("/desk", newMeetingForm("subject", subject))
		text := html.UnescapeString(at.text)
		for _, part := range []string{".title", ".text", ".next"} {
			if want := words.Text("staff." + reason + part); !strings.Contains(text, want) {
				t.Errorf("%s: the page lacks %q", subject, want)
			}
		}
		if at.status < 400 || at.path != "/desk" {
			t.Errorf("%s: %s, status %d, want /desk and an error", subject, at.path, at.status)
		}
		if way, signsIn := at.find(t, `main .btn[href^="/desk/sign-in/"]`).Attr("href"); signsIn {
			if strings.Contains(b.leadsTo(way), "1700000000") != (subject == "fault: claims challenge") {
				t.Errorf("%s: the sign-in leads to %s, want the challenge in it only after a challenge", subject, b.leadsTo(way))
			}
			at = b.signIn(way, "Dr Asha Rao", nil)
		}
		if kept := at.fields(t); kept.Get("way") != "create" || kept.Get("subject") != subject || kept.Get("name") != "Canary Patel" {
			t.Errorf("%s: the form does not keep what was typed: %v", subject, kept)
		}
	}
}

// TestDeskExplainsWhoCannotCreateMeetings checks an account without a Teams licence, and declined or forbidden consent.
func TestDeskExplainsWhoCannotCreateMeetings(t *testing.T) {
	p := startProgram(t)
	b := newStaffBrowser(t, p)
	b.signIn("/desk/sign-in/microsoft", "Robin Clerk", nil)
	at := b.post("/desk", newMeetingForm())
	way, _ := at.find(t, "main .btn").Attr("href")
	if at.status != 403 || !strings.Contains(at.text, "Allow this site to create meetings") {
		t.Fatalf("no consent: status %d, want 403 and a request for consent: %s", at.status, at.find(t, "main").Text())
	}
	for fault, title := range map[string]string{"65004": "You did not allow it", "90094": "Your organisation has not allowed this yet"} {
		at := b.signIn(way, "Robin Clerk", url.Values{"fault": {fault}})
		if !strings.Contains(at.text, title) || at.find(t, `a[href="/desk"]`).Length() != 1 {
			t.Errorf("AADSTS%s: page %q, want %q and a link to the desk", fault, at.find(t, "main").Text(), title)
		}
	}
	back := b.signIn(way, "Robin Clerk", nil).fields(t)
	if at = b.post("/desk", back); at.status != 403 || !strings.Contains(at.text, "Your account cannot have Teams meetings") {
		t.Errorf("no licence: status %d, want 403 and an explanation: %s", at.status, at.find(t, "main").Text())
	}
	// The same form accepts an invitation.
	back = at.fields(t)
	back.Set("way", "invitation")
	back.Set("meeting", shortLink)
	if at = b.post("/desk", back); !strings.HasPrefix(at.path, "/desk/visits/") {
		t.Errorf("with an invitation: %s, status %d, want a visit", at.path, at.status)
	}
}

// TestKeptFormEndsWithTheSession checks that the next person does not see a form that waited for a sign-in.
func TestKeptFormEndsWithTheSession(t *testing.T) {
	p := startProgram(t)
	b := newStaffBrowser(t, p)
	b.signIn("/desk/sign-in/microsoft", "Robin Clerk", nil)
	b.post("/desk", newMeetingForm())
	b.post("/desk/sign-out", nil)
	if kept := b.get("/desk").fields(t); kept.Get("name") != "" {
		t.Errorf("name = %q after signing out, want it empty", kept.Get("name"))
	}
	if at := b.post("/desk", newMeetingForm("host", strings.Repeat("ا", 9000))); at.status != 422 {
		t.Errorf("a form that is too long: status %d, want 422", at.status)
	}
}
