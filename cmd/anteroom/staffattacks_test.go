package main

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// cookies returns the browser's cookies of the site.
func (b *staffBrowser) cookies() []*http.Cookie {
	b.t.Helper()
	u, err := url.Parse(b.site)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.http.Jar.Cookies(u)
}

// with returns another browser that has these cookies.
func (b *staffBrowser) with(cookies []*http.Cookie) *staffBrowser {
	b.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	u, _ := url.Parse(b.site)
	jar.SetCookies(u, cookies)
	return &staffBrowser{b.t, b.site, &http.Client{Jar: jar}}
}

// isSignedIn reports whether the desk, which is open in a rehearsal, knows the account.
func (b *staffBrowser) isSignedIn() bool {
	b.t.Helper()
	return b.get("/desk").find(b.t, `form[action="/desk/sign-out"]`).Length() == 1
}

// answer signs in at Entra and returns the address with which Entra sends the browser back, not followed.
func (b *staffBrowser) answer(name string) string {
	b.t.Helper()
	var back string
	still := *b.http
	still.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.HasSuffix(r.URL.Path, "/desk/sign-in/callback") {
			back = r.URL.String()
			return http.ErrUseLastResponse
		}
		return nil
	}
	c := &staffBrowser{b.t, b.site, &still}
	c.signIn("/desk/sign-in/microsoft", name, nil)
	if back == "" {
		b.t.Fatal("Entra did not send the browser back")
	}
	return strings.TrimPrefix(back, b.site)
}

// A sign-in leads to a page of the desk, whatever its address asks for.
func TestStaffSignInHasNoOpenRedirect(t *testing.T) {
	p := startProgram(t)
	for _, to := range []string{"https://evil.example/", "//evil.example/", "/\\evil.example", "/desk/../evil", "/desk//evil.example", "/desk/sign-in/microsoft", "javascript:alert(1)"} {
		at := newStaffBrowser(t, p).signIn("/desk/sign-in/microsoft?return="+url.QueryEscape(to), "Robin Clerk", nil)
		if at.status != 200 || at.path != "/desk" {
			t.Errorf("%s leads to %s, status %d", to, at.path, at.status)
		}
	}
	if at := newStaffBrowser(t, p).signIn("/desk/sign-in/microsoft?return=/desk/batch", "Robin Clerk", nil); at.path != "/desk/batch" {
		t.Errorf("the way back leads to %s", at.path)
	}
}

// The answer of one sign-in is good once, in the browser that began it.
func TestStaffSignInAnswerIsBoundToItsBrowser(t *testing.T) {
	p := startProgram(t)
	refused := func(name string, b *staffBrowser, back string) {
		t.Helper()
		if at := b.get(back); at.status != http.StatusBadRequest && at.status != http.StatusUnauthorized || b.isSignedIn() {
			t.Errorf("%s: status %d, signed in: %t", name, at.status, b.isSignedIn())
		}
	}
	attacker := newStaffBrowser(t, p)
	refused("answer of another browser, no sign-in begun", newStaffBrowser(t, p), attacker.answer("Robin Clerk"))
	victim := newStaffBrowser(t, p)
	victim.answer("Dr Asha Rao")
	refused("answer of another browser, own sign-in begun", victim, attacker.answer("Robin Clerk"))
	if victim.get("/desk/sign-in/callback"); victim.isSignedIn() {
		t.Error("the transaction survives an answer that was refused")
	}
	own := newStaffBrowser(t, p)
	first, second := own.answer("Robin Clerk"), own.answer("Robin Clerk")
	refused("answer of the sign-in before", own, first)
	refused("the right answer after a wrong one", own, second)
	good := newStaffBrowser(t, p)
	back := good.answer("Robin Clerk")
	transaction := good.cookies()
	if at := good.get(back); at.status != 200 || !good.isSignedIn() {
		t.Fatalf("not signed in: %d", at.status)
	}
	refused("the same answer, with the transaction's cookie copied before", good.with(transaction), back)
}

// A session that was in the browser before the sign-in is not the one after it, and has ended.
func TestStaffSignInReplacesTheSession(t *testing.T) {
	p := startProgram(t)
	planted := newStaffBrowser(t, p)
	planted.signIn("/desk/sign-in/microsoft", "Robin Clerk", nil)
	before := planted.cookies()
	victim := planted.with(before)
	victim.signIn("/desk/sign-in/microsoft", "Dr Asha Rao", nil)
	if slices.EqualFunc(before, victim.cookies(), func(a, b *http.Cookie) bool { return a.Value == b.Value }) || !victim.isSignedIn() {
		t.Error("the session is the one that was planted")
	}
	if planted.isSignedIn() {
		t.Error("the session that was planted has not ended")
	}
	copied := victim.with(victim.cookies())
	victim.post("/desk/sign-out", nil)
	if copied.isSignedIn() {
		t.Error("a copy of the cookies survives signing out")
	}
}

// A page of another site starts no sign-in, also not by a form, and signs nobody out.
func TestOtherSitesStartNoStaffSignIn(t *testing.T) {
	p := startProgram(t)
	b := newStaffBrowser(t, p)
	still := *b.http
	still.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, site := range []string{"cross-site", "same-site"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.site+"/desk/sign-in/microsoft?for=meetings", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Sec-Fetch-Site", site)
		resp, err := still.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.Header.Get("Location") != "/desk/sign-in" || len(resp.Cookies()) > 0 {
			t.Errorf("%s: leads to %s with %d cookies", site, resp.Header.Get("Location"), len(resp.Cookies()))
		}
	}
	if to := b.leadsTo("/desk/sign-in/microsoft"); !strings.Contains(to, "/oauth2/v2.0/authorize") {
		t.Errorf("a person's own choice leads to %s", to)
	}
	b.signIn("/desk/sign-in/microsoft", "Robin Clerk", nil)
	for _, path := range []string{"/desk/sign-out", "/host/join", "/host/token", "/desk"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.site+path, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Origin", "https://evil.example")
		if at := b.read(b.http.Do(r)); at.status != http.StatusForbidden || !b.isSignedIn() {
			t.Errorf("%s from another site: %d", path, at.status)
		}
	}
}
