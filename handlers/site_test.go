package handlers

import (
	"bytes"
	"compress/gzip"
	"io"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

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
	// classicPath is the path of a long meeting link; its tenant is ourTenant.
	classicPath = "/l/meetup-join/19%3ameeting_MjdhNjM4YzUtYzExZi00OTFkLTkzZTAtNTVlNmZmMDhkNGU2%40thread.v2/0" +
		"?context=%7b%22Tid%22%3a%22" + ourTenant + "%22%2c%22Oid%22%3a%2200aa00aa-bb11-cc22-dd33-44ee44ee44ee%22%7d"
	classicLink = "https://teams.microsoft.com" + classicPath

	// cancelledMeeting is a calendar entry that cancels the meeting of shortLink.
	cancelledMeeting = "BEGIN:VCALENDAR\nMETHOD:CANCEL\nBEGIN:VEVENT\nDESCRIPTION:" + shortLink + "\nEND:VEVENT\nEND:VCALENDAR"

	sessionKey      = "a-session-key-of-thirty-two-bytes"
	otherSessionKey = "another-key-of-thirty-two-bytes-x"
)

// logBuffer is a log that a test can read while the site writes to it.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *logBuffer) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *logBuffer) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// lines returns the lines that contain text.
func (o *logBuffer) lines(text string) (found []string) {
	for line := range strings.Lines(o.String()) {
		if strings.Contains(line, text) {
			found = append(found, line)
		}
	}
	return found
}

// manifestJSON names every file that any kind of bundle may need.
const manifestJSON = `{"files":{"visit.js":"visit-1.js","check.js":"check-1.js","host.js":"host-1.js","try.js":"try-1.js","desk.js":"desk-1.js","desk.css":"desk-1.css","visit.css":"visit-1.css","check.css":"check-1.css","callpage.js":"callpage-1.js","stage.js":"stage-1.js","favicon.svg":"favicon-1.svg"},
"call":["callpage-1.js"],"chat":["callpage-1.js"],"rehearsal":["callpage-1.js"],"locales":{"ar":["ar-1.js"]}}`

// bundleFiles returns the assets of a bundle, uncompressed.
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

func compress(text string, open func(*bytes.Buffer) io.WriteCloser) []byte {
	var b bytes.Buffer
	w := open(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.Bytes()
}

// bundleFS returns a built bundle in memory, compressed like a real one.
func bundleFS() fstest.MapFS {
	dist := fstest.MapFS{"manifest.json": {Data: []byte(manifestJSON)}}
	for name, text := range bundleFiles() {
		dist["assets/"+name+".br"] = &fstest.MapFile{Data: compress(text, func(b *bytes.Buffer) io.WriteCloser { return brotli.NewWriter(b) })}
		dist["assets/"+name+".gz"] = &fstest.MapFile{Data: compress(text, func(b *bytes.Buffer) io.WriteCloser { return gzip.NewWriter(b) })}
	}
	return dist
}

func testBundle(t testing.TB) *assets.Bundle {
	t.Helper()
	b, err := assets.NewBundle(bundleFS())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// testSite is a site on loopback with its log.
type testSite struct {
	*Site
	url string
	log *logBuffer
}

// startSite serves a site until the test ends. The changes adjust its options.
func startSite(t *testing.T, changes ...func(*Options)) testSite {
	t.Helper()
	log := new(logBuffer)
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
		Visits:       Visits{Seals: keyring(t, linkKey), Limits: visit.Limits{OpenBefore: 15 * time.Minute, Grace: time.Hour}},
		SessionKeys:  []string{sessionKey},
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

// withRehearsal runs the site as a rehearsal.
func withRehearsal(t *testing.T) func(*Options) {
	return func(o *Options) {
		meeting := startRehearsal(t, o.Identities.(identities))
		o.Call.Rehearsal, o.Call.RehearsalSocket, o.Call.Try = meeting, meeting.Socket(), true
	}
}

// withBaseURL sets the site's public address.
func withBaseURL(t *testing.T, address string) func(*Options) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return func(o *Options) { o.Origin.BaseURL = u }
}

// clock is a clock that a test sets.
type clock struct{ now atomic.Pointer[time.Time] }

func newClock() *clock { return newClockAt(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)) }

func newClockAt(start time.Time) *clock {
	c := new(clock)
	c.now.Store(&start)
	return c
}

func (c *clock) Now() time.Time { return *c.now.Load() }

func (c *clock) advance(d time.Duration) {
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

func linksOnly(o *Options) { o.Joins.Admission = AdmitLinks }

func ourTenantOnly(o *Options) {
	o.Joins.Admission, o.Joins.Tenants = AdmitTenants, []string{ourTenant}
}

// atTime sets the clock of a site.
func atTime(now time.Time) func(*Options) {
	return func(o *Options) { o.Now = func() time.Time { return now } }
}

func utc(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04:05", text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// routePath returns a path of a route, with a value for each parameter.
func routePath(route string) string {
	return strings.NewReplacer(":name", "visit-1.js", ":room", testRoom, ":seal", "nothing").Replace(route)
}
