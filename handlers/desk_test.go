package handlers

import (
	"encoding/csv"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/anteroom-visit/anteroom/handlers/desk"
	"github.com/anteroom-visit/anteroom/visit"
)

const (
	passphrase = "canary quiet river 7"
	classic    = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_MjdhNjM4YzUtYzExZi00OTFkLTkzZTAtNTVlNmZmMDhkNGU2%40thread.v2/0?context=%7b%22Tid%22%3a%22aaaabbbb-0000-cccc-1111-dddd2222eeee%22%2c%22Oid%22%3a%2200aa00aa-bb11-cc22-dd33-44ee44ee44ee%22%7d"
	urlencoded = "application/x-www-form-urlencoded"
)

// withDesk gives the site a desk, and a clock that stands.
func withDesk(t *testing.T) func(*Options) {
	keys, err := visit.NewKeyring([]string{"a-link-key-for-the-tests"})
	if err != nil {
		t.Fatal(err)
	}
	return func(o *Options) {
		o.Desk.Passphrase, o.Visits.Seals = passphrase, keys
		o.Now = func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }
	}
}

func (v *visitor) send(path string, form url.Values) answer {
	v.t.Helper()
	return v.do(http.MethodPost, path, form.Encode(), "Content-Type", urlencoded)
}

// clerk is somebody who has signed in.
func clerk(t *testing.T, s testSite) *visitor {
	t.Helper()
	v := newVisitor(t, s)
	if a := v.send(desk.SignInPath, url.Values{"passphrase": {passphrase}}); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != desk.Path {
		t.Fatalf("sign in: %d %s", a.StatusCode, a.Header.Get("Location"))
	}
	return v
}

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

var deskPaths = []string{desk.Path, desk.SignInPath, desk.BatchPath, "/desk/batch/template.csv", "/desk/visits/abc", "/desk/visits/abc/visit.ics", "/desk/visits/abc/qr.svg"}

func TestDeskNeedsAPassphrase(t *testing.T) {
	v := newVisitor(t, startSite(t))
	for _, path := range deskPaths {
		if a := v.get(path); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
	if a := v.send(desk.SignInPath, url.Values{"passphrase": {""}}); a.StatusCode != http.StatusNotFound {
		t.Errorf("an empty passphrase: %d", a.StatusCode)
	}
	o := Options{Desk: Desk{Passphrase: passphrase}, Assets: testBundle(t), SessionKeys: []string{"a-session-key-of-thirty-two-bytes"}}
	if _, err := New(o); err == nil {
		t.Error("a desk without keys for its links")
	}
}

func TestDeskRejectsStrangers(t *testing.T) {
	s := startSite(t, withDesk(t))
	v := newVisitor(t, s)
	for _, path := range deskPaths {
		if a := v.get(path); path != desk.SignInPath && (a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != desk.SignInPath) {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
	// A visitor's cookie opens no desk, under either name.
	v.knock(shortLink)
	u, _ := url.Parse(s.url)
	for _, cookie := range v.http.Jar.Cookies(u) {
		if a := v.get(desk.Path, "Cookie", "anteroom-desk="+cookie.Value); a.StatusCode != http.StatusSeeOther {
			t.Errorf("a visitor's cookie: %d", a.StatusCode)
		}
	}
	if a := v.do(http.MethodPost, desk.MeetingPath, "meeting=x", "Content-Type", urlencoded, "Accept", "application/json"); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("a script: %d", a.StatusCode)
	}
	a := v.send(desk.Path, deskInput())
	if kept, _ := a.page(t).Find(`input[name="name"]`).Attr("value"); a.StatusCode != http.StatusUnauthorized || kept != "Canary Patel" {
		t.Errorf("a form whose sign-in ran out: %d, name %q", a.StatusCode, kept)
	}
	again := deskInput("passphrase", passphrase)
	if a = v.send(desk.SignInPath, again); a.StatusCode != http.StatusOK || !strings.Contains(a.page(t).Find("#meeting").Text(), shortLink) {
		t.Errorf("signed in again: %d", a.StatusCode)
	}
	if strings.Contains(a.body, passphrase) {
		t.Error("the passphrase comes back")
	}
	// And a clerk's opens no visit.
	if a := clerk(t, s).get("/visit"); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/" {
		t.Errorf("a clerk's cookie: %d", a.StatusCode)
	}
	if strings.Contains(s.log.String(), "canary") || strings.Contains(s.log.String(), "Canary") {
		t.Errorf("in the log: %s", s.log.lines("anary"))
	}
}

func TestDeskCookie(t *testing.T) {
	clock := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	s := startSite(t, withDesk(t), func(o *Options) { o.Now = func() time.Time { return clock } })
	v := newVisitor(t, s)
	a := v.send(desk.SignInPath, url.Values{"passphrase": {passphrase}})
	cookie := a.Cookies()[0]
	if cookie.Name != "anteroom-desk" || !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Path != "/" || cookie.MaxAge != 8*3600 {
		t.Errorf("%+v", cookie)
	}
	secure := startSite(t, withDesk(t), public(t, "https://visit.example.org"))
	b := newVisitor(t, secure).send(desk.SignInPath, url.Values{"passphrase": {passphrase}})
	if c := b.Cookies()[0]; c.Name != "__Host-anteroom-desk" || !c.Secure || c.Domain != "" {
		t.Errorf("%+v", c)
	}
	clock = clock.Add(8*time.Hour - time.Second)
	if a := v.get(desk.Path); a.StatusCode != http.StatusOK || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("just before the end: %d", a.StatusCode)
	}
	clock = clock.Add(time.Second)
	if a := v.get(desk.Path); a.StatusCode != http.StatusSeeOther {
		t.Errorf("after eight hours: %d", a.StatusCode)
	}
	clock = clock.Add(-time.Hour)
	if a := v.do(http.MethodPost, "/desk/sign-out", ""); a.StatusCode != http.StatusSeeOther {
		t.Errorf("sign out: %d", a.StatusCode)
	}
	if a := v.get(desk.Path); a.StatusCode != http.StatusSeeOther {
		t.Errorf("signed out: %d", a.StatusCode)
	}
}

func TestSignInRejectsWrongPassphrase(t *testing.T) {
	s := startSite(t, withDesk(t))
	v := newVisitor(t, s)
	for range 3 { // the first few are answered at once
		a := v.send(desk.SignInPath, url.Values{"passphrase": {"canary wrong guess"}})
		if a.StatusCode != http.StatusUnprocessableEntity || len(a.Cookies()) > 0 || strings.Contains(a.body, "canary") {
			t.Fatalf("%d %v", a.StatusCode, a.Cookies())
		}
	}
	if strings.Contains(s.log.String(), "canary") {
		t.Error("a passphrase in the log")
	}
}

// S1: every form of a paste makes a visit.
func TestDeskAcceptsEveryFormOfInvitation(t *testing.T) {
	v := clerk(t, startSite(t, withDesk(t)))
	for what, meeting := range map[string]string{
		"classic": classic, "short": shortLink, "ID and passcode": "273 501 234 567 8 passcode AbCdEf12",
		"SafeLinks":  "https://eur01.safelinks.protection.outlook.com/?url=" + url.QueryEscape(classic) + "&data=05%7C02&reserved=0",
		"visit":      "https://visit.teams.microsoft.com/webrtc-svc/redirect?JoinWebUrl=" + url.QueryEscape(classic),
		"invitation": "Microsoft Teams meeting\nJoin: " + classic + "\nMeeting ID: 264 183 392 744 150\nPasscode: Mt9xB2N6\n",
	} {
		a := v.send(desk.Path, deskInput("meeting", meeting))
		if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/desk/visits/") {
			t.Errorf("%s: %d %s", what, a.StatusCode, a.page(t).Find("#summary").Text())
			continue
		}
		if a := v.get(a.Header.Get("Location")); a.StatusCode != http.StatusOK {
			t.Errorf("%s: sheet %d", what, a.StatusCode)
		}
		found := v.do(http.MethodPost, desk.MeetingPath, url.Values{"meeting": {meeting}}.Encode(), "Content-Type", urlencoded).json(t)
		if found["refusal"] != nil || !strings.HasPrefix(found["text"].(string), "This is a Teams meeting") {
			t.Errorf("%s: %v", what, found)
		}
	}
}

// S2: what cannot be joined is refused in place, and nothing that was typed is lost.
func TestDeskFormKeepsInput(t *testing.T) {
	v := clerk(t, startSite(t, withDesk(t)))
	for field, c := range map[string]struct{ value, at, says string }{
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
		a := v.send(desk.Path, form)
		page := a.page(t)
		summary, inPlace := page.Find("#summary a[href='#"+c.at+"']"), page.Find("#"+c.at+"-error").Text()
		if a.StatusCode != http.StatusUnprocessableEntity || summary.Length() != 1 || !strings.Contains(inPlace, c.says) || page.Find("#"+c.at).Length() != 1 {
			t.Errorf("%s: %d, %q, %q", field, a.StatusCode, summary.Text(), inPlace)
		}
		for name := range form {
			input := page.Find("[name='" + name + "']")
			got, _ := input.Attr("value")
			switch name {
			case "meeting":
				got = strings.TrimPrefix(input.Text(), "\n")
			case "zone", "language", "role":
				got = input.Find("option[selected]").AttrOr("value", form.Get(name)) // what is on no list cannot be chosen
			}
			if got != form.Get(name) {
				t.Errorf("%s wrong: %s was %q, is %q", field, name, form.Get(name), got)
			}
		}
	}
}

func TestSheet(t *testing.T) {
	s := startSite(t, withDesk(t), public(t, "https://visit.example.org"), func(o *Options) { o.Origin.BaseURL.Scheme = "http" })
	v := clerk(t, s)
	location := v.send(desk.Path, deskInput()).Header.Get("Location")
	page := v.get(location).page(t)
	link := strings.TrimSpace(page.Find("#link").Text())
	opened, err := s.visits.Seals.Open(link[strings.LastIndex(link, "/")+1:])
	if err != nil || !strings.HasPrefix(link, "http://visit.example.org/v/") || opened.Name != "Canary Patel" || opened.Phone != "" || opened.Host != "Dr Asha Rao" {
		t.Fatalf("%s: %v", link, err)
	}
	if title := page.Find("title").Text(); strings.Contains(title, "Canary") || strings.Contains(location, "anary") {
		t.Errorf("the name stands in %q", title)
	}
	if sms := page.Find("#sms").Text(); !strings.Contains(sms, link) || !strings.Contains(page.Find("#sms-hint").Text(), "characters, but one message holds 160: it is sent as 2 messages") {
		t.Errorf("text message %q", sms)
	}
	for id, role := range map[string]visit.Role{"companion": visit.RoleCompanion, "interpreter": visit.RoleInterpreter} {
		other := strings.TrimSpace(page.Find("#" + id).Text())
		got, err := s.visits.Seals.Open(other[strings.LastIndex(other, "/")+1:])
		if err != nil || got.Role != role || got.ID != opened.ID || got.Name != "" {
			t.Errorf("%s: %v %v", id, got, err)
		}
	}
	mailto, err := url.Parse(page.Find("a[href^='mailto:']").AttrOr("href", ""))
	if err != nil || !strings.Contains(mailto.Query().Get("body"), "\r\n"+link+"\r\n") || strings.Contains(mailto.RawQuery, "+") {
		t.Errorf("mailto: %v %v", mailto, err)
	}
	ics := v.get(location + "/visit.ics")
	if !strings.HasPrefix(ics.Header.Get("Content-Type"), "text/calendar") || !strings.Contains(ics.body, "UID:"+opened.ID.String()+"@visit.example.org") {
		t.Errorf("calendar: %s", ics.body)
	}
	if svg := v.get(location + "/qr.svg"); svg.Header.Get("Content-Type") != "image/svg+xml" || !strings.Contains(svg.body, page.Find("main > .part svg path").AttrOr("d", "none")) {
		t.Error("another QR code in the file than on the page")
	}
	again := v.get(page.Find("a[href^='/desk?like=']").AttrOr("href", "")).page(t)
	if again.Find("#host").AttrOr("value", "") != "Dr Asha Rao" || again.Find("#name").AttrOr("value", "") != "" {
		t.Error("the next visit does not begin with the person of the last one, or with its visitor")
	}
	for _, path := range []string{"/desk/visits/abc", "/desk/visits/" + strings.ToUpper(link), "/desk/visits/%ff/qr.svg"} {
		if a := v.get(path); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
	long := v.get(v.send(desk.Path, deskInput("meeting", classic)).Header.Get("Location"))
	if !strings.Contains(long.page(t).Find(".note").Text(), "meeting ID and passcode") {
		t.Error("nothing is said of a link that does not fit a text message")
	}
}

func (v *visitor) upload(file string) answer { return v.uploadWith(file) }

func TestBatch(t *testing.T) {
	v := clerk(t, startSite(t, withDesk(t)))
	a := v.upload("\ufeffmeeting,start,name,note,=1+1\r\n" + shortLink + ",2026-11-24 14:30,\"Rao, \"\"Sam\"\"\",=cmd|' /C calc'!A0,+1\r\n")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\ufeff"))).ReadAll()
	if err != nil || a.StatusCode != http.StatusOK || len(rows) != 2 || rows[1][2] != `Rao, "Sam"` || rows[1][3] != "'=cmd|' /C calc'!A0" || rows[1][4] != "'+1" ||
		rows[0][4] != "'=1+1" || !strings.Contains(rows[1][5], "/v/") || !strings.Contains(a.Header.Get("Content-Disposition"), "attachment") || !strings.HasPrefix(a.body, "\ufeff") {
		t.Fatalf("%d %v %q", a.StatusCode, err, a.body)
	}
	mixed := v.upload("meeting,start\n" + shortLink + ",2026-11-24 14:30\n<script>alert(1)</script>,soon\n")
	page := mixed.page(t)
	if cells := page.Find(".cells tbody tr"); mixed.StatusCode != http.StatusUnprocessableEntity || cells.Length() != 2 || cells.First().Find("td").First().Text() != "3" {
		t.Errorf("mistakes: %d %s", mixed.StatusCode, cells.Text())
	}
	if good := page.Find("a[download]").First().AttrOr("href", ""); !strings.HasPrefix(good, "data:text/csv;") {
		t.Errorf("the good rows: %.40s", good)
	}
	row := shortLink + ",2026-11-24 14:30\n"
	for what, c := range map[string]struct{ file, says string }{
		"empty": {" \n", "not empty"}, "501 rows": {"meeting,start\n" + strings.Repeat(row, 501), "500 rows"},
		"a huge cell": {"meeting,start\n" + strings.Repeat("a", 256<<10) + ",now\n", "256 kB"}, "another encoding": {"meeting\nM\xfcller\n", "UTF-8"},
		"no headings": {row, "heading"}, "a quote": {"meeting\n\"a\n", "quotation mark"}, "twice": {"meeting,link\n", "already"},
	} {
		a := v.upload(c.file)
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.page(t).Find("#file-error").Text(), c.says) {
			t.Errorf("%s: %d %s", what, a.StatusCode, a.page(t).Find("#file-error").Text())
		}
	}
	if a := v.upload("meeting,start\n" + strings.Repeat(row, 500)); a.StatusCode != http.StatusOK || strings.Count(a.body, "/v/") != 500 {
		t.Errorf("500 rows: %d", a.StatusCode)
	}
	if a := v.upload(strings.Repeat("a", 1<<20)); a.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("too large a body: %d", a.StatusCode)
	}
	if a := v.do(http.MethodPost, desk.BatchPath, "a=b", "Content-Type", urlencoded); a.StatusCode != http.StatusBadRequest {
		t.Errorf("no file at all: %d", a.StatusCode)
	}
}

// uploadWith sends a file together with the other fields of the form.
func (v *visitor) uploadWith(file string, fields ...string) answer {
	v.t.Helper()
	var body strings.Builder
	w := multipart.NewWriter(&body)
	part, _ := w.CreateFormFile("file", "visits.csv")
	_, _ = part.Write([]byte(file))
	for i := 0; i+1 < len(fields); i += 2 {
		_ = w.WriteField(fields[i], fields[i+1])
	}
	_ = w.Close()
	return v.do(http.MethodPost, desk.BatchPath, body.String(), "Content-Type", w.FormDataContentType())
}

// A cell's advice must not point to boxes and buttons that only the form has.
func TestBatchExplainsMistakesInTermsOfTheFile(t *testing.T) {
	v := clerk(t, startSite(t, withDesk(t)))
	for what, c := range map[string]struct{ row, says string }{
		"no passcode": {"273 501 234 567 8,2026-11-24 14:30", "column passcode"},
		"a question":  {"\"" + twoLinks + "\",2026-11-24 14:30", "in this row"},
		"cancelled":   {"\"Subject: Cancelled: review\n\n" + shortLink + "\",2026-11-24 14:30", "New visit"},
		"no time":     {shortLink + ",soon", "2026-11-24 14:30"},
	} {
		a := v.upload("meeting,start\n" + c.row + "\n")
		if got := a.page(t).Find("table.cells tbody").Text(); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got, c.says) {
			t.Errorf("%s: %d %q", what, a.StatusCode, got)
		}
	}
}

func TestBatchAsksForTheOrderOfDates(t *testing.T) {
	v := clerk(t, startSite(t, withDesk(t)))
	file := "meeting,start\n" + shortLink + ",5/6/2027 14:30\n"
	asked := v.uploadWith(file, "zone", "America/Toronto")
	if asked.StatusCode != http.StatusUnprocessableEntity {
		t.Fatalf("%d", asked.StatusCode)
	}
	buttons := asked.page(t).Find("button[name=date-order]")
	if buttons.Length() != 2 || buttons.Eq(0).Text() != "Saturday 5 June 2027" || buttons.Eq(1).Text() != "Thursday 6 May 2027" {
		t.Fatalf("%d buttons: %s", buttons.Length(), buttons.Text())
	}
	kept := asked.page(t).Find("input[name=kept]").AttrOr("value", "")
	for order, want := range map[string]string{"dmy": "row 2 is Saturday 5 June 2027", "mdy": "row 2 is Thursday 6 May 2027"} {
		// An empty file, as a browser sends a field that nobody filled in.
		a := v.uploadWith("", "kept", kept, "zone", "America/Toronto", "date-order", order)
		rows, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
		if a.StatusCode != http.StatusOK || err != nil || len(rows) != 2 {
			t.Fatalf("%s: %d %v", order, a.StatusCode, err)
		}
		sheet := v.get("/desk/visits/" + rows[1][2][strings.LastIndex(rows[1][2], "/")+1:])
		if _, day, _ := strings.Cut(want, "is "); !strings.Contains(sheet.body, day) {
			t.Errorf("%s: the sheet does not show %s", order, day)
		}
	}
	// A date that fits one order decides, and the page shows what was decided.
	decided := v.uploadWith(file+shortLink+",25/6/2027 9:00\n", "zone", "America/Toronto")
	if decided.StatusCode != http.StatusOK || !strings.Contains(decided.body, "row 2 is Saturday 5 June 2027") || decided.page(t).Find("a[download]").Length() == 0 {
		t.Errorf("decided: %d", decided.StatusCode)
	}
	for zone, want := range map[string]string{"Europe/London": "Saturday 5 June 2027", "America/New_York": "Thursday 6 May 2027"} {
		if a := v.uploadWith(file, "zone", zone); a.StatusCode != http.StatusOK || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d", zone, a.StatusCode)
		}
	}
}

func TestDeskAsksWhichMeetingIsMeant(t *testing.T) {
	v := clerk(t, startSite(t, withDesk(t)))
	ask := func(fields ...string) (answer, *goquery.Document) {
		a := v.send(desk.Path, deskInput(append([]string{"meeting", twoLinks, "name", "Sam Patel"}, fields...)...))
		return a, a.page(t)
	}
	asked, page := ask()
	radios := page.Find("#desk-form input[type=radio][name=choice]")
	if asked.StatusCode != http.StatusUnprocessableEntity || radios.Length() != 2 || radios.Filter("[checked]").Length() != 0 {
		t.Fatalf("%d with %d choices, want 422 with 2 and none chosen", asked.StatusCode, radios.Length())
	}
	if described := page.Find("fieldset.choices").First().AttrOr("aria-describedby", ""); page.Find("#"+strings.Fields(described)[0]).Length() != 1 {
		t.Errorf("the choices are described by %q, which is not on the page", described)
	}
	if strings.TrimPrefix(page.Find("#meeting").Text(), "\n") != twoLinks || page.Find("#name").AttrOr("value", "") != "Sam Patel" {
		t.Error("what was typed is lost")
	}
	if got := page.Find("#meeting-error").Text(); strings.Contains(got, "?.") {
		t.Errorf("punctuation: %q", got)
	}
	asked, page = ask("choice", otherLink, "minutes", "0")
	if got := page.Find("input[name=choice][checked]").AttrOr("value", ""); asked.StatusCode != http.StatusUnprocessableEntity || got != otherLink {
		t.Errorf("%d, the choice is lost beside another mistake: %q", asked.StatusCode, got)
	}
	if made, _ := ask("choice", otherLink); made.StatusCode != http.StatusSeeOther {
		t.Errorf("chosen: %d", made.StatusCode)
	}
}

func TestDeskMakesALinkToACancelledMeetingOnlyIfAskedTo(t *testing.T) {
	v := clerk(t, startSite(t, withDesk(t)))
	cancelled := "BEGIN:VCALENDAR\nMETHOD:CANCEL\nBEGIN:VEVENT\nDESCRIPTION:" + shortLink + "\nEND:VEVENT\nEND:VCALENDAR"
	asked := v.send(desk.Path, deskInput("meeting", cancelled))
	page := asked.page(t)
	if box := page.Find("input[type=checkbox][name=evenCancelled]"); asked.StatusCode != http.StatusUnprocessableEntity || box.Length() != 1 || !strings.Contains(page.Find("#meeting-error").Text(), "cancels") {
		t.Fatalf("%d: %q", asked.StatusCode, page.Find("#meeting-error").Text())
	}
	if made := v.send(desk.Path, deskInput("meeting", cancelled, "evenCancelled", "1")); made.StatusCode != http.StatusSeeOther {
		t.Errorf("ticked: %d", made.StatusCode)
	}
}

func TestFormAsksForTheOrderOfADate(t *testing.T) {
	v := clerk(t, startSite(t, withDesk(t)))
	asked := v.send(desk.Path, deskInput("date", "5/6/2027", "zone", "America/Toronto"))
	buttons := asked.page(t).Find("#desk-form button[name=date-order]")
	if asked.StatusCode != http.StatusUnprocessableEntity || buttons.Length() != 2 || buttons.Eq(1).Text() != "Thursday 6 May 2027" {
		t.Fatalf("%d, %d buttons", asked.StatusCode, buttons.Length())
	}
	if first := asked.page(t).Find("#desk-form button").First(); first.AttrOr("name", "") != "" {
		t.Error("Enter chooses a date")
	}
	chosen := v.send(desk.Path, deskInput("date", "5/6/2027", "zone", "America/Toronto", "date-order", "mdy"))
	sheet := v.get(chosen.Header.Get("Location"))
	if !strings.Contains(sheet.page(t).Find("dl.facts").Text(), "Thursday 6 May 2027") {
		t.Errorf("%d: %s", chosen.StatusCode, sheet.page(t).Find("dl.facts").Text())
	}
}

func TestDeskBeginsWithTheBrowsersZoneUnlessTheSiteHasOne(t *testing.T) {
	for zone, want := range map[string]bool{"": true, "Europe/Paris": false} {
		v := clerk(t, startSite(t, withDesk(t), func(o *Options) { o.Desk.Zone = zone }))
		for _, path := range []string{desk.Path, desk.BatchPath} {
			if got := v.get(path).page(t).Find("select#zone[data-browser-zone]").Length() == 1; got != want {
				t.Errorf("%q, %s: %v", zone, path, got)
			}
		}
	}
}
