package handlers

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// closed are the headers that no answer goes without, and a part of each.
var closed = map[string]string{
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
	for name, part := range closed {
		if file && (name == "Permissions-Policy" || name == "Cross-Origin-Opener-Policy") {
			continue // nothing runs in a file by itself
		}
		if got := a.Header.Get(name); got == "" || !strings.Contains(got, part) {
			t.Errorf("%s: %s is %q, want %q in it", what, name, got, part)
		}
		if n := len(a.Header.Values(name)); n != 1 {
			t.Errorf("%s: %d headers %s", what, n, name)
		}
	}
	policy := policyOf(a.Header.Get("Content-Security-Policy"))
	for _, directive := range []string{"base-uri", "frame-ancestors", "default-src"} {
		if got := policy[directive]; !slices.Equal(got, []string{"'none'"}) {
			t.Errorf("%s: %s %v", what, directive, got)
		}
	}
	scripts, formAction := []string{"'self'"}, []string{"'self'"}
	switch {
	case file:
		scripts, formAction = nil, []string{"'none'"}
	case a.Request.URL.Path == "/try" && a.StatusCode == http.StatusOK:
		formAction = []string{"'none'"} // what is pasted there goes nowhere
	}
	if !slices.Equal(policy["script-src"], scripts) || !slices.Equal(policy["form-action"], formAction) {
		t.Errorf("%s: script-src %v, form-action %v", what, policy["script-src"], policy["form-action"])
	}
	if got := a.Header.Get("Cache-Control"); !file && got != "no-store" {
		t.Errorf("%s: Cache-Control %q", what, got)
	}
	for _, name := range []string{"Server", "X-Powered-By", "Access-Control-Allow-Origin"} {
		if got := a.Header.Get(name); got != "" {
			t.Errorf("%s: %s %q", what, name, got)
		}
	}
}

// policyOf takes a Content-Security-Policy apart.
func policyOf(header string) map[string][]string {
	policy := make(map[string][]string)
	for directive := range strings.SplitSeq(header, ";") {
		if words := strings.Fields(directive); len(words) > 0 {
			policy[words[0]] = words[1:]
		}
	}
	return policy
}

// Every route, in a rehearsal too, and every way of not reaching one.
func TestEveryAnswerCarriesTheHeaders(t *testing.T) {
	site := startSite(t, rehearsing(t))
	v := newVisitor(t, site)
	fill := strings.NewReplacer(":name", "visit-1.js", ":room", testRoom)
	routes := site.echo.Routes()
	if len(routes) < 10 {
		t.Fatalf("%d routes only", len(routes))
	}
	for round := range 2 { // without a visit and with one
		for _, r := range routes {
			checkHeaders(t, r.Method+" "+r.Path, v.do(r.Method, fill.Replace(r.Path), ""))
			checkHeaders(t, "DELETE "+r.Path, v.do(http.MethodDelete, fill.Replace(r.Path), ""))
		}
		if a := v.knock(shortLink); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("round %d: the door: %d", round, a.StatusCode)
		}
	}
	for what, a := range map[string]answer{
		"unknown page":  v.get("/nowhere"),
		"unknown asset": v.get("/assets/nothing.js"),
		"asset, br":     v.get("/assets/visit-1.js", "Accept-Encoding", "br"),
		"forged":        v.do(http.MethodPost, "/visit/join", "{}", "Sec-Fetch-Site", "cross-site"),
		"too large":     v.do(http.MethodPost, "/visit/join", strings.Repeat(" ", maxBody+1)),
		"refusal":       v.knock("nothing"),
		"problem+json":  v.do(http.MethodPost, "/visit/join", "{}"),
		"own method":    v.do("MAKE", "/", ""),
		"options":       v.do(http.MethodOptions, "/visit/join", "", "Origin", "https://evil.example", "Access-Control-Request-Method", "POST"),
	} {
		checkHeaders(t, what, a)
	}
}

func TestNoRehearsalRoutesOutsideARehearsal(t *testing.T) {
	v := newVisitor(t, startSite(t))
	for _, path := range []string{"/rehearsal/socket", "/rehearsal/host/" + testRoom} {
		if a := v.get(path); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
}

func TestUnknownRoomsAreNotFound(t *testing.T) {
	v := newVisitor(t, startSite(t, rehearsing(t)))
	if a := v.get("/rehearsal/host/" + testRoom); a.StatusCode != http.StatusOK {
		t.Fatalf("a room: %d", a.StatusCode)
	}
	for _, room := range []string{"", "short", testRoom + "a", strings.ToUpper(testRoom), "abcdefgh234567a1", "abcdefgh%2e%2e4567ab", "%3Cscript%3Ealert(", testRoom + "/"} {
		if a := v.get("/rehearsal/host/" + room); a.StatusCode != http.StatusNotFound || strings.Contains(a.body, "script>alert") {
			t.Errorf("room %q: %d", room, a.StatusCode)
		}
	}
}

func TestStrictTransportOnlyOverHTTPS(t *testing.T) {
	for address, want := range map[string]bool{"https://visit.lamna.example": true, "http://localhost:8080": false} {
		v := newVisitor(t, startSite(t, public(t, address)))
		for _, path := range []string{"/", "/nowhere", "/assets/visit-1.js", "/healthz"} {
			got := v.get(path).Header.Get("Strict-Transport-Security")
			if strings.Contains(got, "max-age=31536000") != want {
				t.Errorf("%s%s: %q", address, path, got)
			}
		}
	}
}

// The call's page opens what a call needs, and still runs no script but our own.
func TestPolicyOfTheCallsPage(t *testing.T) {
	site := startSite(t)
	v := newVisitor(t, site)
	v.knock(shortLink)
	first, second := v.get("/visit"), v.get("/visit")
	nonce := first.page(t).Find("script[src]").AttrOr("nonce", "")
	if len(nonce) < 16 || nonce == second.page(t).Find("script[src]").AttrOr("nonce", "") {
		t.Errorf("nonce %q on two pages", nonce)
	}
	policy := policyOf(first.Header.Get("Content-Security-Policy"))
	if !slices.Contains(policy["style-src"], "'nonce-"+nonce+"'") {
		t.Errorf("style-src %v does not hold the page's nonce %q", policy["style-src"], nonce)
	}
	for _, want := range []string{"'self'", "https://*.communication.azure.com", "https://*.skype.com", "wss://*.skype.com", site.call.Endpoint} {
		if !slices.Contains(policy["connect-src"], want) {
			t.Errorf("connect-src lacks %s: %v", want, policy["connect-src"])
		}
	}
	for _, path := range []string{"/", "/visit/ended?code=0"} {
		if connect := policyOf(v.get(path).Header.Get("Content-Security-Policy"))["connect-src"]; !slices.Equal(connect, []string{"'self'"}) {
			t.Errorf("%s: connect-src %v, though no call is there", path, connect)
		}
	}
}

// Behind a proxy the Host is not what stands in the visitor's address bar.
func TestForgedPostsBehindAProxy(t *testing.T) {
	const form = "application/x-www-form-urlencoded"
	for _, c := range []struct {
		base    string
		headers []string
		want    int
	}{
		{"https://visit.lamna.example", []string{"Origin", "https://visit.lamna.example"}, 303},
		{"https://visit.lamna.example", []string{"Origin", "https://visit.lamna.example", "Sec-Fetch-Site", "same-origin"}, 303},
		{"https://visit.lamna.example:8443/", []string{"Origin", "https://visit.lamna.example:8443"}, 303},
		{"https://visit.lamna.example", nil, 303}, // no browser, or one of before 2020 on our own page
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
				public(t, c.base)(o)
			}
		})
		a := newVisitor(t, site).do(http.MethodPost, "/", "meeting="+shortLink, append([]string{"Content-Type", form, "Host", "10.0.0.7:8080"}, c.headers...)...)
		if a.StatusCode != c.want {
			t.Errorf("%q, %v: %d, want %d", c.base, c.headers, a.StatusCode, c.want)
		}
	}
}

func TestDrainTurnsReadinessOff(t *testing.T) {
	site := startSite(t)
	v := newVisitor(t, site)
	if a := v.get("/readyz"); a.StatusCode != http.StatusOK {
		t.Errorf("before: %d", a.StatusCode)
	}
	site.Drain()
	if a := v.get("/readyz"); a.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("while draining: %d", a.StatusCode)
	}
	for _, path := range []string{"/healthz", "/"} {
		if a := v.get(path); a.StatusCode != http.StatusOK {
			t.Errorf("%s while draining: %d", path, a.StatusCode)
		}
	}
}
