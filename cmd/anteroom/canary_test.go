package main

import (
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/anteroom-visit/anteroom/handlers"
	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/visit"
)

// The tests put canaries into everything that a visitor or an operator can enter, and then search
// every output and every store for them.
const (
	canary           = "canary"
	canaryID         = "2735010203040"
	canaryLinkKey    = "canary-link-key-0123456789abcdef012345"
	canaryPassphrase = "canary passphrase of the desk"
	canaryLink       = "https://teams.microsoft.com/meet/" + canaryID + "?p=CanaryPass"
)

// canarySettings returns settings whose secrets are canaries.
func canarySettings() []string {
	return []string{
		"SESSION_KEYS=canary-session-key-0123456789abcdef", "LINK_KEYS=" + canaryLinkKey,
		"METRICS_LISTEN=127.0.0.1:0", "TRUSTED_PROXIES=loopback",
		"JOINS_PER_SESSION=0", "JOINS_PER_ADDRESS=0", "JOINS_PER_VISIT=0", "DAILY_JOINS=0", "TRY=on",
	}
}

// canaryVisitor is a visitor who searches all answers for canaries.
type canaryVisitor struct {
	*visitor
	found   []string
	reached map[string]bool // routes that did not answer with an error of the router
	cookies map[string]bool // the values of all cookies that the site has set
}

// canaryAddress is the visitor's address: a loopback address that nothing else uses.
const canaryAddress = "127.0.0.77"

// newCanaryVisitor returns a visitor whose network address is a canary.
func newCanaryVisitor(t *testing.T, p *program) *canaryVisitor {
	t.Helper()
	w := &canaryVisitor{visitor: newVisitor(t, p), reached: make(map[string]bool), cookies: make(map[string]bool)}
	from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(canaryAddress)}}
	w.http.Transport = cookieRecorder{&http.Transport{DialContext: from.DialContext}, w}
	return w
}

// cookieRecorder records the cookies that the site sets.
type cookieRecorder struct {
	next http.RoundTripper
	*canaryVisitor
}

func (t cookieRecorder) RoundTrip(r *http.Request) (*http.Response, error) {
	a, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	for _, c := range a.Cookies() {
		if len(c.Value) > 16 { // longer than that of the language
			t.cookies[c.Value[:16]] = true // a log may truncate it
		}
	}
	return a, nil
}

// send sends a request with canaries in every header that a stranger controls.
func (w *canaryVisitor) send(method, route, path, contentType, body string) *goquery.Document {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.site+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	for name, value := range map[string]string{
		"Content-Type": contentType, "User-Agent": "canary-agent/1", "Referer": "https://canary.example/canary", "X-Request-Id": "canary-request",
		"X-Forwarded-For": "203.0.113.77", "X-Forwarded-Host": "canary.example", "Forwarded": "for=canary", "Authorization": "Bearer canary-bearer",
		"Accept-Language": "en, x-canary", "X-Canary": "canary", "Traceparent": "canary", "Accept": "text/html",
	} {
		r.Header.Set(name, value)
	}
	a, err := w.http.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer a.Body.Close()
	read, err := io.ReadAll(a.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	if a.StatusCode != http.StatusNotFound && a.StatusCode != http.StatusMethodNotAllowed {
		w.reached[route] = true
	}
	what := method + " " + route
	for name, values := range a.Header {
		w.search(what+", header "+name, strings.Join(values, " "))
	}
	// A form that was rejected, or that needs a sign-in first, shows what the person typed.
	kept := a.StatusCode == http.StatusUnprocessableEntity || strings.HasPrefix(route, "/desk") && (a.StatusCode == http.StatusUnauthorized || a.StatusCode == http.StatusTooManyRequests)
	if a.StatusCode >= 400 && !kept {
		w.search(what+", error page", string(read))
	}
	if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
		return nil
	}
	return answer{a, string(read)}.page(w.t)
}

func (w *canaryVisitor) search(where, text string, more ...string) {
	text = strings.ToLower(text)
	for _, secret := range append([]string{canary, canaryID, "203.0.113.77", canaryAddress}, more...) {
		if i := strings.Index(text, strings.ToLower(secret)); secret != "" && i >= 0 {
			w.found = append(w.found, where+": "+text[max(0, i-60):min(len(text), i+20)])
		}
	}
}

// submitForms submits every form of a page with a canary in each of its fields.
func (w *canaryVisitor) submitForms(doc *goquery.Document) {
	if doc == nil {
		return
	}
	doc.Find("form[action]").Each(func(_ int, form *goquery.Selection) {
		values := url.Values{}
		form.Find("[name]").Each(func(_ int, field *goquery.Selection) { values.Set(field.AttrOr("name", ""), "canary words") })
		action := form.AttrOr("action", "")
		for name := range values { // one field is valid, so that the server checks the others
			right := url.Values{}
			for other := range values {
				right.Set(other, values.Get(other))
			}
			right.Set(name, map[string]string{"meeting": "canary " + canaryLink, "passcode": "CanaryPass"}[name])
			w.send(http.MethodPost, action, action, "application/x-www-form-urlencoded", right.Encode())
		}
	})
}

// bodies returns bodies that a stranger could post to any address, by content type.
func bodies() map[string][]string {
	return map[string][]string{
		"application/json": {
			`{"name":"Canary Name","camera":true,"canary":"canary"}`, `{"event":"canary"}`, `{"event":"ended","code":0,"subCode":0,"canary":"canary"}`,
			`{"name":"canary\u202e"}`, `{"canary`, `"canary"`,
		},
		"application/x-www-form-urlencoded": {"meeting=canary&passcode=canary&name=canary&text=canary&passphrase=canary", "meeting=" + url.QueryEscape(canaryLink), "meeting=%zzcanary"},
		"application/csp-report":            {`{"csp-report":{"document-uri":"https://canary.example/canary","blocked-uri":"data:canary","effective-directive":"canary-src","script-sample":"canary"}}`},
		"application/reports+json":          {`[{"type":"csp-violation","url":"canary","user_agent":"canary","body":{"blockedURL":"canary:canary","effectiveDirective":"canary"}}]`},
		"text/canary":                       {"canary"},
	}
}

// requestEveryRoute sends all requests to every route.
func (w *canaryVisitor) requestEveryRoute(routes []string) {
	signIn := url.Values{"passphrase": {canaryPassphrase}}
	w.send(http.MethodPost, "/desk/sign-in", "/desk/sign-in", "application/x-www-form-urlencoded", signIn.Encode())
	fill := strings.NewReplacer(":name", "canary.js", ":room", "canarycanarycana", ":seal", sealedCanary(w.t), ":language", "ar")
	for _, route := range routes {
		method, pattern, _ := strings.Cut(route, " ")
		path := fill.Replace(pattern)
		w.submitForms(w.send(method, pattern, path, "", ""))
		for _, query := range []string{"?meetingURL=canary", "?meetingURL=" + url.QueryEscape(canaryLink), "?teamsLink=canary&passcode=CanaryPass&canary", "?code=canary&subCode=canary", "?%zzcanary"} {
			w.send(method, pattern, path+query, "", "")
		}
		for contentType, all := range bodies() {
			for _, body := range all {
				w.send(method, pattern, path, contentType, body)
			}
		}
	}
	w.send("CANARY", "/visit/join", "/visit/join", "", "canary")
	w.send(http.MethodGet, "none", "/canary/canary?canary", "", "")
}

// sealedCanary returns the link of an open visit with canaries in all its fields.
func sealedCanary(t *testing.T) string {
	t.Helper()
	found, ok := teams.Canonical(canaryLink)
	if !ok {
		t.Fatalf("%s is not accepted as a meeting's link", canaryLink)
	}
	ring, err := visit.NewKeyring([]string{canaryLinkKey})
	if err != nil {
		t.Fatal(err)
	}
	text, err := ring.Seal(visit.Visit{
		ID: visit.ID{1}, Meeting: found, Name: "Canary Name", Host: "Dr Canary", Start: time.Now().Truncate(time.Minute), Minutes: 15,
		Zone: "Europe/London", Language: "en-GB", Role: visit.RoleGuest, Chat: true, Camera: true, Share: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestCanaries(t *testing.T) {
	for what, rehearses := range map[string]bool{"with Azure": false, "in a rehearsal": true} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			service := startACS(t)
			env := canarySettings()
			if rehearses { // with Azure, the desk needs a public address
				env = append(env, "DESK_PASSPHRASE="+canaryPassphrase)
			} else {
				env = append(env, "ACS_CONNECTION_STRING="+service.ConnectionString())
			}
			p := startProgram(t, env...)
			routes := routesOf(t, rehearses)
			w := newCanaryVisitor(t, p)
			w.requestEveryRoute(routes)
			w.submitDoor("canary text "+canaryLink, "CanaryCode")
			ticket := w.join("Canary Name")
			if rehearses {
				w.send(http.MethodPost, "/desk/sign-in", "/desk/sign-in", "application/x-www-form-urlencoded", url.Values{"passphrase": {canaryPassphrase}}.Encode())
			}
			w.requestEveryRoute(routes)
			w.submitDoor(canaryLink, "")
			w.join("Canary Name")
			for _, f := range allFaults() {
				if rehearses {
					break // a test cannot reach the stand-in of a rehearsal
				}
				if err := service.Inject(f); err != nil {
					t.Fatal(err)
				}
				for _, path := range []string{"/visit/join", "/visit/token", "/visit/leave"} {
					w.send(http.MethodPost, path, path, "application/json", `{"name":"Canary Name"}`)
				}
				service.ClearFaults()
			}
			w.checkReached(routes)
			metrics := metricsOf(t, p)
			w.search("a metric", metrics)
			if err := p.stop(); err != nil {
				t.Fatal(err)
			}
			token, _ := ticket["token"].(string)
			userID, _ := ticket["userId"].(string)
			key := strings.SplitAfter(service.ConnectionString(), "accesskey=")[1]
			cookies := slices.Collect(maps.Keys(w.cookies))
			if want := map[bool]int{false: 1, true: 2}[rehearses]; len(cookies) < want {
				t.Errorf("%d cookies, want at least %d", len(cookies), want)
			}
			w.search("the log", p.log.String(), append(cookies, token, userID, key, "gateway")...)
			w.search("a metric", metrics, cookies...)
			slices.Sort(w.found)
			for _, found := range slices.Compact(w.found) {
				t.Error(found)
			}
			if lines := strings.Count(p.log.String(), `"msg":"request"`); lines < 500 || !strings.Contains(metrics, "anteroom_requests_total") {
				t.Errorf("%d request lines and metrics %.80q, want at least 500 and anteroom_requests_total", lines, metrics)
			}
		})
	}
}

// checkReached fails for every route that was not requested.
func (w *canaryVisitor) checkReached(routes []string) {
	w.t.Helper()
	for _, known := range []string{"/assets/:name", "/brand/:name", "/rehearsal/host/:room"} { // no canary can be the name of one
		w.reached[known] = true
	}
	for _, route := range routes {
		if _, pattern, _ := strings.Cut(route, " "); !w.reached[pattern] {
			w.t.Errorf("%s was never reached: add a request to this test", route)
		}
	}
}

// routesOf returns the routes of a site with all its settings.
func routesOf(t *testing.T, rehearses bool) []string {
	t.Helper()
	settings := serviceSettings{TokenScopes: "voip", TokenMinutes: "60"}
	if !rehearses {
		settings.ACSConnectionString = secretText(t, startACS(t).ConnectionString())
	}
	service := settings.checked(newMistakes(&settings, nil))
	log := newLog(io.Discard)
	var meeting *rehearsalStack
	if rehearses {
		var err error
		if meeting, err = service.rehearse(rehearsalHost{}, nil, log); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = meeting.close(t.Context()) })
	}
	command := serveCommand{siteSettings: siteSettings{Try: "on"}}
	if rehearses {
		command.DeskPassphrase = secretText(t, canaryPassphrase)
	}
	built, err := command.build(service, site{admission: admission{rule: handlers.AdmitOpen}}, meeting, newRegistry(), log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(built.Wait)
	routes := built.Routes()
	if len(routes) < 15 {
		t.Fatalf("%d routes, want at least 15", len(routes))
	}
	return routes
}

var metricsLine = regexp.MustCompile(`"msg":"metrics","listen":"([^"]+)"`)

// metricsURL returns the address of the program's metrics, which is in its log.
func metricsURL(t *testing.T, p *program) string {
	t.Helper()
	found := metricsLine.FindStringSubmatch(p.log.String())
	if found == nil {
		t.Fatalf("the log has no address of the metrics: %s", p.log)
	}
	return "http://" + found[1]
}

// metricsOf returns the program's metrics.
func metricsOf(t *testing.T, p *program) string {
	t.Helper()
	a, err := http.Get(metricsURL(t, p) + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
