package handlers

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/brotli"

	"github.com/anteroom-visit/anteroom/handlers/address"
	"github.com/anteroom-visit/anteroom/handlers/assets"
	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/views"
	"github.com/anteroom-visit/anteroom/visit"
)

const (
	shortLink = "https://teams.microsoft.com/meet/2735012345678?p=AbCdEfGhIj"
	testRoom  = "abcdefgh234567ab"
)

// output is a log that a test reads while the site writes.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// lines are the log's lines that hold text.
func (o *output) lines(text string) (found []string) {
	for line := range strings.Lines(o.String()) {
		if strings.Contains(line, text) {
			found = append(found, line)
		}
	}
	return found
}

// manifestJSON names every file that a bundle of any kind may have to hold.
const manifestJSON = `{"files":{"visit.js":"visit-1.js","check.js":"check-1.js","host.js":"host-1.js","try.js":"try-1.js","desk.js":"desk-1.js","desk.css":"desk-1.css","visit.css":"visit-1.css","check.css":"check-1.css","callpage.js":"callpage-1.js","stage.js":"stage-1.js","favicon.svg":"favicon-1.svg"},
"call":["callpage-1.js"],"chat":["callpage-1.js"],"rehearsal":["callpage-1.js"],"locales":{"ar":["ar-1.js"]}}`

// bundleFiles are the assets of a bundle before they are compressed.
func bundleFiles() map[string]string {
	return map[string]string{
		"visit-1.js":    strings.Repeat("export const visit = 1;\n", 200),
		"host-1.js":     "export const host = 1;",
		"check-1.js":    "export const check = 1;",
		"check-1.css":   "main{margin:0}",
		"try-1.js":      "export const attempt = 1;",
		"desk-1.js":     "export const desk = 1;",
		"desk-1.css":    "main{margin:0}",
		"visit-1.css":   "body{margin:0}",
		"callpage-1.js": "export const page = 1;",
		"stage-1.js":    "export const stage = 'é';",
		"ar-1.js":       "export const texts = {};",
		"favicon-1.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
		"data-1.json":   "{}",
		"licences-1":    "no extension",
	}
}

func compressed(text string, open func(*bytes.Buffer) io.WriteCloser) []byte {
	var b bytes.Buffer
	w := open(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.Bytes()
}

// bundle is a built bundle in memory, compressed as the real one is.
func bundle() fstest.MapFS {
	dist := fstest.MapFS{"manifest.json": {Data: []byte(manifestJSON)}}
	for name, text := range bundleFiles() {
		dist["assets/"+name+".br"] = &fstest.MapFile{Data: compressed(text, func(b *bytes.Buffer) io.WriteCloser { return brotli.NewWriter(b) })}
		dist["assets/"+name+".gz"] = &fstest.MapFile{Data: compressed(text, func(b *bytes.Buffer) io.WriteCloser { return gzip.NewWriter(b) })}
	}
	return dist
}

func testBundle(t testing.TB) *assets.Bundle {
	t.Helper()
	b, err := assets.NewBundle(bundle())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// testSite is a site on loopback, and what it wrote into its log.
type testSite struct {
	*Site
	url string
	log *output
}

// startSite serves a site with these changes to its options until the test ends.
func startSite(t *testing.T, changes ...func(*Options)) testSite {
	t.Helper()
	log := new(output)
	site := buildSite(t, log, changes...)
	server := httptest.NewServer(site)
	t.Cleanup(func() { server.Close(); site.Wait() })
	return testSite{site, server.URL, log}
}

func buildSite(t testing.TB, log io.Writer, changes ...func(*Options)) *Site {
	t.Helper()
	catalogue, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	i := startIdentities(t)
	options := Options{
		Joins:        Joins{Admission: AdmitOpen},
		Call:         Call{Chat: true, Endpoint: i.client.Endpoint(), Links: teams.Rules{GovernmentCloud: true}},
		Organisation: Organisation{Brand: views.Brand{Name: "Lamna Clinic", Phone: "01234 567890"}},
		Visits:       Visits{Seals: keyring(t, linkKey), Limits: visit.DefaultLimits()},
		SessionKeys:  []string{"a-session-key-of-thirty-two-bytes"},
		Identities:   i, Assets: testBundle(t), Catalogue: catalogue,
		Log: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, change := range changes {
		change(&options)
	}
	site, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	return site
}

// rehearsing makes the site a rehearsal.
func rehearsing(t *testing.T) func(*Options) {
	return func(o *Options) {
		meeting := startRehearsal(t, o.Identities.(identities))
		o.Call.Rehearsal, o.Call.RehearsalSocket, o.Call.Try = meeting, meeting.Socket(), true
	}
}

// public gives the site a public address.
func public(t *testing.T, address string) func(*Options) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return func(o *Options) { o.Origin.BaseURL = u }
}

// visitor is a browser without a script: it keeps cookies, follows no redirect by itself, and asks
// for no compression that a test does not name.
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

type answer struct {
	*http.Response
	body string
}

// do sends a request; headers come in pairs.
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

// knock submits the door's form.
func (v *visitor) knock(meeting string) answer {
	v.t.Helper()
	form := url.Values{"meeting": {meeting}}
	return v.do(http.MethodPost, "/", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
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

// clock is a time that a test moves.
type clock struct{ now atomic.Pointer[time.Time] }

func newClock() *clock {
	c := new(clock)
	start := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	c.now.Store(&start)
	return c
}

func (c *clock) Now() time.Time { return *c.now.Load() }

func (c *clock) pass(d time.Duration) {
	later := c.Now().Add(d)
	c.now.Store(&later)
}

func mustParseProxies(t *testing.T, list string) address.Proxies {
	t.Helper()
	p, err := address.ParseProxies(list)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
