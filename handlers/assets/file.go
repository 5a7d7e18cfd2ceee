package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
	"github.com/anteroom-visit/anteroom/handlers/traffic"
)

// largeBody is the number of bytes from which traffic.Downloads limits an answer.
const largeBody = 64 << 10

// file is one file of the bundle, held once for each encoding.
type file struct {
	contentType string
	brotli      *body
	gzip        *body
	// plain unpacks gzip on first use: hardly any client accepts neither encoding.
	plain func() (*body, error)
}

// body is the bytes of a file in one encoding. All answers share them.
type body struct {
	bytes []byte
	etag  string
}

func newBody(data []byte) *body {
	sum := sha256.Sum256(data)
	return &body{data, `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`}
}

// readFiles reads every file of the bundle once.
func readFiles(dist fs.FS) (map[string]*file, error) {
	files := make(map[string]*file)
	packed, err := fs.Glob(dist, "assets/*.gz")
	if err != nil {
		return nil, err
	}
	for _, at := range packed {
		f, name := new(file), strings.TrimSuffix(path.Base(at), ".gz")
		data, err := fs.ReadFile(dist, at)
		if err != nil {
			return nil, err
		}
		f.gzip = newBody(data)
		switch data, err := fs.ReadFile(dist, "assets/"+name+".br"); {
		case err == nil:
			f.brotli = newBody(data)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
		f.contentType = contentType(name)
		f.plain = sync.OnceValues(func() (*body, error) {
			data, err := gunzip(f.gzip.bytes)
			if err != nil {
				return nil, fmt.Errorf("unpack asset: %w", err)
			}
			return newBody(data), nil
		})
		files[name] = f
	}
	return files, nil
}

// in returns the file's body for an Accept-Encoding header, and the name of its encoding.
func (f *file) in(accept string) (*body, string, error) {
	switch encoding := reply.AcceptedEncoding(accept); {
	case encoding == "br" && f.brotli != nil:
		return f.brotli, "br", nil
	case encoding != "":
		return f.gzip, "gzip", nil
	}
	plain, err := f.plain()
	return plain, "", err
}

// Serve writes the file that the path value "name" names, or a range of it, out of shared memory: nothing
// is read or unpacked for a request. downloads limits large answers; client is the requesting client.
func (a *Bundle) Serve(w http.ResponseWriter, r *http.Request, downloads *traffic.Downloads, client string) error {
	f := a.files[r.PathValue("name")]
	if f == nil {
		return problem.NotFound
	}
	found, encoding, err := f.in(r.Header.Get("Accept-Encoding"))
	if err != nil {
		return err
	}
	out := traffic.Unbuffered(w)
	if len(found.bytes) > largeBody && r.Method != http.MethodHead {
		chunked, end, err := downloads.Writer(w, client)
		if err != nil {
			return err
		}
		defer end()
		out = chunked
	}
	// Only now, because an error page must not be cached for a year.
	h := w.Header()
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	// These headers matter for pages only, and every first visit loads these files.
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	for _, ofPages := range []string{"Cross-Origin-Opener-Policy", "Permissions-Policy", "Reporting-Endpoints"} {
		h.Del(ofPages)
	}
	h.Set("Content-Type", f.contentType)
	h.Set("ETag", found.etag)
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
		h.Set("Content-Length", strconv.Itoa(len(found.bytes))) // ServeContent omits it when there is an encoding
	}
	if strings.Contains(r.Header.Get("Range"), ",") {
		r.Header.Del("Range") // several ranges need a buffer; the whole file is a valid answer
	}
	http.ServeContent(out, r, "", time.Time{}, traffic.NewShared(found.bytes))
	return nil
}

func gunzip(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// contentType returns a file's type. The machine's own table comes last, because it differs between machines.
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
