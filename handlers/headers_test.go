package handlers

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// requiredHeaders are the headers of every answer, each with a part of its value.
var requiredHeaders = map[string]string{
	"Content-Security-Policy":      "default-src 'none'",
	"Referrer-Policy":              "no-referrer",
	"X-Content-Type-Options":       "nosniff",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), speaker-selection=(self)",
	"X-Request-Id":                 "",
}

func checkHeaders(t *testing.T, what string, a answer) {
	t.Helper()
	file := strings.HasPrefix(a.Request.URL.Path, "/assets/") && a.StatusCode == http.StatusOK
	for name, part := range requiredHeaders {
		if file && (name == "Permissions-Policy" || name == "Cross-Origin-Opener-Policy") {
			continue // only documents need these
		}
		if got := a.Header.Get(name); got == "" || !strings.Contains(got, part) {
			t.Errorf("%s: %s %q, want %q in it", what, name, got, part)
		}
		if n := len(a.Header.Values(name)); n != 1 {
			t.Errorf("%s: %d headers %s, want 1", what, n, name)
		}
	}
	policy := policyOf(a.Header.Get("Content-Security-Policy"))
	for _, directive := range []string{"base-uri", "frame-ancestors", "default-src"} {
		if got := policy[directive]; !slices.Equal(got, []string{"'none'"}) {
			t.Errorf("%s: %s %v, want ['none']", what, directive, got)
		}
	}
	scripts, formAction := []string{"'self'"}, []string{"'self'"}
	switch {
	case file:
		scripts, formAction = nil, []string{"'none'"}
	case a.Request.URL.Path == "/try" && a.StatusCode == http.StatusOK:
		formAction = []string{"'none'"}
	}
	if !slices.Equal(policy["script-src"], scripts) || !slices.Equal(policy["form-action"], formAction) {
		t.Errorf("%s: script-src %v, form-action %v, want %v, %v", what, policy["script-src"], policy["form-action"], scripts, formAction)
	}
	if got := a.Header.Get("Cache-Control"); !file && got != "no-store" {
		t.Errorf("%s: Cache-Control %q, want no-store", what, got)
	}
	for _, name := range []string{"Server", "X-Powered-By", "Access-Control-Allow-Origin"} {
		if got := a.Header.Get(name); got != "" {
			t.Errorf("%s: header %s %q, want none", what, name, got)
		}
	}
}

// policyOf parses a Content-Security-Policy into the sources of each directive.
func policyOf(header string) map[string][]string {
	policy := make(map[string][]string)
	for directive := range strings.SplitSeq(header, ";") {
		if words := strings.Fields(directive); len(words) > 0 {
			policy[words[0]] = words[1:]
		}
	}
	return policy
}

// The test requests every route of a rehearsal, with and without a visit, and every kind of error.
func TestEveryAnswerHasRequiredHeaders(t *testing.T) {
	site := startSite(t, withRehearsal(t))
	v := newVisitor(t, site)
	routes := site.echo.Routes()
	if len(routes) < 10 {
		t.Fatalf("%d routes, want at least 10", len(routes))
	}
	for round := range 2 { // first without a visit, then with one
		for _, r := range routes {
			checkHeaders(t, r.Method+" "+r.Path, v.do(r.Method, routePath(r.Path), ""))
			checkHeaders(t, "DELETE "+r.Path, v.do(http.MethodDelete, routePath(r.Path), ""))
		}
		if a := v.submitDoor(shortLink); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("round %d: status of the door %d, want 303", round, a.StatusCode)
		}
	}
	for what, a := range map[string]answer{
		"unknown page":     v.get("/nowhere"),
		"unknown asset":    v.get("/assets/nothing.js"),
		"asset, br":        v.get("/assets/visit-1.js", "Accept-Encoding", "br"),
		"forged":           v.do(http.MethodPost, "/visit/join", "{}", "Sec-Fetch-Site", "cross-site"),
		"too large":        v.do(http.MethodPost, "/visit/join", strings.Repeat(" ", maxBody+1)),
		"rejected meeting": v.submitDoor("nothing"),
		"problem+json":     v.do(http.MethodPost, "/visit/join", "{}"),
		"unknown method":   v.do("MAKE", "/", ""),
		"options":          v.do(http.MethodOptions, "/visit/join", "", "Origin", "https://evil.example", "Access-Control-Request-Method", "POST"),
	} {
		checkHeaders(t, what, a)
	}
}

func TestRehearsalRoutesNeedRehearsal(t *testing.T) {
	v := newVisitor(t, startSite(t))
	for _, path := range []string{"/rehearsal/socket", "/rehearsal/host/" + testRoom} {
		if a := v.get(path); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, a.StatusCode)
		}
	}
}

func TestInvalidRoomsAreNotFound(t *testing.T) {
	v := newVisitor(t, startSite(t, withRehearsal(t)))
	if a := v.get("/rehearsal/host/" + testRoom); a.StatusCode != http.StatusOK {
		t.Fatalf("room %s: status %d, want 200", testRoom, a.StatusCode)
	}
	for _, room := range []string{"", "short", testRoom + "a", strings.ToUpper(testRoom), "abcdefgh234567a1", "abcdefgh%2e%2e4567ab", "%3Cscript%3Ealert(", testRoom + "/"} {
		if a := v.get("/rehearsal/host/" + room); a.StatusCode != http.StatusNotFound || strings.Contains(a.body, "script>alert") {
			t.Errorf("room %q: status %d, want 404 without the room's name", room, a.StatusCode)
		}
	}
}

func TestStrictTransportSecurityOnlyOverHTTPS(t *testing.T) {
	for address, want := range map[string]bool{"https://visit.lamna.example": true, "http://localhost:8080": false} {
		v := newVisitor(t, startSite(t, withBaseURL(t, address)))
		for _, path := range []string{"/", "/nowhere", "/assets/visit-1.js", "/healthz"} {
			got := v.get(path).Header.Get("Strict-Transport-Security")
			if strings.Contains(got, "max-age=31536000") != want {
				t.Errorf("%s%s: Strict-Transport-Security %q, want it: %v", address, path, got, want)
			}
		}
	}
}

func TestVisitPolicyAllowsCallHosts(t *testing.T) {
	site := startSite(t)
	v := newVisitor(t, site)
	v.submitDoor(shortLink)
	first, second := v.get("/visit"), v.get("/visit")
	nonce := first.page(t).Find("script[src]").AttrOr("nonce", "")
	if len(nonce) < 16 || nonce == second.page(t).Find("script[src]").AttrOr("nonce", "") {
		t.Errorf("nonce %q, want at least 16 bytes, and another on the next page", nonce)
	}
	policy := policyOf(first.Header.Get("Content-Security-Policy"))
	if !slices.Contains(policy["style-src"], "'nonce-"+nonce+"'") {
		t.Errorf("style-src %v, want the page's nonce %q in it", policy["style-src"], nonce)
	}
	for _, want := range []string{"'self'", "https://*.communication.azure.com", "https://*.skype.com", "wss://*.skype.com", site.call.Endpoint} {
		if !slices.Contains(policy["connect-src"], want) {
			t.Errorf("connect-src %v, want %s in it", policy["connect-src"], want)
		}
	}
	for _, path := range []string{"/", "/visit/ended?code=0"} {
		if connect := policyOf(v.get(path).Header.Get("Content-Security-Policy"))["connect-src"]; !slices.Equal(connect, []string{"'self'"}) {
			t.Errorf("%s: connect-src %v, want ['self'] without a call", path, connect)
		}
	}
}

// Behind a proxy, the Host header differs from the address that the visitor sees.
func TestSiteBehindProxyRejectsForgedPosts(t *testing.T) {
	for _, c := range []struct {
		base    string
		headers []string
		want    int
	}{
		{"https://visit.lamna.example", []string{"Origin", "https://visit.lamna.example"}, 303},
		{"https://visit.lamna.example", []string{"Origin", "https://visit.lamna.example", "Sec-Fetch-Site", "same-origin"}, 303},
		{"https://visit.lamna.example:8443/", []string{"Origin", "https://visit.lamna.example:8443"}, 303},
		{"https://visit.lamna.example", nil, 303}, // not a browser, or one from before 2020
		{"https://visit.lamna.example", []string{"Sec-Fetch-Site", "none"}, 303},
		{"https://visit.lamna.example", []string{"Origin", "https://evil.example"}, 403},
		{"https://visit.lamna.example", []string{"Origin", "http://visit.lamna.example"}, 403},
		{"https://visit.lamna.example", []string{"Origin", "https://visit.lamna.example:8443"}, 403},
		{"https://visit.lamna.example", []string{"Origin", "https://visit.lamna.example.evil.example"}, 403},
		{"https://visit.lamna.example", []string{"Origin", "https://other.lamna.example", "Sec-Fetch-Site", "same-site"}, 403},
		{"https://visit.lamna.example", []string{"Origin", "null"}, 403},
		{"https://visit.lamna.example", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"", []string{"Origin", "https://visit.lamna.example"}, 403},
	} {
		site := startSite(t, func(o *Options) {
			if c.base != "" {
				withBaseURL(t, c.base)(o)
			}
		})
		a := newVisitor(t, site).submitDoor(shortLink, append([]string{"Host", "10.0.0.7:8080"}, c.headers...)...)
		if a.StatusCode != c.want {
			t.Errorf("%q, %v: status %d, want %d", c.base, c.headers, a.StatusCode, c.want)
		}
	}
}

func TestDrainFailsReadinessOnly(t *testing.T) {
	site := startSite(t)
	v := newVisitor(t, site)
	if a := v.get("/readyz"); a.StatusCode != http.StatusOK {
		t.Errorf("/readyz before draining: status %d, want 200", a.StatusCode)
	}
	site.Drain()
	if a := v.get("/readyz"); a.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("/readyz while draining: status %d, want 503", a.StatusCode)
	}
	for _, path := range []string{"/healthz", "/"} {
		if a := v.get(path); a.StatusCode != http.StatusOK {
			t.Errorf("%s while draining: status %d, want 200", path, a.StatusCode)
		}
	}
}

// A page of the same host over http is another origin.
func TestHTTPOriginIsAnotherOrigin(t *testing.T) {
	s := startSite(t, withBaseURL(t, "https://visit.example"))
	v := newHTTPSVisitor(t, s)
	for origin, want := range map[string]int{
		"http://visit.example": 403, "HTTP://visit.example": 403, "https://visit.example": 303, "": 303, "https://other.example": 403, "null": 403,
	} {
		headers := []string{"Host", "visit.example"}
		if origin != "" {
			headers = append(headers, "Origin", origin)
		}
		if a := v.submitDoor(shortLink, headers...); a.StatusCode != want {
			t.Errorf("origin %q: status %d, want %d", origin, a.StatusCode, want)
		}
	}
}
