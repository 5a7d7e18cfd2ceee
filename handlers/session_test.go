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

// maxCookie is what browsers keep of a cookie's name and value together (RFC 6265bis, 5.6).
const maxCookie = 4096

// longest is the longest meeting that the parser lets through: every part at its limit, in
// characters that a link must write as three.
func longest(t *testing.T) teams.Meeting {
	t.Helper()
	const id = "aaaabbbb-0000-cccc-1111-dddd2222eeee"
	thread := "19:gcch:meeting_" + strings.Repeat("=", 200) + "@thread.skype"
	link := "https://dod.teams.microsoft.us/l/meetup-join/" + url.PathEscape(thread) + "/" + strings.Repeat("9", 20) +
		"?context=" + url.QueryEscape(`{"Tid":"`+id+`","Oid":"`+id+`"}`)
	found, ok := teams.Canonical(link)
	if !ok {
		t.Fatal("the longest meeting is refused")
	}
	if len(found.Link) < 800 {
		t.Fatalf("the longest link has %d bytes: this test no longer knows the longest", len(found.Link))
	}
	return found
}

// fullest is a session in which everything is as long as it can be.
func fullest(t *testing.T) session {
	t.Helper()
	name, fault := visit.DisplayName(strings.Repeat("<", visit.MaxNameRunes-1) + "a")
	if fault != "" {
		t.Fatalf("the longest name is refused: %s", fault)
	}
	return session{
		ID: strings.Repeat("A", 26), Meeting: meetingOf(longest(t)), Name: name,
		UserID:   "8:gcch-acs:" + strings.Repeat("f", 36) + "_" + strings.Repeat("f", 36),
		Visit:    strings.Repeat("A", 26),
		Surveyed: true,
	}
}

// cookie puts a session into a cookie the way a handler does.
func cookieFor(t *testing.T, s *Site, v session) *http.Cookie {
	t.Helper()
	w := httptest.NewRecorder()
	if err := s.saveSession(w, httptest.NewRequest(http.MethodGet, "/", nil), v); err != nil {
		t.Fatal(err)
	}
	return w.Result().Cookies()[0]
}

// reopened reads a session back from these cookies.
func reopened(s *Site, cookies ...*http.Cookie) session {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for _, c := range cookies {
		r.AddCookie(c)
	}
	return s.session(r)
}

// A visit goes on when this release replaces one that wrote its cookies in gob.
func TestSessionOfAFormerRelease(t *testing.T) {
	const key = "a-session-key-of-thirty-two-bytes"
	site := startSite(t, public(t, "https://visit.lamna.example"), func(o *Options) { o.SessionKeys = []string{key} })
	former, err := cookie.NewStore([]string{key}, cookie.Options{Lifetime: identity.SessionLifetime, Secure: true})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	stored, _ := former.Get(r, site.cookieName())
	text, err := json.Marshal(fullest(t))
	if err != nil {
		t.Fatal(err)
	}
	stored.Values[sessionValue] = string(text)
	w := httptest.NewRecorder()
	if err := stored.Save(r, w); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fullest(t), reopened(site.Site, w.Result().Cookies()...), cmp.AllowUnexported(session{}, meeting{})); diff != "" {
		t.Errorf("the session (-written +read):\n%s", diff)
	}
}

func TestFullestSessionFitsACookie(t *testing.T) {
	site := startSite(t, public(t, "https://visit.lamna.example"))
	for what, refused := range map[string]string{
		"link":     "https://teams.live.com/meet/9312345678901?p=" + strings.Repeat("a", 500),
		"markup":   "https://teams.live.com/meet/9312345678901?" + strings.Repeat("<&>", 180),
		"controls": "https://teams.live.com/meet/9312345678901 " + strings.Repeat("\x01", 540),
		"not text": "https://teams.live.com/meet/9312345678901 " + strings.Repeat("\xff", 540),
		"emoji":    "https://teams.live.com/meet/9312345678901 " + strings.Repeat("👩", 130),
		"long":     "https://teams.live.com/meet/9312345678901 " + strings.Repeat("a", 5000),
	} {
		v := newVisitor(t, site)
		full := cookieFor(t, site.Site, fullest(t))
		a := v.get("/?meetingURL="+url.QueryEscape(refused), "Cookie", full.Name+"="+full.Value)
		if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/" {
			t.Errorf("%s: %d to %q, want 303 to /", what, a.StatusCode, a.Header.Get("Location"))
			continue
		}
		kept := a.Cookies()[0]
		if n := len(kept.Name) + len(kept.Value); n > maxCookie {
			t.Errorf("%s: a cookie of %d bytes, browsers keep %d", what, n, maxCookie)
		}
		got := reopened(site.Site, kept)
		if got.Refused == nil || got.Refused.Code != teams.PersonalMeeting {
			t.Errorf("%s: refusal kept as %+v", what, got.Refused)
		} else if in := got.Refused.Input; in != "" && in != refused {
			t.Errorf("%s: input kept as %.80q", what, in)
		}
		got.Refused = nil
		if diff := cmp.Diff(fullest(t), got, cmp.AllowUnexported(session{}, meeting{})); diff != "" {
			t.Errorf("%s: session (-before +after):\n%s", what, diff)
		}
	}
}

// The longest visit there can be, and a refused link on top of it, fit as well.
func TestSealedSessionFitsACookie(t *testing.T) {
	site := startSite(t, public(t, "https://visit.lamna.example"))
	sealed := fullest(t)
	name := strings.Repeat("\U00010400", visit.MaxNameRunes) // letters of four bytes
	long := bookedAt(time.Now())
	long.Meeting, long.Name, long.Host = longest(t), name, name
	sealed.Meeting, sealed.Sealed = meeting{}, sealing(t, long)
	t.Logf("a sealed text of %d characters", len(sealed.Sealed))
	full := cookieFor(t, site.Site, sealed)
	refused := "https://teams.live.com/meet/9312345678901?p=" + strings.Repeat("a", 500)
	a := newVisitor(t, site).get("/?meetingURL="+url.QueryEscape(refused), "Cookie", full.Name+"="+full.Value)
	if a.StatusCode != http.StatusSeeOther || len(a.Cookies()) != 1 {
		t.Fatalf("%d, %d cookies", a.StatusCode, len(a.Cookies()))
	}
	if n := len(full.Name) + len(a.Cookies()[0].Value); n > maxCookie {
		t.Errorf("a cookie of %d bytes, browsers keep %d", n, maxCookie)
	}
	if got := reopened(site.Site, a.Cookies()[0]); got.Sealed != sealed.Sealed || got.Visit != sealed.Visit || got.Refused == nil {
		t.Errorf("kept %+v", got)
	}
}

func TestSessionCookie(t *testing.T) {
	for address, want := range map[string]struct {
		name   string
		secure bool
	}{
		"https://visit.lamna.example": {"__Host-anteroom", true},
		"http://localhost:8080":       {"anteroom", false},
	} {
		site := startSite(t, public(t, address))
		a := newVisitor(t, site).knock(shortLink)
		if len(a.Cookies()) != 1 {
			t.Fatalf("%s: %d cookies", address, len(a.Cookies()))
		}
		c := a.Cookies()[0]
		if c.Name != want.name || c.Secure != want.secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode ||
			c.Path != "/" || c.Domain != "" || c.MaxAge != int(identity.SessionLifetime.Seconds()) {
			t.Errorf("%s: %s", address, c.String())
		}
	}
}

// A cookie that somebody changed is a new session: no error, nothing of the old one, and no way to
// be stuck with it.
func TestTamperedCookieStartsANewSession(t *testing.T) {
	site := startSite(t)
	good := cookieFor(t, site.Site, session{ID: "old", Meeting: meeting{locator: locator{MeetingLink: shortLink}}, Name: "Sam", UserID: "8:acs:a_b"})
	if got := reopened(site.Site, good); got.Name != "Sam" {
		t.Fatalf("the cookie itself does not open: %+v", got)
	}
	other := startSite(t, func(o *Options) { o.SessionKeys = []string{"another-key-of-thirty-two-bytes-x"} })
	foreign := cookieFor(t, other.Site, session{ID: "x", Name: "Sam"})
	middle, last := len(good.Value)/2, len(good.Value)-1
	for what, value := range map[string]string{
		"empty":           "",
		"first changed":   swap(good.Value, 0),
		"middle changed":  swap(good.Value, middle),
		"end changed":     swap(good.Value, last-3),
		"cut":             good.Value[:middle],
		"doubled":         good.Value + good.Value,
		"nonsense":        "nonsense",
		"base64 of junk":  strings.Repeat("AAAA", 100),
		"longer than all": strings.Repeat("A", 6000),
		"of another key":  foreign.Value,
	} {
		bad := &http.Cookie{Name: good.Name, Value: value}
		if got := reopened(site.Site, bad); got.ID == "" || got.ID == "old" || got.Name != "" || got.UserID != "" || got.hasMeeting() {
			t.Errorf("%s: %+v, want a new session", what, got)
		}
		v := newVisitor(t, site)
		if a := v.get("/visit", "Cookie", bad.Name+"="+value); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/" {
			t.Errorf("%s: %d to %q, want 303 to /", what, a.StatusCode, a.Header.Get("Location"))
		}
		form := url.Values{"meeting": {shortLink}}.Encode()
		a := v.do(http.MethodPost, "/", form, "Content-Type", "application/x-www-form-urlencoded", "Cookie", bad.Name+"="+value)
		if a.StatusCode != http.StatusSeeOther || len(a.Cookies()) != 1 {
			t.Errorf("%s: %d with %d cookies: the visitor cannot start again", what, a.StatusCode, len(a.Cookies()))
		}
	}
}

// swap changes one character of a cookie into another that base64 has.
func swap(value string, at int) string {
	with := byte('A')
	if value[at] == with {
		with = 'B'
	}
	return value[:at] + string(with) + value[at+1:]
}

// Two new sessions are two visitors, also when their meeting is the same.
func TestNewSessionsDiffer(t *testing.T) {
	site := startSite(t)
	if a, b := reopened(site.Site), reopened(site.Site); a.ID == b.ID || len(a.ID) < 16 {
		t.Errorf("sessions %q and %q", a.ID, b.ID)
	}
}
