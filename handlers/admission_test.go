package handlers

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/acs/acstest"
	"github.com/anteroom-visit/anteroom/handlers/budget"
)

const (
	ourTenant     = "aaaabbbb-0000-cccc-1111-dddd2222eeee"
	foreignTenant = "bbbbcccc-0000-dddd-1111-eeee2222ffff"
	meetingAndID  = "Meeting ID: 273 501 234 567 8\nPasscode: Mt9xB2N6"
)

// classicOf is a long meeting link that claims this tenant.
func classicOf(tenant string) string {
	return "https://teams.microsoft.com/l/meetup-join/19%3ameeting_MjdhNjM4YzUtYzExZi00OTFkLTkzZTAtNTVlNmZmMDhkNGU2%40thread.v2/0" +
		"?context=%7b%22Tid%22%3a%22" + tenant + "%22%2c%22Oid%22%3a%2200aa00aa-bb11-cc22-dd33-44ee44ee44ee%22%7d"
}

func (s testSite) service() *acstest.Server {
	return s.identities.Service.(measured).Service.(identities).service
}

func links(o *Options) { o.Joins.Admission = AdmitLinks }

func tenants(o *Options) { o.Joins.Admission, o.Joins.Tenants = AdmitTenants, []string{ourTenant} }

// join presses Join as the page does.
func (v *visitor) join(headers ...string) answer {
	v.t.Helper()
	return v.do(http.MethodPost, "/visit/join", `{"name":"Sam"}`, append([]string{"Content-Type", "application/json"}, headers...)...)
}

// road is a way on which somebody may try to get a token. It returns the answer that must refuse.
type road func(t *testing.T, v *visitor, s testSite) answer

// as gives the visitor a session that this site accepts as its own.
func as(t *testing.T, s testSite, v session) string {
	t.Helper()
	c := cookieFor(t, s.Site, v)
	return c.Name + "=" + c.Value
}

func brought(link, userID string) session {
	return session{ID: "a session of another time", Meeting: meeting{locator: locator{MeetingLink: link}}, UserID: userID}
}

// roads are all ways to a token for a meeting that somebody brings.
func roads(link string) map[string]road {
	quoted, body := url.QueryEscape(link), "application/json"
	all := map[string]road{
		"pasted at the door":   func(_ *testing.T, v *visitor, _ testSite) answer { v.knock(link); return v.join() },
		"meeting ID":           func(_ *testing.T, v *visitor, _ testSite) answer { v.knock(meetingAndID); return v.join() },
		"join without meeting": func(_ *testing.T, v *visitor, _ testSite) answer { return v.join() },
		"everything in the body": func(_ *testing.T, v *visitor, _ testSite) answer {
			return v.do(http.MethodPost, "/visit/join", `{"name":"Sam","meetingLink":"`+link+`","sealed":"x","Sealed":"x","visit":"x","admission":"open",`+
				`"userId":"8:acs:x_y","scopes":["voip"],"meeting":{"meetingLink":"`+link+`","tenant":"`+ourTenant+`"}}`, "Content-Type", body)
		},
		"identity in the body": func(_ *testing.T, v *visitor, _ testSite) answer {
			return v.do(http.MethodPost, "/visit/token", `{"userId":"8:acs:x_y","sealed":"x"}`, "Content-Type", body)
		},
		"identity in the query": func(_ *testing.T, v *visitor, _ testSite) answer {
			return v.do(http.MethodPost, "/visit/token?userId=8:acs:x_y&scope=voip", "", "Content-Type", body)
		},
		"scope": func(_ *testing.T, v *visitor, _ testSite) answer {
			v.knock(link)
			return v.do(http.MethodPost, "/visit/join?scope=voip,chat", `{"name":"Sam"}`, "Content-Type", body)
		},
		"sealed in the query": func(_ *testing.T, v *visitor, _ testSite) answer {
			v.knock(link)
			return v.do(http.MethodPost, "/visit/join?sealed=x&admission=open", `{"name":"Sam"}`, "Content-Type", body)
		},
		"form without script": func(_ *testing.T, v *visitor, _ testSite) answer {
			v.knock(link)
			return v.do(http.MethodPost, "/visit/join", "name=Sam&sealed=x", "Content-Type", "application/x-www-form-urlencoded")
		},
		"replayed session": func(t *testing.T, v *visitor, s testSite) answer {
			return v.join("Cookie", as(t, s, brought(link, "")))
		},
		"replayed session with an identity": func(t *testing.T, v *visitor, s testSite) answer {
			return v.join("Cookie", as(t, s, brought(link, "8:acs:x_y")))
		},
		"fresh token for a replayed session": func(t *testing.T, v *visitor, s testSite) answer {
			return v.do(http.MethodPost, "/visit/token", "", "Cookie", as(t, s, brought(link, "8:acs:x_y")))
		},
		"replayed session at the page": func(t *testing.T, v *visitor, s testSite) answer {
			return v.get("/visit", "Cookie", as(t, s, brought(link, "")))
		},
		"cookie of other keys": func(t *testing.T, v *visitor, _ testSite) answer {
			other := startSite(t, func(o *Options) { o.SessionKeys = []string{"another-key-of-thirty-two-bytes-x"} })
			return v.join("Cookie", as(t, other, session{ID: "x", Meeting: brought(link, "").Meeting, Sealed: "forged"}))
		},
		"sealed by the visitor": func(_ *testing.T, v *visitor, _ testSite) answer {
			return v.join("Cookie", `anteroom={"sealed":"x","meeting":{"meetingLink":"`+quoted+`"}}`)
		},
	}
	for _, name := range []string{"meetingURL", "meetingurl", "MEETINGURL", "teamsLink", "TeamsLink", "teamslink"} {
		for _, at := range []string{"/?", "/visit?"} {
			all["address "+at+name] = func(_ *testing.T, v *visitor, _ testSite) answer { v.get(at + name + "=" + quoted); return v.join() }
		}
	}
	for _, name := range []string{"meetingId", "meetingid", "MeetingID"} {
		for _, at := range []string{"/?", "/visit?"} {
			all["address "+at+name] = func(_ *testing.T, v *visitor, _ testSite) answer {
				v.get(at + name + "=2735012345678&passcode=Mt9xB2N6")
				return v.join()
			}
		}
	}
	for what, headers := range map[string][]string{
		"cross site":       {"Sec-Fetch-Site", "cross-site"},
		"same-site page":   {"Sec-Fetch-Site", "same-site"},
		"origin":           {"Origin", "https://evil.example"},
		"origin of nobody": {"Origin", "null"},
	} {
		all["forged post: "+what] = func(_ *testing.T, v *visitor, _ testSite) answer { v.knock(link); return v.join(headers...) }
		all["forged token: "+what] = func(t *testing.T, v *visitor, s testSite) answer {
			return v.do(http.MethodPost, "/visit/token", "", append(headers, "Cookie", as(t, s, brought(link, "8:acs:x_y")))...)
		}
	}
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, "MINT"} {
		for _, path := range []string{"/visit/join", "/visit/token"} {
			all[method+" "+path] = func(t *testing.T, v *visitor, s testSite) answer {
				return v.do(method, path, `{"name":"Sam"}`, "Content-Type", body, "X-HTTP-Method-Override", "POST", "Cookie", as(t, s, session{ID: "x", Meeting: brought(link, "").Meeting, Sealed: "x", UserID: "8:acs:x_y"}))
			}
		}
	}
	return all
}

// Every road to a token without a link of ours, under every rule that closes it. None may reach the
// identity service at all.
func TestNoTokenWithoutAdmission(t *testing.T) {
	for what, c := range map[string]struct {
		rule func(*Options)
		link string
	}{
		"links":                            {links, classicOf(ourTenant)},
		"links, short":                     {links, shortLink},
		"nothing set":                      {func(o *Options) { o.Joins.Admission = "" }, classicOf(ourTenant)},
		"a word that is no rule":           {func(o *Options) { o.Joins.Admission = "Open" }, classicOf(ourTenant)},
		"tenants, foreign":                 {tenants, classicOf(foreignTenant)},
		"tenants, link without tenant":     {tenants, shortLink},
		"tenants, empty list":              {func(o *Options) { o.Joins.Admission = AdmitTenants }, classicOf(ourTenant)},
		"tenants, list of nothing":         {func(o *Options) { o.Joins.Admission, o.Joins.Tenants = AdmitTenants, []string{""} }, shortLink},
		"links, though tenants are listed": {func(o *Options) { o.Joins.Admission, o.Joins.Tenants = AdmitLinks, []string{ourTenant} }, classicOf(ourTenant)},
	} {
		t.Run(what, func(t *testing.T) {
			site := startSite(t, c.rule)
			for _, name := range slices.Sorted(maps.Keys(roads(c.link))) {
				a := roads(c.link)[name](t, newVisitor(t, site), site)
				if a.StatusCode == http.StatusOK || a.StatusCode >= 500 {
					t.Errorf("%s: %d", name, a.StatusCode)
				}
				if strings.Contains(a.body, `"token":`) {
					t.Errorf("%s: a token", name)
				}
			}
			if l := site.service().Ledger(); len(l.Identities) != 0 || len(l.Requests) != 0 {
				t.Errorf("the identity service was asked: %v", l.Requests)
			}
		})
	}
}

// The roads that are meant to lead to a token do, so that the test above is no test of a site that
// is simply closed.
func TestAdmittedVisitorsGetTokens(t *testing.T) {
	sealed := session{ID: "x", Sealed: sealing(t, bookedAt(time.Now())), Visit: "v"}
	for what, c := range map[string]struct {
		rule func(*Options)
		road road
	}{
		"links, sealed":   {links, func(t *testing.T, v *visitor, s testSite) answer { return v.join("Cookie", as(t, s, sealed)) }},
		"tenants, sealed": {tenants, func(t *testing.T, v *visitor, s testSite) answer { return v.join("Cookie", as(t, s, sealed)) }},
		"tenants, ours":   {tenants, func(_ *testing.T, v *visitor, _ testSite) answer { v.knock(classicOf(ourTenant)); return v.join() }},
		"tenants, ours in capitals": {tenants, func(_ *testing.T, v *visitor, _ testSite) answer {
			v.knock(classicOf(strings.ToUpper(ourTenant)))
			return v.join()
		}},
		"tenants, ours by address": {tenants, func(_ *testing.T, v *visitor, _ testSite) answer {
			v.get("/?meetingURL=" + url.QueryEscape(classicOf(ourTenant)))
			return v.join()
		}},
		"open": {func(o *Options) { o.Joins.Admission = AdmitOpen }, func(_ *testing.T, v *visitor, _ testSite) answer { v.knock(shortLink); return v.join() }},
	} {
		site := startSite(t, c.rule)
		if a := c.road(t, newVisitor(t, site), site); a.StatusCode != http.StatusOK || a.json(t)["token"] == "" {
			t.Errorf("%s: %d %s", what, a.StatusCode, a.body)
		}
		if n := len(site.service().Ledger().Identities); n != 1 {
			t.Errorf("%s: %d identities", what, n)
		}
	}
}

// A visitor who is not admitted reads what to do, and has taken nothing into the session.
func TestRejectedVisitorSeesAPage(t *testing.T) {
	enter := map[string]func(*visitor, string) answer{
		"door":    func(v *visitor, link string) answer { return v.knock(link) },
		"address": func(v *visitor, link string) answer { return v.get("/?meetingURL=" + url.QueryEscape(link)) },
		"visit":   func(v *visitor, link string) answer { return v.get("/visit?teamsLink=" + url.QueryEscape(link)) },
	}
	for what, c := range map[string]struct {
		rule        func(*Options)
		link, title string
		start       int
	}{
		"links":                  {links, classicOf(ourTenant), "This visit needs a link from Lamna Clinic", 0},
		"links, no meeting":      {links, "nonsense", "This visit needs a link from Lamna Clinic", 0},
		"tenants, foreign":       {tenants, classicOf(foreignTenant), "This meeting cannot be joined from here", 1},
		"tenants, names no one":  {tenants, shortLink, "This meeting cannot be joined from here", 1},
		"tenants, ID and number": {tenants, meetingAndID, "This meeting cannot be joined from here", 1},
	} {
		site := startSite(t, c.rule)
		for by, go_ := range enter {
			v := newVisitor(t, site)
			a := go_(v, c.link)
			page := a.page(t)
			if a.StatusCode != http.StatusForbidden || page.Find("h1").Text() != c.title {
				t.Errorf("%s by %s: %d %q", what, by, a.StatusCode, page.Find("h1").Text())
			}
			if page.Find(`main a.btn[href="tel:01234567890"]`).Length() != 1 || page.Find(`main a[href="/"]`).Length() != c.start {
				t.Errorf("%s by %s: the next step is not the phone", what, by)
			}
			if len(a.Cookies()) != 0 {
				t.Errorf("%s by %s: a session was kept", what, by)
			}
			checkHeaders(t, what, a)
			if a := v.get("/visit"); a.StatusCode != http.StatusSeeOther {
				t.Errorf("%s by %s: there is a visit: %d", what, by, a.StatusCode)
			}
		}
	}
}

func TestDoorUnderLinksRejectsPastedMeetings(t *testing.T) {
	page := newVisitor(t, startSite(t, links)).get("/").page(t)
	if page.Find("h1").Text() != "Open the link you were sent" || page.Find("form, textarea, input").Length() != 0 {
		t.Error("the door offers a box that nothing can be put into")
	}
	if page.Find(`main a.btn[href="tel:01234567890"]`).Length() != 1 {
		t.Error("the next step is not the phone")
	}
	page = newVisitor(t, startSite(t, links, func(o *Options) { o.Organisation.Brand.Phone, o.Organisation.Brand.Name = "", "" })).get("/").page(t)
	if page.Find(`a[href^="tel:"]`).Length() != 0 || !strings.Contains(page.Find("main").Text(), "Ask the people") {
		t.Errorf("without a number: %s", page.Find("main").Text())
	}
	for _, rule := range []func(*Options){tenants, func(o *Options) { o.Joins.Admission = AdmitOpen }} {
		if newVisitor(t, startSite(t, rule)).get("/").page(t).Find("textarea").Length() != 1 {
			t.Error("the box is gone where meetings can be brought")
		}
	}
}

// Pasting a meeting over a visit by link does not take the link's rights along.
func TestPastedMeetingDoesNotInheritASeal(t *testing.T) {
	site := startSite(t)
	v := newVisitor(t, site)
	sealed := session{ID: "x", Sealed: sealing(t, bookedAt(time.Now())), Visit: "v", UserID: "8:acs:x_y"}
	form := url.Values{"meeting": {shortLink}}.Encode()
	a := v.do(http.MethodPost, "/", form, "Content-Type", "application/x-www-form-urlencoded", "Cookie", as(t, site, sealed))
	if got := reopened(site.Site, a.Cookies()...); got.Sealed != "" || got.Visit != "" || got.UserID != "" || got.ID == "x" {
		t.Errorf("kept %+v", got)
	}
}

func forwardedBy(address string) []string { return []string{"X-Forwarded-For", "6.6.6.6, " + address} }

// However many press Join at once, from sessions of their own, no more identities are made than the
// budget has, and the rest are told when to come back.
func TestConcurrentJoinsStayWithinTheBudget(t *testing.T) {
	const most, crowd = 5, 24
	for want, b := range map[string]budget.Limits{"too-many-joins-address": {PerAddress: most}, "daily-limit": {PerDay: most + 1}, "too-many-joins-visit": {PerVisit: most}} {
		clock := newClock()
		site := startSite(t, func(o *Options) {
			o.Joins.Budgets, o.Now, o.Origin.Proxies = b, clock.Now, mustParseProxies(t, "loopback")
		})
		var joined, refused atomic.Int64
		var wg sync.WaitGroup
		for i := range crowd {
			v := newVisitor(t, site)
			key := as(t, site, session{ID: fmt.Sprint(i), Sealed: sealing(t, bookedAt(clock.Now())), Visit: "one"})
			wg.Go(func() {
				a := v.join(append(forwardedBy("2001:db8::"+fmt.Sprint(i)), "Cookie", key)...)
				switch {
				case a.StatusCode == http.StatusOK:
					joined.Add(1)
				case a.StatusCode == http.StatusTooManyRequests && a.Header.Get("Retry-After") != "" && a.json(t)["type"] == "urn:anteroom:problem:"+want:
					refused.Add(1)
				default:
					t.Errorf("%d %s", a.StatusCode, a.body)
				}
			})
		}
		wg.Wait()
		if n := len(site.service().Ledger().Identities); n != most || joined.Load() != most || refused.Load() != crowd-most {
			t.Errorf("%s: %d identities, %d joined, %d refused", want, n, joined.Load(), refused.Load())
		}
		// Nothing but a join is ever limited.
		v := newVisitor(t, site)
		for _, path := range []string{"/", "/assets/visit-1.css", "/healthz", "/visit/ended"} {
			if a := v.get(path, forwardedBy("2001:db8::1")...); a.StatusCode != http.StatusOK {
				t.Errorf("%s: %s is limited too: %d", want, path, a.StatusCode)
			}
		}
	}
}

func TestEachAddressHasItsOwnBudget(t *testing.T) {
	site := startSite(t, func(o *Options) {
		o.Joins.Budgets, o.Origin.Proxies = budget.Limits{PerAddress: 1}, mustParseProxies(t, "loopback")
	})
	for i, c := range []struct {
		address string
		want    int
	}{
		{"198.51.100.1:1000", 200},
		{"198.51.100.1:2000", 429},
		{"::ffff:198.51.100.1", 429},
		{"198.51.100.2", 200},
		{"2001:db8:0:1::1", 200},
		{"[2001:db8:0:1:ffff::2]:443", 429},
		{"2001:db8:0:2::1", 200},
	} {
		v := newVisitor(t, site)
		v.knock(shortLink)
		if a := v.join(forwardedBy(c.address)...); a.StatusCode != c.want {
			t.Errorf("join %d from %s: %d, want %d", i, c.address, a.StatusCode, c.want)
		}
	}
}

// What a visitor claims counts for nothing where no proxy is named; the operator is told once.
func TestUntrustedProxyIsWarnedOfOnce(t *testing.T) {
	site := startSite(t, func(o *Options) { o.Joins.Budgets = budget.Limits{PerAddress: 1} })
	for i, want := range []int{200, 429, 429} {
		v := newVisitor(t, site)
		v.knock(shortLink)
		if a := v.join(forwardedBy("198.51.100." + fmt.Sprint(i))...); a.StatusCode != want {
			t.Errorf("join %d: %d, want %d", i, a.StatusCode, want)
		}
	}
	if n := len(site.log.lines("TRUSTED_PROXIES")); n != 1 || strings.Contains(site.log.String(), "198.51.100") {
		t.Errorf("told %d times: %s", n, site.log.lines("TRUSTED_PROXIES"))
	}
}

// A patient who reloads, and one whom the service failed, are never told to wait.
func TestFailedJoinsCostNoBudget(t *testing.T) {
	site := startSite(t, func(o *Options) {
		o.Joins.Budgets = budget.Limits{PerSession: 30, PerVisit: 2, PerAddress: 2, PerDay: 2}
	})
	v := newVisitor(t, site)
	v.knock(shortLink)
	if err := site.service().Inject(acstest.Fault{Kind: acstest.FaultDenied, Times: 3}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if a := v.join(); a.StatusCode != http.StatusServiceUnavailable && a.StatusCode != http.StatusInternalServerError {
			t.Errorf("with a service in trouble: %d", a.StatusCode)
		}
	}
	site.service().ClearFaults()
	for i := range 11 {
		if a := v.join(); a.StatusCode != http.StatusOK {
			t.Fatalf("reload %d: %d %s", i, a.StatusCode, a.body)
		}
	}
	if a := v.do(http.MethodPost, "/visit/token", ""); a.StatusCode != http.StatusOK {
		t.Errorf("fresh token: %d", a.StatusCode)
	}
	if n := len(site.service().Ledger().Identities); n != 1 {
		t.Errorf("%d identities", n)
	}
}

func TestSessionBudgetLimitsTokens(t *testing.T) {
	clock := newClock()
	site := startSite(t, func(o *Options) { o.Joins.Budgets, o.Now = budget.Limits{PerSession: 3}, clock.Now })
	v := newVisitor(t, site)
	v.knock(shortLink)
	v.join()
	v.do(http.MethodPost, "/visit/token", "")
	v.join()
	for _, path := range []string{"/visit/join", "/visit/token"} {
		a := v.do(http.MethodPost, path, `{"name":"Sam"}`, "Content-Type", "application/json")
		if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") != "1200" || a.json(t)["retryAfter"] != 1200.0 {
			t.Errorf("%s: %d, Retry-After %s, %s", path, a.StatusCode, a.Header.Get("Retry-After"), a.body)
		}
	}
	if a := v.join(); !strings.HasSuffix(a.json(t)["detail"].(string), "call 01234 567890.") {
		t.Errorf("the next step is not the phone: %s", a.body)
	}
	if a := v.join("Accept", "text/html"); a.StatusCode != http.StatusTooManyRequests || a.page(t).Find(`main a.btn[href^="tel:"]`).Length() != 1 {
		t.Errorf("as a page: %d", a.StatusCode)
	}
	clock.pass(20 * time.Minute)
	if a := v.join(); a.StatusCode != http.StatusOK {
		t.Errorf("after the wait: %d", a.StatusCode)
	}
}

// An identity that was deleted while its visitor was away is no fault of ours: the visitor joins again.
func TestRenewRejectsDeletedIdentity(t *testing.T) {
	site := startSite(t)
	v := newVisitor(t, site)
	v.knock(shortLink)
	id, _ := v.join().json(t)["userId"].(string)
	if err := site.identities.Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if a := v.do(http.MethodPost, "/visit/token", ""); a.StatusCode != http.StatusConflict || a.json(t)["type"] != "urn:anteroom:problem:no-identity" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if a := v.join(); a.StatusCode != http.StatusOK || a.json(t)["userId"] == id {
		t.Errorf("join again: %d %s", a.StatusCode, a.body)
	}
}
