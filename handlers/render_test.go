package handlers

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/a-h/templ"
)

func TestPageIsTheSameInEveryEncoding(t *testing.T) {
	v := newVisitor(t, startSite(t))
	// Only the nonce differs from one request to the next.
	withoutNonce := func(a answer) string {
		doc := a.page(t)
		doc.Find("[nonce]").RemoveAttr("nonce")
		html, err := doc.Html()
		if err != nil {
			t.Fatal(err)
		}
		return html
	}
	want := withoutNonce(v.get("/"))
	if !strings.Contains(want, "<h1>") {
		t.Fatalf("page without h1: %.200s", want)
	}
	for accept, encoding := range map[string]string{"gzip": "gzip", "br": "br", "gzip, deflate, br": "br", "br;q=0, gzip": "gzip", "zstd": ""} {
		a := v.get("/", "Accept-Encoding", accept)
		if got := a.Header.Get("Content-Encoding"); got != encoding {
			t.Errorf("%s: Content-Encoding %q, want %q", accept, got, encoding)
		}
		size := len(a.body)
		a.body = decodedBody(t, a)
		if withoutNonce(a) != want {
			t.Errorf("%s: the page differs from the one without encoding", accept)
		}
		if encoding != "" && size*2 > len(a.body) {
			t.Errorf("%s: %d bytes compressed, want at most half of %d", accept, size, len(a.body))
		}
		if got := a.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q, want no-store", accept, got)
		}
	}
	a := v.get("/nowhere", "Accept-Encoding", "br")
	if a.body = decodedBody(t, a); a.page(t).Find("h1").Length() != 1 {
		t.Errorf("compressed error page %.200s, want one with one h1", a.body)
	}
}

// failingPage writes the beginning of a page and then fails.
func failingPage(_ context.Context, w io.Writer) error {
	_, _ = io.WriteString(w, "<h1>partial page</h1>")
	return errors.New("canary-template")
}

func TestFailingTemplateShowsTheErrorPage(t *testing.T) {
	site := startSite(t)
	site.read("/failing", func(w http.ResponseWriter, r *http.Request) error {
		return site.render(w, r, http.StatusOK, templ.ComponentFunc(failingPage))
	})
	for _, accept := range []string{"", "gzip", "br"} {
		a := newVisitor(t, site).get("/failing", "Accept-Encoding", accept)
		a.body = decodedBody(t, a)
		if a.StatusCode != http.StatusInternalServerError || strings.Contains(a.body, "partial page") || strings.Contains(a.body, "canary") {
			t.Errorf("encoding %q: status %d, want 500 without the partial page and its error: %.200s", accept, a.StatusCode, a.body)
		}
		if doc := a.page(t); doc.Find("html[lang]").Length() != 1 || doc.Find("h1").Length() != 1 {
			t.Errorf("encoding %q: want a full error page: %.200s", accept, a.body)
		}
	}
	if lines := site.log.lines("canary-template"); len(lines) != 3 {
		t.Errorf("%d log lines for three failures, want 3: %q", len(lines), lines)
	}
}

// When the error page itself fails, a sentence remains.
func TestFailingErrorPageShowsPlainText(t *testing.T) {
	log := new(logBuffer)
	site := buildSite(t, log)
	w := httptest.NewRecorder()
	site.failErrorPage(site.echo.NewContext(httptest.NewRequest(http.MethodGet, "/", nil), w), errors.New("canary-template"))
	if w.Code != http.StatusInternalServerError || w.Body.String() != lastResort || len(log.lines(`"level":"ERROR"`)) != 1 {
		t.Errorf("status %d, body %q, log %s, want 500, %q and one error", w.Code, w.Body, log, lastResort)
	}
	if got := w.Header().Get("Content-Type"); !strings.HasPrefix(got, "text/plain") {
		t.Errorf("Content-Type %q, want text/plain", got)
	}
}

func TestNewRejectsMissingSessionKey(t *testing.T) {
	if _, err := New(Options{}); err == nil || !strings.Contains(err.Error(), "session key") {
		t.Errorf("New without a session key: %v, want an error that names it", err)
	}
}
