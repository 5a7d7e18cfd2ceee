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

func TestPagesDecodeAlikeInEveryEncoding(t *testing.T) {
	v := newVisitor(t, startSite(t))
	// Nothing on this page differs from one request to the next but the nonce.
	plain := func(a answer) string {
		doc := a.page(t)
		doc.Find("[nonce]").RemoveAttr("nonce")
		html, err := doc.Html()
		if err != nil {
			t.Fatal(err)
		}
		return html
	}
	want := plain(v.get("/"))
	if !strings.Contains(want, "<h1>") {
		t.Fatalf("no page: %.200s", want)
	}
	for accept, encoding := range map[string]string{"gzip": "gzip", "br": "br", "gzip, deflate, br": "br", "br;q=0, gzip": "gzip", "zstd": ""} {
		a := v.get("/", "Accept-Encoding", accept)
		if got := a.Header.Get("Content-Encoding"); got != encoding {
			t.Errorf("%s: Content-Encoding %q, want %q", accept, got, encoding)
		}
		size := len(a.body)
		a.body = unpacked(t, a)
		if plain(a) != want {
			t.Errorf("%s: another page", accept)
		}
		if encoding != "" && size*2 > len(a.body) {
			t.Errorf("%s: %d bytes of %d", accept, size, len(a.body))
		}
		if store := a.Header.Get("Cache-Control"); store != "no-store" {
			t.Errorf("%s: Cache-Control %q: a cache would give one encoding to everybody", accept, store)
		}
	}
	// An error page comes in every encoding as well.
	a := v.get("/nowhere", "Accept-Encoding", "br")
	if a.body = unpacked(t, a); a.page(t).Find("h1").Length() != 1 {
		t.Errorf("error page: %.200s", a.body)
	}
}

// halfPage writes the beginning of a page and then fails.
func halfPage(_ context.Context, w io.Writer) error {
	_, _ = io.WriteString(w, "<h1>half of it</h1>")
	return errors.New("canary-template")
}

func TestFailingTemplateShowsTheErrorPage(t *testing.T) {
	site := startSite(t)
	site.read("/half", func(w http.ResponseWriter, r *http.Request) error {
		return site.render(w, r, http.StatusOK, templ.ComponentFunc(halfPage))
	})
	for _, accept := range []string{"", "gzip", "br"} {
		a := newVisitor(t, site).get("/half", "Accept-Encoding", accept)
		a.body = unpacked(t, a)
		if a.StatusCode != http.StatusInternalServerError || strings.Contains(a.body, "half of it") || strings.Contains(a.body, "canary") {
			t.Errorf("%q: %d %.200s", accept, a.StatusCode, a.body)
		}
		if doc := a.page(t); doc.Find("html[lang]").Length() != 1 || doc.Find("h1").Length() != 1 {
			t.Errorf("%q: no whole error page: %.200s", accept, a.body)
		}
	}
	if faults := site.log.lines("canary-template"); len(faults) != 3 {
		t.Errorf("%d entries for three failures: %q", len(faults), faults)
	}
}

// Templates stop when the request is over, the error page's too: then a sentence remains.
func TestFailingErrorPageShowsPlainText(t *testing.T) {
	site := buildSite(t, new(output))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(gone, http.MethodGet, "/", nil)
	r.Header.Set("Accept-Encoding", "br")
	site.ServeHTTP(w, r)
	if w.Code != http.StatusInternalServerError || w.Body.String() != lastResort || w.Header().Get("Content-Encoding") != "" {
		t.Errorf("%d %q in %q", w.Code, w.Body, w.Header().Get("Content-Encoding"))
	}
	if got := w.Header().Get("Content-Type"); !strings.HasPrefix(got, "text/plain") {
		t.Errorf("Content-Type %q", got)
	}
}

func TestNewNeedsASessionKey(t *testing.T) {
	if _, err := New(Options{}); err == nil || !strings.Contains(err.Error(), "session key") {
		t.Errorf("no session key: %v", err)
	}
}
