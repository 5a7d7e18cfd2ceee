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

// withCookies returns another browser that has these cookies.
func (b *staffBrowser) withCookies(cookies []*http.Cookie) *staffBrowser {
	b.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	u, _ := url.Parse(b.site)
	jar.SetCookies(u, cookies)
	return &staffBrowser{b.t, b.site, &http.Client{Jar: jar}}
}

// isSignedIn reports whether the desk offers signing out. In a rehearsal the desk is also open without a sign-in.
func (b *staffBrowser) isSignedIn() bool {
	b.t.Helper()
	return b.get("/desk").find(b.t, `form[action="/desk/sign-out"]`).Length() == 1
}

// callback signs in at Entra and returns the path of the redirect back, without following it.
func (b *staffBrowser) callback(name string) string {
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
		b.t.Fatal("Entra did not redirect back")
	}
	return strings.TrimPrefix(back, b.site)
}

// TestStaffSignInHasNoOpenRedirect checks that a sign-in always leads to a page of the desk.
func TestStaffSignInHasNoOpenRedirect(t *testing.T) {
	p := startProgram(t)
	for _, to := range []string{"https://evil.example/", "//evil.example/", "/\\evil.example", "/desk/../evil", "/desk//evil.example", "/desk/sign-in/microsoft", "/desk/sign-out", "/desk/meeting", "/host/join", "javascript:alert(1)"} {
		at := newStaffBrowser(t, p).signIn("/desk/sign-in/microsoft?return="+url.QueryEscape(to), "Robin Clerk", nil)
		if at.status != 200 || at.path != "/desk" {
			t.Errorf("return=%s leads to %s, status %d, want /desk, 200", to, at.path, at.status)
		}
	}
	if at := newStaffBrowser(t, p).signIn("/desk/sign-in/microsoft?return=/desk/batch", "Robin Clerk", nil); at.path != "/desk/batch" {
		t.Errorf("return=/desk/batch leads to %s", at.path)
	}
}

// TestStaffSignInIsBoundToItsBrowser checks that Entra's answer is valid once, in the browser that began the sign-in.
func TestStaffSignInIsBoundToItsBrowser(t *testing.T) {
	p := startProgram(t)
	wantRefused := func(name string, b *staffBrowser, back string) {
		t.Helper()
		if at := b.get(back); at.status != http.StatusBadRequest && at.status != http.StatusUnauthorized || b.isSignedIn() {
			t.Errorf("%s: status %d, signed in: %t, want 400 or 401, false", name, at.status, b.isSignedIn())
		}
	}
	attacker := newStaffBrowser(t, p)
	wantRefused("answer of another browser, without a sign-in", newStaffBrowser(t, p), attacker.callback("Robin Clerk"))
	victim := newStaffBrowser(t, p)
	victim.callback("Dr Asha Rao")
	wantRefused("answer of another browser, during a sign-in", victim, attacker.callback("Robin Clerk"))
	if victim.get("/desk/sign-in/callback"); victim.isSignedIn() {
		t.Error("the transaction is still valid after a refused answer")
	}
	own := newStaffBrowser(t, p)
	first, second := own.callback("Robin Clerk"), own.callback("Robin Clerk")
	wantRefused("answer of an earlier sign-in", own, first)
	wantRefused("the right answer after a wrong one", own, second)
	good := newStaffBrowser(t, p)
	back := good.callback("Robin Clerk")
	transaction := good.cookies()
	if at := good.get(back); at.status != 200 || !good.isSignedIn() {
		t.Fatalf("own answer: status %d, want 200 and a sign-in", at.status)
	}
	wantRefused("the same answer, with a copy of the transaction's cookie", good.withCookies(transaction), back)
}

// TestStaffSignInReplacesTheSession checks that a sign-in creates a new session and ends the one before.
func TestStaffSignInReplacesTheSession(t *testing.T) {
	p := startProgram(t)
	planted := newStaffBrowser(t, p)
	planted.signIn("/desk/sign-in/microsoft", "Robin Clerk", nil)
	before := planted.cookies()
	victim := planted.withCookies(before)
	victim.signIn("/desk/sign-in/microsoft", "Dr Asha Rao", nil)
	if slices.EqualFunc(before, victim.cookies(), func(a, b *http.Cookie) bool { return a.Value == b.Value }) || !victim.isSignedIn() {
		t.Error("the sign-in kept the planted session")
	}
	if planted.isSignedIn() {
		t.Error("the planted session is still signed in")
	}
	copied := victim.withCookies(victim.cookies())
	victim.post("/desk/sign-out", nil)
	if copied.isSignedIn() {
		t.Error("a copy of the cookies is still signed in after signing out")
	}
}

// TestOtherSitesCannotSignStaffInOrOut checks requests that pages of other sites cause.
func TestOtherSitesCannotSignStaffInOrOut(t *testing.T) {
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
			t.Errorf("%s: redirect to %s with %d cookies, want /desk/sign-in and 0", site, resp.Header.Get("Location"), len(resp.Cookies()))
		}
	}
	if to := b.leadsTo("/desk/sign-in/microsoft"); !strings.Contains(to, "/oauth2/v2.0/authorize") {
		t.Errorf("sign-in on the site itself leads to %s, want Entra", to)
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
			t.Errorf("%s from another site: status %d, signed in: %t, want 403, true", path, at.status, b.isSignedIn())
		}
	}
}
