package handlers

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"

	"github.com/anteroom-visit/anteroom/handlers/assets"
)

// decodedBody returns the body without its Content-Encoding.
func decodedBody(t *testing.T, a answer) string {
	t.Helper()
	var r io.Reader = strings.NewReader(a.body)
	switch encoding := a.Header.Get("Content-Encoding"); encoding {
	case "":
	case "br":
		r = brotli.NewReader(r)
	case "gzip":
		unzip, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		r = unzip
	default:
		t.Fatalf("Content-Encoding %q, want br, gzip or none", encoding)
	}
	read, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(read)
}

func TestAssetIsTheSameInEveryEncoding(t *testing.T) {
	v := newVisitor(t, startSite(t))
	for name, want := range bundleFiles() {
		for accept, encoding := range map[string]string{"": "", "identity": "", "gzip": "gzip", "br;q=0, gzip": "gzip", "gzip, br": "br"} {
			a := v.get("/assets/"+name, "Accept-Encoding", accept)
			if a.StatusCode != http.StatusOK || a.Header.Get("Content-Encoding") != encoding {
				t.Fatalf("%s as %q: status %d in %q, want 200 in %q", name, accept, a.StatusCode, a.Header.Get("Content-Encoding"), encoding)
			}
			if got := decodedBody(t, a); got != want {
				t.Errorf("%s as %q: %.40q, want %.40q", name, accept, got, want)
			}
			if got := a.Header.Get("Cache-Control"); !strings.Contains(got, "immutable") || !strings.Contains(got, "max-age=31536000") {
				t.Errorf("%s: Cache-Control %q, want immutable and a year", name, got)
			}
			if !strings.Contains(a.Header.Get("Vary"), "Accept-Encoding") {
				t.Errorf("%s: Vary %q, want Accept-Encoding", name, a.Header.Get("Vary"))
			}
			head := v.do(http.MethodHead, "/assets/"+name, "", "Accept-Encoding", accept)
			if head.StatusCode != http.StatusOK || head.body != "" || head.Header.Get("Content-Length") != strconv.Itoa(len(a.body)) {
				t.Errorf("HEAD %s as %q: status %d, length %s, want 200 and %d as for GET", name, accept, head.StatusCode, head.Header.Get("Content-Length"), len(a.body))
			}
			for _, h := range []string{"Content-Type", "Content-Encoding", "Cache-Control", "Vary"} {
				if head.Header.Get(h) != a.Header.Get(h) {
					t.Errorf("HEAD %s: %s %q, want %q as for GET", name, h, head.Header.Get(h), a.Header.Get(h))
				}
			}
		}
	}
}

func TestAssetsHaveMediaTypes(t *testing.T) {
	v := newVisitor(t, startSite(t))
	for name, want := range map[string]string{
		"visit-1.js": "text/javascript", "visit-1.css": "text/css", "favicon-1.svg": "image/svg+xml",
		"data-1.json": jsonType, "licences-1": "application/octet-stream",
	} {
		got, _, err := mime.ParseMediaType(v.get("/assets/" + name).Header.Get("Content-Type"))
		if err != nil || got != want {
			t.Errorf("%s: type %q, %v, want %s", name, got, err, want)
		}
	}
}

// Only the exact name of a file of the bundle leads to it.
func TestUnknownAssetsAreNotFound(t *testing.T) {
	v := newVisitor(t, startSite(t))
	for _, path := range []string{
		"", "nothing.js", "VISIT-1.js", "visit-1.js.br", "visit-1.js.gz", "visit-1.js/", "visit-1.js%2f", "visit-1.js%00", "%00",
		"manifest.json", "../manifest.json", "..%2fmanifest.json", "%2e%2e%2fmanifest.json", "..%5cmanifest.json", "%252e%252e%252fmanifest.json",
		"x%2fvisit-1.js", "%2fvisit-1.js", "..%2fassets%2fvisit-1.js", "x%2f..%2fvisit-1.js", ".%2fvisit-1.js", "/visit-1.js",
		"..", ".", "%2e", "%2e%2e", "%ff", "..%2f..%2f..%2f..%2fetc%2fpasswd", strings.Repeat("a", 5000),
	} {
		for _, accept := range []string{"", "br"} {
			a := v.get("/assets/"+path, "Accept-Encoding", accept)
			if a.StatusCode != http.StatusNotFound || a.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%.40q as %q: status %d, Cache-Control %q, want 404 and no-store", path, accept, a.StatusCode, a.Header.Get("Cache-Control"))
			}
			if body := decodedBody(t, a); strings.Contains(body, `"files"`) || strings.Contains(body, "export const") {
				t.Errorf("%.40q as %q: the body contains a file: %.80s", path, accept, body)
			}
		}
		if head := v.do(http.MethodHead, "/assets/"+path, ""); head.StatusCode == http.StatusOK {
			t.Errorf("HEAD %.40q: status %d, want another", path, head.StatusCode)
		}
	}
}

// Browsers cache an asset for a year, so an error must not be cached.
func TestBrokenAssetIsNotCached(t *testing.T) {
	dist := bundleFS()
	valid := dist["assets/visit-1.js.gz"].Data
	for what, data := range map[string][]byte{"not gzip": []byte("nonsense"), "truncated": valid[:len(valid)/2], "empty": {}} {
		dist["assets/visit-1.js.gz"] = &fstest.MapFile{Data: data}
		assets, err := assets.NewBundle(dist)
		if err != nil {
			t.Fatal(err)
		}
		v := newVisitor(t, startSite(t, func(o *Options) { o.Assets = assets }))
		a := v.get("/assets/visit-1.js")
		if a.StatusCode != http.StatusInternalServerError || a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: status %d, Cache-Control %q, Content-Encoding %q, want 500, no-store and none", what, a.StatusCode, a.Header.Get("Cache-Control"), a.Header.Get("Content-Encoding"))
		}
		if a.page(t).Find("h1").Length() != 1 || strings.Contains(a.body, "gzip") {
			t.Errorf("%s: want the error page without details: %.200s", what, a.body)
		}
	}
}

// unreadable is a bundle whose files cannot be read.
type unreadable struct{ fstest.MapFS }

func (unreadable) ReadFile(string) ([]byte, error) { return nil, fs.ErrPermission }

func TestNewBundleRejectsUnusableBundle(t *testing.T) {
	if _, err := assets.NewBundle(fstest.MapFS{"assets/.gitkeep": {}}); !errors.Is(err, assets.ErrNoBundle) || !strings.Contains(err.Error(), "make build") {
		t.Errorf("no bundle: %v, want ErrNoBundle with the command that builds one", err)
	}
	if _, err := assets.NewBundle(unreadable{}); !errors.Is(err, fs.ErrPermission) || errors.Is(err, assets.ErrNoBundle) {
		t.Errorf("unreadable bundle: %v, want fs.ErrPermission", err)
	}
	for _, text := range []string{"", "{", "[]", `{"files":[]}`, `{"files":{}}`, "{}"} {
		_, err := assets.NewBundle(fstest.MapFS{"manifest.json": {Data: []byte(text)}})
		if err == nil || errors.Is(err, assets.ErrNoBundle) || !strings.Contains(err.Error(), "manifest") {
			t.Errorf("manifest %q: %v, want an error that names the manifest", text, err)
		}
	}
	assets, err := assets.NewBundle(bundleFS())
	if err != nil {
		t.Fatal(err)
	}
	if url := assets.URL("nothing.js"); url != "" {
		t.Errorf("URL of a missing file: %q, want none", url)
	}
}

func TestFaviconRedirectsToIcon(t *testing.T) {
	v := newVisitor(t, startSite(t))
	a := v.get("/favicon.ico")
	if a.StatusCode != http.StatusFound || v.get(a.location()).StatusCode != http.StatusOK {
		t.Errorf("status %d to %q, want 302 to an icon", a.StatusCode, a.location())
	}
}

func TestAssetsHaveRangesAndETags(t *testing.T) {
	v := newVisitor(t, startSite(t))
	seen := make(map[string]bool)
	for _, accept := range []string{"", "gzip", "br"} {
		full := v.get("/assets/visit-1.js", "Accept-Encoding", accept)
		etag := full.Header.Get("ETag")
		if etag == "" || seen[etag] || full.Header.Get("Accept-Ranges") != "bytes" {
			t.Fatalf("%q: ETag %q, Accept-Ranges %q, want an ETag of its own and bytes", accept, etag, full.Header.Get("Accept-Ranges"))
		}
		seen[etag] = true
		part := v.get("/assets/visit-1.js", "Accept-Encoding", accept, "Range", "bytes=3-9", "If-Range", etag)
		if part.StatusCode != http.StatusPartialContent || part.body != full.body[3:10] || part.Header.Get("Content-Encoding") != accept {
			t.Errorf("%q: range: status %d, body %q, want 206 and %q", accept, part.StatusCode, part.body, full.body[3:10])
		}
		if a := v.get("/assets/visit-1.js", "Accept-Encoding", accept, "If-None-Match", etag); a.StatusCode != http.StatusNotModified || a.body != "" {
			t.Errorf("%q: matching ETag: status %d, %d bytes, want 304 without a body", accept, a.StatusCode, len(a.body))
		}
		if a := v.get("/assets/visit-1.js", "Accept-Encoding", accept, "Range", "bytes=0-1,0-1"); a.StatusCode != http.StatusOK || a.body != full.body {
			t.Errorf("%q: two ranges: status %d, %d bytes, want 200 and all %d", accept, a.StatusCode, len(a.body), len(full.body))
		}
	}
}

// A page must link only to files that static/bundle/entries.mjs builds or static/assets contains.
func TestPagesLinkOnlyToBundleFiles(t *testing.T) {
	entries, err := os.ReadFile("../static/bundle/entries.mjs")
	if err != nil {
		t.Fatal(err)
	}
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	subfolders, err := filepath.Glob("*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	pattern := regexp.MustCompile(`assets\.URL\("([^"]+)"\)`)
	found := 0
	for _, source := range slices.Concat(sources, subfolders) {
		text, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		for _, match := range pattern.FindAllSubmatch(text, -1) {
			name := string(match[1])
			found++
			if _, err := os.Stat("../static/assets/" + name); err != nil && !bytes.Contains(entries, []byte("'"+name+"':")) {
				t.Errorf("%s links to %s, which is neither in static/bundle/entries.mjs nor in static/assets", source, name)
			}
		}
	}
	if found < 10 {
		t.Errorf("found %d calls of assets.URL, want at least 10", found)
	}
}
