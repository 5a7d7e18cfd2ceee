package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/entra"
	"github.com/anteroom-visit/anteroom/entra/entratest"
	"github.com/anteroom-visit/anteroom/locales"
)

// certificatePEM returns a certificate with its key, as an operator sets it.
func certificatePEM(t *testing.T) string {
	t.Helper()
	return certificateUntil(t, time.Now().Add(time.Hour))
}

func certificateUntil(t *testing.T, expires time.Time) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: expires}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})) + string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
}

// staffBrowser is the browser of a member of staff. It keeps cookies and follows redirects, also to Entra's stand-in.
type staffBrowser struct {
	t    *testing.T
	site string
	http *http.Client
}

// newStaffBrowser returns a browser that opens the site at localhost, an address that the stand-in accepts.
func newStaffBrowser(t *testing.T, p *program) *staffBrowser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &staffBrowser{t, strings.Replace(p.url, "127.0.0.1", "localhost", 1), &http.Client{Jar: jar}}
}

// page is the page that a browser has reached.
type page struct {
	status  int
	path    string
	text    string
	refresh string // the header
}

func (b *staffBrowser) read(resp *http.Response, err error) page {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return page{resp.StatusCode, resp.Request.URL.Path, string(body), resp.Header.Get("Refresh")}
}

func (b *staffBrowser) get(path string) page {
	b.t.Helper()
	return b.read(b.http.Get(b.site + path))
}

func (b *staffBrowser) post(path string, form url.Values) page {
	b.t.Helper()
	return b.read(b.http.PostForm(b.site+path, form))
}

// hostLink makes a visit from an invitation. It returns the path at which its host joins, or "" if the visit's page has
// none.
func (b *staffBrowser) hostLink() string {
	b.t.Helper()
	at := b.post("/desk", newMeetingForm("way", "", "meeting", shortLink, "date", time.Now().Format(time.DateOnly)))
	link, _ := at.find(b.t, `a[href*="/host/"]`).Attr("href")
	return strings.TrimPrefix(link, b.site)
}

// joinCall requests a ticket as the page of a host's link does.
func (b *staffBrowser) joinCall(hostLink string) page {
	b.t.Helper()
	return b.sendJSON("/host/join", hostLink)
}

func (b *staffBrowser) sendJSON(path, hostLink string) page {
	b.t.Helper()
	body := `{"seal":"` + strings.TrimPrefix(hostLink, "/host/") + `"}`
	return b.read(b.http.Post(b.site+path, "application/json", strings.NewReader(body)))
}

// leadsTo returns where a path redirects to.
func (b *staffBrowser) leadsTo(path string) string {
	b.t.Helper()
	still := *b.http
	still.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := still.Get(b.site + path)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.Header.Get("Location")
}

var (
	requestID   = regexp.MustCompile(`name="id" value="(\w+)"`)
	accountItem = regexp.MustCompile(`value="([0-9a-f-]{36})">([^<]+)<`)
)

// signIn opens a path of the site, picks an account at Entra by its name, and consents. Values of more override the
// form's.
func (b *staffBrowser) signIn(path, name string, more url.Values) page {
	b.t.Helper()
	return b.signInAt(b.site+path, name, more)
}

// signInAt is signIn with a whole address instead of a path.
func (b *staffBrowser) signInAt(address, name string, more url.Values) page {
	b.t.Helper()
	resp, err := b.http.Get(address)
	for range 3 {
		if err != nil {
			b.t.Fatal(err)
		}
		at := resp.Request.URL.String()
		p := b.read(resp, nil)
		id := requestID.FindStringSubmatch(p.text)
		if id == nil || strings.HasPrefix(at, b.site) {
			return p
		}
		form := url.Values{"id": {id[1]}, "consent": {"accept"}}
		for _, item := range accountItem.FindAllStringSubmatch(p.text, -1) {
			if item[2] == name {
				form.Set("account", item[1])
			}
		}
		if kept := regexp.MustCompile(`type="hidden" name="account" value="([0-9a-f-]{36})"`).FindStringSubmatch(p.text); kept != nil {
			form.Set("account", kept[1])
		}
		for key, values := range more {
			form[key] = values
		}
		resp, err = b.http.PostForm(at, form)
	}
	b.t.Fatal("the sign-in did not end after 3 pages")
	return page{}
}

func TestStaffSignInOpensTheDesk(t *testing.T) {
	p := startProgram(t)
	b := newStaffBrowser(t, p)
	if at := b.signIn("/desk/sign-in/microsoft", "Robin Clerk", nil); at.status != 200 || at.path != "/desk" {
		t.Fatalf("sign-in ended at %s, status %d, want /desk, 200", at.path, at.status)
	}
	if at := b.get("/desk"); at.status != 200 || at.path != "/desk" {
		t.Errorf("desk: status %d at %s, want 200 at /desk", at.status, at.path)
	}
	if !strings.Contains(p.log.String(), `"msg":"desk action"`) || strings.Contains(p.log.String(), "Robin") || strings.Contains(p.log.String(), "robin@") {
		t.Errorf("log = %s, want a desk action and no name", p.log.String())
	}
	// Signing out uses Refresh, because the form's policy forbids a redirect to Entra.
	at := b.post("/desk/sign-out", nil)
	_, entra, found := strings.Cut(at.refresh, "0; url=")
	if at.status != 200 || at.path != "/desk/sign-out" || !found || !strings.Contains(at.text, `href="`+strings.ReplaceAll(entra, "&", "&amp;")+`"`) {
		t.Fatalf("sign-out: %s, status %d, refresh %q, want /desk/sign-out, 200 and a link to Entra", at.path, at.status, at.refresh)
	}
	if at := b.read(b.http.Get(entra)); at.status != 200 || at.path != "/desk/sign-in" {
		t.Errorf("sign-out at Entra ended at %s, status %d, want /desk/sign-in, 200", at.path, at.status)
	}
}

func TestStaffSignInExplainsFailures(t *testing.T) {
	p := startProgram(t)
	for _, c := range []struct {
		account string
		more    url.Values
		title   string
	}{
		{"Noor Norole", nil, "You do not have access to the desk"},
		{"Gabi Guest", nil, "Guests cannot use the desk"},
		{"", url.Values{"account": {""}}, "You are not signed in"},
		{"Robin Clerk", url.Values{"fault": {"65001"}}, "Your organisation has not allowed this yet"},
		{"Robin Clerk", url.Values{"fault": {"65004"}}, "You did not allow it"},
		{"Robin Clerk", url.Values{"fault": {"50020"}}, "This account belongs to another organisation"},
		{"Robin Clerk", url.Values{"fault": {"50057"}}, "Your account cannot sign in"},
		{"Robin Clerk", url.Values{"fault": {"53003"}}, "rules do not allow this sign-in"},
		{"Robin Clerk", url.Values{"fault": {"50076"}}, "Please sign in again"},
		{"Robin Clerk", url.Values{"fault": {"650052"}}, "Sign-in is not set up correctly"},
		{"Robin Clerk", url.Values{"fault": {"90033"}}, "We cannot reach Microsoft"},
	} {
		b := newStaffBrowser(t, p)
		at := b.signIn("/desk/sign-in/microsoft", c.account, c.more)
		if !strings.Contains(at.text, c.title) || !strings.Contains(at.text, `href="/desk/sign-in/microsoft?return=/desk"`) {
			t.Errorf("%s %v: status %d at %s, want %q and a link to sign in again", c.account, c.more, at.status, at.path, c.title)
		}
	}
}

// TestEveryFaultOfEntraIsExplained checks that each error of Entra's stand-in leads to a page with an explanation, a next
// step and Microsoft's number. The reasons of OAuth's general errors are not enough.
func TestEveryFaultOfEntraIsExplained(t *testing.T) {
	catalogue, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	words := catalogue.Match("en-GB")
	p := startProgram(t)
	for _, fault := range entratest.KnownFaults() {
		number := strconv.Itoa(fault.Number)
		at := newStaffBrowser(t, p).signIn("/desk/sign-in/microsoft", "Robin Clerk", url.Values{"fault": {number}})
		title, text := at.find(t, "h1").Text(), at.find(t, "main").Text()
		var reason entra.Reason
		for _, r := range entra.Reasons() {
			id := "staff." + string(r)
			if title == words.Text(id+".title") && strings.Contains(text, words.Text(id+".text")) && strings.Contains(text, words.Text(id+".next")) {
				reason = r
			}
		}
		general := reason == entra.Cancelled || reason == entra.Unavailable && fault.Number != 90033
		if reason == "" || general || at.status < 400 || !strings.Contains(text, words.Text("staff.number", "Number", number)) {
			t.Errorf("AADSTS%s (%s): reason %q, status %d, want a page of a specific reason: %s", number, fault.Name, reason, at.status, text)
		}
	}
}

// TestKnownFaultsOfEntraIsComplete checks that it lists each number in the stand-in's source, except those that Entra's
// own page shows.
func TestKnownFaultsOfEntraIsComplete(t *testing.T) {
	known := map[string]bool{"50011": true, "165000": true}
	for _, fault := range entratest.KnownFaults() {
		known[strconv.Itoa(fault.Number)] = true
	}
	files, err := filepath.Glob("../../entra/entratest/*.go")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d files, %v, want at least 4", len(files), err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`[ ({](\d{5,7})\b`).FindAllStringSubmatch(string(source), -1) {
			if !known[found[1]] {
				t.Errorf("%s: AADSTS%s is not in KnownFaults", filepath.Base(file), found[1])
			}
		}
	}
}

func TestStaffSignInCannotBeForged(t *testing.T) {
	p := startProgram(t)
	for name, path := range map[string]string{
		"no transaction": "/desk/sign-in/callback?code=x&state=y",
		"no query":       "/desk/sign-in/callback",
		"forged error":   "/desk/sign-in/callback?error=access_denied&error_description=AADSTS65001",
	} {
		b := newStaffBrowser(t, p)
		if at := b.get(path); at.status != http.StatusBadRequest || strings.Contains(at.text, "65001") || b.isSignedIn() {
			t.Errorf("%s: status %d, signed in: %t, want 400, false and no number from the query", name, at.status, b.isSignedIn())
		}
	}
}
