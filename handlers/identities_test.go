package handlers

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/handlers/identity"
)

// The identity of a visitor who leaves is deleted at once. That of a visitor who closes the browser is
// deleted once its token and the session have expired.
func TestAbandonedIdentitiesAreDeleted(t *testing.T) {
	clock := newClockAt(time.Now())
	site := startSite(t, func(o *Options) { o.Now = clock.Now })
	join := func() *visitor {
		v := newVisitor(t, site)
		v.submitDoor(shortLink)
		if a := v.join(); a.StatusCode != http.StatusOK {
			t.Fatalf("join: status %d, want 200: %s", a.StatusCode, a.body)
		}
		return v
	}
	join().leave()
	join()
	if n := site.liveIdentities(); n != 1 {
		t.Fatalf("%d identities after one visitor left, want 1", n)
	}
	site.reaper.Sweep(t.Context())
	clock.advance(2*time.Hour + identity.SessionLifetime)
	if n := site.liveIdentities(); n != 1 {
		t.Fatalf("%d identities after a sweep with a valid token, want 1", n)
	}
	site.reaper.Sweep(t.Context())
	if n := site.liveIdentities(); n != 0 {
		t.Errorf("%d identities after a sweep with an expired token, want 0", n)
	}
	if n := site.reaper.Len(); n != 0 {
		t.Errorf("%d identities tracked, want 0", n)
	}
}

func TestSessionHasOneIdentity(t *testing.T) {
	clock := newClock()
	s := startSite(t, func(o *Options) { o.Now = clock.Now })
	v := newVisitor(t, s)
	v.submitDoor(shortLink)
	before := v.cookies()
	joinAgain := func() {
		w := newVisitor(t, s)
		w.copyCookies(before)
		if a := w.join(); a.StatusCode != http.StatusOK {
			t.Errorf("join: status %d, want 200: %s", a.StatusCode, a.body)
		}
	}
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(joinAgain)
	}
	wg.Wait()
	for range 30 {
		joinAgain()
	}
	clock.advance(freshFor + time.Second)
	joinAgain()
	if n := len(s.service().Ledger().Identities); n != 1 {
		t.Errorf("%d identities after joining with copied cookies, want 1", n)
	}
	v.join()
	v.leave()
	joinAgain()
	if n := s.liveIdentities(); n != 1 {
		t.Errorf("%d identities after leaving and joining again, want 1", n)
	}
}

func TestJoinIgnoresCancelledRequest(t *testing.T) {
	s := startSite(t)
	v := newVisitor(t, s)
	v.submitDoor(shortLink)
	r := httptest.NewRequest(http.MethodPost, "/visit/join", strings.NewReader(`{"name":"Sam"}`))
	r.Header.Set("Content-Type", jsonType)
	for _, c := range v.cookies() {
		r.AddCookie(c)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r.WithContext(ctx))
	if n := len(s.service().Ledger().Identities); w.Code != http.StatusOK || n != 1 {
		t.Errorf("status %d, %d identities, want 200 and 1", w.Code, n)
	}
}

// Only a navigation may change a session, and no GET may delete an identity: other sites can send GETs.
func TestGetDoesNotEndCall(t *testing.T) {
	s := startSite(t)
	first, second := visitPath(t, s, "Sam"), visitPath(t, s, "Alex")
	v := newVisitor(t, s)
	v.get(first)
	if a := v.join(); a.StatusCode != http.StatusOK {
		t.Fatalf("join: status %d, want 200: %s", a.StatusCode, a.body)
	}
	for what, headers := range map[string][]string{
		"image":  {"Sec-Fetch-Dest", "image", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Site", "cross-site"},
		"script": {"Sec-Fetch-Dest", "script", "Sec-Fetch-Mode", "no-cors"},
		"fetch":  {"Sec-Fetch-Dest", "empty", "Sec-Fetch-Mode", "cors"},
		"embed":  {"Sec-Fetch-Dest", "embed", "Sec-Fetch-Mode", "navigate"},
	} {
		for _, path := range []string{second, "/?meetingURL=" + url.QueryEscape(shortLink), "/visit?meetingURL=" + url.QueryEscape(shortLink), "/visit?lang=ar"} {
			if a := v.get(path, headers...); len(a.Cookies()) != 0 {
				t.Errorf("%s of %.20s: set cookies %v, want none", what, path, a.Cookies())
			}
		}
	}
	if a := v.renewToken(); a.StatusCode != http.StatusOK || s.liveIdentities() != 1 {
		t.Fatalf("renewal after GETs: status %d, %d identities, want 200 and 1", a.StatusCode, s.liveIdentities())
	}
	for _, headers := range [][]string{
		nil, {"Sec-Fetch-Dest", "document", "Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "iframe", "Sec-Fetch-Mode", "navigate"},
	} {
		if a := v.get(second, headers...); len(a.Cookies()) != 1 {
			t.Errorf("navigation %v: %d cookies, want 1", headers, len(a.Cookies()))
		}
	}
	if a := v.renewToken(); a.StatusCode != http.StatusOK || s.liveIdentities() != 1 {
		t.Errorf("renewal after navigations: status %d, %d identities, want 200 and 1", a.StatusCode, s.liveIdentities())
	}
	if a := v.join(); a.StatusCode != http.StatusOK {
		t.Fatalf("join of the second visit: status %d, want 200: %s", a.StatusCode, a.body)
	}
	s.Wait()
	if n := s.liveIdentities(); n != 1 {
		t.Errorf("%d identities after the second join, want 1", n)
	}
}

// A tab whose visit is no longer the session's gets no token of the other visit's identity.
func TestTokenIsBoundToItsOwnVisit(t *testing.T) {
	s := startSite(t)
	v := newVisitor(t, s)
	open := func(path string) string {
		v.get(path)
		id, _ := v.join().json(t)["userId"].(string)
		return id
	}
	renew := func(id string) answer {
		return v.postJSON("/visit/token", fmt.Sprintf(`{"userId":%q}`, id))
	}
	second := visitPath(t, s, "Alex")
	first := open(visitPath(t, s, "Sam"))
	if a := renew(first); a.StatusCode != http.StatusOK {
		t.Errorf("its own token: status %d, want 200: %s", a.StatusCode, a.body)
	}
	v.get(second)
	if a := renew(first); a.StatusCode != http.StatusOK {
		t.Errorf("while the next visit is opened: status %d, want 200: %s", a.StatusCode, a.body)
	}
	next := open(second)
	if a := renew(first); a.StatusCode != http.StatusConflict || a.json(t)["type"] != "urn:anteroom:problem:link-again" || a.json(t)["token"] != nil {
		t.Errorf("after the next visit is joined: status %d, want 409 link-again: %s", a.StatusCode, a.body)
	}
	if a := renew(next); a.StatusCode != http.StatusOK {
		t.Errorf("token of the next visit: status %d, want 200: %s", a.StatusCode, a.body)
	}
}

func TestJoinWithoutSessionUsesVisitLink(t *testing.T) {
	s := startSite(t)
	path := visitPath(t, s, "Sam")
	joinWith := func(link string) answer {
		body := fmt.Sprintf(`{"name":"Sam","link":%q}`, link)
		return newVisitor(t, s).postJSON("/visit/join", body)
	}
	if a := joinWith(path); a.StatusCode != http.StatusOK || len(a.Cookies()) != 1 {
		t.Errorf("valid link: status %d, %d cookies, want 200 and 1: %s", a.StatusCode, len(a.Cookies()), a.body)
	}
	before := s.liveIdentities()
	changed := path[:len(path)-1] + "0"
	if changed == path {
		changed = path[:len(path)-1] + "1"
	}
	for _, link := range []string{changed, "/v/", "/v/abc", "https://evil.example" + path, "/desk"} {
		if a := joinWith(link); a.StatusCode == http.StatusOK {
			t.Errorf("invalid link %.20s: status 200, want a problem", link)
		}
	}
	if n := s.liveIdentities() - before; n != 0 {
		t.Errorf("%d identities made for invalid links, want 0", n)
	}
}

// An identity may be deleted while its visitor is away. The visitor can then join again.
func TestRenewRejectsDeletedIdentity(t *testing.T) {
	site := startSite(t)
	v := newVisitor(t, site)
	v.submitDoor(shortLink)
	id, _ := v.join().json(t)["userId"].(string)
	if err := site.identities.Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if a := v.renewToken(); a.StatusCode != http.StatusConflict || problemOf(t, a) != "no-identity" {
		t.Errorf("renewal: status %d, want 409 no-identity: %s", a.StatusCode, a.body)
	}
	if a := v.join(); a.StatusCode != http.StatusOK || a.json(t)["userId"] == id {
		t.Errorf("join: status %d, want 200 with a new identity: %s", a.StatusCode, a.body)
	}
}
