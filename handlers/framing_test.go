package handlers

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

const portal = "https://portal.example"

// withFrameAncestors lets two origins frame the site.
func withFrameAncestors(o *Options) {
	o.Origin.FrameAncestors = []string{portal, "https://other.example:8443"}
}

func TestFramingNeedsHTTPS(t *testing.T) {
	for what, change := range map[string]func(*Options){"no address": func(*Options) {}, "http": withBaseURL(t, "http://visit.example")} {
		o := Options{SessionKeys: []string{"0123456789abcdef"}, Assets: testBundle(t)}
		change(&o)
		withFrameAncestors(&o)
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), "https") {
			t.Errorf("%s: %v, want an error that names https", what, err)
		}
	}
}

// Every answer limits who may frame it, errors too. Nobody may frame a file of the bundle.
func TestEveryAnswerHasFrameAncestors(t *testing.T) {
	site := startSite(t, withRehearsal(t), withBaseURL(t, "https://visit.example"), withFrameAncestors)
	v := newHTTPSVisitor(t, site)
	v.submitDoor(shortLink, "Sec-Fetch-Site", "same-origin")
	for _, r := range site.echo.Routes() {
		for _, method := range []string{r.Method, http.MethodDelete} {
			a := v.do(method, routePath(r.Path), "")
			policy := policyOf(a.Header.Get("Content-Security-Policy"))
			want, file := "[https://portal.example https://other.example:8443]", r.Path == "/assets/:name" && a.StatusCode == http.StatusOK
			if file {
				want = "['none']"
			}
			if got := fmt.Sprint(policy["frame-ancestors"]); got != want {
				t.Errorf("%s %s (%d): frame-ancestors %s, want %s", method, r.Path, a.StatusCode, got, want)
			}
			if a.Header.Get("X-Frame-Options") != "" || !file && !strings.Contains(a.Header.Get("Permissions-Policy"), "camera=(self)") {
				t.Errorf("%s %s: headers %v, want no X-Frame-Options, and camera=(self) on pages", method, r.Path, a.Header)
			}
		}
	}
}

func TestFramedCookieIsPartitioned(t *testing.T) {
	for what, c := range map[string]struct {
		change []func(*Options)
		want   []string
		not    []string
	}{
		"framed over https": {[]func(*Options){withBaseURL(t, "https://visit.example"), withFrameAncestors}, []string{"__Host-anteroom=", "SameSite=None", "Secure", "Partitioned", "HttpOnly", "Path=/"}, []string{"Domain"}},
		"self-signed":       {[]func(*Options){func(o *Options) { o.Origin.OwnTLS = true }, withFrameAncestors}, []string{"__Host-anteroom=", "SameSite=None", "Secure", "Partitioned"}, []string{"Domain"}},
		"https":             {[]func(*Options){withBaseURL(t, "https://visit.example")}, []string{"__Host-anteroom=", "SameSite=Lax", "Secure"}, []string{"Partitioned"}},
		"http":              {nil, []string{"SameSite=Lax", "HttpOnly"}, []string{"Partitioned", "Secure"}},
	} {
		got := newVisitor(t, startSite(t, c.change...)).submitDoor(shortLink, "Sec-Fetch-Site", "same-origin").Header.Get("Set-Cookie")
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: cookie %s, want %s in it", what, got, want)
			}
		}
		for _, not := range c.not {
			if strings.Contains(got, not) {
				t.Errorf("%s: cookie %s, want no %s in it", what, got, not)
			}
		}
	}
}

// Other sites can send the cookie of a framed site, so a POST needs an origin.
func TestFramedSiteRejectsForgedPosts(t *testing.T) {
	for _, c := range []struct {
		headers []string
		want    int
	}{
		{[]string{"Sec-Fetch-Site", "same-origin", "Origin", "https://visit.example"}, http.StatusSeeOther},
		{[]string{"Origin", "https://visit.example"}, http.StatusSeeOther},
		{nil, http.StatusForbidden},
		{[]string{"Origin", portal}, http.StatusForbidden},
		{[]string{"Origin", portal, "Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		{[]string{"Origin", "null"}, http.StatusForbidden},
	} {
		site := startSite(t, withBaseURL(t, "https://visit.example"), withFrameAncestors)
		if a := newVisitor(t, site).submitDoor(shortLink, c.headers...); a.StatusCode != c.want {
			t.Errorf("%v: status %d, want %d", c.headers, a.StatusCode, c.want)
		}
	}
}

func TestTryIsOffByDefault(t *testing.T) {
	if a := newVisitor(t, startSite(t)).get("/try"); a.StatusCode != http.StatusNotFound {
		t.Errorf("/try without the setting: status %d, want 404", a.StatusCode)
	}
	a := newVisitor(t, startSite(t, func(o *Options) { o.Call.Try = true })).get("/try")
	doc := a.page(t)
	if a.StatusCode != http.StatusOK || doc.Find("#try-form input, #try-form textarea").Length() != 5 {
		t.Fatalf("/try: status %d, want 200 and 5 fields", a.StatusCode)
	}
	if n := doc.Find("[name]:not(meta), form[action]").Length(); n != 0 {
		t.Errorf("%d elements of /try with a name or action, want none: a browser could submit them", n)
	}
	policy := policyOf(a.Header.Get("Content-Security-Policy"))
	if got := fmt.Sprint(policy["form-action"]); got != "['none']" || !slices.Contains(policy["connect-src"], "https://*.skype.com") {
		t.Errorf("/try: form-action %s, connect-src %v, want ['none'] and the hosts of a call", got, policy["connect-src"])
	}
}

func TestDeskIsNeverFramed(t *testing.T) {
	s := startSite(t, withDesk(t), withBaseURL(t, "https://visit.example"), withFrameAncestors)
	v := newVisitor(t, s)
	for _, path := range append(deskPaths, "/desk/doctor", "/desk/nowhere", "/host/abc") {
		if got := policyOf(v.get(path).Header.Get("Content-Security-Policy"))["frame-ancestors"]; fmt.Sprint(got) != "['none']" {
			t.Errorf("%s: frame-ancestors %v, want ['none']", path, got)
		}
	}
	if got := policyOf(v.get("/").Header.Get("Content-Security-Policy"))["frame-ancestors"]; fmt.Sprint(got) == "['none']" {
		t.Errorf("/: frame-ancestors %v, want the origins of the setting", got)
	}
}
