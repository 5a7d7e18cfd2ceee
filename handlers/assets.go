package handlers

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// ErrNoBundle says that the browser half has not been built.
var ErrNoBundle = errors.New("the browser bundle is missing: run `make build`")

// Assets is the built browser bundle: fingerprinted files, compressed when they were built.
type Assets struct {
	dist     fs.FS
	manifest manifest
}

type manifest struct {
	// Files maps a source's name to its fingerprinted one.
	Files map[string]string `json:"files"`
	// Call lists the scripts of a call without chat, Chat those of a call with it, RehearsalCall and
	// Rehearsal the same of a rehearsal. A list that this build has no use for is empty.
	Call          []string `json:"call"`
	Chat          []string `json:"chat"`
	RehearsalCall []string `json:"rehearsalCall"`
	Rehearsal     []string `json:"rehearsal"`
	// Locales lists, by the site's languages, what the call says in them.
	Locales map[string][]string `json:"locales"`
}

// NewAssets reads the bundle's manifest. A bundle that was never built is ErrNoBundle.
func NewAssets(dist fs.FS) (*Assets, error) {
	raw, err := fs.ReadFile(dist, "manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoBundle
	}
	if err != nil {
		return nil, fmt.Errorf("read bundle manifest: %w", err)
	}
	a := &Assets{dist: dist}
	if err := json.Unmarshal(raw, &a.manifest); err != nil {
		return nil, fmt.Errorf("read bundle manifest: %w", err)
	}
	for _, name := range []string{"visit.js", "check.js", "try.js", "desk.js", "visit.css", "check.css", "desk.css", "callpage.js", "stage.js", "favicon.svg"} {
		if a.manifest.Files[name] == "" {
			return nil, fmt.Errorf("read bundle manifest: %s is not in it: run `make build`", name)
		}
	}
	return a, nil
}

// URL is the path under which a file of the bundle is served, "" for one that it does not hold.
func (a *Assets) URL(name string) string {
	if file := a.manifest.Files[name]; file != "" {
		return "/assets/" + file
	}
	return ""
}

// HoldsCall says whether the bundle was built with the Calling SDK; without it, it can only rehearse.
func (a *Assets) HoldsCall() bool { return len(a.manifest.Call) > 0 }

// call lists the paths of all scripts that a call in this language loads; none where this build has
// no such call.
func (a *Assets) call(rehearsal, chat bool, language string) []string {
	files := a.manifest.Call
	switch {
	case rehearsal && chat:
		files = a.manifest.Rehearsal
	case rehearsal:
		files = a.manifest.RehearsalCall
	case chat:
		files = a.manifest.Chat
	}
	if len(files) == 0 {
		return nil
	}
	var urls []string
	for _, f := range slices.Concat(files, a.manifest.Locales[language]) {
		urls = append(urls, "/assets/"+f)
	}
	return urls
}

// serve answers with the stored brotli or gzip bytes; a client that takes neither gets the gzip
// bytes unpacked on the way.
func (a *Assets) serve(c echo.Context) error {
	name := c.Param("name") // an fs.FS takes no "..", and no file of the bundle lies in a folder
	encoding, suffix := acceptedEncoding(c.Request().Header.Get("Accept-Encoding")), ".gz"
	if encoding == "br" {
		suffix = ".br"
	}
	body, err := fs.ReadFile(a.dist, "assets/"+name+suffix)
	if err != nil {
		return errNotFound
	}
	if encoding == "" {
		if body, err = gunzip(body); err != nil {
			return fmt.Errorf("unpack asset: %w", err)
		}
	}
	// Not before the body is sure: an error page must not be kept for a year.
	h := c.Response().Header()
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	// What a page may do stands in the page's own headers, and these files come with every first page.
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	for _, ofPages := range []string{"Cross-Origin-Opener-Policy", "Permissions-Policy", "Reporting-Endpoints"} {
		h.Del(ofPages)
	}
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if c.Request().Method == http.MethodHead {
		h.Set("Content-Type", contentType(name))
		return c.NoContent(http.StatusOK)
	}
	return c.Blob(http.StatusOK, contentType(name), body)
}

func gunzip(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// contentType does not ask the machine's own table, which differs from one machine to the next.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".json":
		return "application/json"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// acceptedEncoding is "br", "gzip" or "" for an Accept-Encoding header, brotli before gzip.
func acceptedEncoding(header string) string {
	accepted := make(map[string]bool)
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		weight, given := strings.CutPrefix(strings.ToLower(strings.ReplaceAll(params, " ", "")), "q=")
		refused := given && strings.Trim(weight, "0.") == ""
		accepted[strings.ToLower(strings.TrimSpace(name))] = !refused
	}
	gzip, named := accepted["gzip"]
	switch {
	case accepted["br"]:
		return "br"
	case gzip, accepted["*"] && !named:
		return "gzip"
	}
	return ""
}

func (s *Site) showFavicon(c echo.Context) error {
	return c.Redirect(http.StatusFound, s.Assets.URL("favicon.svg"))
}
