package handlers

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/handlers/desk"
)

// A browser that has signed in before can sign in at once, however often strangers guess.
func TestStrangersCannotLockOutKnownDevice(t *testing.T) {
	s := startSite(t, withDesk(t))
	staff := newClerk(t, s)
	staff.postForm("/desk/sign-out", nil)
	// Strangers at the desk's own address guess without waiting for an answer.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 40 {
		r := httptest.NewRequest(http.MethodPost, desk.SignInPath, strings.NewReader("passphrase=guess"))
		r.Header.Set("Content-Type", formType)
		r.RemoteAddr = "127.0.0.1:1234"
		s.ServeHTTP(httptest.NewRecorder(), r.WithContext(ctx))
	}
	for range 20 {
		if a := staff.signIn(passphrase); a.StatusCode != http.StatusSeeOther {
			t.Errorf("known device: status %d, want 303", a.StatusCode)
		}
	}
	if a := newVisitor(t, s).signIn(passphrase); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("stranger at the same address: status %d, want 429", a.StatusCode)
	}
	for range 11 {
		staff.signIn("guess")
	}
	if a := staff.signIn(passphrase); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("known device after 11 guesses: status %d, want 429", a.StatusCode)
	}
}

func TestSignOutRevokesCopiedDeskCookie(t *testing.T) {
	s := startSite(t, withDesk(t))
	v := newClerk(t, s)
	copied := v.cookies()
	other := newClerk(t, s)
	if a := v.postForm("/desk/sign-out", nil); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("sign out: status %d, want 303", a.StatusCode)
	}
	thief := newVisitor(t, s)
	thief.copyCookies(copied)
	if a := thief.get(desk.Path); a.StatusCode != http.StatusSeeOther {
		t.Errorf("copied cookie: status %d, want 303 to the sign-in", a.StatusCode)
	}
	if a := other.get(desk.Path); a.StatusCode != http.StatusOK {
		t.Errorf("another clerk: status %d, want 200", a.StatusCode)
	}
	if a := v.signIn(passphrase); a.StatusCode != http.StatusSeeOther || v.get(desk.Path).StatusCode != http.StatusOK {
		t.Errorf("second sign-in: status %d, want 303 and then 200", a.StatusCode)
	}
}

func TestNewPassphraseSignsEveryoneOut(t *testing.T) {
	s := startSite(t, withDesk(t))
	v := newClerk(t, s)
	changed := startSite(t, withDesk(t), func(o *Options) { o.Desk.Passphrase = "another passphrase 8" })
	w := newVisitor(t, changed)
	w.copyCookies(v.cookies())
	if a := w.get(desk.Path); a.StatusCode != http.StatusSeeOther {
		t.Errorf("cookie of the old passphrase: status %d, want 303 to the sign-in", a.StatusCode)
	}
	if a := w.do(http.MethodPost, desk.Path, strings.Repeat("a", 16<<10+1), "Content-Type", formType); a.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("large form of a device of the old passphrase: status %d, want 413", a.StatusCode)
	}
}

func TestDeskNeedsAPassphrase(t *testing.T) {
	v := newVisitor(t, startSite(t))
	for _, path := range deskPaths {
		if a := v.get(path); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, a.StatusCode)
		}
	}
	if a := v.signIn(""); a.StatusCode != http.StatusNotFound {
		t.Errorf("empty passphrase: status %d, want 404", a.StatusCode)
	}
	o := Options{Desk: Desk{Passphrase: passphrase}, Assets: testBundle(t), SessionKeys: []string{sessionKey}}
	if _, err := New(o); err == nil {
		t.Error("New with a desk but without link keys: no error, want one")
	}
}

func TestDeskRejectsStrangers(t *testing.T) {
	s := startSite(t, withDesk(t))
	v := newVisitor(t, s)
	for _, path := range deskPaths {
		if a := v.get(path); path != desk.SignInPath && (a.StatusCode != http.StatusSeeOther || a.location() != desk.SignInPath) {
			t.Errorf("%s: status %d to %q, want 303 to %s", path, a.StatusCode, a.location(), desk.SignInPath)
		}
	}
	v.submitDoor(shortLink)
	for _, cookie := range v.cookies() {
		if a := v.get(desk.Path, "Cookie", "anteroom-desk="+cookie.Value); a.StatusCode != http.StatusSeeOther {
			t.Errorf("visitor's cookie at the desk: status %d, want 303", a.StatusCode)
		}
	}
	if a := v.do(http.MethodPost, desk.MeetingPath, "meeting=x", "Content-Type", formType, "Accept", jsonType); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("script: status %d, want 401", a.StatusCode)
	}
	a := v.postForm(desk.Path, deskInput())
	if kept, _ := a.page(t).Find(`input[name="name"]`).Attr("value"); a.StatusCode != http.StatusUnauthorized || kept != "Canary Patel" {
		t.Errorf("form without a sign-in: status %d, name %q, want 401 and the name that was typed", a.StatusCode, kept)
	}
	if a = v.postForm(desk.SignInPath, deskInput("passphrase", passphrase)); a.StatusCode != http.StatusOK || !strings.Contains(a.page(t).Find("#meeting").Text(), shortLink) {
		t.Errorf("sign-in with the form: status %d, want 200 with the meeting that was typed", a.StatusCode)
	}
	if strings.Contains(a.body, passphrase) {
		t.Error("the page contains the passphrase")
	}
	if a := newClerk(t, s).get("/visit"); a.StatusCode != http.StatusSeeOther || a.location() != "/" {
		t.Errorf("clerk's cookie at a visit: status %d to %q, want 303 to /", a.StatusCode, a.location())
	}
	if lines := s.log.lines("anary"); len(lines) != 0 {
		t.Errorf("the log contains the passphrase or the name: %s", lines)
	}
}

func TestDeskCookieIsProtectedAndExpires(t *testing.T) {
	clock := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	s := startSite(t, withDesk(t), func(o *Options) { o.Now = func() time.Time { return clock } })
	v := newVisitor(t, s)
	a := v.signIn(passphrase)
	cookie := a.Cookies()[0]
	if cookie.Name != "anteroom-desk" || !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Path != "/" || cookie.MaxAge != 8*3600 {
		t.Errorf("cookie %+v, want anteroom-desk, HttpOnly, SameSite=Strict, Path=/ for 8 hours", cookie)
	}
	secure := startSite(t, withDesk(t), withBaseURL(t, "https://visit.example.org"))
	b := newVisitor(t, secure).signIn(passphrase)
	if c := b.Cookies()[0]; c.Name != "__Host-anteroom-desk" || !c.Secure || c.Domain != "" {
		t.Errorf("cookie %+v over https, want __Host-anteroom-desk, Secure and no Domain", c)
	}
	clock = clock.Add(8*time.Hour - time.Second)
	if a := v.get(desk.Path); a.StatusCode != http.StatusOK || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a second before 8 hours: status %d, Cache-Control %q, want 200 and no-store", a.StatusCode, a.Header.Get("Cache-Control"))
	}
	clock = clock.Add(time.Second)
	if a := v.get(desk.Path); a.StatusCode != http.StatusSeeOther {
		t.Errorf("after 8 hours: status %d, want 303", a.StatusCode)
	}
	clock = clock.Add(-time.Hour)
	if a := v.do(http.MethodPost, "/desk/sign-out", ""); a.StatusCode != http.StatusSeeOther {
		t.Errorf("sign out: status %d, want 303", a.StatusCode)
	}
	if a := v.get(desk.Path); a.StatusCode != http.StatusSeeOther {
		t.Errorf("after signing out: status %d, want 303", a.StatusCode)
	}
}

func TestSignInRejectsWrongPassphrase(t *testing.T) {
	s := startSite(t, withDesk(t))
	v := newVisitor(t, s)
	for range 3 { // the first few are answered at once
		a := v.signIn("canary wrong guess")
		if a.StatusCode != http.StatusUnprocessableEntity || len(a.Cookies()) > 0 || strings.Contains(a.body, "canary") {
			t.Fatalf("status %d, cookies %v, want 422 without cookies and without the guess on the page", a.StatusCode, a.Cookies())
		}
	}
	if strings.Contains(s.log.String(), "canary") {
		t.Error("the log contains the guess")
	}
}
