package handlers

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	ourTenant     = "aaaabbbb-0000-cccc-1111-dddd2222eeee"
	foreignTenant = "bbbbcccc-0000-dddd-1111-eeee2222ffff"
	meetingAndID  = "Meeting ID: 273 501 234 567 8\nPasscode: Mt9xB2N6"
)

// classicOf returns a long meeting link with this tenant.
func classicOf(tenant string) string { return strings.Replace(classicLink, ourTenant, tenant, 1) }

// tokenAttempt is one way to ask for a token. It returns the last answer.
type tokenAttempt func(t *testing.T, v *visitor, s testSite) answer

// sessionCookie returns a Cookie header with a session that the site accepts.
func sessionCookie(t *testing.T, s testSite, v session) string {
	t.Helper()
	return cookieHeader(cookieFor(t, s.Site, v))
}

// pastedSession returns a session with a pasted meeting, as another admission rule could have left it.
func pastedSession(link, userID string) session {
	return session{ID: "old session", Meeting: meeting{locator: locator{MeetingLink: link}}, UserID: userID}
}

// tokenAttempts returns all ways to ask for a token for a meeting without a link of this site.
func tokenAttempts(link string) map[string]tokenAttempt {
	quoted := url.QueryEscape(link)
	all := map[string]tokenAttempt{
		"pasted at the door":   func(_ *testing.T, v *visitor, _ testSite) answer { v.submitDoor(link); return v.join() },
		"meeting ID":           func(_ *testing.T, v *visitor, _ testSite) answer { v.submitDoor(meetingAndID); return v.join() },
		"join without meeting": func(_ *testing.T, v *visitor, _ testSite) answer { return v.join() },
		"everything in the body": func(_ *testing.T, v *visitor, _ testSite) answer {
			return v.postJSON("/visit/join", `{"name":"Sam","meetingLink":"`+link+`","sealed":"x","Sealed":"x","visit":"x","admission":"open",`+
				`"userId":"8:acs:x_y","scopes":["voip"],"meeting":{"meetingLink":"`+link+`","tenant":"`+ourTenant+`"}}`)
		},
		"identity in the body": func(_ *testing.T, v *visitor, _ testSite) answer {
			return v.postJSON("/visit/token", `{"userId":"8:acs:x_y","sealed":"x"}`)
		},
		"identity in the query": func(_ *testing.T, v *visitor, _ testSite) answer {
			return v.postJSON("/visit/token?userId=8:acs:x_y&scope=voip", "")
		},
		"scope": func(_ *testing.T, v *visitor, _ testSite) answer {
			v.submitDoor(link)
			return v.postJSON("/visit/join?scope=voip,chat", `{"name":"Sam"}`)
		},
		"sealed in the query": func(_ *testing.T, v *visitor, _ testSite) answer {
			v.submitDoor(link)
			return v.postJSON("/visit/join?sealed=x&admission=open", `{"name":"Sam"}`)
		},
		"form without script": func(_ *testing.T, v *visitor, _ testSite) answer {
			v.submitDoor(link)
			return v.do(http.MethodPost, "/visit/join", "name=Sam&sealed=x", "Content-Type", formType)
		},
		"replayed session": func(t *testing.T, v *visitor, s testSite) answer {
			return v.join("Cookie", sessionCookie(t, s, pastedSession(link, "")))
		},
		"replayed session with an identity": func(t *testing.T, v *visitor, s testSite) answer {
			return v.join("Cookie", sessionCookie(t, s, pastedSession(link, "8:acs:x_y")))
		},
		"renewal for a replayed session": func(t *testing.T, v *visitor, s testSite) answer {
			return v.renewToken("Cookie", sessionCookie(t, s, pastedSession(link, "8:acs:x_y")))
		},
		"visit page with a replayed session": func(t *testing.T, v *visitor, s testSite) answer {
			return v.get("/visit", "Cookie", sessionCookie(t, s, pastedSession(link, "")))
		},
		"cookie of another key": func(t *testing.T, v *visitor, _ testSite) answer {
			other := startSite(t, func(o *Options) { o.SessionKeys = []string{otherSessionKey} })
			return v.join("Cookie", sessionCookie(t, other, session{ID: "x", Meeting: pastedSession(link, "").Meeting, Sealed: "forged"}))
		},
		"unencrypted cookie": func(_ *testing.T, v *visitor, _ testSite) answer {
			return v.join("Cookie", `anteroom={"sealed":"x","meeting":{"meetingLink":"`+quoted+`"}}`)
		},
	}
	for _, name := range []string{"meetingURL", "meetingurl", "MEETINGURL", "teamsLink", "TeamsLink", "teamslink"} {
		for _, at := range []string{"/?", "/visit?"} {
			all["query "+at+name] = func(_ *testing.T, v *visitor, _ testSite) answer { v.get(at + name + "=" + quoted); return v.join() }
		}
	}
	for _, name := range []string{"meetingId", "meetingid", "MeetingID"} {
		for _, at := range []string{"/?", "/visit?"} {
			all["query "+at+name] = func(_ *testing.T, v *visitor, _ testSite) answer {
				v.get(at + name + "=2735012345678&passcode=Mt9xB2N6")
				return v.join()
			}
		}
	}
	for what, headers := range map[string][]string{
		"cross site":     {"Sec-Fetch-Site", "cross-site"},
		"same-site page": {"Sec-Fetch-Site", "same-site"},
		"origin":         {"Origin", "https://evil.example"},
		"null origin":    {"Origin", "null"},
	} {
		all["forged join: "+what] = func(_ *testing.T, v *visitor, _ testSite) answer { v.submitDoor(link); return v.join(headers...) }
		all["forged renewal: "+what] = func(t *testing.T, v *visitor, s testSite) answer {
			return v.do(http.MethodPost, "/visit/token", "", append(headers, "Cookie", sessionCookie(t, s, pastedSession(link, "8:acs:x_y")))...)
		}
	}
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, "MINT"} {
		for _, path := range []string{"/visit/join", "/visit/token"} {
			all[method+" "+path] = func(t *testing.T, v *visitor, s testSite) answer {
				return v.do(method, path, `{"name":"Sam"}`, "Content-Type", jsonType, "X-HTTP-Method-Override", "POST", "Cookie", sessionCookie(t, s, session{ID: "x", Meeting: pastedSession(link, "").Meeting, Sealed: "x", UserID: "8:acs:x_y"}))
			}
		}
	}
	return all
}

// A visitor who is not admitted gets no token, and causes no request to the identity service.
func TestNoTokenWithoutAdmission(t *testing.T) {
	for what, c := range map[string]struct {
		rule func(*Options)
		link string
	}{
		"links":                        {linksOnly, classicOf(ourTenant)},
		"links, short link":            {linksOnly, shortLink},
		"no rule":                      {func(o *Options) { o.Joins.Admission = "" }, classicOf(ourTenant)},
		"unknown rule":                 {func(o *Options) { o.Joins.Admission = "Open" }, classicOf(ourTenant)},
		"tenants, foreign tenant":      {ourTenantOnly, classicOf(foreignTenant)},
		"tenants, link without tenant": {ourTenantOnly, shortLink},
		"tenants, empty list":          {func(o *Options) { o.Joins.Admission = AdmitTenants }, classicOf(ourTenant)},
		"tenants, empty tenant":        {func(o *Options) { o.Joins.Admission, o.Joins.Tenants = AdmitTenants, []string{""} }, shortLink},
		"links, with tenants":          {func(o *Options) { o.Joins.Admission, o.Joins.Tenants = AdmitLinks, []string{ourTenant} }, classicOf(ourTenant)},
	} {
		t.Run(what, func(t *testing.T) {
			site := startSite(t, c.rule)
			attempts := tokenAttempts(c.link)
			for _, name := range slices.Sorted(maps.Keys(attempts)) {
				a := attempts[name](t, newVisitor(t, site), site)
				if a.StatusCode == http.StatusOK || a.StatusCode >= 500 {
					t.Errorf("%s: status %d, want a redirect or a 4xx", name, a.StatusCode)
				}
				if strings.Contains(a.body, `"token":`) {
					t.Errorf("%s: the answer contains a token: %s", name, a.body)
				}
			}
			if l := site.service().Ledger(); len(l.Identities) != 0 || len(l.Requests) != 0 {
				t.Errorf("%d identities, requests to the identity service %v, want none", len(l.Identities), l.Requests)
			}
		})
	}
}

// TestNoTokenWithoutAdmission would also pass if the site admitted no one.
func TestAdmittedVisitorsGetTokens(t *testing.T) {
	sealed := session{ID: "x", Sealed: sealVisit(t, bookedAt(time.Now())), Visit: "v"}
	for what, c := range map[string]struct {
		rule    func(*Options)
		attempt tokenAttempt
	}{
		"links, sealed": {linksOnly, func(t *testing.T, v *visitor, s testSite) answer {
			return v.join("Cookie", sessionCookie(t, s, sealed))
		}},
		"tenants, sealed": {ourTenantOnly, func(t *testing.T, v *visitor, s testSite) answer {
			return v.join("Cookie", sessionCookie(t, s, sealed))
		}},
		"tenants, our tenant": {ourTenantOnly, func(_ *testing.T, v *visitor, _ testSite) answer { v.submitDoor(classicOf(ourTenant)); return v.join() }},
		"tenants, our tenant in capitals": {ourTenantOnly, func(_ *testing.T, v *visitor, _ testSite) answer {
			v.submitDoor(classicOf(strings.ToUpper(ourTenant)))
			return v.join()
		}},
		"tenants, our tenant in a query": {ourTenantOnly, func(_ *testing.T, v *visitor, _ testSite) answer {
			v.get("/?meetingURL=" + url.QueryEscape(classicOf(ourTenant)))
			return v.join()
		}},
		"open": {func(o *Options) { o.Joins.Admission = AdmitOpen }, func(_ *testing.T, v *visitor, _ testSite) answer { v.submitDoor(shortLink); return v.join() }},
	} {
		site := startSite(t, c.rule)
		if a := c.attempt(t, newVisitor(t, site), site); a.StatusCode != http.StatusOK || a.json(t)["token"] == "" {
			t.Errorf("%s: status %d, want 200 with a token: %s", what, a.StatusCode, a.body)
		}
		if n := len(site.service().Ledger().Identities); n != 1 {
			t.Errorf("%s: %d identities, want 1", what, n)
		}
	}
}

// A visitor who is not admitted sees what to do. The session does not keep the rejected meeting.
func TestRejectedVisitorSeesWhatToDo(t *testing.T) {
	entries := map[string]func(*visitor, string) answer{
		"door form":   func(v *visitor, link string) answer { return v.submitDoor(link) },
		"door query":  func(v *visitor, link string) answer { return v.get("/?meetingURL=" + url.QueryEscape(link)) },
		"visit query": func(v *visitor, link string) answer { return v.get("/visit?teamsLink=" + url.QueryEscape(link)) },
	}
	for what, c := range map[string]struct {
		rule        func(*Options)
		link, title string
		doorLinks   int
	}{
		"links":                   {linksOnly, classicOf(ourTenant), "This visit needs a link from Lamna Clinic", 0},
		"links, not a meeting":    {linksOnly, "nonsense", "This visit needs a link from Lamna Clinic", 0},
		"tenants, foreign tenant": {ourTenantOnly, classicOf(foreignTenant), "This meeting cannot be joined from here", 1},
		"tenants, no tenant":      {ourTenantOnly, shortLink, "This meeting cannot be joined from here", 1},
		"tenants, meeting ID":     {ourTenantOnly, meetingAndID, "This meeting cannot be joined from here", 1},
	} {
		site := startSite(t, c.rule)
		for by, enter := range entries {
			v := newVisitor(t, site)
			a := enter(v, c.link)
			page := a.page(t)
			if got := page.Find("h1").Text(); a.StatusCode != http.StatusForbidden || got != c.title {
				t.Errorf("%s by %s: status %d, h1 %q, want 403 and %q", what, by, a.StatusCode, got, c.title)
			}
			phone, door := page.Find(`main a.btn[href="tel:01234567890"]`).Length(), page.Find(`main a[href="/"]`).Length()
			if phone != 1 || door != c.doorLinks {
				t.Errorf("%s by %s: %d phone buttons, %d links to the door, want 1 and %d", what, by, phone, door, c.doorLinks)
			}
			if n := len(a.Cookies()); n != 0 {
				t.Errorf("%s by %s: %d cookies, want none", what, by, n)
			}
			checkHeaders(t, what, a)
			if a := v.get("/visit"); a.StatusCode != http.StatusSeeOther {
				t.Errorf("%s by %s: status of /visit %d, want 303: no visit", what, by, a.StatusCode)
			}
		}
	}
}

func TestDoorHasNoFormWhenOnlyLinksAreAdmitted(t *testing.T) {
	page := newVisitor(t, startSite(t, linksOnly)).get("/").page(t)
	if h1, n := page.Find("h1").Text(), page.Find("form, textarea, input").Length(); h1 != "Open the link you were sent" || n != 0 {
		t.Errorf("h1 %q and %d form elements, want %q and none", h1, n, "Open the link you were sent")
	}
	if n := page.Find(`main a.btn[href="tel:01234567890"]`).Length(); n != 1 {
		t.Errorf("%d phone buttons, want 1", n)
	}
	page = newVisitor(t, startSite(t, linksOnly, func(o *Options) { o.Organisation.Brand.Phone, o.Organisation.Brand.Name = "", "" })).get("/").page(t)
	if n, text := page.Find(`a[href^="tel:"]`).Length(), page.Find("main").Text(); n != 0 || !strings.Contains(text, "Ask the people") {
		t.Errorf("without a number: %d phone links, text %q, want none and %q", n, text, "Ask the people")
	}
	for _, rule := range []func(*Options){ourTenantOnly, func(o *Options) { o.Joins.Admission = AdmitOpen }} {
		if n := newVisitor(t, startSite(t, rule)).get("/").page(t).Find("textarea").Length(); n != 1 {
			t.Errorf("%d text boxes where pasted meetings are admitted, want 1", n)
		}
	}
}

// The rights of a visit's link must not extend to a meeting that its visitor pastes.
func TestPastedMeetingReplacesSealedVisit(t *testing.T) {
	site := startSite(t)
	v := newVisitor(t, site)
	sealed := session{ID: "x", Sealed: sealVisit(t, bookedAt(time.Now())), Visit: "v", UserID: "8:acs:x_y"}
	a := v.submitDoor(shortLink, "Cookie", sessionCookie(t, site, sealed))
	if got := sessionOf(site.Site, a.Cookies()...); got.Sealed != "" || got.Visit != "" || got.UserID != "" || got.ID == "x" {
		t.Errorf("session %+v, want a new one without Sealed, Visit and UserID", got)
	}
}
