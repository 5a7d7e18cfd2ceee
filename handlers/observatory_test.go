package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/anteroom-visit/anteroom/handlers/policy"
)

// observatory scores an answer over https by the rules of Mozilla's HTTP Observatory (version 5 of its
// scoring). A score starts at 100. Extra points count only for an answer that keeps at least 90.
type observatory struct {
	base, extra int
	notes       []string
}

func (o *observatory) add(points int, what string) {
	if points > 0 {
		o.extra += points
	} else {
		o.base += points
	}
	o.notes = append(o.notes, fmt.Sprintf("%+d %s", points, what))
}

func (o *observatory) score() int {
	if o.base >= 90 {
		return o.base + o.extra
	}
	return max(o.base, 0)
}

// bestScore is the best score of an answer without a cookie, and without the preload list of HSTS.
const bestScore = 100 + 10 + 5 + 5 + 10

func observe(h http.Header, cookies []*http.Cookie) *observatory {
	o := &observatory{base: 100}
	policy := h.Values("Content-Security-Policy")
	o.scorePolicy(policy)
	o.scoreFraming(policy, h.Get("X-Frame-Options"))
	o.scoreCookies(cookies)
	age := 0
	for directive := range strings.SplitSeq(h.Get("Strict-Transport-Security"), ";") {
		if seconds, ok := strings.CutPrefix(strings.TrimSpace(directive), "max-age="); ok {
			age, _ = strconv.Atoi(seconds)
		}
	}
	switch {
	case age == 0:
		o.add(-20, "no Strict-Transport-Security")
	case age < 15768000:
		o.add(-10, "Strict-Transport-Security of less than six months")
	}
	if !strings.EqualFold(h.Get("X-Content-Type-Options"), "nosniff") {
		o.add(-5, "X-Content-Type-Options")
	}
	switch h.Get("Referrer-Policy") {
	case "no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin":
		o.add(5, "Referrer-Policy")
	case "":
	default:
		o.add(-5, "Referrer-Policy")
	}
	switch h.Get("Cross-Origin-Resource-Policy") {
	case "same-origin", "same-site":
		o.add(10, "Cross-Origin-Resource-Policy")
	case "", "cross-origin":
	default:
		o.add(-5, "Cross-Origin-Resource-Policy")
	}
	if h.Get("Access-Control-Allow-Origin") != "" && h.Get("Access-Control-Allow-Credentials") != "" {
		o.add(-50, "cross-origin access with credentials")
	}
	return o
}

func (o *observatory) scorePolicy(headers []string) {
	if len(headers) == 0 {
		o.add(-25, "no Content-Security-Policy")
		return
	}
	policy := policyOf(headers[0])
	sources := func(directive string) []string {
		for _, name := range []string{directive, "default-src"} {
			if found, ok := policy[name]; ok {
				return found
			}
		}
		return []string{"*"}
	}
	has := func(list []string, any ...string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return slices.Contains(any, s) })
	}
	broad := []string{"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
	unsafe := append(slices.Clone(broad), "'unsafe-inline'", "data:")
	insecure := func(s string) bool { return strings.HasPrefix(s, "http:") || strings.HasPrefix(s, "ftp:") }
	var active, passive []string
	for directive, list := range policy {
		if directive != "img-src" && directive != "media-src" {
			active = append(active, list...)
		}
	}
	passive = append(sources("img-src"), sources("media-src")...)
	switch {
	case has(sources("script-src"), unsafe...) || has(sources("object-src"), broad...):
		o.add(-20, "script-src or object-src")
	case slices.ContainsFunc(active, insecure):
		o.add(-20, "active content over http")
	case has(append(sources("script-src"), sources("style-src")...), "'unsafe-eval'"):
		o.add(-10, "'unsafe-eval'")
	case slices.ContainsFunc(passive, insecure):
		o.add(-10, "passive content over http")
	case has(sources("style-src"), unsafe...):
		o.add(0, "style-src")
	case slices.Equal(policy["default-src"], []string{"'none'"}):
		o.add(10, "Content-Security-Policy")
	default:
		o.add(5, "Content-Security-Policy without default-src 'none'")
	}
}

func (o *observatory) scoreFraming(policies []string, frameOptions string) {
	switch {
	case len(policies) > 0 && policyOf(policies[0])["frame-ancestors"] != nil:
		o.add(5, "frame-ancestors")
	case frameOptions == "DENY" || frameOptions == "SAMEORIGIN":
		o.add(5, "X-Frame-Options")
	default:
		o.add(-20, "no limit on framing")
	}
}

func (o *observatory) scoreCookies(cookies []*http.Cookie) {
	for _, c := range cookies {
		switch {
		case !c.Secure:
			o.add(-40, "cookie that is not Secure")
		case !c.HttpOnly:
			o.add(-30, "cookie that is not HttpOnly")
		case c.SameSite != http.SameSiteLaxMode && c.SameSite != http.SameSiteStrictMode:
			o.add(0, "cookie without SameSite")
		default:
			o.add(5, "cookie")
		}
	}
}

// The test scores every route of the site, with and without a visit, and every kind of error.
func TestObservatoryScoreIsBest(t *testing.T) {
	site := startSite(t, withRehearsal(t), withBaseURL(t, "https://visit.lamna.example"))
	site.echo.GET("/panics", func(echo.Context) error { panic("in a test") })
	v := newHTTPSVisitor(t, site)
	check := func(what string, a answer) {
		t.Helper()
		if o := observe(a.Header, a.Cookies()); o.score() < bestScore || o.base != 100 {
			t.Errorf("%s (%d): score %d, want %d: %s", what, a.StatusCode, o.score(), bestScore, o.notes)
		}
	}
	for range 2 {
		for _, r := range site.echo.Routes() {
			if r.Method == echo.RouteNotFound {
				continue
			}
			check(r.Method+" "+r.Path, v.do(r.Method, routePath(r.Path), "{}", "Content-Type", jsonType))
			check("TRACE "+r.Path, v.do(http.MethodTrace, routePath(r.Path), ""))
		}
		if a := v.submitDoor(shortLink); a.StatusCode != http.StatusSeeOther || len(a.Cookies()) != 1 {
			t.Fatalf("door: status %d, %d cookies, want 303 and 1", a.StatusCode, len(a.Cookies()))
		}
	}
	for what, a := range map[string]answer{
		"not found":        v.get("/nowhere"),
		"unknown asset":    v.get("/assets/nothing.js"),
		"forged":           v.do(http.MethodPost, "/visit/join", "{}", "Sec-Fetch-Site", "cross-site"),
		"too large":        v.do(http.MethodPost, "/visit/join", strings.Repeat(" ", maxBody+1)),
		"too large form":   v.do(http.MethodPost, "/", strings.Repeat("a", maxDoorBody+1)),
		"not JSON":         v.do(http.MethodPost, "/visit/join", "{}", "Content-Type", "text/plain"),
		"problem+json":     v.do(http.MethodPost, "/visit/token", "{}", "Accept", jsonType),
		"rejected meeting": v.submitDoor("nothing"),
		"link in query":    v.get("/?meetingURL=" + url.QueryEscape(shortLink)),
		"panic":            v.get("/panics"),
	} {
		check(what, a)
	}
	if a := v.get("/panics"); a.StatusCode != http.StatusInternalServerError {
		t.Errorf("panic: status %d, want 500", a.StatusCode)
	}
}

// TestObservatoryScoreIsBest would also pass if observe never subtracted anything.
func TestObservatoryFindsFaults(t *testing.T) {
	policy := policy.Writer{}.Page()
	good := func() http.Header {
		return http.Header{
			"Content-Security-Policy":   {policy + "; frame-ancestors 'none'"},
			"Strict-Transport-Security": {"max-age=31536000"}, "X-Content-Type-Options": {"nosniff"},
			"Referrer-Policy": {"no-referrer"}, "Cross-Origin-Resource-Policy": {"same-origin"},
		}
	}
	if got := observe(good(), nil).score(); got != bestScore {
		t.Fatalf("best answer: score %d, want %d", got, bestScore)
	}
	for name, values := range map[string][]string{
		"Content-Security-Policy": {
			"", "default-src *", "default-src 'none'; script-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
			"default-src 'none'; script-src 'self' 'unsafe-eval'; frame-ancestors 'none'", "default-src 'self'; frame-ancestors 'none'",
			policy, "default-src 'none'; connect-src http://api.example; frame-ancestors 'none'", "default-src 'none'; img-src http://x; frame-ancestors 'none'",
			"default-src 'none'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
		},
		"Strict-Transport-Security":    {"", "max-age=0", "max-age=3600"},
		"X-Content-Type-Options":       {"", "sniff"},
		"Referrer-Policy":              {"", "unsafe-url"},
		"Cross-Origin-Resource-Policy": {"", "everybody"},
	} {
		for _, value := range values {
			h := good()
			if h.Set(name, value); value == "" {
				h.Del(name)
			}
			if got := observe(h, nil).score(); got >= bestScore {
				t.Errorf("%s %q: score %d, want less than %d", name, value, got, bestScore)
			}
		}
	}
	for _, c := range []*http.Cookie{{}, {Secure: true}, {HttpOnly: true}} {
		if got := observe(good(), []*http.Cookie{c}).base; got >= 90 {
			t.Errorf("cookie %+v: score %d, want less than 90", c, got)
		}
	}
}
