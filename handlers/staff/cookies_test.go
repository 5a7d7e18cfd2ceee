package staff

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
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

// sessionCookies saves a session with a refresh token as long as Entra's, and returns its cookies.
func sessionCookies(t *testing.T, s *Staff, id string) []*http.Cookie {
	t.Helper()
	v := stored{ID: id, Account: Account{ID: id}, Refresh: strings.Repeat(rand.Text(), 150), Renewed: s.now(), Until: s.now().Add(sessionLifetime)}
	w := httptest.NewRecorder()
	if err := s.save(w, httptest.NewRequest(http.MethodGet, "/desk", nil), v); err != nil {
		t.Fatal(err)
	}
	return w.Result().Cookies()
}

// openSession returns the ID of the session in these cookies, "" if there is none.
func openSession(s *Staff, cookies []*http.Cookie) string {
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

func TestSessionCookiesAreProtected(t *testing.T) {
	now := time.Now()
	cookies := sessionCookies(t, newStaff(t, func() time.Time { return now }, cookieKey), "ada")
	if len(cookies) < 2 {
		t.Fatalf("%d cookies, want at least 2: other tests exchange the parts of a session", len(cookies))
	}
	for _, c := range cookies {
		if !strings.HasPrefix(c.Name, "__Host-") || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("cookie %+v, want __Host-, HttpOnly, Secure, SameSite=Lax, Path=/ and no Domain", c)
		}
		if lifetime := int(sessionLifetime.Seconds()); c.MaxAge != lifetime || len(c.String()) > 4096 {
			t.Errorf("%s: %d seconds, %d bytes, want %d seconds and at most 4096 bytes", c.Name, c.MaxAge, len(c.String()), lifetime)
		}
		if strings.Contains(c.Value, "ada") {
			t.Errorf("%s: %q contains the account's ID, want it encrypted", c.Name, c.Value)
		}
	}
}

func TestSessionNeedsAllItsCookies(t *testing.T) {
	now := time.Now()
	s := newStaff(t, func() time.Time { return now }, cookieKey)
	ada, bob := sessionCookies(t, s, "ada"), sessionCookies(t, s, "bob")
	if a, b := openSession(s, ada), openSession(s, bob); a != "ada" || b != "bob" {
		t.Fatalf("the sessions are of %q and %q, want ada and bob", a, b)
	}
	with := func(change func(parts []*http.Cookie) []*http.Cookie) []*http.Cookie {
		parts := make([]*http.Cookie, len(ada))
		for i, c := range ada {
			parts[i] = &http.Cookie{Name: c.Name, Value: c.Value}
		}
		return change(parts)
	}
	for name, cookies := range map[string][]*http.Cookie{
		"first part of another session":  with(func(p []*http.Cookie) []*http.Cookie { p[0].Value = bob[0].Value; return p }),
		"second part of another session": with(func(p []*http.Cookie) []*http.Cookie { p[1].Value = bob[1].Value; return p }),
		"parts in another order": with(func(p []*http.Cookie) []*http.Cookie {
			p[0].Value, p[1].Value = p[1].Value, p[0].Value
			return p
		}),
		"last part missing":  with(func(p []*http.Cookie) []*http.Cookie { return p[:len(p)-1] }),
		"first part missing": with(func(p []*http.Cookie) []*http.Cookie { return p[1:] }),
		"extra part": with(func(p []*http.Cookie) []*http.Cookie {
			return append(p, &http.Cookie{Name: s.names.part(len(p)), Value: bob[1].Value})
		}),
		"changed letters": with(func(p []*http.Cookie) []*http.Cookie {
			p[1].Value = strings.Map(func(r rune) rune {
				if r == 'A' {
					return 'B'
				}
				return r
			}, p[1].Value)
			return p
		}),
		"truncated": with(func(p []*http.Cookie) []*http.Cookie { p[0].Value = p[0].Value[:100]; return p[:1] }),
	} {
		if id := openSession(s, cookies); id != "" {
			t.Errorf("%s: opened the session of %q, want none", name, id)
		}
	}
	if id := openSession(newStaff(t, s.now, "another-key-of-another-site"), ada); id != "" {
		t.Errorf("with another key: opened the session of %q, want none", id)
	}
	if id := openSession(newStaff(t, s.now, "a-newer-key-for-the-tests", cookieKey), ada); id != "ada" {
		t.Errorf("with a newer key before its own: session of %q, want ada", id)
	}
	now = now.Add(sessionLifetime)
	if id := openSession(s, ada); id != "" {
		t.Errorf("after its lifetime: opened the session of %q, want none", id)
	}
}

// A transaction or a kept form must not open as a session, nor a session as a transaction.
func TestCookiesAreNotInterchangeable(t *testing.T) {
	s := newStaff(t, time.Now, cookieKey)
	v := stored{ID: "ada", Account: Account{ID: "ada"}, Until: time.Now().Add(time.Hour)}
	for _, name := range []string{s.names.transaction, s.names.form} {
		sealed, err := s.sealed.seal(name, v)
		if err != nil {
			t.Fatal(err)
		}
		if id := openSession(s, []*http.Cookie{{Name: s.names.part(0), Value: sealed}}); id != "" {
			t.Errorf("value of %s: opened the session of %q, want none", name, id)
		}
	}
	sealed, err := s.sealed.seal(s.names.session, transaction{Provider: json.RawMessage("{}"), Return: "/desk", Until: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if s.sealed.open(s.names.transaction, sealed, new(transaction)) {
		t.Error("value of a session: opened as a transaction, want it rejected")
	}
	if id := openSession(s, []*http.Cookie{{Name: s.names.part(0), Value: sealed}}); id != "" {
		t.Errorf("transaction sealed as a session: opened the session of %q, want none", id)
	}
}

func TestSignOutRevokesCopiedCookies(t *testing.T) {
	s := newStaff(t, time.Now, cookieKey)
	cookies := sessionCookies(t, s, "ada")
	s.revoke(stored{ID: "ada", Until: time.Now().Add(time.Hour)})
	if id := openSession(s, cookies); id != "" {
		t.Errorf("copied cookies: opened the session of %q, want none", id)
	}
	if id := openSession(s, sessionCookies(t, s, "bob")); id != "bob" {
		t.Errorf("another account: session of %q, want bob", id)
	}
}

func TestReturnPathStaysOnTheDesk(t *testing.T) {
	for _, path := range []string{"/desk", "/desk/batch", "/desk/doctor", "/desk/visits/abc", "/host/abc-def"} {
		if got := returnPath(path); got != path {
			t.Errorf("returnPath(%q) = %q, want the same path", path, got)
		}
	}
	for _, path := range []string{
		"", "https://evil.example/", "//evil.example/desk", "/\\evil.example", "/desk//evil.example", "/desk//evil", "/desk/../visit", "/deskx", "/visit", "/", "desk",
		"javascript:alert(1)", "/desk/sign-in", "/desk/sign-in/microsoft", "/desk?next=https://evil.example", "/desk#x", "/desk/%2f%2fevil.example",
		"/desk/\r\nSet-Cookie: x", "/host/" + strings.Repeat("a", 2100), "https:/desk", "/Desk",
		"/desk/sign-out", "/desk/meeting", "/host/join", "/host/token", "/host/", "/desk/visits/", "/desk/batch/template.csv", "/desk/visits/abc/qr", "/desk/nowhere",
	} {
		if got := returnPath(path); got != "/desk" {
			t.Errorf("returnPath(%q) = %q, want /desk", path, got)
		}
	}
}
