package handlers

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

const portal = "https://portal.example"

func framed(o *Options) { o.Origin.FrameAncestors = []string{portal, "https://other.example:8443"} }

func TestFramingNeedsHTTPS(t *testing.T) {
	for what, change := range map[string]func(*Options){"nothing": func(*Options) {}, "http": public(t, "http://visit.example")} {
		o := Options{SessionKeys: []string{"0123456789abcdef"}, Assets: testBundle(t)}
		change(&o)
		framed(&o)
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), "https") {
			t.Errorf("with %s: %v", what, err)
		}
	}
}

// Every answer says who may frame it, an error too; and nothing else is wider for it. A file of the
// bundle is no page, and nobody may frame it.
func TestEveryAnswerNamesItsFramers(t *testing.T) {
	site := startSite(t, rehearsing(t), public(t, "https://visit.example"), framed)
	v := newVisitor(t, site)
	v.http.Jar = secureJar{v.http.Jar}
	v.do(http.MethodPost, "/", "meeting="+shortLink, "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin")
	fill := strings.NewReplacer(":name", "visit-1.js", ":room", testRoom)
	for _, r := range site.echo.Routes() {
		for _, method := range []string{r.Method, http.MethodDelete} {
			a := v.do(method, fill.Replace(r.Path), "")
			policy := policyOf(a.Header.Get("Content-Security-Policy"))
			framers, file := "[https://portal.example https://other.example:8443]", r.Path == "/assets/:name" && a.StatusCode == http.StatusOK
			if file {
				framers = "['none']"
			}
			if got := fmt.Sprint(policy["frame-ancestors"]); got != framers {
				t.Errorf("%s %s (%d): frame-ancestors %s", method, r.Path, a.StatusCode, got)
			}
			if a.Header.Get("X-Frame-Options") != "" || !file && !strings.Contains(a.Header.Get("Permissions-Policy"), "camera=(self)") {
				t.Errorf("%s %s: %v", method, r.Path, a.Header)
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
		"framed over https": {[]func(*Options){public(t, "https://visit.example"), framed}, []string{"__Host-anteroom=", "SameSite=None", "Secure", "Partitioned", "HttpOnly", "Path=/"}, []string{"Domain"}},
		"self-signed":       {[]func(*Options){func(o *Options) { o.Origin.OwnTLS = true }, framed}, []string{"__Host-anteroom=", "SameSite=None", "Secure", "Partitioned"}, []string{"Domain"}},
		"https":             {[]func(*Options){public(t, "https://visit.example")}, []string{"__Host-anteroom=", "SameSite=Lax", "Secure"}, []string{"Partitioned"}},
		"http":              {nil, []string{"SameSite=Lax", "HttpOnly"}, []string{"Partitioned", "Secure"}},
	} {
		a := newVisitor(t, startSite(t, c.change...)).do(http.MethodPost, "/", "meeting="+shortLink,
			"Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin")
		got := a.Header.Get("Set-Cookie")
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %s in %s", what, want, got)
			}
		}
		for _, not := range c.not {
			if strings.Contains(got, not) {
				t.Errorf("%s: %s in %s", what, not, got)
			}
		}
	}
}

// The cookie crosses sites, so that a post has to say where it comes from.
func TestForgedPostsInAFrame(t *testing.T) {
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
		site := startSite(t, public(t, "https://visit.example"), framed)
		headers := append([]string{"Content-Type", "application/x-www-form-urlencoded"}, c.headers...)
		if a := newVisitor(t, site).do(http.MethodPost, "/", "meeting="+shortLink, headers...); a.StatusCode != c.want {
			t.Errorf("%v: %d, want %d", c.headers, a.StatusCode, c.want)
		}
	}
}

func TestTryIsOffByDefault(t *testing.T) {
	if a := newVisitor(t, startSite(t)).get("/try"); a.StatusCode != http.StatusNotFound {
		t.Errorf("/try without the setting: %d", a.StatusCode)
	}
	a := newVisitor(t, startSite(t, func(o *Options) { o.Call.Try = true })).get("/try")
	doc := a.page(t)
	if a.StatusCode != http.StatusOK || doc.Find("#try-form input, #try-form textarea").Length() != 5 {
		t.Fatalf("/try: %d", a.StatusCode)
	}
	if n := doc.Find("[name]:not(meta), form[action]").Length(); n != 0 {
		t.Errorf("%d fields of /try could be sent", n)
	}
	policy := policyOf(a.Header.Get("Content-Security-Policy"))
	if got := fmt.Sprint(policy["form-action"]); got != "['none']" || !slices.Contains(policy["connect-src"], "https://*.skype.com") {
		t.Errorf("/try: form-action %s, connect-src %v", got, policy["connect-src"])
	}
}
