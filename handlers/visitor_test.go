package handlers

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/anteroom-visit/anteroom/handlers/desk"
)

const (
	formType = "application/x-www-form-urlencoded"
	jsonType = "application/json"
)

// visitor is a browser without scripts. It keeps cookies, but follows no redirects and accepts no
// compression unless a test asks for it.
type visitor struct {
	t    *testing.T
	site string
	http *http.Client
}

func newVisitor(t *testing.T, s testSite) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	transport := &http.Transport{DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &visitor{t, s.url, &http.Client{Jar: jar, CheckRedirect: stay, Transport: transport, Timeout: 20 * time.Second}}
}

// newHTTPSVisitor returns a visitor who keeps Secure cookies, as one would behind a proxy with https.
func newHTTPSVisitor(t *testing.T, s testSite) *visitor {
	t.Helper()
	v := newVisitor(t, s)
	v.http.Jar = secureJar{v.http.Jar}
	return v
}

// secureJar keeps Secure cookies although the tests use plain http.
type secureJar struct{ http.CookieJar }

func (j secureJar) SetCookies(u *url.URL, cookies []*http.Cookie) {
	https := *u
	https.Scheme = "https"
	j.CookieJar.SetCookies(&https, cookies)
}

func (j secureJar) Cookies(u *url.URL) []*http.Cookie {
	https := *u
	https.Scheme = "https"
	return j.CookieJar.Cookies(&https)
}

// cookies returns the visitor's cookies for the site.
func (v *visitor) cookies() []*http.Cookie {
	v.t.Helper()
	return v.http.Jar.Cookies(v.url())
}

// copyCookies adds another visitor's cookies, of this site or of another.
func (v *visitor) copyCookies(cookies []*http.Cookie) {
	v.t.Helper()
	v.http.Jar.SetCookies(v.url(), cookies)
}

func (v *visitor) url() *url.URL {
	v.t.Helper()
	u, err := url.Parse(v.site)
	if err != nil {
		v.t.Fatal(err)
	}
	return u
}

// cookieHeader returns the value of a Cookie header with this cookie.
func cookieHeader(c *http.Cookie) string { return c.Name + "=" + c.Value }

// do sends a request. The headers are names and values in turn.
func (v *visitor) do(method, path, body string, headers ...string) answer {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.site+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := v.http.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer{response, string(read)}
}

func (v *visitor) get(path string, headers ...string) answer {
	v.t.Helper()
	return v.do(http.MethodGet, path, "", headers...)
}

func (v *visitor) postForm(path string, form url.Values, headers ...string) answer {
	v.t.Helper()
	return v.do(http.MethodPost, path, form.Encode(), append([]string{"Content-Type", formType}, headers...)...)
}

func (v *visitor) postJSON(path, body string, headers ...string) answer {
	v.t.Helper()
	return v.do(http.MethodPost, path, body, append([]string{"Content-Type", jsonType}, headers...)...)
}

// submitDoor submits the door's form.
func (v *visitor) submitDoor(meeting string, headers ...string) answer {
	v.t.Helper()
	return v.postForm("/", url.Values{"meeting": {meeting}}, headers...)
}

// join joins the visit of the session as Sam.
func (v *visitor) join(headers ...string) answer {
	v.t.Helper()
	return v.postJSON("/visit/join", `{"name":"Sam"}`, headers...)
}

// joinVisit joins as Maria Silva from the page of the visit with this key.
func (v *visitor) joinVisit(key string, headers ...string) answer {
	v.t.Helper()
	return v.postJSON("/visit/join", fmt.Sprintf(`{"name":"Maria Silva","visit":%q}`, key), headers...)
}

func (v *visitor) renewToken(headers ...string) answer {
	v.t.Helper()
	return v.do(http.MethodPost, "/visit/token", "", headers...)
}

func (v *visitor) leave() answer {
	v.t.Helper()
	return v.do(http.MethodPost, "/visit/leave", "")
}

// signIn submits the form that opens the desk.
func (v *visitor) signIn(passphrase string) answer {
	v.t.Helper()
	return v.postForm(desk.SignInPath, url.Values{"passphrase": {passphrase}})
}

// answer is a response with its body.
type answer struct {
	*http.Response
	body string
}

func (a answer) page(t *testing.T) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func (a answer) json(t *testing.T) map[string]any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(a.body), &object); err != nil {
		t.Fatalf("not JSON: %v: %.200s", err, a.body)
	}
	return object
}

// location returns the address of a redirect.
func (a answer) location() string { return a.Header.Get("Location") }

// problemOf returns the slug of an answer in problem+json.
func problemOf(t *testing.T, a answer) string {
	t.Helper()
	kind, _ := a.json(t)["type"].(string)
	return strings.TrimPrefix(kind, "urn:anteroom:problem:")
}
