package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"github.com/anteroom-visit/anteroom/acs/acstest"
)

func TestVisitorJoinsWithOneIdentity(t *testing.T) {
	service := startACS(t)
	p := startProgram(t, "ACS_CONNECTION_STRING="+service.ConnectionString())
	v := newVisitor(t, p)

	if a := v.get("/visit"); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/" {
		t.Fatalf("visit page without a meeting: %d to %q, want 303 to /", a.StatusCode, a.Header.Get("Location"))
	}
	if a := v.submitDoor("Join: "+classicLink, ""); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/visit" {
		t.Fatalf("door: %d to %q, want 303 to /visit", a.StatusCode, a.Header.Get("Location"))
	}
	if n := len(service.Ledger().Identities); n != 0 {
		t.Fatalf("%d identities before Join, want none", n)
	}
	ticket := v.join("  Sam   Patel ")
	id := ticket["userId"]
	for _, field := range []string{"token", "expiresOn"} {
		if s, _ := ticket[field].(string); s == "" {
			t.Errorf("ticket has no %s", field)
		}
		delete(ticket, field)
	}
	delete(ticket, "userId")
	want := map[string]any{
		"rehearsal": false, "displayName": "Sam Patel", "chat": true, "endpoint": service.Endpoint(),
		"locator": map[string]any{"meetingLink": classicLink}, "role": "guest", "locale": "en-GB",
	}
	if diff := cmp.Diff(want, ticket); diff != "" {
		t.Errorf("ticket (-want +got):\n%s", diff)
	}
	if again := v.join("Sam Patel"); again["userId"] != id {
		t.Errorf("a reload joined as %v, first as %v", again["userId"], id)
	}
	renewed := v.post("/visit/token", "{}")
	if renewed.StatusCode != http.StatusOK || renewed.json(t)["token"] == "" {
		t.Errorf("renew token: status %d, %s, want 200 and a token", renewed.StatusCode, renewed.body)
	}
	if renewed.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("Cache-Control of a token = %q, want no-store", renewed.Header.Get("Cache-Control"))
	}
	if name := v.get("/visit").page(t).Find("#name").AttrOr("value", ""); name != "Sam Patel" {
		t.Errorf("name on the page after joining = %q, want Sam Patel", name)
	}
	if a := v.post("/visit/leave", ""); a.StatusCode != http.StatusNoContent {
		t.Errorf("leave: status %d, want 204", a.StatusCode)
	}
	ledger := service.Ledger().Identities
	if len(ledger) != 1 || ledger[0].ID != id || ledger[0].DeletedAt.IsZero() {
		t.Errorf("identities after leaving = %+v, want one, deleted", ledger)
	}
	if a := v.post("/visit/token", "{}"); a.StatusCode != http.StatusConflict {
		t.Errorf("token after leaving: status %d, %s, want 409", a.StatusCode, a.body)
	}
	if next := v.join("Sam Patel"); next["userId"] == id {
		t.Errorf("joined again as %v, want a new identity", id)
	}
}

func TestSimultaneousJoinsShareOneIdentity(t *testing.T) {
	service := startACS(t)
	v := newVisitor(t, startProgram(t, "ACS_CONNECTION_STRING="+service.ConnectionString()))
	v.submitDoor(shortLink, "")
	// The answer is slow, so that all presses arrive before it.
	if err := service.Inject(slow(300*time.Millisecond, 1)); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { v.join("Sam") })
	}
	wg.Wait()
	if n := len(service.Ledger().Identities); n != 1 {
		t.Errorf("%d identities for four presses, want 1", n)
	}
}

func TestAnotherMeetingGetsAnotherIdentity(t *testing.T) {
	service := startACS(t)
	p := startProgram(t, "ACS_CONNECTION_STRING="+service.ConnectionString())
	v := newVisitor(t, p)
	v.submitDoor(classicLink, "")
	first := v.join("Sam")["userId"]
	v.submitDoor(classicLink, "")
	if again := v.join("Sam")["userId"]; again != first {
		t.Errorf("second join of the same meeting as %v, want %v", again, first)
	}
	v.submitDoor(shortLink, "")
	if other := v.join("Sam")["userId"]; other == first {
		t.Errorf("join of another meeting as %v, want a new identity", other)
	}
	if err := p.stop(); err != nil { // waits for work in the background
		t.Fatal(err)
	}
	if service.Ledger().Identities[0].DeletedAt.IsZero() {
		t.Error("the first meeting's identity was not deleted")
	}
}

func TestDoorKeepsRefusedInput(t *testing.T) {
	v := newVisitor(t, startProgram(t))
	const personal = "https://teams.live.com/meet/9312345678901?p=abcdefgh"
	a := v.submitDoor(personal, "")
	doc := a.page(t)
	if a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("refused link: status %d, want 422", a.StatusCode)
	}
	if got := doc.Find("#meeting").Text(); got != personal {
		t.Errorf("meeting = %q, want %q", got, personal)
	}
	message := doc.Find("#refusal")
	if !strings.Contains(message.Text(), "personal Teams meeting") {
		t.Errorf("refusal = %q, want personal Teams meeting in it", message.Text())
	}
	if _, focused := message.Attr("autofocus"); !focused || message.AttrOr("tabindex", "") != "-1" {
		t.Error("the message does not receive the focus")
	}
	doc = v.submitDoor("273 501 234 567 8", "").page(t)
	if invalid := doc.Find("#passcode").AttrOr("aria-invalid", ""); invalid != "true" {
		t.Errorf("aria-invalid of the missing passcode = %q, want true", invalid)
	}
	if a := v.submitDoor("273 501 234 567 8", "Mt9xB2N6"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("ID with passcode in the second field: status %d, want 303", a.StatusCode)
	}
	want := map[string]any{"meetingId": "2735012345678", "passcode": "Mt9xB2N6"}
	if diff := cmp.Diff(want, v.join("Sam")["locator"]); diff != "" {
		t.Errorf("locator (-want +got):\n%s", diff)
	}
}

func TestLinkFormsOfEarlierSoftwareOpenTheVisit(t *testing.T) {
	p := startProgram(t)
	for _, path := range []string{
		"/?meetingURL=" + url.QueryEscape(classicLink),
		"/visit?meetingURL=" + url.QueryEscape(classicLink),
		"/?MeetingUrl=" + url.QueryEscape(classicLink),
		"/?teamsLink=" + url.QueryEscape(classicLink),
		"/?meetingId=2735012345678&passcode=AbCdEfGhIj",
		"/?MEETINGID=2735012345678&PassCode=AbCdEfGhIj",
		"/?meetingURL=" + shortLink,
	} {
		v := newVisitor(t, p)
		if a := v.get(path); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/visit" {
			t.Errorf("%.30s: %d to %q, want 303 to /visit", path, a.StatusCode, a.Header.Get("Location"))
		}
		if a := v.get("/visit"); a.StatusCode != http.StatusOK {
			t.Errorf("%.30s: visit page: status %d, want 200", path, a.StatusCode)
		}
	}
	v := newVisitor(t, p)
	a := v.get("/?meetingURL=" + url.QueryEscape("https://teams.live.com/meet/9312345678901"))
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/" {
		t.Errorf("a refused link: %d to %q, want 303 to /, whose address does not contain it", a.StatusCode, a.Header.Get("Location"))
	}
	doc := v.get("/").page(t)
	if !strings.Contains(doc.Find("#refusal").Text(), "personal") || !strings.Contains(doc.Find("#meeting").Text(), "teams.live.com") {
		t.Errorf("the door shows %q and %q, want the refusal and the link", doc.Find("#refusal").Text(), doc.Find("#meeting").Text())
	}
	if v.get("/").page(t).Find("#refusal").Length() != 0 {
		t.Error("the door shows the refusal a second time")
	}
}

func TestJoinChecksTheName(t *testing.T) {
	v := newVisitor(t, startProgram(t))
	v.submitDoor(shortLink, "")
	for name, want := range map[string]string{
		"":                        "Enter your name",
		"   ":                     "Enter your name",
		strings.Repeat("a", 65):   "at most 64",
		"Sam\u202egnp.exe":        "characters we cannot show",
		"Sam\u0000":               "characters we cannot show",
		"\u200b\u200b":            "characters we cannot show",
		"...":                     "characters we cannot show",
		"Sam\u2066hidden\u2069 x": "characters we cannot show",
	} {
		body := `{"name":` + quoted(name) + `}`
		a := v.post("/visit/join", body)
		problem := a.json(t)
		if a.StatusCode != http.StatusUnprocessableEntity || problem["type"] != "urn:anteroom:problem:invalid-name" {
			t.Errorf("%q: status %d, type %v, want 422 and invalid-name", name, a.StatusCode, problem["type"])
		}
		if detail, _ := problem["detail"].(string); !strings.Contains(detail, want) {
			t.Errorf("%q: detail = %q, want %q in it", name, detail, want)
		}
	}
	for _, name := range []string{"José", "Jose\u0301", "李小龙", "فاطمة الزهراء", "O'Brien-Smith Jr.", strings.Repeat("a", 64), "नीलम\u200dशर्मा"} {
		if got := v.join(name)["displayName"]; got != strings.ReplaceAll(name, "e\u0301", "é") {
			t.Errorf("displayName of %q = %q, want it unchanged but for normalisation", name, got)
		}
	}
}

func TestEndingPagesOfferTheNextStep(t *testing.T) {
	v := newVisitor(t, startProgram(t, "BRAND_PHONE=01234 567890"))
	v.submitDoor(shortLink, "")
	for query, want := range map[string]struct{ title, action string }{
		"code=0&subCode=0":       {"You left", "rejoin"},
		"code=0&subCode=5854":    {"not let in", "rejoin"},
		"code=0&subCode=5855":    {"waited", "wait-again"},
		"code=0&subCode=5300":    {"removed", "phone"},
		"code=0&subCode=5003":    {"over", ""},
		"code=403&subCode=5723":  {"not let visitors in", "phone"},
		"code=400&subCode=5751":  {"wrong", "edit"},
		"code=410&subCode=3100":  {"connection", "rejoin"},
		"code=410&subCode=3112":  {"network blocks", "phone"},
		"code=401&subCode=71005": {"time to join ran out", "rejoin"},
		"code=409&subCode=40228": {"another tab", "take-over"},
		"code=490&subCode=4525":  {"offline", "rejoin"},
		"code=498&subCode=12345": {"offline", "rejoin"},
		"code=777&subCode=1":     {"ended", "rejoin"},
		"code=x":                 {"ended", "rejoin"},
		"":                       {"ended", "rejoin"},
	} {
		a := v.get("/visit/ended?" + query)
		doc := a.page(t)
		title := doc.Find("h1").Text()
		if a.StatusCode != http.StatusOK || !strings.Contains(strings.ToLower(title+doc.Find(".lead").Text()), strings.ToLower(want.title)) {
			t.Errorf("%s: status %d, title %q, want 200 and %q", query, a.StatusCode, title, want.title)
		}
		if got := doc.Find("[data-action]").AttrOr("data-action", ""); got != want.action {
			t.Errorf("%s: action = %q, want %q", query, got, want.action)
		}
		if doc.Find(`a[href="tel:01234567890"]`).Length() == 0 {
			t.Errorf("%s: no number to call", query)
		}
	}
	if ref := v.get("/visit/ended?code=777&subCode=1").page(t).Find("main").Text(); !strings.Contains(ref, "777/1") {
		t.Errorf("page of an unknown ending = %q, want 777/1 in it", ref)
	}
}

func TestEveryPageIsCompleteAndTranslated(t *testing.T) {
	v := newVisitor(t, startProgram(t, "BRAND_NAME=Lamna Clinic", "BRAND_PHONE=01234 567890", "BRAND_PRIVACY_URL=https://lamna.example/privacy"))
	pages := []answer{v.get("/"), v.get("/nowhere"), v.submitDoor("", ""), v.submitDoor("https://teams.microsoft.com.evil.example/meet/1", "")}
	v.submitDoor(shortLink, "")
	pages = append(pages, v.get("/visit"), v.get("/visit/ended?code=0&subCode=0"),
		v.do(http.MethodPost, "/visit/join", "application/x-www-form-urlencoded", "name=Sam"))
	for _, a := range pages {
		doc := a.page(t)
		path := a.Request.URL.Path
		if strings.Contains(a.body, "⟨") || strings.Contains(a.body, "no value") {
			t.Errorf("%s: a text is missing from the catalogue", path)
		}
		for _, want := range []string{"html[lang=en-GB][dir=ltr]", "title", "main h1", "header", "footer", `a[href="tel:01234567890"]`, `a[href="https://lamna.example/privacy"]`} {
			if doc.Find(want).Length() == 0 {
				t.Errorf("%s: no %s", path, want)
			}
		}
		if n := doc.Find("h1").Length(); n != 1 {
			t.Errorf("%s: %d h1, want 1", path, n)
		}
		doc.Find("[style], [onclick], script:not([src]):not([type='application/json'])").Each(func(_ int, s *goquery.Selection) {
			t.Errorf("%s: inline style or script in <%s>", path, s.Nodes[0].Data)
		})
		for _, header := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy", "X-Request-Id"} {
			if a.Header.Get(header) == "" {
				t.Errorf("%s: no %s", path, header)
			}
		}
		if a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: Cache-Control = %q, want no-store", path, a.Header.Get("Cache-Control"))
		}
	}
}

func TestVisitPagePrefetchesTheCall(t *testing.T) {
	v := newVisitor(t, startProgram(t, "CHAT=off"))
	v.submitDoor(shortLink, "")
	if n := v.get("/visit").page(t).Find("#prefetch link").Length(); n < 2 {
		t.Errorf("%d scripts prefetched, want at least the stage and the SDK", n)
	}
	if n := v.get("/visit").page(t).Find("#prefetch link[href*=chatface]").Length(); n != 0 {
		t.Errorf("%d scripts of the chat prefetched with CHAT=off, want 0", n)
	}
	v.http.Transport = withHeader{"Save-Data", "on"}
	if n := v.get("/visit").page(t).Find("#prefetch link").Length(); n != 0 {
		t.Errorf("%d scripts prefetched with Save-Data, want 0", n)
	}
	v.http.Transport = nil
	if n := v.get("/").page(t).Find("#prefetch link").Length(); n != 0 {
		t.Errorf("the door prefetches %d scripts, want 0", n)
	}
}

func TestCrossSitePostsAreRejected(t *testing.T) {
	service := startACS(t)
	v := newVisitor(t, startProgram(t, "ACS_CONNECTION_STRING="+service.ConnectionString()))
	v.submitDoor(shortLink, "")
	for _, header := range []withHeader{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}} {
		v.http.Transport = header
		for _, path := range []string{"/visit/join", "/visit/token", "/visit/leave", "/visit/events", "/"} {
			if a := v.post(path, `{"name":"Sam"}`); a.StatusCode != http.StatusForbidden {
				t.Errorf("%s with %s: status %d, want 403", path, header.name, a.StatusCode)
			}
		}
	}
	if n := len(service.Ledger().Identities); n != 0 {
		t.Errorf("%d identities after cross-site posts, want 0", n)
	}
}

func TestSessionSurvivesAKeyRotation(t *testing.T) {
	service := startACS(t)
	env := "ACS_CONNECTION_STRING=" + service.ConnectionString()
	const oldKey, newKey = "51d7a2c09e8b43f6a1d05c7e92b8f463", "c6e0917f3a5b42d8b7f10e3d94a6c825"
	before := startProgram(t, env, "SESSION_KEYS="+oldKey)
	v := newVisitor(t, before)
	v.submitDoor(shortLink, "")
	id := v.join("Sam")["userId"]

	move := func(p *program) *visitor { // the same cookies at another copy
		next := newVisitor(t, p)
		from, _ := url.Parse(v.site)
		to, _ := url.Parse(next.site)
		next.http.Jar.SetCookies(to, v.http.Jar.Cookies(from))
		return next
	}
	if got := move(startProgram(t, env, "SESSION_KEYS="+newKey+","+oldKey)).join("Sam")["userId"]; got != id {
		t.Errorf("joined after a key rotation as %v, want %v", got, id)
	}
	stranger := move(startProgram(t, env, "SESSION_KEYS="+newKey))
	if a := stranger.get("/visit"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("cookie that does not decode: status %d, want 303 and a new session", a.StatusCode)
	}
	if a := stranger.submitDoor(shortLink, ""); a.StatusCode != http.StatusSeeOther {
		t.Errorf("door with an old cookie: status %d, want 303", a.StatusCode)
	}
	for _, c := range v.http.Jar.Cookies(mustURL(t, v.site)) {
		if strings.Contains(c.Value, "Sam") || strings.Contains(c.Value, "2735012345678") {
			t.Errorf("cookie %s contains the name or the meeting: %s", c.Name, c.Value)
		}
	}
}

func TestIdentityOfAnotherResourceIsReplaced(t *testing.T) {
	old, new := startACS(t), startACS(t)
	keys := "SESSION_KEYS=one-key-for-both-of-these-programs"
	v := newVisitor(t, startProgram(t, keys, "ACS_CONNECTION_STRING="+old.ConnectionString()))
	v.submitDoor(shortLink, "")
	id := v.join("Sam")["userId"]
	next := newVisitor(t, startProgram(t, keys, "ACS_CONNECTION_STRING="+new.ConnectionString()))
	next.http.Jar.SetCookies(mustURL(t, next.site), v.http.Jar.Cookies(mustURL(t, v.site)))
	if got := next.join("Sam")["userId"]; got == id {
		t.Errorf("joined as %v, which the resource does not own", got)
	}
}

func TestRehearsalIsShownOnPageLogAndTicket(t *testing.T) {
	p := startProgram(t)
	v := newVisitor(t, p)
	if band := v.get("/").page(t).Find(".rehearsal").Text(); !strings.Contains(band, "Rehearsal") {
		t.Errorf("band = %q, want Rehearsal in it", band)
	}
	if !strings.Contains(p.log.String(), "rehearsal without Azure") {
		t.Errorf("log = %s, want rehearsal without Azure in it", p.log)
	}
	v.submitDoor(shortLink, "")
	if ticket := v.join("Sam"); ticket["rehearsal"] != true {
		t.Errorf("rehearsal in the ticket = %v, want true", ticket["rehearsal"])
	}
}

func TestHealthAndReadinessAnswer200(t *testing.T) {
	v := newVisitor(t, startProgram(t))
	for _, path := range []string{"/healthz", "/readyz"} {
		if a := v.get(path); a.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d, want 200", path, a.StatusCode)
		}
	}
}

func TestMalformedBodiesAreRejected(t *testing.T) {
	v := newVisitor(t, startProgram(t))
	v.submitDoor(shortLink, "")
	for _, c := range []struct {
		name, contentType, body string
		want                    int
	}{
		{"truncated", "application/json", `{"name":"S`, 400},
		{"two objects", "application/json", `{"name":"S"}{}`, 400},
		{"array", "application/json", `[]`, 400},
		{"wrong types", "application/json", `{"name":7}`, 400},
		{"text", "text/plain", `{"name":"Sam"}`, 415},
		{"none", "", ``, 415},
		{"large", "application/json", `{"name":"` + strings.Repeat("a", 20000) + `"}`, 413},
	} {
		a := v.do(http.MethodPost, "/visit/join", c.contentType, c.body)
		if a.StatusCode != c.want || a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: status %d, type %s, want %d and a problem", c.name, a.StatusCode, a.Header.Get("Content-Type"), c.want)
		}
		problem := a.json(t)
		if problem["title"] == "" || problem["instance"] != "urn:anteroom:request:"+a.Header.Get("X-Request-Id") {
			t.Errorf("%s: problem = %v, want a title and the request ID", c.name, problem)
		}
	}
	for _, body := range []string{`{"event":"bribed"}`, `{}`, `{"event":"ended","code":"x"}`} {
		if a := v.post("/visit/events", body); a.StatusCode != http.StatusBadRequest {
			t.Errorf("event %s: status %d, want 400", body, a.StatusCode)
		}
	}
	v.join("Sam")
	if a := v.post("/visit/events", `{"event":"ended","code":0,"subCode":5854}`); a.StatusCode != http.StatusNoContent {
		t.Errorf("valid event: status %d, want 204", a.StatusCode)
	}
	if a := v.do(http.MethodPut, "/visit/join", "", ""); a.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("PUT: status %d, want 405", a.StatusCode)
	}
	if a := v.submitDoor(strings.Repeat("a", 300<<10), ""); a.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("body of 300 KiB at the door: status %d, want 413", a.StatusCode)
	}
	if a := v.submitDoor(strings.Repeat("a", 70<<10), ""); a.StatusCode != http.StatusUnprocessableEntity || a.page(t).Find("#refusal").Length() != 1 {
		t.Errorf("text of 70 KiB at the door: status %d, want 422 and a refusal", a.StatusCode)
	}
}

// TestNothingPersonalIsLogged searches the log for everything that a visitor enters.
func TestNothingPersonalIsLogged(t *testing.T) {
	service := startACS(t)
	p := startProgram(t, "ACS_CONNECTION_STRING="+service.ConnectionString(), "SESSION_KEYS=canary-session-key-0123456789")
	v := newVisitor(t, p)
	const link = "https://teams.microsoft.com/meet/2735012345678?p=CanaryPass"
	v.submitDoor("canary text "+link, "CanaryCode")
	v.get("/?meetingURL=" + url.QueryEscape(link))
	v.get("/canary-path?meetingURL=canary-query")
	ticket := v.join("Canary Name")
	v.post("/visit/token", `{"canary":"body"}`)
	v.post("/visit/events", `{"event":"canary"}`)
	v.do("CANARY", "/visit/join", "", "")
	for _, f := range allFaults() {
		if err := service.Inject(f); err != nil {
			t.Fatal(err)
		}
		v.post("/visit/join", `{"name":"Canary Name"}`)
		service.ClearFaults()
	}
	v.post("/visit/leave", "")
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	token, _ := ticket["token"].(string)
	key := strings.SplitAfter(service.ConnectionString(), "accesskey=")[1]
	logged := strings.ToLower(p.log.String())
	for _, canary := range []string{"canary", "2735012345678", token, key, "gateway"} {
		if strings.Contains(logged, strings.ToLower(canary)) {
			i := strings.Index(logged, strings.ToLower(canary))
			t.Errorf("the log contains %.12q: ...%s", canary, logged[max(0, i-120):i])
		}
	}
	if lines := strings.Count(logged, `"msg":"request"`); lines < 10 {
		t.Errorf("%d request lines, want at least 10", lines)
	}
}

func TestStopLetsJoinsFinish(t *testing.T) {
	service := startACS(t)
	p := startProgram(t, "ACS_CONNECTION_STRING="+service.ConnectionString())
	const count = 20
	visitors := make([]*visitor, count)
	for i := range visitors {
		visitors[i] = newVisitor(t, p)
		visitors[i].submitDoor(shortLink, "")
	}
	if err := service.Inject(slow(700*time.Millisecond, count)); err != nil {
		t.Fatal(err)
	}
	statuses := make([]int, count)
	var wg sync.WaitGroup
	for i, v := range visitors {
		wg.Go(func() { statuses[i] = v.post("/visit/join", `{"name":"Sam"}`).StatusCode })
	}
	for deadline := time.Now().Add(10 * time.Second); service.Ledger().Requests[acstest.OpCreateWithToken] < count; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not all %d joins reached the service within 10 seconds", count)
		}
	}
	if err := p.stop(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if slices.ContainsFunc(statuses, func(s int) bool { return s != http.StatusOK }) {
		t.Errorf("joins that began before the stop: statuses %v, want 200 for all", statuses)
	}
}
