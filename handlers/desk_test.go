package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/anteroom-visit/anteroom/handlers/desk"
	"github.com/anteroom-visit/anteroom/visit"
)

const passphrase = "canary quiet river 7"

// withDesk adds a desk to the site and stops its clock at noon on 23 November 2026.
func withDesk(t *testing.T) func(*Options) {
	t.Helper()
	return func(o *Options) {
		o.Desk.Passphrase, o.Visits.Seals = passphrase, keyring(t, "a-link-key-for-the-tests")
		o.Now = func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }
	}
}

// newClerk returns a visitor who has signed in at the desk.
func newClerk(t *testing.T, s testSite) *visitor {
	t.Helper()
	v := newVisitor(t, s)
	if a := v.signIn(passphrase); a.StatusCode != http.StatusSeeOther || a.location() != desk.Path {
		t.Fatalf("sign in: status %d to %q, want 303 to %s", a.StatusCode, a.location(), desk.Path)
	}
	return v
}

// deskInput returns a valid form of the desk. The changes are names and values in turn.
func deskInput(changes ...string) url.Values {
	form := url.Values{
		"meeting": {shortLink}, "name": {"Canary Patel"}, "host": {"Dr Asha Rao"}, "date": {"2026-11-24"}, "time": {"14:30"}, "minutes": {"15"},
		"zone": {"Europe/London"}, "language": {"en-GB"}, "role": {"guest"}, "phone": {"01234 567890"}, "chat": {"on"}, "camera": {"on"}, "share": {"on"},
	}
	for i := 0; i+1 < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
	}
	return form
}

var deskPaths = []string{
	desk.Path, desk.SignInPath, desk.BatchPath, "/desk/batch/template.csv", "/desk/visits/abc", "/desk/visits/abc/visit.ics", "/desk/visits/abc/qr.svg",
}

func TestDeskAcceptsEveryFormOfInvitation(t *testing.T) {
	v := newClerk(t, startSite(t, withDesk(t)))
	for what, meeting := range map[string]string{
		"classic link": classicLink, "short link": shortLink, "ID and passcode": "273 501 234 567 8 passcode AbCdEf12",
		"SafeLinks":   "https://eur01.safelinks.protection.outlook.com/?url=" + url.QueryEscape(classicLink) + "&data=05%7C02&reserved=0",
		"Teams visit": "https://visit.teams.microsoft.com/webrtc-svc/redirect?JoinWebUrl=" + url.QueryEscape(classicLink),
		"invitation":  "Microsoft Teams meeting\nJoin: " + classicLink + "\nMeeting ID: 264 183 392 744 150\nPasscode: Mt9xB2N6\n",
	} {
		a := v.postForm(desk.Path, deskInput("meeting", meeting))
		if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.location(), "/desk/visits/") {
			t.Errorf("%s: status %d, want 303 to the visit's sheet: %s", what, a.StatusCode, a.page(t).Find("#summary").Text())
			continue
		}
		if a := v.get(a.location()); a.StatusCode != http.StatusOK {
			t.Errorf("%s: status of the sheet %d, want 200", what, a.StatusCode)
		}
		found := v.postForm(desk.MeetingPath, url.Values{"meeting": {meeting}}).json(t)
		if found["refusal"] != nil || !strings.HasPrefix(found["text"].(string), "This is a Teams meeting") {
			t.Errorf("%s: %v from %s, want a Teams meeting", what, found, desk.MeetingPath)
		}
	}
}

// A rejected form shows each message next to its field and keeps everything that was typed.
func TestDeskFormKeepsInput(t *testing.T) {
	v := newClerk(t, startSite(t, withDesk(t)))
	for field, c := range map[string]struct{ value, errorField, message string }{
		"meeting":    {"https://teams.live.com/meet/9312345678901?p=x", "meeting", "work account"},
		"passcode":   {"", "passcode", "below the meeting ID"},
		"name":       {"\u202ecanary", "name", "letters"},
		"host":       {strings.Repeat("a", 65), "host", "64"},
		"date":       {"soon", "date", "Choose a date"},
		"time":       {"", "date", "Choose a date"},
		"minutes":    {"0", "minutes", "1440"},
		"zone":       {"Mars/Base", "zone", "Europe/London"},
		"language":   {"!", "language", "en-GB"},
		"role":       {"boss", "role", "interpreter"},
		"phone":      {"none", "phone", "digits"},
		"conference": {"12345", "dial-in", "conference ID"},
	} {
		form := deskInput(field, c.value)
		if field == "passcode" {
			form.Set("meeting", "273 501 234 567 8")
		}
		a := v.postForm(desk.Path, form)
		page := a.page(t)
		summary, message := page.Find("#summary a[href='#"+c.errorField+"']"), page.Find("#"+c.errorField+"-error").Text()
		if a.StatusCode != http.StatusUnprocessableEntity || summary.Length() != 1 || !strings.Contains(message, c.message) || page.Find("#"+c.errorField).Length() != 1 {
			t.Errorf("%s: status %d, summary %q, message %q, want 422, a link to the field and %q", field, a.StatusCode, summary.Text(), message, c.message)
		}
		for name := range form {
			input := page.Find("[name='" + name + "']")
			got, _ := input.Attr("value")
			switch name {
			case "meeting":
				got = strings.TrimPrefix(input.Text(), "\n")
			case "zone", "language", "role":
				got = input.Find("option[selected]").AttrOr("value", form.Get(name)) // an unlisted value cannot be selected
			}
			if got != form.Get(name) {
				t.Errorf("invalid %s: field %s is %q, want %q as typed", field, name, got, form.Get(name))
			}
		}
	}
}

func TestSheetShowsLinksAndFilesOfVisit(t *testing.T) {
	s := startSite(t, withDesk(t), withBaseURL(t, "https://visit.example.org"), func(o *Options) { o.Origin.BaseURL.Scheme = "http" })
	v := newClerk(t, s)
	location := v.postForm(desk.Path, deskInput()).location()
	page := v.get(location).page(t)
	link := strings.TrimSpace(page.Find("#link").Text())
	opened, err := s.visits.Seals.Open(link[strings.LastIndex(link, "/")+1:])
	if err != nil || !strings.HasPrefix(link, "http://visit.example.org/v/") || opened.Name != "Canary Patel" || opened.Phone != "" || opened.Host != "Dr Asha Rao" {
		t.Fatalf("link %s opens as %+v, %v, want the visit of Canary Patel to Dr Asha Rao without a phone", link, opened, err)
	}
	if title := page.Find("title").Text(); strings.Contains(title, "Canary") || strings.Contains(location, "anary") {
		t.Errorf("title %q, location %q, want neither to contain the name", title, location)
	}
	if sms, hint := page.Find("#sms").Text(), page.Find("#sms-hint").Text(); !strings.Contains(sms, link) || !strings.Contains(hint, "characters, but one message holds 160: it is sent as 2 messages") {
		t.Errorf("text message %q with hint %q, want the link and 2 messages", sms, hint)
	}
	for id, role := range map[string]visit.Role{"companion": visit.RoleCompanion, "interpreter": visit.RoleInterpreter} {
		other := strings.TrimSpace(page.Find("#" + id).Text())
		got, err := s.visits.Seals.Open(other[strings.LastIndex(other, "/")+1:])
		if err != nil || got.Role != role || got.ID != opened.ID || got.Name != "" {
			t.Errorf("%s: visit %+v, %v, want the same visit with role %s and no name", id, got, err, role)
		}
	}
	mailto, err := url.Parse(page.Find("a[href^='mailto:']").AttrOr("href", ""))
	if err != nil || !strings.Contains(mailto.Query().Get("body"), "\r\n"+link+"\r\n") || strings.Contains(mailto.RawQuery, "+") {
		t.Errorf("mailto: %v, %v, want the link on a line of its own and no + in the query", mailto, err)
	}
	ics := v.get(location + "/visit.ics")
	if !strings.HasPrefix(ics.Header.Get("Content-Type"), "text/calendar") || !strings.Contains(ics.body, "UID:"+opened.ID.String()+"@visit.example.org") {
		t.Errorf("calendar of type %q, want text/calendar with the visit's UID: %s", ics.Header.Get("Content-Type"), ics.body)
	}
	if svg := v.get(location + "/qr.svg"); svg.Header.Get("Content-Type") != "image/svg+xml" || !strings.Contains(svg.body, page.Find("main > .part svg path").AttrOr("d", "none")) {
		t.Errorf("QR code of type %q, want image/svg+xml with the code on the page", svg.Header.Get("Content-Type"))
	}
	next := v.get(page.Find("a[href^='/desk?like=']").AttrOr("href", "")).page(t)
	if host, name := next.Find("#host").AttrOr("value", ""), next.Find("#name").AttrOr("value", ""); host != "Dr Asha Rao" || name != "" {
		t.Errorf("next visit: host %q, name %q, want Dr Asha Rao and an empty name", host, name)
	}
	for _, path := range []string{"/desk/visits/abc", "/desk/visits/" + strings.ToUpper(link), "/desk/visits/%ff/qr.svg"} {
		if a := v.get(path); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, a.StatusCode)
		}
	}
	long := v.get(v.postForm(desk.Path, deskInput("meeting", classicLink)).location())
	if note := long.page(t).Find(".note").Text(); !strings.Contains(note, "meeting ID and passcode") {
		t.Errorf("note for a link too long for a text message: %q, want the advice to use the meeting ID", note)
	}
}

func TestDeskAsksWhichMeetingIsMeant(t *testing.T) {
	v := newClerk(t, startSite(t, withDesk(t)))
	ask := func(fields ...string) (answer, *goquery.Document) {
		a := v.postForm(desk.Path, deskInput(append([]string{"meeting", twoLinks, "name", "Sam Patel"}, fields...)...))
		return a, a.page(t)
	}
	question, page := ask()
	radios := page.Find("#desk-form input[type=radio][name=choice]")
	if question.StatusCode != http.StatusUnprocessableEntity || radios.Length() != 2 || radios.Filter("[checked]").Length() != 0 {
		t.Fatalf("status %d with %d choices, want 422 with 2 and none chosen", question.StatusCode, radios.Length())
	}
	if described := page.Find("fieldset.choices").First().AttrOr("aria-describedby", ""); page.Find("#"+strings.Fields(described)[0]).Length() != 1 {
		t.Errorf("aria-describedby %q, want an element of the page", described)
	}
	if meeting, name := strings.TrimPrefix(page.Find("#meeting").Text(), "\n"), page.Find("#name").AttrOr("value", ""); meeting != twoLinks || name != "Sam Patel" {
		t.Errorf("meeting %q, name %q, want both as typed", meeting, name)
	}
	if got := page.Find("#meeting-error").Text(); strings.Contains(got, "?.") {
		t.Errorf("message %q, want no full stop after the question mark", got)
	}
	question, page = ask("choice", otherLink, "minutes", "0")
	if got := page.Find("input[name=choice][checked]").AttrOr("value", ""); question.StatusCode != http.StatusUnprocessableEntity || got != otherLink {
		t.Errorf("with another mistake: status %d, choice %q, want 422 and %q", question.StatusCode, got, otherLink)
	}
	if created, _ := ask("choice", otherLink); created.StatusCode != http.StatusSeeOther {
		t.Errorf("with a choice: status %d, want 303", created.StatusCode)
	}
}

func TestDeskAsksBeforeUsingCancelledMeeting(t *testing.T) {
	v := newClerk(t, startSite(t, withDesk(t)))
	question := v.postForm(desk.Path, deskInput("meeting", cancelledMeeting))
	page := question.page(t)
	if box := page.Find("input[type=checkbox][name=evenCancelled]"); question.StatusCode != http.StatusUnprocessableEntity || box.Length() != 1 || !strings.Contains(page.Find("#meeting-error").Text(), "cancels") {
		t.Fatalf("status %d, %d check boxes, want 422 and 1: %q", question.StatusCode, box.Length(), page.Find("#meeting-error").Text())
	}
	if created := v.postForm(desk.Path, deskInput("meeting", cancelledMeeting, "evenCancelled", "1")); created.StatusCode != http.StatusSeeOther {
		t.Errorf("with the box checked: status %d, want 303", created.StatusCode)
	}
}

func TestDeskAsksForDateOrder(t *testing.T) {
	v := newClerk(t, startSite(t, withDesk(t)))
	question := v.postForm(desk.Path, deskInput("date", "5/6/2027", "zone", "America/Toronto"))
	buttons := question.page(t).Find("#desk-form button[name=date-order]")
	if question.StatusCode != http.StatusUnprocessableEntity || buttons.Length() != 2 || buttons.Eq(1).Text() != "Thursday 6 May 2027" {
		t.Fatalf("status %d, %d buttons %q, want 422 and a second button for Thursday 6 May 2027", question.StatusCode, buttons.Length(), buttons.Text())
	}
	if first := question.page(t).Find("#desk-form button").First(); first.AttrOr("name", "") != "" {
		t.Errorf("the first button, which Enter presses, is %q, want the one that submits the form", first.AttrOr("name", ""))
	}
	created := v.postForm(desk.Path, deskInput("date", "5/6/2027", "zone", "America/Toronto", "date-order", "mdy"))
	sheet := v.get(created.location())
	if facts := sheet.page(t).Find("dl.facts").Text(); !strings.Contains(facts, "Thursday 6 May 2027") {
		t.Errorf("status %d, sheet %q, want a visit on Thursday 6 May 2027", created.StatusCode, facts)
	}
}

func TestDeskUsesBrowserZoneWithoutSiteZone(t *testing.T) {
	for zone, want := range map[string]bool{"": true, "Europe/Paris": false} {
		v := newClerk(t, startSite(t, withDesk(t), func(o *Options) { o.Desk.Zone = zone }))
		for _, path := range []string{desk.Path, desk.BatchPath} {
			if got := v.get(path).page(t).Find("select#zone[data-browser-zone]").Length() == 1; got != want {
				t.Errorf("zone %q, %s: zone taken from the browser %v, want %v", zone, path, got, want)
			}
		}
	}
}
