package handlers

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/acs/acstest"
	"github.com/anteroom-visit/anteroom/handlers/budget"
	"github.com/anteroom-visit/anteroom/handlers/desk"
	"github.com/anteroom-visit/anteroom/visit"
)

// alive returns how many identities are at the service and not deleted.
func (s testSite) alive() (n int) {
	for _, i := range s.service().Ledger().Identities {
		if i.DeletedAt.IsZero() {
			n++
		}
	}
	return n
}

// S2: strangers cannot make the site read large bodies, except at the door.
func TestStrangersSendSmallBodies(t *testing.T) {
	s := startSite(t, withDesk(t))
	v := newVisitor(t, s)
	form := func(size int) string { return "meeting=" + strings.Repeat("a", size-len("meeting=")) }
	for _, path := range []string{desk.Path, desk.SignInPath, desk.MeetingPath, desk.BatchPath, surveyPath, "/visit/join"} {
		a := v.do(http.MethodPost, path, form(16<<10+1), "Content-Type", urlencoded)
		if a.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: %d for %d bytes of a stranger", path, a.StatusCode, maxBody+1)
		}
		if a := v.do(http.MethodPost, path, form(16<<10), "Content-Type", urlencoded); a.StatusCode == http.StatusRequestEntityTooLarge {
			t.Errorf("%s: %d bytes are too large", path, maxBody)
		}
	}
	if a := v.do(http.MethodPost, "/", form(256<<10), "Content-Type", urlencoded); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the door: %d", a.StatusCode)
	}
}

// A clerk whose sign-in has expired still sends whole invitations.
func TestKnownDeviceSendsLargeForms(t *testing.T) {
	clock := newClock()
	s := startSite(t, withDesk(t), func(o *Options) { o.Now = clock.Now })
	v := clerk(t, s)
	large := url.Values{"meeting": {strings.Repeat("a", 100<<10)}}
	if a := v.send(desk.Path, large); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("signed in: %d", a.StatusCode)
	}
	clock.pass(9 * time.Hour)
	if a := v.send(desk.Path, large); a.StatusCode != http.StatusUnauthorized || !strings.Contains(a.body, strings.Repeat("a", 100<<10)) {
		t.Errorf("expired: %d, %d bytes", a.StatusCode, len(a.body))
	}
}

// Strangers who fill the memory for bodies do not stop the desk.
func TestStrangersLeaveTheDeskItsMemory(t *testing.T) {
	s := startSite(t, withDesk(t))
	v := clerk(t, s)
	large := url.Values{"meeting": {strings.Repeat("a", 100<<10)}}
	for client := 0; s.bodies.Held() < maxBodies/2-8<<10; client++ {
		body, _ := s.bodies.Reader(io.NopCloser(strings.NewReader(strings.Repeat("a", maxDoorBody))), strconv.Itoa(client))
		if _, err := io.Copy(io.Discard, body); err != nil {
			break
		}
	}
	if a := newVisitor(t, s).do(http.MethodPost, "/", large.Encode(), "Content-Type", urlencoded); a.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a stranger's large form: %d, want 503", a.StatusCode)
	}
	if a := v.send(desk.Path, large); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the desk's form: %d, want 422", a.StatusCode)
	}
}

// A door that takes no pasted meetings needs no large body.
func TestDoorForLinksTakesSmallBodies(t *testing.T) {
	s := startSite(t, withDesk(t), func(o *Options) { o.Joins.Admission = AdmitLinks })
	if a := newVisitor(t, s).knock(strings.Repeat("a", 20<<10)); a.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("%d, want 413", a.StatusCode)
	}
}

// A large text that is not a meeting is not sent back five times as long.
func TestDoorDoesNotEchoLargeText(t *testing.T) {
	v := newVisitor(t, startSite(t))
	if a := v.knock(strings.Repeat("<", maxEchoedBody+1)); a.StatusCode != http.StatusUnprocessableEntity || len(a.body) > maxEchoedBody {
		t.Errorf("%d with %d bytes", a.StatusCode, len(a.body))
	}
	if a := v.knock("canary words that are not a meeting"); !strings.Contains(a.body, "canary words") {
		t.Error("a short text is not kept")
	}
}

// S3: whatever strangers try, from anywhere, a browser that has signed in before signs in at once.
func TestStrangersCannotLockOutKnownDevice(t *testing.T) {
	s := startSite(t, withDesk(t))
	staff := clerk(t, s)
	staff.send("/desk/sign-out", nil)
	// Strangers at the reception's own address who do not wait for an answer: each guess counts at once.
	ctx, giveUp := context.WithCancel(t.Context())
	giveUp()
	for range 40 {
		r := httptest.NewRequest(http.MethodPost, desk.SignInPath, strings.NewReader("passphrase=guess"))
		r.Header.Set("Content-Type", urlencoded)
		r.RemoteAddr = "127.0.0.1:1234"
		s.ServeHTTP(httptest.NewRecorder(), r.WithContext(ctx))
	}
	for range 20 {
		if a := staff.send(desk.SignInPath, url.Values{"passphrase": {passphrase}}); a.StatusCode != http.StatusSeeOther {
			t.Errorf("a known device: %d", a.StatusCode)
		}
	}
	if a := newVisitor(t, s).send(desk.SignInPath, url.Values{"passphrase": {passphrase}}); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("a stranger from the same address: %d", a.StatusCode)
	}
	for range 11 {
		staff.send(desk.SignInPath, url.Values{"passphrase": {"guess"}})
	}
	if a := staff.send(desk.SignInPath, url.Values{"passphrase": {passphrase}}); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("a known device that guesses: %d", a.StatusCode)
	}
}

// S4: nothing but a navigation changes a session, and no GET deletes an identity.
func TestGetNeverEndsACall(t *testing.T) {
	s := startSite(t)
	first, second := visitAt(t, s, "Sam"), visitAt(t, s, "Alex")
	v := newVisitor(t, s)
	v.get(first)
	if a := v.join(); a.StatusCode != http.StatusOK {
		t.Fatalf("join: %d %s", a.StatusCode, a.body)
	}
	for what, headers := range map[string][]string{
		"image":  {"Sec-Fetch-Dest", "image", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Site", "cross-site"},
		"script": {"Sec-Fetch-Dest", "script", "Sec-Fetch-Mode", "no-cors"},
		"fetch":  {"Sec-Fetch-Dest", "empty", "Sec-Fetch-Mode", "cors"},
		"embed":  {"Sec-Fetch-Dest", "embed", "Sec-Fetch-Mode", "navigate"},
	} {
		for _, path := range []string{second, "/?meetingURL=" + url.QueryEscape(shortLink), "/visit?meetingURL=" + url.QueryEscape(shortLink), "/visit?lang=ar"} {
			if a := v.get(path, headers...); len(a.Cookies()) != 0 {
				t.Errorf("%s of %.20s: sets %v", what, path, a.Cookies())
			}
		}
	}
	if a := v.do(http.MethodPost, "/visit/token", ""); a.StatusCode != http.StatusOK || s.alive() != 1 {
		t.Fatalf("the call: %d, %d identities", a.StatusCode, s.alive())
	}
	for _, headers := range [][]string{
		nil, {"Sec-Fetch-Dest", "document", "Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "iframe", "Sec-Fetch-Mode", "navigate"},
	} {
		if a := v.get(second, headers...); len(a.Cookies()) != 1 {
			t.Errorf("navigation %v: does not open the visit", headers)
		}
	}
	if a := v.do(http.MethodPost, "/visit/token", ""); a.StatusCode != http.StatusOK || s.alive() != 1 {
		t.Errorf("after a navigation the call: %d, %d identities", a.StatusCode, s.alive())
	}
	if a := v.join(); a.StatusCode != http.StatusOK {
		t.Fatalf("join the second: %d %s", a.StatusCode, a.body)
	}
	s.Wait()
	if n := s.alive(); n != 1 {
		t.Errorf("%d identities after the second join, want the new one", n)
	}
}

// visitAt returns the path of a visit that is open now.
func visitAt(t *testing.T, s testSite, name string) string {
	t.Helper()
	draft := visit.Draft{Meeting: shortLink, Name: name, Start: s.now().UTC().Format("2006-01-02 15:04"), Minutes: "30", Zone: "UTC", Language: "en-GB"}
	v, err := draft.Visit(s.now(), s.call.Links)
	if err != nil {
		t.Fatal(err)
	}
	seal, err := s.visits.Seals.Seal(v)
	if err != nil {
		t.Fatal(err)
	}
	return "/v/" + seal
}

// S7: no other site frames a page of the desk, whatever the visitors' pages allow.
func TestDeskIsNeverFramed(t *testing.T) {
	s := startSite(t, withDesk(t), public(t, "https://visit.example"), framed)
	v := newVisitor(t, s)
	for _, path := range append(deskPaths, "/desk/doctor", "/desk/nowhere", "/host/abc") {
		if got := policyOf(v.get(path).Header.Get("Content-Security-Policy"))["frame-ancestors"]; fmt.Sprint(got) != "['none']" {
			t.Errorf("%s may be framed by %v", path, got)
		}
	}
	if got := policyOf(v.get("/").Header.Get("Content-Security-Policy"))["frame-ancestors"]; fmt.Sprint(got) == "['none']" {
		t.Error("the door may not be framed")
	}
}

// S8: a cookie that was copied before signing out opens nothing.
func TestSignOutRevokesTheCookie(t *testing.T) {
	s := startSite(t, withDesk(t))
	v := clerk(t, s)
	here, _ := url.Parse(s.url)
	copied := v.http.Jar.Cookies(here)
	other := clerk(t, s)
	if a := v.send("/desk/sign-out", nil); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("sign out: %d", a.StatusCode)
	}
	thief := newVisitor(t, s)
	thief.http.Jar.SetCookies(here, copied)
	if a := thief.get(desk.Path); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the copied cookie: %d", a.StatusCode)
	}
	if a := other.get(desk.Path); a.StatusCode != http.StatusOK {
		t.Errorf("another clerk: %d", a.StatusCode)
	}
	if a := v.send(desk.SignInPath, url.Values{"passphrase": {passphrase}}); a.StatusCode != http.StatusSeeOther || v.get(desk.Path).StatusCode != http.StatusOK {
		t.Errorf("signing in again: %d", a.StatusCode)
	}
}

// S13: a new passphrase signs everyone out.
func TestDeskCookieIsBoundToThePassphrase(t *testing.T) {
	s := startSite(t, withDesk(t))
	v := clerk(t, s)
	here, _ := url.Parse(s.url)
	changed := startSite(t, withDesk(t), func(o *Options) { o.Desk.Passphrase = "another passphrase 8" })
	there, _ := url.Parse(changed.url)
	w := newVisitor(t, changed)
	w.http.Jar.SetCookies(there, v.http.Jar.Cookies(here))
	if a := w.get(desk.Path); a.StatusCode != http.StatusSeeOther {
		t.Errorf("a cookie of the old passphrase: %d", a.StatusCode)
	}
	if a := w.do(http.MethodPost, desk.Path, strings.Repeat("a", 16<<10+1), "Content-Type", urlencoded); a.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("its device is known still: %d", a.StatusCode)
	}
}

// S9: one session has one identity, however it joins.
func TestOneSessionHasOneIdentity(t *testing.T) {
	clock := newClock()
	s := startSite(t, func(o *Options) { o.Now = clock.Now })
	v := newVisitor(t, s)
	v.knock(shortLink)
	here, _ := url.Parse(s.url)
	before := v.http.Jar.Cookies(here)
	replay := func() {
		w := newVisitor(t, s)
		w.http.Jar.SetCookies(here, before)
		if a := w.join(); a.StatusCode != http.StatusOK {
			t.Errorf("join: %d %s", a.StatusCode, a.body)
		}
	}
	var all sync.WaitGroup
	for range 100 {
		all.Go(replay)
	}
	all.Wait()
	for range 30 {
		replay()
	}
	clock.pass(freshFor + time.Second)
	replay()
	if n := len(s.service().Ledger().Identities); n != 1 {
		t.Errorf("%d identities", n)
	}
	// A deleted identity is not handed out again.
	v.join()
	v.do(http.MethodPost, "/visit/leave", "")
	replay()
	if n := s.alive(); n != 1 {
		t.Errorf("%d identities alive after leaving and joining again", n)
	}
}

// S10: one client with a leaked link leaves room for the visit's own people, and those who have joined
// before are not kept out.
func TestLeakedLinkDoesNotExhaustItsVisit(t *testing.T) {
	s := startSite(t, func(o *Options) {
		o.Joins.Budgets = budget.Limits{PerVisit: 4, PerAddress: 100}
		o.Origin.Proxies = mustParseProxies(t, "loopback")
	})
	link := visitAt(t, s, "Sam")
	from := func(address string) (*visitor, answer) {
		v := newVisitor(t, s)
		v.get(link)
		return v, v.join("X-Forwarded-For", address)
	}
	for i := range 10 {
		if _, a := from("198.51.100.1"); (a.StatusCode == http.StatusOK) != (i < 2) {
			t.Errorf("join %d of one client: %d", i, a.StatusCode)
		}
	}
	sam, a := from("198.51.100.2")
	if a.StatusCode != http.StatusOK {
		t.Fatalf("the visit's own visitor: %d %s", a.StatusCode, a.body)
	}
	from("198.51.100.3")
	if _, a := from("198.51.100.4"); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("over the visit's budget: %d", a.StatusCode)
	}
	sam.do(http.MethodPost, "/visit/leave", "")
	if a := sam.join("X-Forwarded-For", "198.51.100.2"); a.StatusCode != http.StatusOK {
		t.Errorf("a visitor who was in the visit before: %d %s", a.StatusCode, a.body)
	}
}

// S10: the day's limit warns early, and keeps a fifth for visits that were created today.
func TestDailyLimitWarnsAndReserves(t *testing.T) {
	s := startSite(t, func(o *Options) { o.Joins.Budgets = budget.Limits{PerDay: 10} })
	for i := range 10 {
		v := newVisitor(t, s)
		v.knock(shortLink)
		if a := v.join(); (a.StatusCode == http.StatusOK) != (i < 8) {
			t.Errorf("pasted meeting %d: %d", i, a.StatusCode)
		}
	}
	link := visitAt(t, s, "Sam")
	for range 2 {
		v := newVisitor(t, s)
		v.get(link)
		if a := v.join(); a.StatusCode != http.StatusOK {
			t.Errorf("a visit of today: %d", a.StatusCode)
		}
	}
	warned := s.log.lines(`"level":"WARN","msg":"daily limit`)
	if len(warned) != 3 {
		t.Errorf("warned %d times: %q", len(warned), warned)
	}
	refused := s.log.lines(`"problem":"daily-limit"`)
	if len(refused) != 2 || !strings.Contains(refused[0], `"level":"WARN"`) {
		t.Errorf("refusals in the log: %q", refused)
	}
	if used, limit := s.JoinsToday(); used != 10 || limit != 10 {
		t.Errorf("today: %d of %d", used, limit)
	}
}

// S11: the name is taken out of an answer even when Join has failed, and one link cannot fill the log.
func TestSurveyAfterAFailedJoin(t *testing.T) {
	s := startSite(t)
	if err := s.service().Inject(acstest.Fault{Kind: acstest.FaultDenied, Times: 9}); err != nil {
		t.Fatal(err)
	}
	v := newVisitor(t, s)
	v.knock(shortLink)
	v.do(http.MethodPost, "/visit/join", `{"name":"Canary Patel"}`, "Content-Type", "application/json")
	v.tell(surveyForm("2", "I am Canary Patel and could not join"))
	lines := s.log.lines(`"msg":"survey"`)
	if len(lines) != 1 || strings.Contains(lines[0], "Canary") || strings.Contains(lines[0], "Patel") {
		t.Errorf("logged %q", lines)
	}
}

func TestSurveyIsBounded(t *testing.T) {
	s := startSite(t)
	link := visitAt(t, s, "Sam")
	text := strings.Repeat("words 例え ", maxSurveyRunes/9)
	for range surveyLimits.PerAddress + 10 {
		v := newVisitor(t, s)
		v.get(link)
		if a := v.tell(surveyForm("3", text)); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("an answer: %d", a.StatusCode)
		}
	}
	lines := s.log.lines(`"msg":"survey"`)
	if len(lines) > surveyLimits.PerAddress {
		t.Errorf("%d answers of one address are logged", len(lines))
	}
	for _, line := range lines {
		if len(line) > maxLoggedText+500 {
			t.Fatalf("a line of %d bytes", len(line))
		}
	}
}

// S12: on https, a page of the same host without https is another origin.
func TestPlainOriginIsAnotherOrigin(t *testing.T) {
	s := startSite(t, public(t, "https://visit.example"))
	v := newVisitor(t, s)
	v.http.Jar = secureJar{v.http.Jar}
	for origin, want := range map[string]int{
		"http://visit.example": 403, "HTTP://visit.example": 403, "https://visit.example": 303, "": 303, "https://other.example": 403, "null": 403,
	} {
		headers := []string{"Content-Type", urlencoded, "Host", "visit.example"}
		if origin != "" {
			headers = append(headers, "Origin", origin)
		}
		if a := v.do(http.MethodPost, "/", "meeting="+url.QueryEscape(shortLink), headers...); a.StatusCode != want {
			t.Errorf("%q: %d, want %d", origin, a.StatusCode, want)
		}
	}
}

// Requests without a visit must not look like many visits that cannot be joined.
func TestJoinsWithoutAVisitAreNotFailingVisits(t *testing.T) {
	s := startSite(t)
	for range 8 {
		newVisitor(t, s).do(http.MethodPost, "/visit/join", "{bad", "Content-Type", "application/json")
	}
	if visits, _, _ := s.failing.distinct(); visits != 0 {
		t.Errorf("%d failing visits, want 0", visits)
	}
}

// S12: only the server and Teams mark a name.
func TestTypedNameCarriesNoMark(t *testing.T) {
	s := startSite(t)
	for typed, want := range map[string]string{
		"Sam (Organizer)": "Sam", "Sam (interpreter)": "Sam", "Sam (INTERPRETER)": "Sam", "Sam [Guest]": "Sam", "Sam （interpreter）": "Sam",
		"Sam (inter\u200cpreter)": "Sam", "Sam (Orga\u200dnizer\u200c)": "Sam", "Sam 【interpreter】": "Sam", "Sam ❲Organizer❳": "Sam",
		"Sam (interpreter": "Sam", "(Organizer) Sam": "Sam", "Sam (Unverified) Patel": "Sam Patel", "Sam ( interpreter )": "Sam", "Sam (مترجم)": "Sam",
		"Sam (Jr)": "Sam (Jr)", "Sam": "Sam", "Sam interpreter": "Sam interpreter", "<b>Sam</b>": "<b>Sam</b>", "Sam (Ｏrganizer)": "Sam",
	} {
		if want == "Sam" && typed == "Sam (مترجم)" {
			ar, _ := s.catalogue.Find("ar")
			typed = "Sam (" + ar.Text("role.interpreter") + ")"
		}
		if got, reason := s.typedName(typed); got != want || reason != "" {
			t.Errorf("%q becomes %q (%s), want %q", typed, got, reason, want)
		}
	}
	if got, reason := s.typedName("(Organizer)"); got != "" || reason != visit.Missing {
		t.Errorf("a mark alone: %q, %q", got, reason)
	}
}

// S13: no cookie and no client's address reaches the log.
func TestLogHoldsNoCookieAndNoAddress(t *testing.T) {
	s := startSite(t, withDesk(t), func(o *Options) { o.Origin.Proxies = mustParseProxies(t, "loopback") })
	const address = "198.51.100.77"
	v := clerk(t, s)
	for _, path := range []string{"/", "/visit", "/nowhere", "/assets/nothing", desk.Path, "/visit/ended?code=0", visitAt(t, s, "Sam")} {
		v.get(path, "X-Forwarded-For", address)
		v.do(http.MethodPost, path, "x=1", "Content-Type", urlencoded, "X-Forwarded-For", address)
	}
	v.join("X-Forwarded-For", address)
	v.send("/desk/sign-out", nil)
	here, _ := url.Parse(s.url)
	log := s.log.String()
	if strings.Contains(log, address) || strings.Contains(log, "127.0.0.1") {
		t.Error("the log holds a client's address")
	}
	for _, c := range v.http.Jar.Cookies(here) {
		if len(c.Value) < 20 || strings.Contains(log, c.Value) || strings.Contains(log, c.Value[:20]) {
			t.Errorf("the log holds cookie %s", c.Name)
		}
	}
}

// S14: a visitor who gives up does not cancel the identity that is on its way.
func TestImpatientVisitorKeepsTheIdentity(t *testing.T) {
	s := startSite(t)
	v := newVisitor(t, s)
	v.knock(shortLink)
	here, _ := url.Parse(s.url)
	r := httptest.NewRequest(http.MethodPost, "/visit/join", strings.NewReader(`{"name":"Sam"}`))
	r.Header.Set("Content-Type", "application/json")
	for _, c := range v.http.Jar.Cookies(here) {
		r.AddCookie(c)
	}
	ctx, giveUp := context.WithCancel(t.Context())
	giveUp()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r.WithContext(ctx))
	if w.Code != http.StatusOK || len(s.service().Ledger().Identities) != 1 {
		t.Errorf("%d, %d identities", w.Code, len(s.service().Ledger().Identities))
	}
}

// A page whose session was lost joins with its own link; a link that does not open yields no token.
func TestJoinRecoversALostSessionByItsLink(t *testing.T) {
	s := startSite(t)
	path := visitAt(t, s, "Sam")
	joinWith := func(link string) answer {
		body := fmt.Sprintf(`{"name":"Sam","link":%q}`, link)
		return newVisitor(t, s).do(http.MethodPost, "/visit/join", body, "Content-Type", "application/json")
	}
	if a := joinWith(path); a.StatusCode != http.StatusOK || len(a.Cookies()) != 1 {
		t.Errorf("its own link: %d %s", a.StatusCode, a.body)
	}
	before := s.alive()
	changed := path[:len(path)-1] + "0"
	if changed == path {
		changed = path[:len(path)-1] + "1"
	}
	for _, link := range []string{changed, "/v/", "/v/abc", "https://evil.example" + path, "/desk"} {
		if a := joinWith(link); a.StatusCode == http.StatusOK {
			t.Errorf("%.20s: joins", link)
		}
	}
	if n := s.alive(); n != before {
		t.Errorf("%d identities were made for links that do not open", n-before)
	}
}
