// Package assets serves what never changes while the site runs: the browser bundle and the
// organisation's logo.
package assets

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

	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
)

// ErrNoBundle reports that the browser half has not been built.
var ErrNoBundle = errors.New("the browser bundle is missing: run `make build`")

// Bundle is the built browser half: fingerprinted files, compressed when they were built.
type Bundle struct {
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

// NewBundle reads the bundle's manifest. It returns ErrNoBundle for a bundle that was never built.
func NewBundle(dist fs.FS) (*Bundle, error) {
	raw, err := fs.ReadFile(dist, "manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoBundle
	}
	if err != nil {
		return nil, fmt.Errorf("read bundle manifest: %w", err)
	}
	a := &Bundle{dist: dist}
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

// URL returns the path under which a file of the bundle is served, "" for one that it does not hold.
func (a *Bundle) URL(name string) string {
	if file := a.manifest.Files[name]; file != "" {
		return "/assets/" + file
	}
	return ""
}

// HoldsCall reports whether the bundle was built with the Calling SDK. Without it, a site can only rehearse.
func (a *Bundle) HoldsCall() bool { return len(a.manifest.Call) > 0 }

// Call returns the paths of all scripts that a call in this language loads, none where this build has
// no such call.
func (a *Bundle) Call(rehearsal, chat bool, language string) []string {
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

// Serve writes the file that the path value "name" names, in the stored brotli or gzip bytes; a client
// that accepts neither gets the gzip bytes unpacked.
func (a *Bundle) Serve(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name") // an fs.FS takes no "..", and no file of the bundle lies in a folder
	encoding, suffix := reply.AcceptedEncoding(r.Header.Get("Accept-Encoding")), ".gz"
	if encoding == "br" {
		suffix = ".br"
	}
	body, err := fs.ReadFile(a.dist, "assets/"+name+suffix)
	if err != nil {
		return problem.NotFound
	}
	if encoding == "" {
		if body, err = gunzip(body); err != nil {
			return fmt.Errorf("unpack asset: %w", err)
		}
	}
	// Not before the body is sure: an error page must not be kept for a year.
	h := w.Header()
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	// A page's own headers decide what it may do, and these files come with every first page.
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	for _, ofPages := range []string{"Cross-Origin-Opener-Policy", "Permissions-Policy", "Reporting-Endpoints"} {
		h.Del(ofPages)
	}
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	return reply.Bytes(w, http.StatusOK, contentType(name), body)
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
