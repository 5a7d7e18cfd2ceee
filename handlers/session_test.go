package handlers

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/anteroom-visit/anteroom/handlers/cookie"
	"github.com/anteroom-visit/anteroom/handlers/identity"
	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/visit"
)

// maxCookie is the longest cookie that browsers accept: name and value in bytes (RFC 6265bis, 5.6).
const maxCookie = 4096

// longestMeeting returns the longest meeting that the parser accepts. Every part has its maximum length
// and consists of characters that a link encodes as three.
func longestMeeting(t *testing.T) teams.Meeting {
	t.Helper()
	thread := "19:gcch:meeting_" + strings.Repeat("=", 200) + "@thread.skype"
	link := "https://dod.teams.microsoft.us/l/meetup-join/" + url.PathEscape(thread) + "/" + strings.Repeat("9", 20) +
		"?context=" + url.QueryEscape(`{"Tid":"`+ourTenant+`","Oid":"`+ourTenant+`"}`)
	found, ok := teams.Canonical(link)
	if !ok {
		t.Fatalf("link rejected: %s", link)
	}
	if len(found.Link) < 800 {
		t.Fatalf("link of %d bytes, want at least 800", len(found.Link))
	}
	return found
}

// longestSession returns a session in which every field has its maximum length.
func longestSession(t *testing.T) session {
	t.Helper()
	name, fault := visit.DisplayName(strings.Repeat("<", visit.MaxNameRunes-1) + "a")
	if fault != "" {
		t.Fatalf("longest name rejected: %s", fault)
	}
	return session{
		ID: strings.Repeat("A", 26), Meeting: meetingOf(longestMeeting(t)), Name: name,
		UserID:   "8:gcch-acs:" + strings.Repeat("f", 36) + "_" + strings.Repeat("f", 36),
		Visit:    strings.Repeat("A", 26),
		Surveyed: true,
	}
}

// cookieFor returns the cookie in which the site stores a session.
func cookieFor(t *testing.T, s *Site, v session) *http.Cookie {
	t.Helper()
	w := httptest.NewRecorder()
	if err := s.saveSession(w, httptest.NewRequest(http.MethodGet, "/", nil), v); err != nil {
		t.Fatal(err)
	}
	return w.Result().Cookies()[0]
}

// sessionOf returns the session that the site reads from these cookies.
func sessionOf(s *Site, cookies ...*http.Cookie) session {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for _, c := range cookies {
		r.AddCookie(c)
	}
	return s.session(r)
}

// Former releases wrote sessions as gob. Their cookies must remain valid.
func TestSessionReadsGobCookie(t *testing.T) {
	site := startSite(t, withBaseURL(t, "https://visit.lamna.example"))
	former, err := cookie.NewStore([]string{sessionKey}, cookie.Options{Lifetime: identity.SessionLifetime, Secure: true})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	stored, _ := former.Get(r, site.cookieName())
	text, err := json.Marshal(longestSession(t))
	if err != nil {
		t.Fatal(err)
	}
	stored.Values[sessionValue] = string(text)
	w := httptest.NewRecorder()
	if err := stored.Save(r, w); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(longestSession(t), sessionOf(site.Site, w.Result().Cookies()...), cmp.AllowUnexported(session{}, meeting{})); diff != "" {
		t.Errorf("session (-written +read):\n%s", diff)
	}
}

func TestLongestSessionFitsCookie(t *testing.T) {
	site := startSite(t, withBaseURL(t, "https://visit.lamna.example"))
	for what, rejected := range map[string]string{
		"link":               "https://teams.live.com/meet/9312345678901?p=" + strings.Repeat("a", 500),
		"markup":             "https://teams.live.com/meet/9312345678901?" + strings.Repeat("<&>", 180),
		"control characters": "https://teams.live.com/meet/9312345678901 " + strings.Repeat("\x01", 540),
		"invalid UTF-8":      "https://teams.live.com/meet/9312345678901 " + strings.Repeat("\xff", 540),
		"emoji":              "https://teams.live.com/meet/9312345678901 " + strings.Repeat("👩", 130),
		"long":               "https://teams.live.com/meet/9312345678901 " + strings.Repeat("a", 5000),
	} {
		v := newVisitor(t, site)
		full := cookieFor(t, site.Site, longestSession(t))
		a := v.get("/?meetingURL="+url.QueryEscape(rejected), "Cookie", cookieHeader(full))
		if a.StatusCode != http.StatusSeeOther || a.location() != "/" {
			t.Errorf("%s: status %d to %q, want 303 to /", what, a.StatusCode, a.location())
			continue
		}
		kept := a.Cookies()[0]
		if n := len(kept.Name) + len(kept.Value); n > maxCookie {
			t.Errorf("%s: cookie of %d bytes, want at most %d", what, n, maxCookie)
		}
		got := sessionOf(site.Site, kept)
		if got.Refused == nil || got.Refused.Code != teams.PersonalMeeting {
			t.Errorf("%s: refusal in the session %+v, want code %s", what, got.Refused, teams.PersonalMeeting)
		} else if input := got.Refused.Input; input != "" && input != rejected {
			t.Errorf("%s: input in the session %.80q, want all of it or none", what, input)
		}
		got.Refused = nil
		if diff := cmp.Diff(longestSession(t), got, cmp.AllowUnexported(session{}, meeting{})); diff != "" {
			t.Errorf("%s: session (-before +after):\n%s", what, diff)
		}
	}
}

// The cookie must also hold the longest visit together with a rejected link.
func TestLongestSealedSessionFitsCookie(t *testing.T) {
	site := startSite(t, withBaseURL(t, "https://visit.lamna.example"))
	sealed := longestSession(t)
	name := strings.Repeat("\U00010400", visit.MaxNameRunes) // letters of four bytes
	long := bookedAt(time.Now())
	long.Meeting, long.Name, long.Host = longestMeeting(t), name, name
	sealed.Meeting, sealed.Sealed = meeting{}, sealVisit(t, long)
	full := cookieFor(t, site.Site, sealed)
	rejected := "https://teams.live.com/meet/9312345678901?p=" + strings.Repeat("a", 500)
	a := newVisitor(t, site).get("/?meetingURL="+url.QueryEscape(rejected), "Cookie", cookieHeader(full))
	if a.StatusCode != http.StatusSeeOther || len(a.Cookies()) != 1 {
		t.Fatalf("status %d, %d cookies, want 303 and 1", a.StatusCode, len(a.Cookies()))
	}
	if n := len(full.Name) + len(a.Cookies()[0].Value); n > maxCookie {
		t.Errorf("cookie of %d bytes, want at most %d", n, maxCookie)
	}
	if got := sessionOf(site.Site, a.Cookies()[0]); got.Sealed != sealed.Sealed || got.Visit != sealed.Visit || got.Refused == nil {
		t.Errorf("session %+v, want the same visit and a refusal", got)
	}
}

func TestSessionCookieIsProtected(t *testing.T) {
	for address, want := range map[string]struct {
		name   string
		secure bool
	}{
		"https://visit.lamna.example": {"__Host-anteroom", true},
		"http://localhost:8080":       {"anteroom", false},
	} {
		site := startSite(t, withBaseURL(t, address))
		a := newVisitor(t, site).submitDoor(shortLink)
		if len(a.Cookies()) != 1 {
			t.Fatalf("%s: %d cookies, want 1", address, len(a.Cookies()))
		}
		c := a.Cookies()[0]
		if c.Name != want.name || c.Secure != want.secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode ||
			c.Path != "/" || c.Domain != "" || c.MaxAge != int(identity.SessionLifetime.Seconds()) {
			t.Errorf("%s: cookie %s, want name %s, Secure %v, HttpOnly, SameSite=Lax, Path=/ and no Domain", address, c, want.name, want.secure)
		}
	}
}

// A changed cookie starts a new session without an error, so that its visitor can go on.
func TestTamperedCookieStartsNewSession(t *testing.T) {
	site := startSite(t)
	good := cookieFor(t, site.Site, session{ID: "old", Meeting: meeting{locator: locator{MeetingLink: shortLink}}, Name: "Sam", UserID: "8:acs:a_b"})
	if got := sessionOf(site.Site, good); got.Name != "Sam" {
		t.Fatalf("session of the unchanged cookie: %+v, want name Sam", got)
	}
	other := startSite(t, func(o *Options) { o.SessionKeys = []string{otherSessionKey} })
	foreign := cookieFor(t, other.Site, session{ID: "x", Name: "Sam"})
	middle, last := len(good.Value)/2, len(good.Value)-1
	for what, value := range map[string]string{
		"empty":          "",
		"first changed":  changeCharacter(good.Value, 0),
		"middle changed": changeCharacter(good.Value, middle),
		"end changed":    changeCharacter(good.Value, last-3),
		"truncated":      good.Value[:middle],
		"doubled":        good.Value + good.Value,
		"not base64":     "nonsense",
		"zero bytes":     strings.Repeat("AAAA", 100),
		"too long":       strings.Repeat("A", 6000),
		"another key":    foreign.Value,
	} {
		bad := &http.Cookie{Name: good.Name, Value: value}
		if got := sessionOf(site.Site, bad); got.ID == "" || got.ID == "old" || got.Name != "" || got.UserID != "" || got.hasMeeting() {
			t.Errorf("%s: %+v, want a new session", what, got)
		}
		v := newVisitor(t, site)
		if a := v.get("/visit", "Cookie", cookieHeader(bad)); a.StatusCode != http.StatusSeeOther || a.location() != "/" {
			t.Errorf("%s: status %d to %q, want 303 to /", what, a.StatusCode, a.location())
		}
		a := v.submitDoor(shortLink, "Cookie", cookieHeader(bad))
		if a.StatusCode != http.StatusSeeOther || len(a.Cookies()) != 1 {
			t.Errorf("%s: status of the door %d, %d cookies, want 303 and a new one", what, a.StatusCode, len(a.Cookies()))
		}
	}
}

// changeCharacter replaces one character of a cookie's value with another that base64 allows.
func changeCharacter(value string, at int) string {
	with := byte('A')
	if value[at] == with {
		with = 'B'
	}
	return value[:at] + string(with) + value[at+1:]
}

func TestNewSessionsHaveDifferentIDs(t *testing.T) {
	site := startSite(t)
	if a, b := sessionOf(site.Site), sessionOf(site.Site); a.ID == b.ID || len(a.ID) < 16 {
		t.Errorf("IDs %q and %q, want two different ones of at least 16 characters", a.ID, b.ID)
	}
}
