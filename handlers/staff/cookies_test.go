package staff

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

const cookieKey = "a-session-key-for-the-tests"

func newStaff(t *testing.T, now func() time.Time, keys ...string) *Staff {
	t.Helper()
	s, err := New(Options{SessionKeys: keys, Secure: true, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// jar saves a session whose refresh token is as long as Entra's and returns its cookies.
func jar(t *testing.T, s *Staff, id string) []*http.Cookie {
	t.Helper()
	v := stored{ID: id, Account: Account{ID: id}, Refresh: strings.Repeat(rand.Text(), 150), Renewed: s.now(), Until: s.now().Add(sessionLifetime)}
	w := httptest.NewRecorder()
	if err := s.save(w, httptest.NewRequest(http.MethodGet, "/desk", nil), v); err != nil {
		t.Fatal(err)
	}
	return w.Result().Cookies()
}

func opens(s *Staff, cookies []*http.Cookie) string {
	r := httptest.NewRequest(http.MethodGet, "/desk", nil)
	for _, c := range cookies {
		r.AddCookie(c)
	}
	v, ok := s.load(r)
	if !ok {
		return ""
	}
	return v.ID
}

func TestSessionCookiesAreClosedToScriptsAndOtherHosts(t *testing.T) {
	now := time.Now()
	cookies := jar(t, newStaff(t, func() time.Time { return now }, cookieKey), "ada")
	if len(cookies) < 2 {
		t.Fatalf("%d cookies: the session fits into one, and the tests of its parts test nothing", len(cookies))
	}
	for _, c := range cookies {
		if !strings.HasPrefix(c.Name, "__Host-") || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("cookie %+v", c)
		}
		if c.MaxAge != int(sessionLifetime.Seconds()) || len(c.String()) > 4096 || strings.Contains(c.Value, "ada") {
			t.Errorf("%s: %d seconds, %d bytes", c.Name, c.MaxAge, len(c.String()))
		}
	}
}

// Parts of two sessions, and every other mixture, open no session.
func TestSessionOpensOnlyAsAWhole(t *testing.T) {
	now := time.Now()
	s := newStaff(t, func() time.Time { return now }, cookieKey)
	ada, bob := jar(t, s, "ada"), jar(t, s, "bob")
	if opens(s, ada) != "ada" || opens(s, bob) != "bob" {
		t.Fatal("the sessions do not open")
	}
	with := func(change func(parts []*http.Cookie) []*http.Cookie) []*http.Cookie {
		parts := make([]*http.Cookie, len(ada))
		for i, c := range ada {
			parts[i] = &http.Cookie{Name: c.Name, Value: c.Value}
		}
		return change(parts)
	}
	for name, cookies := range map[string][]*http.Cookie{
		"first part of another":  with(func(p []*http.Cookie) []*http.Cookie { p[0].Value = bob[0].Value; return p }),
		"second part of another": with(func(p []*http.Cookie) []*http.Cookie { p[1].Value = bob[1].Value; return p }),
		"parts in another order": with(func(p []*http.Cookie) []*http.Cookie {
			p[0].Value, p[1].Value = p[1].Value, p[0].Value
			return p
		}),
		"last part missing":  with(func(p []*http.Cookie) []*http.Cookie { return p[:len(p)-1] }),
		"first part missing": with(func(p []*http.Cookie) []*http.Cookie { return p[1:] }),
		"a part more": with(func(p []*http.Cookie) []*http.Cookie {
			return append(p, &http.Cookie{Name: s.names.part(len(p)), Value: bob[1].Value})
		}),
		"a letter changed": with(func(p []*http.Cookie) []*http.Cookie {
			p[1].Value = strings.Map(func(r rune) rune {
				if r == 'A' {
					return 'B'
				}
				return r
			}, p[1].Value)
			return p
		}),
		"cut off": with(func(p []*http.Cookie) []*http.Cookie { p[0].Value = p[0].Value[:100]; return p[:1] }),
	} {
		if id := opens(s, cookies); id != "" {
			t.Errorf("%s: opens the session of %s", name, id)
		}
	}
	if opens(newStaff(t, s.now, "another-key-of-another-site"), ada) != "" {
		t.Error("a session opens with another key")
	}
	if opens(newStaff(t, s.now, "a-newer-key-for-the-tests", cookieKey), ada) != "ada" {
		t.Error("a session does not survive a new key")
	}
	now = now.Add(sessionLifetime)
	if opens(s, ada) != "" {
		t.Error("a session opens after its end, which the browser does not decide")
	}
}

// A value opens only under its own name, so a transaction or a kept form cannot be used as a session.
func TestCookiesAreNotInterchangeable(t *testing.T) {
	s := newStaff(t, time.Now, cookieKey)
	v := stored{ID: "ada", Account: Account{ID: "ada"}, Until: time.Now().Add(time.Hour)}
	for _, name := range []string{s.names.transaction, s.names.form} {
		sealed, err := s.sealed.seal(name, v)
		if err != nil {
			t.Fatal(err)
		}
		if opens(s, []*http.Cookie{{Name: s.names.part(0), Value: sealed}}) != "" {
			t.Errorf("a value of %s opens as a session", name)
		}
	}
	sealed, err := s.sealed.seal(s.names.session, transaction{Provider: json.RawMessage("{}"), Return: "/desk", Until: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	var t2 transaction
	if s.sealed.open(s.names.transaction, sealed, &t2) || opens(s, []*http.Cookie{{Name: s.names.part(0), Value: sealed}}) != "" {
		t.Error("a value of another kind opens")
	}
}

// Signing out makes copies of the cookies useless.
func TestCopiedSessionEndsWithSignOut(t *testing.T) {
	s := newStaff(t, time.Now, cookieKey)
	cookies := jar(t, s, "ada")
	s.revoke(stored{ID: "ada", Until: time.Now().Add(time.Hour)})
	if opens(s, cookies) != "" || opens(s, slices.Clone(jar(t, s, "bob"))) != "bob" {
		t.Error("the copy opens, or another session does not")
	}
}

func TestReturnPathStaysOnTheDesk(t *testing.T) {
	for _, path := range []string{"/desk", "/desk/batch", "/desk/visits/abc", "/host/abc-def"} {
		if got := returnPath(path); got != path {
			t.Errorf("%q leads to %q", path, got)
		}
	}
	for _, path := range []string{
		"", "https://evil.example/", "//evil.example/desk", "/\\evil.example", "/desk//evil.example", "/desk//evil", "/desk/../visit", "/deskx", "/visit", "/", "desk",
		"javascript:alert(1)", "/desk/sign-in", "/desk/sign-in/microsoft", "/desk?next=https://evil.example", "/desk#x", "/desk/%2f%2fevil.example",
		"/desk/\r\nSet-Cookie: x", "/host/" + strings.Repeat("a", 2100), "https:/desk", "/Desk",
	} {
		if got := returnPath(path); got != "/desk" {
			t.Errorf("%q leads to %q", path, got)
		}
	}
}
